/** The table of layers: measurement beside theory, and what each layer does to the signal. */
import { type Estimate, exact } from "../../base/index.ts";
import type { LayerMeasurement } from "../measure/index.ts";
import type { Surroundings } from "./between.ts";
import type { TheoryPoint } from "./profile.ts";
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
  profile: readonly (TheoryPoint | null)[] | null,
  surroundings: readonly Surroundings[] = [],
): LayerDiagnosis[] {
  return measured.map((measurement, index) => {
    const { layer } = measurement;
    const point = profile?.[index] ?? null;
    const variance = variances[index] as LayerVarianceEstimate;
    // differences are compared along the main path: inside a block the skip connection carries the rest
    const previous = measured.slice(0, index).findLast(({ chi }) => chi !== null) ?? null;
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
      ...excuse(judgeLayer(measurement, previous), surroundings[index]),
    };
  });
}

function compare(theory: number | null | undefined, measured: Estimate | null): Comparison {
  return { theory: theory ?? null, measured };
}

function judgeLayer(
  { chi, q, oneMinusC, layer }: LayerMeasurement,
  previous: LayerMeasurement | null,
): Judgement {
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
  const isInside = layer.role === "inner" || layer.role === "shortcut";
  if (!isInside && kept < SMALLEST_DIFFERENCE) {
    return {
      state: "forgets",
      note: `Only ${text(kept)} of the differences between inputs passes this layer.`,
    };
  }
  return isInside
    ? { state: "uncovered", note: "Inside a residual block: judged at the end of the block." }
    : { state: "ok", note: "" };
}

interface Judgement {
  readonly state: LayerState;
  readonly note: string;
}

/** A change that comes from an operator which theory does not cover is not the layer's. */
function excuse(judgement: Judgement, surroundings: Surroundings | undefined): Judgement {
  const { state, note } = judgement;
  if (surroundings === undefined || state === "ok" || state === "uncovered") return judgement;
  // gradients change on the way back from the next layer, differences on the way here
  const [causes, where] =
    state === "forgets" ? [surroundings.before, "before"] : [surroundings.after, "after"];
  if (causes.length === 0) return judgement;
  return {
    state: "uncovered",
    note: `${note.replace(/\.$/, "")}: ${causes.join(" and ")} ${where} it, which theory does not cover.`,
  };
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
