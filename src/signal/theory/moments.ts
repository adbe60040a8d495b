/**
 * One-dimensional Gaussian averages of an activation: the ingredients of the variance map and of chi_1
 * (Poole et al. 2016, equations 3 and 6; Schoenholz et al. 2017, equations 3 and 6).
 * The derivative dV/dq = E[phi phi' z]/sqrt(q) needs no second derivative, so kinks cost nothing.
 */
import { averagesAtVariance } from "./gaussian-rule.ts";
import type { ScalarActivation } from "./types.ts";

/** Averages over u = sqrt(q) z, z ~ N(0, 1). */
export interface Moments {
  readonly q: number;
  /** V = E phi(u)^2. */
  readonly meanSquare: number;
  /** dV/dq. */
  readonly meanSquareSlope: number;
  /** mu_1 = E phi'(u)^2. */
  readonly slopeSquare: number;
  /** mu_2 = E phi'(u)^4. */
  readonly slopeFourth: number;
  /** E phi(u)^4. */
  readonly meanFourth: number;
  /** E phi(u). */
  readonly mean: number;
  /** E phi'(u). */
  readonly meanSlope: number;
  /** Relative quadrature error (last refinement). */
  readonly error: number;
}

/** Closed forms: degree one (any q), and sin, whose oscillations a wide Gaussian would need many nodes for. */
function closedMoments(activation: ScalarActivation, q: number): Moments | null {
  if (activation.degree === 1) {
    const up = activation.f(1);
    const down = -activation.f(-1);
    const kappa = (up * up + down * down) / 2;
    const fourth = (up ** 4 + down ** 4) / 2;
    return {
      q,
      meanSquare: kappa * q,
      meanSquareSlope: kappa,
      slopeSquare: kappa,
      slopeFourth: fourth,
      meanFourth: 3 * q * q * fourth,
      mean: Math.sqrt(q / (2 * Math.PI)) * (up - down),
      meanSlope: (up + down) / 2,
      error: 0,
    };
  }
  if (activation.name !== "sin") return null;
  const e2 = Math.exp(-2 * q);
  const e8 = e2 ** 4;
  return {
    q,
    meanSquare: -Math.expm1(-2 * q) / 2,
    meanSquareSlope: e2,
    slopeSquare: (1 + e2) / 2,
    slopeFourth: (3 + 4 * e2 + e8) / 8,
    // 3 - 4x + x^4 = (1 - x)^2 (x^2 + 2x + 3)
    meanFourth: (Math.expm1(-2 * q) ** 2 * (e2 * e2 + 2 * e2 + 3)) / 8,
    mean: 0,
    meanSlope: Math.exp(-q / 2),
    error: 0,
  };
}

/** Variance that stands for q = 0: small enough that phi is linear on it, with one-sided slopes at a kink. */
const tinyVariance = 1e-40;

/**
 * The one-dimensional averages of an activation at variance q.
 *
 * @param activation - phi.
 * @param q - variance of the pre-activations, >= 0 (0 means the limit).
 * @returns averages with relative error about 1e-14 (field `error`); cost about 200 evaluations of phi and phi'.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { averageMoments } from "isinglass/signal";
 *
 * averageMoments(resolveActivation("relu"), 2).meanSquare; // => 1
 * ```
 */
export function averageMoments(activation: ScalarActivation, q: number): Moments {
  const closed = closedMoments(activation, q);
  if (closed !== null) return closed;
  const variance = Math.max(q, tinyVariance);
  const { values, error } = averagesAtVariance(
    7,
    (u, out) => {
      const f = activation.f(u);
      const d = activation.derivative(u);
      out[0] = f * f;
      out[1] = (f * d * u) / variance;
      out[2] = d * d;
      out[3] = d ** 4;
      out[4] = f ** 4;
      out[5] = f;
      out[6] = d;
    },
    variance,
    activation.kinks,
  );
  const [meanSquare, meanSquareSlope, slopeSquare, slopeFourth, meanFourth, mean, meanSlope] =
    values as unknown as [number, number, number, number, number, number, number];
  return { q, meanSquare, meanSquareSlope, slopeSquare, slopeFourth, meanFourth, mean, meanSlope, error };
}
