/**
 * Half-stable critical points: chi_1 = 1 and d q'/d q = 1 at once, so that both small differences and the variance itself
 * evolve only algebraically with depth (Roberts, Yaida and Hanin 2022, section 5.3.4, for GELU and SiLU). Both conditions
 * hold where E phi phi'' = 0, that is dV/dq = E phi'^2; the variances follow from q.
 */
import { scanBrackets, solveBracketed } from "../../numerics/index.ts";
import { type CriticalPoint, criticalPointAt } from "./critical-line.ts";
import { averageMoments } from "./moments.ts";
import type { ScalarActivation } from "./types.ts";

const scanStart = 1e-4;
const scanEnd = 1e4;
const pointsPerDecade = 16;
/** Averages with a larger error, or slopes that vanish (relu(x - 1) at small q), carry no information. */
const resolved = 1e-8;
const smallestSlope = 1e-10;
const noise = 1e-10;

/**
 * All critical points with q > 0 at which the variance map has slope 1 too.
 *
 * @param activation - phi.
 * @returns points ascending in q, empty when there is none (tanh, ReLU); relative error of q about 1e-9.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { solveHalfStable } from "isinglass/signal";
 *
 * solveHalfStable(resolveActivation("gelu"))[0]?.q; // => 3.56155
 * ```
 */
export function solveHalfStable(activation: ScalarActivation): CriticalPoint[] {
  if (activation.degree === 1) return [];
  // (dV/dq - E phi'^2) / E phi'^2 = chi_q - 1 on the critical line.
  const excess = (q: number): number => {
    const { meanSquareSlope, slopeSquare, error } = averageMoments(activation, q);
    return error < resolved && slopeSquare > smallestSlope ? meanSquareSlope / slopeSquare - 1 : Number.NaN;
  };
  const n = Math.round(Math.log10(scanEnd / scanStart) * pointsPerDecade);
  const grid = Array.from({ length: n + 1 }, (_, i) => scanStart * 10 ** (i / pointsPerDecade));
  // Values at rounding level are no sign: relu(x - 1) has phi phi'' = 0 and the difference vanishes identically.
  const clear = (q: number): number => (Math.abs(excess(q)) > noise ? excess(q) : Number.NaN);
  return scanBrackets(clear, grid)
    .map(({ lower, upper }) =>
      criticalPointAt(activation, solveBracketed(excess, lower, upper, { tolerance: 0 }).root),
    )
    .filter((point) => point.sigmaB2 >= 0);
}
