/**
 * Dense chains with batch normalisation over the batch at hand, exactly for any batch size (Yang et al. 2019): every unit has
 * variance 1 and sums to zero over the batch, and squared gradients grow by a factor above 1 at any weight variance.
 */
import { type NetworkLayer, resolveActivation } from "../../networks/index.ts";
import { averageMoments, pairKernel, predictBatchNorm, trainableDepthFactor } from "../theory/index.ts";
import type { SpecialTheory } from "./parts.ts";
import type { LayerFacts, PathPlan } from "./path/index.ts";
import type { TheoryPoint } from "./profile.ts";

/** Below 4 examples the mean squared gradient is infinite. */
const SMALLEST_BATCH = 4;

/** Whether the exact growth per layer applies: dense, normalised with scale 1, one after the other. */
export function isNormalizedChain(
  layers: readonly NetworkLayer[],
  facts: readonly LayerFacts[],
  { segments, uncovered }: PathPlan,
  batch: number,
): boolean {
  return (
    layers.length >= 3 &&
    batch >= SMALLEST_BATCH &&
    segments.length === 1 &&
    uncovered.length === 0 &&
    layers.every(({ kind, role }) => kind === "dense" && role === "plain") &&
    layers.slice(0, -1).every(({ statistics }) => statistics === "batch") &&
    facts.every(({ gain2, shift2 }) => gain2 === 1 && shift2 === 0) &&
    layers.at(-1)?.normalization === "none"
  );
}

/** Theory for such a chain. */
export function predictNormalized(
  layers: readonly NetworkLayer[],
  facts: readonly LayerFacts[],
  batch: number,
): SpecialTheory {
  const last = layers.length - 1;
  const behind = facts[last] as LayerFacts;
  const growths: number[] = [];
  const points = layers.map((layer, l): Omit<TheoryPoint, "relativeGradient"> => {
    if (l === last)
      return outputPoint(layers[l - 1] as NetworkLayer, facts[l - 1] as LayerFacts, behind, batch);
    const { gain2, shift2 } = facts[l] as LayerFacts;
    const q = gain2 + shift2;
    const activation = activationOf(layer);
    const chi =
      l === last - 1
        ? behind.sigmaW2 * averageMoments(activation, q).slopeSquare
        : growthOf(activation, batch);
    if (l < last - 1) growths.push(chi);
    return { q, c: (shift2 - gain2 / (batch - 1)) / q, chi };
  });
  const growth = Math.exp(growths.reduce((sum, g) => sum + Math.log(g), 0) / growths.length);
  const bound = trainableDepthFactor / Math.abs(Math.log(growth));
  return {
    profile: withGradients(points),
    statement: `Batch normalisation fixes the length of signals and multiplies squared gradients by ${round(growth)} per layer at any weight variance, so gradients survive about ${round(bound, 2)} layers (6 layers per factor e).`,
    gaps: [
      "With batch normalisation no weight variance is critical: lengths and gradients do not depend on it.",
    ],
  };
}

/** Behind the last normalised layer: phi of Gaussians of known variance, times free weights. */
function outputPoint(
  before: NetworkLayer,
  { gain2, shift2 }: LayerFacts,
  { sigmaW2, sigmaB2 }: LayerFacts,
  batch: number,
): Omit<TheoryPoint, "relativeGradient"> {
  const activation = activationOf(before);
  const variance = gain2 + shift2;
  const moments = averageMoments(activation, variance);
  const epsilon = Math.min(2, (gain2 * batch) / (batch - 1) / variance);
  const q = sigmaW2 * moments.meanSquare + sigmaB2;
  return { q, c: 1 - (sigmaW2 * pairKernel(activation, moments).loss(epsilon)) / q, chi: null };
}

type Activation = ReturnType<typeof resolveActivation>;

const growthCache = new WeakMap<Activation, Map<number, number>>();

function growthOf(activation: Activation, batch: number): number {
  const known = growthCache.get(activation) ?? new Map<number, number>();
  growthCache.set(activation, known);
  const value = known.get(batch) ?? predictBatchNorm(activation, batch).growth.value;
  known.set(batch, value);
  return value;
}

function activationOf({ activation }: NetworkLayer): Activation {
  return resolveActivation(activation ?? "linear");
}

function withGradients(points: readonly Omit<TheoryPoint, "relativeGradient">[]): TheoryPoint[] {
  let relativeGradient = 1;
  return [...points]
    .reverse()
    .map((point) => {
      relativeGradient *= point.chi ?? 1;
      return { ...point, relativeGradient };
    })
    .reverse();
}

function round(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}
