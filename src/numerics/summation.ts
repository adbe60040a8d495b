/**
 * Sums whose rounding error does not grow with the number of terms: Neumaier's compensated summation (A. Neumaier,
 * ZAMM 54, 1974; Kahan with a branch), used by all statistics here.
 */

/**
 * Compensated sum of the values.
 *
 * @returns the sum; 0 for no values; infinities and NaN propagate.
 * @accuracy error at most 2 ulp of the sum plus n^2 eps^2 of the sum of |values|. O(n).
 * @source Neumaier (1974); Higham (2002), section 4.3.
 * @example
 * import { compensatedSum } from "isinglass/numerics";
 * compensatedSum([1, 1e100, 1, -1e100]); // => 2
 */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  // Infinite sums make the compensation NaN.
  return Number.isFinite(sum) ? sum + lost : sum;
}

/** Mean and sum of squared deviations, in two passes with a correction for the rounding of the mean. */
export function momentsOf(values: ArrayLike<number>): { mean: number; squares: number } {
  const n = values.length;
  const mean = compensatedSum(values) / n;
  let squares = 0;
  let deviations = 0;
  for (let i = 0; i < n; i++) {
    const d = (values[i] as number) - mean;
    squares += d * d;
    deviations += d;
  }
  return { mean, squares: Math.max(0, squares - (deviations * deviations) / n) };
}
