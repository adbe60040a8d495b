/** Appends a whole graph to a builder, so that one model can stand several times in a larger computation. */
import { SpecError } from "../../base/index.ts";
import type { GraphBuilder, Value } from "../graph/index.ts";
import type { Graph } from "../ir.ts";

/**
 * Appends the nodes of `graph` under fresh names.
 *
 * @param bindings - a value of `b` for every input of the graph, and for initializers that are to be replaced
 * @returns a lookup from names in `graph` to values of `b`
 * @throws SpecError naming an input without a binding
 * @example
 * ```ts
 * import { GraphBuilder, tanh } from "isinglass/engine";
 *
 * const inner = new GraphBuilder("inner");
 * inner.output(tanh(inner, inner.input("x", "float32", [2])), "y");
 * const b = new GraphBuilder("outer");
 * const x = b.input("x", "float32", [2]);
 * const once = inlineGraph(b, inner.build(), { x })("y");
 * const twice = inlineGraph(b, inner.build(), { x: once })("y");
 * twice.shape; // => [2]
 * ```
 */
export function inlineGraph(
  b: GraphBuilder,
  graph: Graph,
  bindings: Readonly<Record<string, Value>>,
): (name: string) => Value {
  const values = new Map<string, Value>(Object.entries(bindings));
  for (const { name } of graph.inputs) {
    if (!values.has(name)) throw new SpecError(`inlineGraph: input "${name}" of ${graph.name} has no value`);
  }
  for (const [name, tensor] of graph.initializers) {
    if (!values.has(name)) values.set(name, b.constant(tensor));
  }
  const find = (name: string): Value => values.get(name) ?? b.value(name);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === "" ? null : find(name)));
    const outputs = b.op(node.op, inputs, node.attributes, {
      domain: node.domain,
      outputs: node.outputs.length,
    });
    node.outputs.forEach((name, i) => {
      if (name !== "") values.set(name, outputs[i] as Value);
    });
  }
  return find;
}
