/**
 * Which versions of the standard operators can be written. Graphs follow operator set 21; the operators we use mean
 * the same from 18 on, except those listed here. Source: onnx/docs/Changelog.md.
 */
import type { Node } from "../ir.ts";

/** Oldest version that can be written: from 18 on reductions take their axes as an input. */
export const oldestOpset = 18;
/** Newest version that can be written. */
export const newestOpset = 22;

const introduced: Readonly<Record<string, number>> = {
  AffineGrid: 20,
  Gelu: 20,
  // GroupNormalization changed what scale and bias mean in 21
  GroupNormalization: 21,
  Swish: 24,
  RMSNormalization: 23,
  RotaryEmbedding: 23,
  Attention: 23,
};

/** The first operator set in which a node means what it means in ours. */
export function minimumOpset(node: Node): number {
  return node.domain === "" ? (introduced[node.op] ?? oldestOpset) : oldestOpset;
}
