/**
 * Mehler's formula: with phi(sqrt(q) z) = sum_k a_k he_k(z) in orthonormal Hermite polynomials,
 * E phi(u1) phi(u2) = sum_k a_k^2 c^k and q E phi'(u1) phi'(u2) = sum_k k a_k^2 c^(k-1). One set of coefficients makes
 * every c cheap (Daniely, Frostig and Singer 2016, section 4, "dual activation"). What the first K terms leave out is
 * known from Parseval's identity, so the truncation error is bounded, and `reaches` says where the bound is good.
 */
import { panelRule, refinedBreaks } from "./gaussian-rule.ts";
import type { Moments } from "./moments.ts";
import type { PairKernel } from "./pair-kernel.ts";
import type { ScalarActivation } from "./types.ts";

/** Squared Hermite coefficients and what the truncation leaves out. */
export interface HermiteSeries {
  /** a_k^2, k = 0 .. K-1. */
  readonly squares: Float64Array;
  /** E phi^2 - sum a_k^2 >= 0. */
  readonly tail: number;
  /** q E phi'^2 - sum k a_k^2 >= 0. */
  readonly slopeTail: number;
}

/** Range of z: he_k exp(-z^2/2) decays like exp(-z^2/4), 1e-17 at 12.5. */
const range = 12.5;
/** Step that resolves he_k up to k = 512 (wave number 23) and a tanh at q = 1; finer for larger q. */
const baseStep = 0.125;
/** Panel width when there are kinks: 16 nodes per panel resolve the same wave numbers. */
const basePanel = 1;
const inverseSqrt2Pi = 1 / Math.sqrt(2 * Math.PI);

interface Grid {
  readonly z: Float64Array;
  /** Quadrature weight times Gaussian density. */
  readonly weights: Float64Array;
}

/** Nodes on the whole line, or on z > 0 with doubled weights for an odd function. */
function hermiteGrid(activation: ScalarActivation, q: number): Grid {
  const root = Math.sqrt(q);
  const finer = Math.max(1, root);
  let z: Float64Array;
  let weights: Float64Array;
  if (activation.kinks.length === 0) {
    const step = baseStep / finer;
    const n = Math.ceil(range / step);
    const first = activation.odd ? 1 : -n;
    z = Float64Array.from({ length: n - first + 1 }, (_, i) => (first + i) * step);
    weights = new Float64Array(z.length).fill(activation.odd ? 2 * step : step);
  } else {
    const inner = activation.kinks.map((x) => x / root);
    const rule = panelRule(refinedBreaks(-range, range, inner, basePanel / finer));
    z = rule.nodes;
    weights = rule.weights;
  }
  for (let i = 0; i < z.length; i++) {
    weights[i] = (weights[i] as number) * inverseSqrt2Pi * Math.exp(-((z[i] as number) ** 2) / 2);
  }
  return { z, weights };
}

/**
 * Squared Hermite coefficients of phi(sqrt(q) z).
 *
 * @param activation - phi.
 * @param moments - one-dimensional averages at q > 0, for the tails.
 * @param terms - number of coefficients K <= 512.
 * @returns coefficients with absolute error about 1e-15 E phi^2; cost O(K * 200 max(1, sqrt(q))).
 */
export function hermiteSeries(activation: ScalarActivation, moments: Moments, terms: number): HermiteSeries {
  const { z, weights } = hermiteGrid(activation, moments.q);
  const n = z.length;
  const root = Math.sqrt(moments.q);
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) product[i] = (weights[i] as number) * activation.f(root * (z[i] as number));
  const squares = squaredCoefficients(z, product, terms, activation.odd);
  let tail = moments.meanSquare;
  let slopeTail = moments.q * moments.slopeSquare;
  for (let k = terms - 1; k >= 0; k--) {
    tail -= squares[k] as number;
    slopeTail -= k * (squares[k] as number);
  }
  return { squares, tail: Math.max(0, tail), slopeTail: Math.max(0, slopeTail) };
}

/** Projects `product` on he_0 .. he_(terms-1) by their three-term recurrence, node by node arrays kept in place. */
function squaredCoefficients(
  z: Float64Array,
  product: Float64Array,
  terms: number,
  odd: boolean,
): Float64Array {
  const n = z.length;
  const squares = new Float64Array(terms);
  let lower = new Float64Array(n);
  let current = new Float64Array(n).fill(1);
  for (let k = 0; k < terms; k++) {
    if (!odd || k % 2 === 1) {
      let a = 0;
      for (let i = 0; i < n; i++) a += (product[i] as number) * (current[i] as number);
      squares[k] = a * a;
    }
    const up = 1 / Math.sqrt(k + 1);
    const down = Math.sqrt(k) * up;
    for (let i = 0; i < n; i++) {
      lower[i] = (z[i] as number) * (current[i] as number) * up - (lower[i] as number) * down;
    }
    const next = lower;
    lower = current;
    current = next;
  }
  return squares;
}

/** Pair averages from a series, and the range of epsilon in which they are accurate. */
export interface SeriesKernel extends PairKernel {
  /** Whether the truncation error at epsilon is below 1e-13 relative (extends the series when that helps). */
  reaches(epsilon: number): boolean;
}

/** Numbers of terms tried in turn. */
const lengths: readonly number[] = [32, 64, 128, 256, 512];
/** Accepted truncation error, relative to E phi'^2. */
const truncation = 1e-13;

/** Pair averages by Mehler's formula, with as many terms as epsilon needs. */
export function hermitePairKernel(activation: ScalarActivation, moments: Moments): SeriesKernel {
  const { q } = moments;
  const scale = q * moments.slopeSquare;
  let stage = 0;
  let series = hermiteSeries(activation, moments, lengths[0] as number);
  const reaches = (epsilon: number): boolean => {
    const size = Math.abs(1 - epsilon);
    for (;;) {
      if (series.slopeTail * size ** (series.squares.length - 1) <= truncation * scale) return true;
      if (stage + 1 >= lengths.length) return false;
      stage++;
      series = hermiteSeries(activation, moments, lengths[stage] as number);
    }
  };
  return {
    q,
    method: "Hermite series",
    reaches,
    loss: (epsilon) => seriesLoss(series, epsilon),
    slope: (epsilon) => seriesSlope(series, epsilon) / q,
  };
}

/** sum a_k^2 (1 - c^k): 1 - c^k = epsilon (1 + c + ... + c^(k-1)), all terms positive for c > 0. */
function seriesLoss(series: HermiteSeries, epsilon: number): number {
  const { squares } = series;
  const c = 1 - epsilon;
  let partial = 0;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < squares.length; k++) {
    partial += power;
    power *= c;
    sum += (squares[k] as number) * partial;
  }
  return epsilon * sum + series.tail * (1 - power);
}

/** sum k a_k^2 c^(k-1). */
function seriesSlope(series: HermiteSeries, epsilon: number): number {
  const { squares } = series;
  const c = 1 - epsilon;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < squares.length; k++) {
    sum += k * (squares[k] as number) * power;
    power *= c;
  }
  return sum + series.slopeTail * power;
}
