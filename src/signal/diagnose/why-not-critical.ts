/** Why no weight variance makes a network critical: physics where it says so, else what theory does not cover. */
import type { LayerMeasurement } from "../measure/index.ts";
import type { Parts } from "./parts.ts";

/** One or two sentences. */
export function whyNotCritical(
  { activation, special = null, beyond = [], gaps, recommended = null, keepRate = 1 }: Parts,
  measured: readonly LayerMeasurement[],
): string {
  const layers = measured.map(({ layer }) => layer);
  if (recommended !== null) {
    return "The identity path of residual blocks carries signals at any weight variance; what depth costs is the growth of gradients, which the scale of the branches sets.";
  }
  if (beyond.length > 0) {
    const reset = beyond.includes("layer normalisation")
      ? ", and layer normalisation sets the length of signals at any weight variance"
      : "";
    return `Mean-field theory does not cover ${beyond.join(", ")}${reset}: no critical initialisation is known.`;
  }
  if (activation !== null && keepRate < 1) return dropoutSentence(keepRate);
  if (activation !== null) return `${activation.name} has no critical point: choose another activation.`;
  if (layers.some(({ statistics }) => statistics === "batch")) {
    return `${special?.statement ?? "Batch normalisation multiplies squared gradients by more than 1 per layer at any weight variance."} No weight variance changes that (Yang et al. 2019): add residual connections, use fewer layers, or leave the normalisation out.`;
  }
  if (layers.some(({ normalization }) => normalization === "layer")) {
    return "Layer normalisation sets the length of every signal, so lengths and gradients do not depend on the weight variance and none is critical.";
  }
  return gaps.length === 0
    ? "No critical initialisation is known."
    : `Theory follows this network only in part, so no critical initialisation is known. ${gaps.join(" ")}`;
}

/** Schoenholz et al. 2017, section 5: with dropout c* = 1 is never a fixed point. */
export function dropoutSentence(keepRate: number): string {
  return `Dropout (keep ${keepRate}) makes even equal inputs differ, so no variance is critical and the depth stays bounded.`;
}
