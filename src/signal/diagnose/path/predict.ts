/** Theory along a planned path, laid beside the measured layers. */
import { type NetworkLayer, resolveActivation } from "../../../networks/index.ts";
import type { RandomStream } from "../../../numerics/index.ts";
import type { LayerMeasurement, SignalMeasurement } from "../../measure/index.ts";
import {
  type PathLayer,
  type PathPoint,
  type PathStep,
  type PathStepPoints,
  predictPath,
  type SignalPath,
} from "../../theory/index.ts";
import type { TheoryPoint } from "../profile.ts";
import type { PathPlan, PlannedSegment, PlannedStep } from "./plan.ts";

/** What theory has to know about a layer beside its place. */
export interface LayerFacts {
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  /** Mean squares of the scales and shifts of a batch normalisation with the statistics of the batch. */
  readonly gain2: number;
  readonly shift2: number;
  /** Probability that dropout keeps a unit behind the layer. */
  readonly keepRate: number;
}

/** A segment with its prediction. */
export interface PredictedSegment {
  readonly segment: PlannedSegment;
  readonly path: SignalPath;
}

/** Smallest variance that stands for a layer whose weights are all zero. */
const SMALLEST = 1e-30;

/** The step of theory that a planned step is. */
export function theoryStep(
  step: PlannedStep,
  layers: readonly NetworkLayer[],
  facts: readonly LayerFacts[],
  count: number,
): PathStep {
  const layerAt = (index: number, isEnd = false): PathLayer => {
    const layer = layers[index] as NetworkLayer;
    const { sigmaW2, sigmaB2, gain2, shift2, keepRate } = facts[index] as LayerFacts;
    const isNormalized = layer.normalization === "batch" && layer.statistics === "batch";
    // positions count as examples of their own
    const batch = layer.kind === "dense" ? count : Number.POSITIVE_INFINITY;
    return {
      sigmaW2: Math.max(SMALLEST, sigmaW2),
      sigmaB2,
      activation: isEnd || layer.activation === null ? null : resolveActivation(layer.activation),
      normalization: isNormalized ? { gain2, shift2, batch } : null,
      keepRate,
    };
  };
  if (step.kind === "layer") return { kind: "layer", layer: layerAt(step.layer) };
  const { branch, shortcut, activation } = step.block;
  return {
    kind: "block",
    // the activation of an outer layer stands after the sum
    branch: branch.map((index) => layerAt(index, layers[index]?.role === "outer")),
    shortcut: shortcut === null ? null : layerAt(shortcut, true),
    activation: activation === null ? null : resolveActivation(activation),
  };
}

/** Predicts every segment from the network's input or from what was measured where it starts. */
export function predictSegments(
  { segments }: PathPlan,
  facts: readonly LayerFacts[],
  { layers, input, values }: SignalMeasurement,
  stream: RandomStream,
  population?: number,
): readonly PredictedSegment[] {
  const networkLayers = layers.map(({ layer }) => layer);
  return segments.flatMap((segment, k) => {
    const start = values.get(segment.start) ?? input;
    const [secondMoment, cosine] = [start.q.value, start.c.value];
    if (!(secondMoment > 0 && Number.isFinite(secondMoment) && Number.isFinite(cosine))) return [];
    const steps = segment.steps.map((step) => theoryStep(step, networkLayers, facts, input.count));
    const path = predictPath(steps, {
      secondMoment,
      cosine: Math.max(-1, Math.min(1, cosine)),
      shape: segment.shape === null ? null : resolveActivation(segment.shape),
      stream: stream.fork(k),
      ...(population === undefined ? {} : { population }),
    });
    return { segment, path };
  });
}

/** One point per layer; null where no segment passes. */
export function profileOf(
  segments: readonly PredictedSegment[],
  measured: readonly LayerMeasurement[],
): readonly (TheoryPoint | null)[] {
  const points = new Map<number, Located>();
  segments.forEach(({ segment, path }, k) => {
    segment.steps.forEach((step, s) => {
      for (const [index, point] of pointsOf(step, path.steps[s] as PathStepPoints, measured)) {
        points.set(index, { point, segment: k });
      }
    });
  });
  const last = measured.findLastIndex((_, index) => isOnMainPath(measured, index));
  const main = measured.flatMap((_, index) => (isOnMainPath(measured, index) ? [index] : []));
  return measured.map((_, index): TheoryPoint | null => {
    const own = points.get(index);
    if (own === undefined) return null;
    const following = points.get(main[main.indexOf(index) + 1] ?? -1);
    const isJoined = main.includes(index) && following !== undefined && following.segment === own.segment;
    return {
      q: own.point.q,
      c: knowsCorrelation((measured[index] as LayerMeasurement).layer) ? own.point.c : null,
      chi: isJoined ? Math.exp(own.point.logGradient - following.point.logGradient) : null,
      relativeGradient: relativeGradient(own, index, points, measured, main, last),
    };
  });
}

/** A predicted point and the segment it lies in. */
interface Located {
  readonly point: PathPoint;
  readonly segment: number;
}

/** Normalisation over positions fixes the mean over all of them, not the correlation at one. */
function knowsCorrelation({ kind, normalization, statistics }: NetworkLayer): boolean {
  return kind === "dense" || normalization !== "batch" || statistics !== "batch";
}

function isOnMainPath(measured: readonly LayerMeasurement[], index: number): boolean {
  return measured[index]?.chi !== null || index === measured.length - 1;
}

/**
 * The squared gradient relative to the network's last layer: within the last segment from theory alone, before it relative
 * to what was measured at the end of the segment, whose own value is then no prediction.
 */
function relativeGradient(
  { point, segment }: Located,
  index: number,
  points: ReadonlyMap<number, Located>,
  measured: readonly LayerMeasurement[],
  main: readonly number[],
  last: number,
): number | null {
  const anchor = main.findLast((candidate) => points.get(candidate)?.segment === segment);
  if (anchor === undefined || (anchor === index && index !== last)) return null;
  const reference = anchor === last ? 1 : (measured[anchor]?.relativeGradient.value ?? Number.NaN);
  const from = (points.get(anchor) as Located).point.logGradient;
  const value = reference * Math.exp(point.logGradient - from);
  return Number.isNaN(value) ? null : value;
}

/** Layers of a step with their points: at the end of a block the outer layer's pre-activation is the sum. */
function pointsOf(
  step: PlannedStep,
  { layers, shortcut, sum }: PathStepPoints,
  measured: readonly LayerMeasurement[],
): [number, PathPoint][] {
  if (step.kind === "layer") return [[step.layer, layers[0] as PathPoint]];
  const { branch, shortcut: projection } = step.block;
  const found = branch.map((index, k): [number, PathPoint] => [
    index,
    measured[index]?.layer.role === "outer" ? (sum as PathPoint) : (layers[k] as PathPoint),
  ]);
  return projection === null ? found : [...found, [projection, shortcut as PathPoint]];
}
