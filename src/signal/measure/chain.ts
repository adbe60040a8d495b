/**
 * The main path of a network: the layers whose pre-activations follow each other, so that the ratio of their squared
 * gradients is a growth per layer. Inside residual blocks only the sum with the skip connection is on it.
 */
import type { NetworkLayer } from "../../networks/index.ts";

/** Indices of the layers on the main path, ascending. */
export function chainOf(layers: readonly NetworkLayer[]): readonly number[] {
  return layers.flatMap(({ role }, index) => (role === "plain" || role === "outer" ? [index] : []));
}

/** For every layer the next one on the main path; null for the last and for layers off it. */
export function successors(layers: readonly NetworkLayer[]): readonly (number | null)[] {
  const chain = chainOf(layers);
  const next = new Map(chain.map((index, k) => [index, chain[k + 1] ?? null]));
  return layers.map((_, index) => next.get(index) ?? null);
}
