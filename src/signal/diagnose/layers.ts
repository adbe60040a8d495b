/** The table of layers: measurement beside theory, and what each layer does to the signal. */
import { type Estimate, exact } from "../../base/index.ts";
import type { LayerMeasurement } from "../measure/index.ts";
import type { ProfilePoint } from "./profile.ts";
import type { Comparison, LayerDiagnosis, LayerState } from "./types.ts";

/** Variances of one layer, known from its specification or estimated from its weights. */
export interface LayerVarianceEstimate {
  readonly weight: Estimate;
  readonly bias: Estimate | null;
}

/** Growth of squared gradients per layer outside of which a layer is marked. */
const LARGEST_GROWTH = 2;
const SMALLEST_GROWTH = 1 / LARGEST_GROWTH;
/** Share of the differences between inputs that a layer has to keep. */
const SMALLEST_DIFFERENCE = 0.5;

/** Builds the rows. `profile` is null where no theory applies. */
export function describeLayers(
  measured: readonly LayerMeasurement[],
  variances: readonly LayerVarianceEstimate[],
  profile: readonly ProfilePoint[] | null,
): LayerDiagnosis[] {
  return measured.map((measurement, index) => {
    const { layer } = measurement;
    const point = profile?.[index] ?? null;
    const variance = variances[index] as LayerVarianceEstimate;
    const previous = index === 0 ? null : (measured[index - 1] as LayerMeasurement);
    return {
      layer: layer.index + 1,
      name: layer.name,
      kind: layer.kind,
      activation: layer.activation,
      fanIn: layer.fanIn,
      fanOut: layer.fanOut,
      weightVariance: variance.weight,
      biasVariance: variance.bias,
      q: compare(point?.q, measurement.q),
      c: compare(point?.c, measurement.c),
      chi: compare(point?.chi, measurement.chi),
      gradient: compare(point?.relativeGradient, measurement.relativeGradient),
      ...judgeLayer(measurement, previous),
    };
  });
}

function compare(theory: number | null | undefined, measured: Estimate | null): Comparison {
  return { theory: theory ?? null, measured };
}

function judgeLayer(
  { chi, q, oneMinusC, layer }: LayerMeasurement,
  previous: LayerMeasurement | null,
): { state: LayerState; note: string } {
  const text = (value: number): string => String(Number(value.toPrecision(2)));
  if (!Number.isFinite(q.value)) return { state: "grows", note: "The signal overflows here." };
  if (q.value === 0) return { state: "shrinks", note: "The signal is exactly zero here." };
  if (chi !== null && chi.value > LARGEST_GROWTH) {
    return { state: "grows", note: `Squared gradients grow by ${text(chi.value)} here.` };
  }
  if (chi !== null && chi.value < SMALLEST_GROWTH) {
    return { state: "shrinks", note: `Squared gradients shrink to ${text(chi.value)} of themselves here.` };
  }
  const kept = previous === null ? 1 : oneMinusC.value / previous.oneMinusC.value;
  if (kept < SMALLEST_DIFFERENCE) {
    return {
      state: "forgets",
      note: `Only ${text(kept)} of the differences between inputs passes this layer.`,
    };
  }
  return layer.role === "inner" || layer.role === "shortcut"
    ? { state: "uncovered", note: "Inside a residual block: judged at the end of the block." }
    : { state: "ok", note: "" };
}

/** Variances as a specification states them. */
export function statedVariances(
  layers: readonly { readonly sigmaW2: number; readonly sigmaB2: number }[],
  hasBias: (index: number) => boolean,
): LayerVarianceEstimate[] {
  return layers.map(({ sigmaW2, sigmaB2 }, index) => ({
    weight: exact(sigmaW2, "as specified"),
    bias: hasBias(index) ? exact(sigmaB2, "as specified") : null,
  }));
}
