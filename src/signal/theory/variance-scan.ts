/**
 * The average V(q) = E phi(sqrt(q) z)^2 and its slope on a logarithmic grid of q: computed once per activation, it brackets
 * the fixed points of the variance map for every pair of variances.
 */
import { averageMoments } from "./moments.ts";
import type { ScalarActivation } from "./types.ts";

/** V and dV/dq on a grid; reusable for all variances of one activation. */
export interface VarianceScan {
  readonly q: Float64Array;
  readonly meanSquare: Float64Array;
  readonly meanSquareSlope: Float64Array;
}

const scanStart = 1e-10;
const scanEnd = 1e10;
const pointsPerDecade = 8;
/** Where V/q exceeds this, the activation grows faster than linearly and larger q are not averaged: V counts as infinite. */
const explosion = 1e8;

/**
 * V(q) and dV/dq on a logarithmic grid from 1e-10 to 1e10, 8 points per decade.
 *
 * @param activation - phi.
 * @returns the scan that `solveMeanField` accepts as an option; cost about 160 one-dimensional averages.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { scanVariance, solveMeanField } from "isinglass/signal";
 *
 * const tanh = resolveActivation("tanh");
 * const scan = scanVariance(tanh);
 * const fields = [1, 2, 3].map((sigmaW2) => solveMeanField(tanh, { sigmaW2, sigmaB2: 0.05 }, { scan }));
 * ```
 */
export function scanVariance(activation: ScalarActivation): VarianceScan {
  const n = Math.round(Math.log10(scanEnd / scanStart) * pointsPerDecade) + 1;
  const q = Float64Array.from({ length: n }, (_, i) => scanStart * 10 ** (i / pointsPerDecade));
  const meanSquare = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const meanSquareSlope = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < n; i++) {
    const value = q[i] as number;
    const moments = averageMoments(activation, value);
    if (value > 1 && !(moments.meanSquare < explosion * value)) break;
    meanSquare[i] = moments.meanSquare;
    meanSquareSlope[i] = moments.meanSquareSlope;
  }
  return { q, meanSquare, meanSquareSlope };
}
