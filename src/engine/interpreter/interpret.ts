/**
 * Runs a graph in plain TypeScript, one operator after the other, in float64 whatever the graph's types: the oracle
 * that every faster path is tested against. Slow by design.
 */
import { ShapeError, SpecError, UnsupportedOpError } from "../../base/index.ts";
import { prune } from "../graph/index.ts";
import type { Graph, Node, ValueInfo } from "../ir.ts";
import { type Dense, fromTensor, operatorOf, toTensor, unsupportedReason } from "../ops/index.ts";
import { isFloat, type Tensor } from "../tensor.ts";

/** Options of {@link interpret}. */
export interface InterpretOptions {
  /**
   * Type of float results: "declared" rounds them to the type the graph states, "float64" returns them unrounded.
   * Default "declared".
   */
  readonly floats?: "declared" | "float64";
}

type Scope = ReadonlyMap<string, Dense>;

/**
 * Values of the graph's outputs (or of any named values) for the given inputs. Inputs of a float type may be given
 * in any float type, so that a float32 graph can be probed with float64 increments.
 *
 * @param feeds one tensor for every graph input, by name, in the declared shape
 * @param outputs names of the wanted values; default the graph's outputs
 * @throws {SpecError} for a missing input or an unknown output, {ShapeError} for an input of another shape.
 * @example
 * ```ts
 * import { GraphBuilder, relu, tensorOf } from "isinglass/engine";
 * const b = new GraphBuilder();
 * b.output(relu(b, b.input("x", "float32", [3])), "y");
 * [...interpret(b.build(), { x: tensorOf("float32", [3], [-1, 0, 2]) }).y.data]; // => [0, 0, 2]
 * ```
 */
export function interpret(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[] = graph.outputs,
  { floats = "declared" }: InterpretOptions = {},
): Record<string, Tensor> {
  for (const name of outputs)
    if (!graph.values.has(name))
      throw new SpecError(`interpret: graph "${graph.name}" has no value "${name}"`);
  const needed = prune(graph, outputs);
  const scope = new Map<string, Dense>();
  for (const info of graph.inputs) scope.set(info.name, feedOf(info, feeds[info.name]));
  run(needed, scope, new Map());
  return Object.fromEntries(
    outputs.map((name) => {
      const value = lookup(scope, new Map(), name);
      const wide = floats === "float64" && isFloat(value.dtype);
      return [name, toTensor(wide ? { ...value, dtype: "float64" } : value)];
    }),
  );
}

function feedOf(info: ValueInfo, tensor: Tensor | undefined): Dense {
  if (tensor === undefined)
    throw new SpecError(`interpret: no tensor for input "${info.name}" ${info.dtype}[${info.shape}]`);
  const sameKind = tensor.dtype === info.dtype || (isFloat(tensor.dtype) && isFloat(info.dtype));
  if (tensor.shape.join() !== info.shape.join() || !sameKind)
    throw new ShapeError(
      `interpret: input "${info.name}" received ${tensor.dtype}[${tensor.shape}], expected ${info.dtype}[${info.shape}]`,
    );
  return { ...fromTensor(tensor), dtype: info.dtype };
}

/** Fills `scope` with the initializers and every node output; `outer` holds the enclosing graph's values. */
function run(graph: Graph, scope: Map<string, Dense>, outer: Scope): void {
  for (const [name, tensor] of graph.initializers) scope.set(name, fromTensor(tensor));
  for (const node of graph.nodes) evaluateNode(graph, node, scope, outer);
}

function evaluateNode(graph: Graph, node: Node, scope: Map<string, Dense>, outer: Scope): void {
  const entry = operatorOf(node.op, node.domain);
  if (entry === null)
    throw new UnsupportedOpError(`interpret: node "${node.name}": operator ${node.op} is not supported`, {
      hint: unsupportedReason(node.op, node.domain),
    });
  const results = entry.evaluate({
    op: node.op,
    attributes: node.attributes,
    inputs: node.inputs.map((name) => (name === "" ? null : lookup(scope, outer, name))),
    outputs: node.outputs.map(
      (name) => graph.values.get(name) ?? { dtype: "float32" as const, shape: [] as number[] },
    ),
    runBody: (body, inputs) => {
      const visible = new Map([...outer, ...scope]);
      const inner = new Map(body.inputs.map((info, i) => [info.name, inputs[i] as Dense]));
      run(body, inner, visible);
      return body.outputs.map((name) => lookup(inner, visible, name));
    },
  });
  for (const [i, name] of node.outputs.entries()) if (name !== "") scope.set(name, results[i] as Dense);
}

function lookup(scope: Scope, outer: Scope, name: string): Dense {
  const value = scope.get(name) ?? outer.get(name);
  if (value === undefined) throw new Error(`internal: value "${name}" is used before it is made`);
  return value;
}
