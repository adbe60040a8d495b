/**
 * Student's t distribution for whole degrees of freedom (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4: finite sums), and
 * the Gaussian deviation of the same probability. An error bar from n samples is itself uncertain: deviations in units of
 * it follow t with n - 1 degrees of freedom, which has longer tails than the Gaussian.
 */
import { erf, erfc, solveBracketed } from "../numerics/index.ts";

/** From here on t and the Gaussian differ by less than a line's width. */
const GAUSSIAN_FROM = 2000;
/** Largest deviation returned: beyond, 1 - A is lost to rounding. */
const LARGEST = 7;

/**
 * Probability that |T| is below t.
 *
 * @param t any number; its sign does not count
 * @param degrees whole degrees of freedom, 1 or more
 * @accuracy about 1e-15 absolute
 * @example
 * ```ts
 * import { studentInside } from "isinglass/figures";
 * studentInside(1, 1); // => 0.5
 * ```
 */
export function studentInside(t: number, degrees: number): number {
  if (degrees >= GAUSSIAN_FROM) return erf(Math.abs(t) / Math.SQRT2);
  const theta = Math.atan2(Math.abs(t), Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = degrees % 2 === 1;
  // terms cos^k with the factors 1, 2/3, 2*4/(3*5), ... (odd) or 1, 1/2, 1*3/(2*4), ... (even)
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let k = isOdd ? 1 : 0; k <= degrees - 2; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * cosine * cosine;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}

/**
 * The Gaussian deviation that is as improbable as t: erf(z / sqrt 2) = A(t | degrees), with the sign of t.
 *
 * @param t deviation in units of the estimated standard error
 * @param degrees whole degrees of freedom, 1 or more
 * @returns between -7 and 7; larger deviations are cut there
 * @accuracy 1e-9 for results below 5
 * @example
 * ```ts
 * import { gaussianEquivalent } from "isinglass/figures";
 * gaussianEquivalent(1.8373, 1); // => 1.0000
 * ```
 */
export function gaussianEquivalent(t: number, degrees: number): number {
  if (degrees >= GAUSSIAN_FROM) return Math.min(LARGEST, Math.max(-LARGEST, t));
  const outside = 1 - studentInside(t, degrees);
  if (t === 0 || outside >= 1) return 0;
  if (outside <= erfc(LARGEST / Math.SQRT2)) return Math.sign(t) * LARGEST;
  const { root } = solveBracketed((z) => Math.log(erfc(z / Math.SQRT2) / outside), 0, LARGEST);
  return Math.sign(t) * root;
}
