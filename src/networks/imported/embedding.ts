/**
 * Models of token numbers: integers enter, and an embedding table turns each into a vector. Signals are real from there on, so
 * such a model is measured from the embedding's output, on the vectors of random tokens.
 */
import { type Graph, intOf, type Node, numbersOf, type ValueInfo } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { shapeOperators } from "./follow.ts";
import { consumersOf, indexGraph, isConstant, nodeAt, shapeOf } from "./graph-index.ts";

/** A model cut behind its embedding. */
export interface EmbeddedModel {
  /** The graph with the embedding's output as its only input. */
  readonly graph: Graph;
  /** Number of tokens that the table knows. */
  readonly vocabulary: number;
  /** Shape of one example behind the embedding, [..., width]. */
  readonly shape: readonly number[];
  /** The embeddings of `count` sequences of random tokens, row-major [count, ...shape]. */
  readonly sample: (count: number, stream: RandomStream) => Float32Array;
}

/**
 * Cuts a model of token numbers behind its embedding.
 *
 * @param graph - imported, with one integer input.
 * @returns null when the input is not integer or does not enter one embedding table alone.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { cutAtEmbedding } from "isinglass/networks";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/gpt2-dynamo.onnx", { shapes: { input: [4, 8] } });
 * cutAtEmbedding(graph)?.shape; // => [8, 16]
 * ```
 */
export function cutAtEmbedding(graph: Graph): EmbeddedModel | null {
  const [input, ...others] = graph.inputs;
  if (input === undefined || others.length > 0 || !input.dtype.startsWith("int")) return null;
  const found = findLookUp(graph, input);
  if (found === null) return null;
  const { lookUp, way } = found;
  const [table, output] = [lookUp.inputs[0] as string, lookUp.outputs[0] as string];
  const embedded = graph.values.get(output);
  const values = graph.initializers.get(table);
  const [vocabulary = 0, width = 0] = values?.shape ?? [];
  if (embedded === undefined || values === undefined) return null;
  const rest = graph.nodes.filter((node) => !way.has(node));
  const cut = { ...graph, inputs: [embedded], nodes: rest };
  if (!isComplete(cut)) return null;
  const shape = embedded.shape.slice(1);
  return {
    graph: cut,
    vocabulary,
    shape,
    sample(count, stream) {
      const rows = numbersOf(values);
      const tokens = count * shape.slice(0, -1).reduce((product, n) => product * n, 1);
      const data = new Float32Array(tokens * width);
      for (let t = 0; t < tokens; t++) {
        const token = stream.integer(vocabulary);
        data.set(rows.subarray(token * width, (token + 1) * width), t * width);
      }
      return data;
    },
  };
}

/** The nodes that tokens pass on their way to one look-up in a constant table; null when there is none, or more than one. */
function findLookUp(
  graph: Graph,
  input: ValueInfo,
): { readonly lookUp: Node; readonly way: ReadonlySet<Node> } | null {
  const index = indexGraph(graph);
  const way = new Set<Node>();
  const found: Node[] = [];
  const open = [input.name];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const position of consumersOf(index, name)) {
      const node = nodeAt(index, position);
      const table = node.inputs[0] as string;
      const isTable = node.op === "Gather" && isConstant(index, table) && shapeOf(index, table).length === 2;
      const isLookUp = isTable && intOf(node.attributes, "axis", 0) === 0;
      if (!isLookUp && !shapeOperators.has(node.op)) continue;
      way.add(node);
      if (isLookUp) found.push(node);
      else open.push(node.outputs[0] as string);
    }
  }
  const [lookUp] = found;
  return lookUp === undefined || found.length > 1 ? null : { lookUp, way };
}

/** Whether every node still has its inputs. */
function isComplete({ inputs, initializers, nodes }: Graph): boolean {
  const known = new Set([...inputs.map(({ name }) => name), ...initializers.keys(), ""]);
  for (const node of nodes) for (const name of node.outputs) known.add(name);
  return nodes.every((node) => node.inputs.every((name) => known.has(name)));
}
