/** Mean-field theory of one network: fixed points, depth profile and correlation map, in a few milliseconds. */
import { type Activation, resolveActivation } from "../../../../src/networks/activations/index.ts";
import {
  averageMoments,
  type MeanField,
  pairKernel,
  predictDepthProfile,
  scanVariance,
  solveMeanField,
  type VarianceScan,
} from "../../../../src/signal/theory/index.ts";
import { serveJob } from "../../jobs/worker.ts";
import type { CorrelationMap, PointRequest, PointResult } from "./point-messages.ts";

/** Scans of the last activations. */
const scans = new Map<string, { activation: Activation; scan: VarianceScan }>();
const MOST_SCANS = 8;

function scanOf(text: string): { activation: Activation; scan: VarianceScan } {
  const known = scans.get(text);
  if (known !== undefined) return known;
  const activation = resolveActivation(text);
  const made = { activation, scan: scanVariance(activation) };
  if (scans.size >= MOST_SCANS) scans.delete(scans.keys().next().value as string);
  scans.set(text, made);
  return made;
}

serveJob<PointRequest, never, PointResult>((request) => {
  const { weightVariance: sigmaW2, biasVariance: sigmaB2, depth, cosine, points } = request;
  const { activation, scan } = scanOf(request.activation);
  const variances = { sigmaW2, sigmaB2 };
  const field = solveMeanField(activation, variances, { scan });
  const { q, c } = predictDepthProfile(activation, variances, { depth, cosine });
  return { request, field, q, c, map: mapAt(activation, field, points, cosine < 0 ? -1 : 0) };
});

/** c' = 1 - sigmaW2 loss(1 - c) / q' at q = q*: `predictCorrelationStep` for many c at once. */
function mapAt(
  activation: Activation,
  field: MeanField,
  points: number,
  from: number,
): CorrelationMap | null {
  const q = field.q.value;
  if (!(q > 0 && Number.isFinite(q)) || points < 2) return null;
  const moments = averageMoments(activation, q);
  const kernel = pairKernel(activation, moments);
  const next = field.sigmaW2 * moments.meanSquare + field.sigmaB2;
  const c = Float64Array.from({ length: points }, (_, i) => from + ((1 - from) * i) / (points - 1));
  return {
    c,
    next: c.map((value) => (value === 1 ? 1 : 1 - (field.sigmaW2 * kernel.loss(1 - value)) / next)),
  };
}
