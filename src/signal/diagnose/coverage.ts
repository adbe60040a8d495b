/** Which theory covers a network: plain chains of dense or convolutional layers. */
import { type Activation, type NetworkLayer, resolveActivation } from "../../networks/index.ts";

/** What theory can say about a network. */
export interface Coverage {
  /** The one activation between all layers: fixed points and phase are those of it. Null when there is none. */
  readonly activation: Activation | null;
  /** Activations layer by layer; null when the network is no plain chain, so that no recursion applies. */
  readonly chain: readonly Activation[] | null;
  /** Why parts or all of the network are not covered, one sentence each. */
  readonly gaps: readonly string[];
}

/** Layers that a sentence names. */
const NAMED = 4;

/**
 * Decides from the layers, and from the operators that stand between them and are no pooling (`strangers`).
 */
export function coverageOf(layers: readonly NetworkLayer[], strangers: readonly string[] = []): Coverage {
  const gaps: string[] = [];
  const count = (is: (layer: NetworkLayer) => boolean, what: string): void => {
    const found = layers.filter(is).map(({ name }) => name);
    if (found.length === 0) return;
    const rest = found.length - NAMED;
    const names = `${found.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    gaps.push(
      `${found.length} of ${layers.length} weight layers ${what} (${names}); the theory of plain chains does not hold.`,
    );
  };
  count(({ role }) => role !== "plain", "lie in residual blocks");
  count(({ normalization }) => normalization === "layer", "are followed by layer normalisation");
  // with stored statistics it is an affine map, which counts with the weights
  count(
    ({ normalization, statistics }) => normalization === "batch" && statistics !== "running",
    "are followed by batch normalisation",
  );
  count(({ kind }) => kind === "conv-transpose", "are transposed convolutions");
  count(({ groups }) => groups > 1, "mix only groups of channels");
  if (strangers.length > 0) {
    const which = [...new Set(strangers)].join(", ");
    gaps.push(`Between weight layers stand ${which}; the theory of plain chains does not hold.`);
  }
  if (layers.length < 2) gaps.push("There is no hidden layer; theory describes deep networks.");
  if (gaps.length > 0) return { activation: null, chain: null, gaps };
  const names = layers.map(({ activation }) => activation ?? "linear");
  const chain = names.map((name) => resolveActivation(name));
  const hidden = [...new Set(names.slice(0, -1))];
  if (hidden.length === 1) return { activation: chain[0] as Activation, chain, gaps };
  const gap = `The activation changes between layers (${hidden.join(", ")}): theory follows them, but there is no common fixed point.`;
  return { activation: null, chain, gaps: [gap] };
}
