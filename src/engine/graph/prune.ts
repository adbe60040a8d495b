/** Which values a graph uses: names captured from outside by control-flow bodies, and dead-code elimination. */
import type { Graph, Node } from "../ir.ts";

/** Names that a graph reads but does not define: values of the enclosing graph. */
export function capturedNames(graph: Graph): Set<string> {
  const defined = new Set<string>([...graph.inputs.map((v) => v.name), ...graph.initializers.keys()]);
  const captured = new Set<string>();
  for (const node of graph.nodes) {
    for (const name of usedNames(node)) if (!defined.has(name)) captured.add(name);
    for (const name of node.outputs) defined.add(name);
  }
  for (const name of graph.outputs) if (!defined.has(name)) captured.add(name);
  return captured;
}

/** Every value a node reads, including those captured by its bodies. */
export function usedNames(node: Node): string[] {
  const used = node.inputs.filter((name) => name !== "");
  for (const attribute of Object.values(node.attributes))
    if (attribute.type === "graph") used.push(...capturedNames(attribute.value));
  return used;
}

/** Names of all values and nodes, those of bodies included. */
export function allNames(graph: Graph): string[] {
  const bodies = graph.nodes.flatMap((node) =>
    Object.values(node.attributes).flatMap((a) => (a.type === "graph" ? allNames(a.value) : [])),
  );
  return [...graph.values.keys(), ...graph.nodes.map((node) => node.name), ...bodies];
}

/**
 * The part of a graph that its outputs (or the given ones) depend on. Inputs are kept even when unused, because
 * they are the graph's signature.
 * @example
 * ```ts
 * import { exp, GraphBuilder, tanh } from "isinglass/engine";
 * const b = new GraphBuilder();
 * const hidden = tanh(b, b.input("x", "float32", [2]));
 * b.output(exp(b, hidden), "y");
 * prune(b.build(), [hidden.name]).nodes.map((node) => node.op); // => ["Tanh"]
 * ```
 */
export function prune(graph: Graph, outputs: readonly string[] = graph.outputs): Graph {
  const needed = new Set<string>(outputs);
  const kept: Node[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Node;
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of usedNames(node)) needed.add(name);
  }
  kept.reverse();
  const initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name)));
  const alive = new Set([
    ...graph.inputs.map((v) => v.name),
    ...initializers.keys(),
    ...kept.flatMap((node) => node.outputs),
  ]);
  const values = new Map([...graph.values].filter(([name]) => alive.has(name)));
  return { name: graph.name, inputs: graph.inputs, initializers, nodes: kept, outputs: [...outputs], values };
}
