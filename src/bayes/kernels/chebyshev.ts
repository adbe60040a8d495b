/** Chebyshev interpolation on an interval: nodes, polynomials, and the coefficients of a function known at the nodes. */

/** A map of [low, high] to [-1, 1]; a single point maps to 0. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

function unit(x: number, { low, high }: Interval): number {
  return high > low ? (2 * x - low - high) / (high - low) : 0;
}

/** The zeros of T_count on the interval, in descending order. */
export function chebyshevNodes(count: number, { low, high }: Interval): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, k) => (low + high + (high - low) * Math.cos((Math.PI * (k + 0.5)) / count)) / 2,
  );
}

/** T_0 .. T_{count-1} at x. */
export function chebyshevPolynomials(count: number, x: number, interval: Interval): Float64Array {
  const t = unit(x, interval);
  const out = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    out[n] = n === 0 ? 1 : n === 1 ? t : 2 * t * (out[n - 1] as number) - (out[n - 2] as number);
  }
  return out;
}

/** Coefficients a_n with f(x_k) = sum_n a_n T_n(x_k) from the values at `chebyshevNodes`. */
export function chebyshevCoefficients(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  return Float64Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < count; k++) {
      sum += (values[k] as number) * Math.cos((Math.PI * n * (k + 0.5)) / count);
    }
    return ((n === 0 ? 1 : 2) * sum) / count;
  });
}

/** Fewest leading coefficients that leave out less than `tolerance` in all. */
export function neededTerms(coefficients: Float64Array, tolerance: number): number {
  let rest = 0;
  for (let n = coefficients.length; n > 1; n--) {
    rest += Math.abs(coefficients[n - 1] as number);
    if (rest > tolerance) return n;
  }
  return 1;
}
