/** Values of everything in a graph that does not depend on the data. */
import { type Graph, interpret, intsOf, type Node, type Tensor, usedNames } from "../../engine/index.ts";

/** Tensors of the constants that `moving` nodes use; those that other nodes make are evaluated. */
export function evaluateConstants(
  graph: Graph,
  moving: readonly Node[],
  varying: ReadonlySet<string>,
): Map<string, Tensor> {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const known = new Map<string, Tensor>();
  const made: string[] = [];
  for (const name of new Set(moving.flatMap(usedNames))) {
    if (varying.has(name)) continue;
    const tensor = graph.initializers.get(name) ?? transposed(graph, producers.get(name));
    if (tensor === null) made.push(name);
    else known.set(name, tensor);
  }
  if (made.length === 0) return known;
  const evaluated = interpret({ ...graph, inputs: [] }, {}, made);
  for (const name of made) known.set(name, evaluated[name] as Tensor);
  return known;
}

/** The transpose of a stored matrix, such as an embedding table used again at the output: large and frequent. */
function transposed(graph: Graph, node: Node | undefined): Tensor | null {
  const stored = node?.op === "Transpose" ? graph.initializers.get(node.inputs[0] as string) : undefined;
  if (node === undefined || stored === undefined || stored.shape.length !== 2) return null;
  if (`${intsOf(node.attributes, "perm") ?? [1, 0]}` !== "1,0") return stored;
  const [rows = 0, columns = 0] = stored.shape;
  const from = stored.data as Float32Array;
  const to = from.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j] as number;
  }
  return { dtype: stored.dtype, shape: [columns, rows], data: to };
}
