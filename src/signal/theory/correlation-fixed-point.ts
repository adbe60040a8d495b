/**
 * Fixed point of the correlation map in epsilon = 1 - c. By Mehler's formula the map f(c) has non-negative Taylor
 * coefficients, so it is convex on [0, 1] with f(1) = 1: c = 1 attracts when f'(1) = chi_1 <= 1, otherwise exactly one
 * fixed point lies in [0, 1) (Daniely, Frostig and Singer 2016, lemma 11). Newton's iteration on the concave function
 * 1 - f(1 - epsilon) - epsilon descends to it from epsilon = 1 without a bracket.
 */
import type { PairKernel } from "./types.ts";

/** c* = 1 - epsilon and the slope of the map there. */
export interface CorrelationFixedPoint {
  readonly epsilon: number;
  /** f'(c*): the factor of a small deviation of c per layer. */
  readonly chiC: number;
  /** f(c*) - c*. */
  readonly residual: number;
  readonly iterations: number;
}

/** Newton halves epsilon at worst (double root at the critical point); 2^-200 is out of reach. */
const maxIterations = 200;
/** Relative size of the last step. */
const stepTolerance = 1e-14;
/** A coarse solution is started from this much above, since Newton must begin above the solution. */
const startFactor = 1.5;

/**
 * The attracting fixed point of 1 - c' = floor + (w / q) loss(1 - c).
 *
 * @param kernel - pair averages at q.
 * @param w - weight variance times fan-in, without dropout correction.
 * @param floor - 1 - f(1): 0 without dropout.
 */
export function solveCorrelation(kernel: PairKernel, w: number, floor: number = 0): CorrelationFixedPoint {
  const { q } = kernel;
  const slopeAt = (epsilon: number): number => w * kernel.slope(epsilon);
  const chi1 = slopeAt(0);
  if (floor === 0 && chi1 <= 1) return { epsilon: 0, chiC: chi1, residual: 0, iterations: 0 };
  const excess = (epsilon: number): number => floor + (w * kernel.loss(epsilon)) / q - epsilon;
  let epsilon = 1;
  if (kernel.coarse !== undefined) {
    const rough = Math.min(1, startFactor * solveCorrelation(kernel.coarse, w, floor).epsilon);
    if (rough > 0 && excess(rough) < 0) epsilon = rough;
  }
  let residual = 0;
  let iterations = 0;
  while (iterations < maxIterations) {
    iterations++;
    residual = excess(epsilon);
    const step = residual / (slopeAt(epsilon) - 1);
    // From above, only rounding can push a step upwards or below 0: then we are there.
    if (!(step > 0 && step < epsilon)) break;
    epsilon -= step;
    if (step <= stepTolerance * epsilon) break;
  }
  return { epsilon, chiC: slopeAt(epsilon), residual: -residual, iterations };
}
