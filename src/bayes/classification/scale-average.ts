/**
 * Classification at finite width: the outputs of a network with one output are f = sqrt(q) g, g of the Gaussian process of infinite
 * width and q random (exact for linear units, an approximation for others), so that p(labels) = int dq p(q) Z(q), Z the evidence of
 * the kernel q K. The integral runs over a grid of log q whose nodes are found by walking from the prior's maximum.
 */
import type { ScalePrior } from "../deep-linear/index.ts";

/** Something known for a kernel scaled by q. */
export interface ScaledEvidence {
  readonly logEvidence: number;
}

/** Nodes of the posterior of q. */
export interface ScaleNodes<T> {
  /** Ascending in q; weights have sum 1. */
  readonly nodes: readonly { readonly q: number; readonly weight: number; readonly answer: T }[];
  /** E q. */
  readonly mean: number;
  /** log int dq p(q) Z(q). */
  readonly logEvidence: number;
}

/** Distance of nodes in standard deviations of the prior of log q: the trapezoid rule errs by 1e-15 on a Gaussian of that width, 1e-4 on one half as wide. */
const SPACING = 0.7;
/** exp(-14) = 1e-6 of the largest weight is left out. */
const NEGLIGIBLE = 14;

/**
 * Walks over the posterior of q.
 *
 * @param prior - of `solveScalePrior`.
 * @param evaluate - the answer for the kernel q K; called once a node, about 15 times.
 * @throws whatever `evaluate` throws.
 */
export async function averageOverScale<T extends ScaledEvidence>(
  { first, step, values }: ScalePrior,
  evaluate: (q: number) => Promise<T>,
): Promise<ScaleNodes<T>> {
  const stride = Math.max(1, Math.round(SPACING * deviationOf(values)));
  const top = values.indexOf(values.reduce((most, value) => Math.max(most, value), 0));
  const known = new Map<number, { q: number; height: number; answer: T }>();
  const visit = async (k: number): Promise<number> => {
    const at = top + k * stride;
    const density = values[at] ?? 0;
    if (!(density > 0)) return Number.NEGATIVE_INFINITY;
    const seen = known.get(k);
    if (seen !== undefined) return seen.height;
    const q = Math.exp((first + at) * step);
    const answer = await evaluate(q);
    const height = Math.log(density) + answer.logEvidence;
    known.set(k, { q, height, answer });
    return height;
  };
  let best = 0;
  for (const direction of [1, -1])
    while ((await visit(best + direction)) > (await visit(best))) best += direction;
  const highest = await visit(best);
  for (const direction of [1, -1]) {
    let k = best + direction;
    while ((await visit(k)) > highest - NEGLIGIBLE) k += direction;
  }
  const entries = [...known.values()].sort((a, b) => a.q - b.q);
  const total = entries.reduce((sum, { height }) => sum + Math.exp(height - highest), 0);
  const nodes = entries.map(({ q, height, answer }) => ({
    q,
    weight: Math.exp(height - highest) / total,
    answer,
  }));
  return {
    nodes,
    mean: nodes.reduce((sum, { q, weight }) => sum + weight * q, 0),
    logEvidence: highest + Math.log(total * stride * step),
  };
}

/** Standard deviation of a density in steps of its grid. */
function deviationOf(values: Float64Array): number {
  let [total, sum, squares] = [0, 0, 0];
  values.forEach((value, i) => {
    total += value;
    sum += value * i;
    squares += value * i * i;
  });
  return Math.sqrt(Math.max(0, squares / total - (sum / total) ** 2));
}
