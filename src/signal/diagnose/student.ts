/** Student's t distribution with an integer number of degrees of freedom (Abramowitz and Stegun 1964, 26.7.3-4). */
import { solveBracketed } from "../../numerics/index.ts";

/** Above this the normal limit is right to 1e-3. */
const MANY = 400;

/** P(|T| < t): finite sum in cos^2 of atan(t / sqrt n). */
export function studentProbability(t: number, degrees: number): number {
  const n = Math.min(degrees, MANY);
  const angle = Math.atan(t / Math.sqrt(n));
  const cosine = Math.cos(angle);
  const isOdd = n % 2 === 1;
  if (n === 1) return (2 * angle) / Math.PI;
  let term = isOdd ? cosine : 1;
  let sum = term;
  for (let k = isOdd ? 3 : 2; k <= n - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** Probability of two standard errors of a normal distribution. */
const TWO_ERRORS = 0.9545;
const known = new Map<number, number>();

/**
 * What two standard errors are when the error itself comes from n = degrees + 1 samples: 2 for many, 13.97 for two samples.
 */
export function twoErrors(degrees: number): number {
  const n = Math.min(Math.max(1, Math.round(degrees)), MANY);
  const stored = known.get(n);
  if (stored !== undefined) return stored;
  const { root } = solveBracketed((t) => studentProbability(t, n) - TWO_ERRORS, 1, 20);
  known.set(n, root);
  return root;
}
