/**
 * Pools before a monotone activation instead of after it: max f(x) = f(max x) for non-decreasing f, and so are the
 * gradients, because where f is flat both are zero. The activation and its derivative then work on a quarter of the
 * values (2 x 2 windows), with the same result bit for bit.
 */
import { GraphBuilder } from "../graph/index.ts";
import type { Graph, Node } from "../ir.ts";

/** Non-decreasing operators without further inputs. LeakyRelu and Elu with a negative slope are left alone. */
const MONOTONE: ReadonlySet<string> = new Set([
  "Relu",
  "Tanh",
  "Sigmoid",
  "Erf",
  "Softplus",
  "Softsign",
  "Selu",
]);

/**
 * The same graph with every MaxPool moved before the activation that feeds it alone.
 *
 * @example
 * ```ts
 * import { GraphBuilder, one, relu } from "isinglass/engine";
 *
 * const b = new GraphBuilder();
 * const x = b.input("x", "float32", [1, 1, 4, 4]);
 * b.output(one(b, "MaxPool", [relu(b, x)], { kernel_shape: [2, 2], strides: [2, 2] }));
 * poolFirst(b.build()).nodes.map((node) => node.op); // => ["MaxPool", "Relu"]
 * ```
 */
export function poolFirst(graph: Graph): Graph {
  const uses = new Map<string, number>();
  const use = (name: string): unknown => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of graph.nodes) for (const name of node.inputs) use(name);
  for (const name of graph.outputs) use(name);
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const activationOf = (node: Node): Node | null => {
    const before = producer.get(node.inputs[0] ?? "");
    if (node.op !== "MaxPool" || node.outputs.length !== 1 || before === undefined) return null;
    return MONOTONE.has(before.op) && uses.get(before.outputs[0] as string) === 1 ? before : null;
  };
  const values = new Map(graph.values);
  const moved = new Set<Node>();
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const activation = activationOf(node);
    const output = graph.values.get(node.outputs[0] as string);
    if (activation === null || output === undefined) return [node];
    moved.add(activation);
    const pooled = `${output.name}_before`;
    values.set(pooled, { ...output, name: pooled });
    return [
      { ...node, inputs: activation.inputs, outputs: [pooled] },
      { ...activation, inputs: [pooled], outputs: node.outputs },
    ];
  });
  if (moved.size === 0) return graph;
  return GraphBuilder.from({ ...graph, nodes: nodes.filter((node) => !moved.has(node)), values }).build();
}
