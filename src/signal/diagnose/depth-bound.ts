/**
 * How deep a plain network may be: as long as signals survive at infinite width (6 xi_c, Schoenholz et al. 2017), and no deeper
 * than it is wide, since beyond L ~ N gradients of single draws scatter by orders of magnitude (Hanin and Nica 2020).
 */
import type { NetworkLayer } from "../../networks/index.ts";
import type { LayerMeasurement } from "../measure/index.ts";
import { type MeanField, predictFiniteWidth, type ScalarActivation } from "../theory/index.ts";
import type { DepthBound } from "./types.ts";

/** Width of the hidden layers. */
export interface WidthEvidence {
  /** Harmonic mean of the widths of the dense hidden layers: sum of 1/N over layers is what counts. */
  readonly units: number;
  /** Factor by which squared gradients of single draws scatter around their mean in a network as deep as wide. */
  readonly scatter: number;
}

/** Harmonic mean of the widths of the dense hidden layers, rounded; null where there are none, as in convolutions with a dense head. */
export function hiddenWidth(layers: readonly Pick<NetworkLayer, "kind" | "fanIn">[]): number | null {
  const isDense = (i: number): boolean => layers[i]?.kind === "dense";
  const hidden = layers.filter((_, i) => isDense(i) && isDense(i - 1));
  if (hidden.length === 0) return null;
  return Math.round(hidden.length / hidden.reduce((sum, { fanIn }) => sum + 1 / fanIn, 0));
}

/** Width of the dense hidden layers and what it does; null where there are none. */
export function widthEvidence(
  measured: readonly LayerMeasurement[],
  activation: ScalarActivation,
  { sigmaW2, sigmaB2 }: MeanField,
): WidthEvidence | null {
  const units = hiddenWidth(measured.map(({ layer }) => layer));
  if (units === null) return null;
  const { logGradientVariance } = predictFiniteWidth(
    activation,
    { sigmaW2, sigmaB2 },
    { depth: units, width: units },
  );
  return { units, scatter: Math.exp(Math.sqrt(logGradientVariance[0] ?? 0)) };
}

/** The smaller of both bounds. */
export function boundDepth(
  { maxDepth }: Pick<MeanField, "maxDepth">,
  width: Pick<WidthEvidence, "units"> | null,
): DepthBound {
  const infiniteWidth = maxDepth.value;
  if (width !== null && width.units < infiniteWidth) {
    return { layers: width.units, by: "width", infiniteWidth };
  }
  const by = maxDepth.method.includes("xiGradient") ? "gradients" : "signals";
  return { layers: infiniteWidth, by, infiniteWidth };
}
