/**
 * Merges parameter updates into the products that make the gradients: p + A'B becomes Gemm(A, B, p), v c + A'B
 * becomes Gemm(A, B, v) with beta = c, and the column sums of a bias gradient become a product with ones. The gradient
 * array is then never written, which saves two passes over the weights of every layer and step.
 */
import { GraphBuilder } from "../graph/index.ts";
import type { Attribute, Graph, Node } from "../ir.ts";
import { type Tensor, tensorOf } from "../tensor.ts";

/** What the rewriting rules look up. */
interface Index {
  readonly graph: Graph;
  readonly producer: ReadonlyMap<string, Node>;
  readonly uses: ReadonlyMap<string, number>;
}

/** One merged update. */
interface Merge {
  /** Nodes that replace the Add. */
  readonly nodes: readonly Node[];
  /** Nodes that are no longer needed. */
  readonly removed: readonly Node[];
  readonly constants: readonly (readonly [string, Tensor])[];
}

function indexOf(graph: Graph): Index {
  const producer = new Map<string, Node>();
  const uses = new Map<string, number>();
  const use = (name: string): unknown => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of graph.nodes) {
    for (const name of node.outputs) producer.set(name, node);
    for (const name of node.inputs) use(name);
  }
  for (const name of graph.outputs) use(name);
  return { graph, producer, uses };
}

const sameShape = (graph: Graph, a: string, b: string): boolean =>
  graph.values.get(a)?.shape.join() === graph.values.get(b)?.shape.join();

/** The node behind a value that is used once. */
function soleProducer({ producer, uses }: Index, name: string, op: string): Node | null {
  const node = producer.get(name);
  return node !== undefined && node.op === op && uses.get(name) === 1 ? node : null;
}

/** A float32 scalar constant, null for anything else. */
function scalarOf({ graph }: Index, name: string): number | null {
  const tensor = graph.initializers.get(name);
  return tensor?.dtype === "float32" && tensor.data.length === 1 ? (tensor.data[0] as number) : null;
}

/** addend + Gemm, where the addend may be a value times a constant. */
function mergeGemm(index: Index, add: Node, gemm: Node, addend: string): Merge | null {
  const [a, b, c] = gemm.inputs;
  if (c !== undefined && c !== "") return null;
  if (!sameShape(index.graph, addend, gemm.outputs[0] as string)) return null;
  const scaled = soleProducer(index, addend, "Mul");
  const factor = scaled === null ? null : scalarOf(index, scaled.inputs[1] as string);
  const start = factor === null ? addend : (scaled?.inputs[0] as string);
  if (!sameShape(index.graph, start, gemm.outputs[0] as string)) return null;
  const beta: Record<string, Attribute> = factor === null ? {} : { beta: { type: "float", value: factor } };
  const merged: Node = {
    ...gemm,
    inputs: [a as string, b as string, start],
    outputs: add.outputs,
    attributes: { ...gemm.attributes, ...beta },
  };
  return { nodes: [merged], removed: factor === null ? [gemm] : [gemm, scaled as Node], constants: [] };
}

/** addend + column sums of a matrix. */
function mergeColumnSum(index: Index, add: Node, sum: Node, addend: string): Merge | null {
  const { graph } = index;
  const matrix = graph.values.get(sum.inputs[0] as string);
  const axes = graph.initializers.get(sum.inputs[1] ?? "");
  const keepdims = sum.attributes.keepdims;
  const isColumnSum =
    matrix?.shape.length === 2 &&
    axes?.data.length === 1 &&
    Number(axes.data[0]) === 0 &&
    keepdims?.type === "int" &&
    keepdims.value === 0;
  if (!isColumnSum || matrix.dtype !== "float32" || !sameShape(graph, addend, sum.outputs[0] as string))
    return null;
  const [rows, columns] = matrix.shape as [number, number];
  const ones = `ones_${rows}`;
  const row = `${add.outputs[0]}_row`;
  const shape = `shape_${columns}`;
  const gemm: Node = {
    name: `${add.name}_gemm`,
    op: "Gemm",
    domain: "",
    inputs: [ones, matrix.name, addend],
    outputs: [row],
    attributes: {},
  };
  const reshape: Node = { ...add, op: "Reshape", inputs: [row, shape], attributes: {} };
  return {
    nodes: [gemm, reshape],
    removed: [sum],
    constants: [
      [ones, tensorOf("float32", [1, rows], new Float32Array(rows).fill(1))],
      [shape, tensorOf("int64", [1], [columns])],
    ],
  };
}

function mergeOf(index: Index, add: Node): Merge | null {
  if (add.op !== "Add") return null;
  const [left, right] = add.inputs as [string, string];
  for (const [name, addend] of [
    [right, left],
    [left, right],
  ] as const) {
    const gemm = soleProducer(index, name, "Gemm");
    if (gemm !== null) return mergeGemm(index, add, gemm, addend);
    const sum = soleProducer(index, name, "ReduceSum");
    if (sum !== null) return mergeColumnSum(index, add, sum, addend);
  }
  return null;
}

/**
 * The same graph with merged updates; values agree to rounding.
 *
 * @example
 * ```ts
 * import { add, gemm, GraphBuilder } from "isinglass/engine";
 *
 * const b = new GraphBuilder();
 * const w = b.input("w", "float32", [3, 2]);
 * const x = b.input("x", "float32", [5, 3]);
 * const g = b.input("g", "float32", [5, 2]);
 * b.output(add(b, w, gemm(b, x, g, null, { transA: true })));
 * fuseUpdates(b.build()).nodes.map((node) => node.op); // => ["Gemm"]
 * ```
 */
export function fuseUpdates(graph: Graph): Graph {
  const index = indexOf(graph);
  const removed = new Set<Node>();
  const nodes: Node[] = [];
  const initializers = new Map(graph.initializers);
  const values = new Map(graph.values);
  for (const node of graph.nodes) {
    const merge = mergeOf(index, node);
    if (merge === null) {
      nodes.push(node);
      continue;
    }
    for (const gone of merge.removed) removed.add(gone);
    for (const [name, tensor] of merge.constants) {
      initializers.set(name, tensor);
      values.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
    }
    for (const made of merge.nodes) {
      const output = made.outputs[0] as string;
      if (!values.has(output)) {
        const shape = [1, ...(values.get(node.outputs[0] as string)?.shape ?? [])];
        values.set(output, { name: output, dtype: "float32", shape });
      }
      nodes.push(made);
    }
  }
  return GraphBuilder.from({
    ...graph,
    nodes: nodes.filter((node) => !removed.has(node)),
    initializers,
    values,
  }).build();
}
