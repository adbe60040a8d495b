/**
 * The main path of a network: the layers whose pre-activations every path from the input to the output passes, so that
 * the ratio of their squared gradients is a growth per layer. Inside residual blocks only the sum with the skip
 * connection is on it; in a DenseNet, where earlier outputs are joined again and again, nearly nothing is.
 */
import type { Graph } from "../../engine/index.ts";
import type { NetworkLayer } from "../../networks/index.ts";

/** Whether `output` depends on the inputs only through `value`. */
function isPassedByAll(graph: Graph, output: string, value: string): boolean {
  const reached = new Set(graph.inputs.map(({ name }) => name));
  reached.delete(value);
  for (const { inputs, outputs } of graph.nodes) {
    if (!inputs.some((name) => reached.has(name))) continue;
    for (const name of outputs) if (name !== value) reached.add(name);
  }
  return !reached.has(output);
}

/**
 * Indices of the layers on the main path, ascending.
 *
 * @param graph - with the data as its only input: parameters that are inputs would be paths of their own.
 */
export function chainOf(graph: Graph, output: string, layers: readonly NetworkLayer[]): readonly number[] {
  return layers.flatMap((layer, index) => (isPassedByAll(graph, output, layer.preActivation) ? [index] : []));
}

/** For each of `count` layers the next one on the main path; null for the last and for layers off it. */
export function successors(chain: readonly number[], count: number): readonly (number | null)[] {
  const next = new Map(chain.map((index, k) => [index, chain[k + 1] ?? null]));
  return Array.from({ length: count }, (_, index) => next.get(index) ?? null);
}
