/**
 * Sums of a truncated Hermite series with a model of the rest. The rest is known in two moments, tail = sum a_k^2 and
 * slopeTail = sum k a_k^2 over k >= K. A kink of phi makes a_k^2 decay like k^(-5/2), for which the rest is an incomplete
 * Gamma function; otherwise it is put at one effective degree slopeTail/tail. Where the series has converged the rest is
 * negligible; where it has not (kinks, c close to 1) 1024 terms and the model leave a relative error of about 1e-5.
 */
import { erfc } from "../../numerics/index.ts";

/** What is known of sum a_k^2 c^k. */
export interface TruncatedSeries {
  /** a_k^2 for k < count. */
  readonly squares: Float64Array;
  readonly count: number;
  /** sum of a_k^2 over k >= count. */
  readonly tail: number;
  /** sum of k a_k^2 over k >= count. */
  readonly slopeTail: number;
}

/** slopeTail / (K tail) is 3 for a power law k^(-5/2), 1.4 for k^(-9/2), 1 + O(1/K) for exponential decay. */
const powerLawRatio = 2.2;

/** sum_k a_k^2 (1 - c^k): 1 - c^k = epsilon (1 + c + ... + c^(k-1)), all terms positive for c > 0. */
export function seriesLoss(series: TruncatedSeries, epsilon: number): number {
  const { squares, count, tail, slopeTail } = series;
  const c = 1 - epsilon;
  let partial = 0;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < count; k++) {
    partial += power;
    power *= c;
    sum += (squares[k] as number) * partial;
  }
  sum *= epsilon;
  if (tail === 0 || c <= 0) return sum + tail;
  const rate = -Math.log1p(-epsilon);
  if (slopeTail < powerLawRatio * count * tail) return sum - tail * Math.expm1((-rate * slopeTail) / tail);
  // a_k^2 = C k^(-5/2) from k0 on: tail = (2/3) C k0^(-3/2), slopeTail = 2 C k0^(-1/2).
  const k0 = slopeTail / (3 * tail);
  const amplitude = (slopeTail * Math.sqrt(k0)) / 2;
  return sum - tail * Math.expm1(-rate * k0) + (2 / 3) * amplitude * rate * decayingPower(k0, rate);
}

/** sum_k k a_k^2 c^(k-1). */
export function seriesSlope(series: TruncatedSeries, epsilon: number): number {
  const { squares, count, tail, slopeTail } = series;
  const c = 1 - epsilon;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < count; k++) {
    sum += k * (squares[k] as number) * power;
    power *= c;
  }
  if (tail === 0 || c <= 0) return sum;
  const rate = -Math.log1p(-epsilon);
  if (slopeTail < powerLawRatio * count * tail) {
    return sum + slopeTail * Math.exp(-rate * (slopeTail / tail - 1));
  }
  const k0 = slopeTail / (3 * tail);
  return sum + (((slopeTail * Math.sqrt(k0)) / 2) * decayingPower(k0, rate)) / c;
}

/** Integral of k^(-3/2) exp(-k rate) from k0 to infinity. */
function decayingPower(k0: number, rate: number): number {
  const x = k0 * rate;
  return (2 / Math.sqrt(k0)) * (Math.exp(-x) - Math.sqrt(Math.PI * x) * erfc(Math.sqrt(x)));
}
