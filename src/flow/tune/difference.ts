/** Differences in units of their error: paired for common random numbers, Welch's for independent samples. */
import type { Estimate } from "../../base/index.ts";
import { meanWithError } from "../../numerics/index.ts";

/** A difference. */
export interface Difference {
  readonly difference: Estimate;
  /** Difference over its standard error; 0 for equal samples, infinite when the error is 0. */
  readonly sigmas: number;
}

/**
 * Mean of the differences b_i - a_i of paired values.
 *
 * @example
 * ```ts
 * import { pairedDifference } from "isinglass/flow";
 * pairedDifference([1, 2, 3], [2, 3, 4.5]).difference.value; // about 1.1667
 * ```
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): Difference {
  const differences = b.map((value, i) => value - (a[i] as number));
  if (differences.length === 1) {
    const value = differences[0] as number;
    return { difference: { value, stderr: null, n: 1, method: "one pair" }, sigmas: Number.NaN };
  }
  const mean = meanWithError(differences);
  return { difference: { ...mean, method: `mean of ${differences.length} pairs` }, sigmas: sigmasOf(mean) };
}

/** Difference of two means, b - a, with the errors of both (Welch 1947). */
export function independentDifference(a: Estimate, b: Estimate): Difference {
  const stderr = a.stderr === null || b.stderr === null ? null : Math.hypot(a.stderr, b.stderr);
  const difference = {
    value: b.value - a.value,
    stderr,
    n: Math.min(a.n, b.n),
    method: "difference of means",
  };
  return { difference, sigmas: sigmasOf(difference) };
}

function sigmasOf({ value, stderr }: Pick<Estimate, "value" | "stderr">): number {
  if (stderr === null) return Number.NaN;
  if (stderr === 0) return value === 0 ? 0 : Math.sign(value) * Number.POSITIVE_INFINITY;
  return value / stderr;
}
