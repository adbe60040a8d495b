/** Which theory covers a network: plain chains of dense or convolutional layers with one activation between them. */
import type { NetworkLayer } from "../../networks/index.ts";

/** What theory can say about a network. */
export interface Coverage {
  /** The activation between all layers of the chain; null when theory does not apply. */
  readonly activation: string | null;
  /** Why parts or all of the network are not covered, one sentence each. */
  readonly gaps: readonly string[];
}

/** Decides from the layers alone. */
export function coverageOf(layers: readonly NetworkLayer[]): Coverage {
  const gaps: string[] = [];
  const hidden = layers.slice(0, -1);
  const activations = new Set(hidden.map(({ activation }) => activation ?? "linear"));
  const inBlocks = layers.filter(({ role }) => role !== "plain").length;
  const normalized = layers.filter(({ normalization }) => normalization !== "none").length;
  const transposed = layers.filter(({ kind }) => kind === "conv-transpose").length;
  if (inBlocks > 0)
    gaps.push(`${inBlocks} layers lie in residual blocks, which the chain theory does not describe.`);
  if (normalized > 0)
    gaps.push(`${normalized} layers are normalised, which the chain theory does not describe.`);
  if (transposed > 0)
    gaps.push(`${transposed} layers are transposed convolutions, which theory does not describe.`);
  if (activations.size > 1) {
    gaps.push(`The activation changes between layers (${[...activations].join(", ")}); theory needs one.`);
  }
  if (layers.length < 2) gaps.push("There is no hidden layer; theory describes deep networks.");
  const [activation = null] = activations;
  return { activation: gaps.length === 0 ? activation : null, gaps };
}
