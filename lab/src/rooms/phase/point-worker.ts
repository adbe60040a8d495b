/**
 * Mean-field theory of one network: fixed points, depth profile and correlation map. Exactly, in ten to a few hundred
 * milliseconds, or while something is dragged from the library's interpolated tables, in one or two.
 */
import { exact } from "../../../../src/base/index.ts";
import { type Activation, resolveActivation } from "../../../../src/networks/activations/index.ts";
import {
  averageMoments,
  depthScale,
  type PointSketch,
  PointSketcher,
  pairKernel,
  phaseOf,
  predictDepthProfile,
  scanVariance,
  solveMeanField,
  trainableDepthFactor,
  type VarianceScan,
} from "../../../../src/signal/theory/index.ts";
import { serveJob } from "../../jobs/worker.ts";
import type { PhaseAhead } from "./ahead.ts";
import type { CorrelationMap, PointNumbers, PointRequest, PointResult } from "./point-messages.ts";

/** What is kept of an activation; the sketcher is made when something is dragged. */
interface Known {
  readonly activation: Activation;
  readonly scan: VarianceScan;
  sketcher: PointSketcher | null;
}
const known = new Map<string, Known>();
const MOST_KNOWN = 8;

function recall(text: string): Known {
  const found = known.get(text);
  if (found !== undefined) return found;
  const activation = resolveActivation(text);
  const made: Known = { activation, scan: scanVariance(activation), sketcher: null };
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value as string);
  known.set(text, made);
  return made;
}

/** Milliseconds without a request after which the tables of a drag to come are made. */
const IDLE = 300;
let idle: ReturnType<typeof setTimeout> | undefined;

serveJob<PointRequest, never, PointResult, PhaseAhead>(answer, ({ activation }) => {
  recall(activation);
});

function answer(request: PointRequest): PointResult {
  clearTimeout(idle);
  const about = recall(request.activation);
  if (about.sketcher === null && about.activation.degree === null)
    idle = setTimeout(() => sketch(request, about), IDLE);
  // degree one is in closed form, and so as fast exactly
  return request.isLive && about.activation.degree === null ? sketch(request, about) : solve(request, about);
}

function solve(request: PointRequest, { activation, scan }: Known): PointResult {
  const { weightVariance: sigmaW2, biasVariance: sigmaB2, depth, cosine } = request;
  const field = solveMeanField(activation, { sigmaW2, sigmaB2 }, { scan });
  const { q, c } = predictDepthProfile(activation, { sigmaW2, sigmaB2 }, { depth, cosine });
  return { request, field, q, c, map: mapAt(activation, request, field.q.value) };
}

/** c' = 1 - sigmaW2 loss(1 - c) / q' at q = q*: `predictCorrelationStep` for many c at once. */
function mapAt(activation: Activation, request: PointRequest, q: number): CorrelationMap | null {
  const c = mapPlaces(request);
  if (!(q > 0 && Number.isFinite(q)) || c.length < 2) return null;
  const { weightVariance: sigmaW2, biasVariance: sigmaB2 } = request;
  const moments = averageMoments(activation, q);
  const kernel = pairKernel(activation, moments);
  const next = sigmaW2 * moments.meanSquare + sigmaB2;
  return {
    c,
    next: c.map((value) => (value === 1 ? 1 : 1 - (sigmaW2 * kernel.loss(1 - value)) / next)),
  };
}

function sketch(request: PointRequest, about: Known): PointResult {
  const { weightVariance: sigmaW2, biasVariance: sigmaB2, depth, cosine } = request;
  about.sketcher ??= new PointSketcher(about.activation);
  const c = mapPlaces(request);
  const sketched = about.sketcher.sketch({ sigmaW2, sigmaB2 }, { depth, cosine, c });
  const map = sketched.map === null ? null : { c, next: sketched.map };
  return { request, field: numbersOf(sketched), ...sketched.profile, map };
}

/** Correlations where the map is drawn: from -1 for inputs that begin unlike. */
function mapPlaces({ points, cosine }: PointRequest): Float64Array {
  const from = cosine < 0 ? -1 : 0;
  return Float64Array.from({ length: points }, (_, i) => from + ((1 - from) * i) / (points - 1));
}

function numbersOf({ q, decorrelation, chi1, chiC, chiQ }: PointSketch): PointNumbers {
  const shown = (value: number) => exact(value, "interpolated tables");
  const xiC = depthScale(chiC);
  const deepest = trainableDepthFactor * (Number.isFinite(xiC) ? xiC : depthScale(chi1));
  return {
    ...{ phase: phaseOf(chi1), q: shown(q), c: shown(1 - decorrelation), chi1: shown(chi1) },
    ...{ xiQ: shown(depthScale(chiQ)), xiC: shown(xiC), maxDepth: shown(deepest) },
  };
}
