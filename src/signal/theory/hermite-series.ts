/**
 * Mehler's formula: with phi(sqrt(q) z) = sum_k a_k he_k(z) in orthonormal Hermite polynomials,
 * E phi(u1) phi(u2) = sum_k a_k^2 c^k and q E phi'(u1) phi'(u2) = sum_k k a_k^2 c^(k-1). One set of coefficients makes
 * every c cheap (Daniely, Frostig and Singer 2016, section 4, "dual activation"). What the first K terms leave out is
 * known from Parseval's identity, so the truncation error is bounded, and `reaches` says where the bound is good.
 */
import { gradedPoints, panelRule, refinedBreaks } from "./gaussian-rule.ts";
import type { Moments } from "./moments.ts";
import { defaultStructure, type Structure, structureOf } from "./structure.ts";
import { seriesLoss, seriesSlope, type TruncatedSeries } from "./truncated-series.ts";
import type { PairKernel, ScalarActivation } from "./types.ts";

/** Range of z: he_k exp(-z^2/2) decays like exp(-z^2/4), 1e-17 at 12.5. */
const range = 12.5;
/** Step that resolves he_k up to k = 1024 (wave number 32) and a tanh at q = 1; finer for larger q. */
const baseStep = 0.125;
/** Panel width when there are kinks: 16 nodes per panel resolve the same wave numbers. */
const basePanel = 1;
/** Most coefficients ever used, and how many are made at first. */
const maxTerms = 1024;
const firstTerms = 24;
/** Accepted relative difference between E phi^2 on the Hermite grid and the adaptive value. */
const resolution = 1e-12;
const inverseSqrt2Pi = 1 / Math.sqrt(2 * Math.PI);

interface Grid {
  readonly z: Float64Array;
  /** Quadrature weight times Gaussian density. */
  readonly weights: Float64Array;
}

/** Nodes on the whole line, or on z > 0 with doubled weights for an odd function. */
function hermiteGrid(activation: ScalarActivation, q: number, { scale, isGraded }: Structure): Grid {
  const root = Math.sqrt(q) / scale;
  const finer = Math.max(1, root);
  let z: Float64Array;
  let weights: Float64Array;
  if (activation.kinks.length === 0 && !isGraded) {
    const step = baseStep / finer;
    const n = Math.ceil(range / step);
    const first = activation.odd ? 1 : -n;
    z = Float64Array.from({ length: n - first + 1 }, (_, i) => (first + i) * step);
    weights = new Float64Array(z.length).fill(activation.odd ? 2 * step : step);
  } else {
    const inner = activation.kinks.map((x) => x / Math.sqrt(q));
    const points = isGraded ? gradedPoints([0, ...inner], basePanel / root, range) : inner;
    const rule = panelRule(refinedBreaks(-range, range, points, isGraded ? basePanel : basePanel / finer));
    z = rule.nodes;
    weights = rule.weights;
  }
  for (let i = 0; i < z.length; i++) {
    weights[i] = (weights[i] as number) * inverseSqrt2Pi * Math.exp(-((z[i] as number) ** 2) / 2);
  }
  return { z, weights };
}

/** The averages an expansion needs beside the activation itself. */
export type SecondMoments = Pick<Moments, "q" | "meanSquare" | "slopeSquare">;

/**
 * Squared Hermite coefficients a_k^2 of phi(sqrt(q) z), extended on demand. The three-term recurrence is stepped by two,
 * so that odd activations pay for odd k only.
 */
export class HermiteExpansion implements TruncatedSeries {
  /** a_k^2 for k < count. */
  readonly squares: Float64Array = new Float64Array(maxTerms);
  /** Number of coefficients known so far. */
  count: number = 0;
  /** E phi^2 - sum a_k^2 >= 0. */
  tail: number;
  /** q E phi'^2 - sum k a_k^2 >= 0. */
  slopeTail: number;
  /** Whether the grid of z reproduces E phi^2, so that the coefficients can be trusted. */
  readonly isResolved: boolean;
  readonly #isOdd: boolean;
  readonly #product: Float64Array;
  readonly #z: Float64Array;
  /** he_(k-2) and he_k on the grid, for even and odd k. */
  readonly #chains: readonly [Chain, Chain];

  constructor(activation: ScalarActivation, moments: SecondMoments) {
    let grid = sampleProduct(activation, moments, defaultStructure(moments.q));
    if (!grid.isResolved) grid = sampleProduct(activation, moments, structureOf(activation, moments.q));
    const { z, product } = grid;
    this.#z = z;
    this.#product = product;
    this.#isOdd = activation.odd;
    this.#chains = [startChain(z, 0), startChain(z, 1)];
    this.tail = moments.meanSquare;
    this.slopeTail = moments.q * moments.slopeSquare;
    this.isResolved = grid.isResolved;
  }

  /** Makes at least `terms` <= 1024 coefficients known. Cost O(200 max(1, sqrt(q))) per coefficient. */
  extend(terms: number): void {
    for (; this.count < terms; this.count++) {
      const k = this.count;
      if (this.#isOdd && k % 2 === 0) continue;
      const chain = this.#chains[k % 2] as Chain;
      if (k > 1) stepChain(chain, this.#z, k);
      const a = project(this.#product, chain.current);
      this.squares[k] = a * a;
      this.tail = Math.max(0, this.tail - a * a);
      this.slopeTail = Math.max(0, this.slopeTail - k * a * a);
    }
  }
}

/** Weights times phi on the grid of a structure, and whether the grid reproduces E phi^2. */
function sampleProduct(
  activation: ScalarActivation,
  { q, meanSquare }: SecondMoments,
  structure: Structure,
): { z: Float64Array; product: Float64Array; isResolved: boolean } {
  const { z, weights } = hermiteGrid(activation, q, structure);
  const root = Math.sqrt(q);
  let check = 0;
  for (let i = 0; i < z.length; i++) {
    const value = activation.f(root * (z[i] as number));
    const product = (weights[i] as number) * value;
    weights[i] = product;
    check += product * value;
  }
  return { z, product: weights, isResolved: Math.abs(check - meanSquare) <= resolution * meanSquare };
}

/** Two successive orthonormal Hermite polynomials of one parity on the grid. */
interface Chain {
  previous: Float64Array;
  current: Float64Array;
}

function startChain(z: Float64Array, parity: 0 | 1): Chain {
  const zeros = new Float64Array(z.length);
  return {
    previous: zeros,
    current: parity === 0 ? new Float64Array(z.length).fill(1) : Float64Array.from(z),
  };
}

/** he_k from he_(k-2) and he_(k-4): sqrt(k(k-1)) he_k = (z^2 - 2k + 3) he_(k-2) - sqrt((k-2)(k-3)) he_(k-4). */
function stepChain(chain: Chain, z: Float64Array, k: number): void {
  const { previous, current } = chain;
  const norm = 1 / Math.sqrt(k * (k - 1));
  const back = Math.sqrt((k - 2) * (k - 3)) * norm;
  const shift = 2 * k - 3;
  for (let i = 0; i < z.length; i++) {
    const x = z[i] as number;
    previous[i] = (x * x - shift) * norm * (current[i] as number) - back * (previous[i] as number);
  }
  chain.previous = current;
  chain.current = previous;
}

function project(product: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < product.length; i++) sum += (product[i] as number) * (values[i] as number);
  return sum;
}

/** Pair averages from a series, and the range of epsilon in which they are accurate. */
export interface SeriesKernel extends PairKernel {
  /** Whether the truncation error at epsilon is below the tolerance (extends the series when that helps). */
  reaches(epsilon: number): boolean;
}

/**
 * Pair averages by Mehler's formula, with as many terms as epsilon needs.
 *
 * @param activation - phi.
 * @param moments - averages at q > 0, for the tails.
 * @param tolerance - accepted truncation error of the slope, relative to E phi'^2.
 */
export function hermitePairKernel(
  activation: ScalarActivation,
  moments: SecondMoments,
  tolerance: number = 1e-13,
): SeriesKernel {
  const { q } = moments;
  const accepted = tolerance * q * moments.slopeSquare;
  const series = new HermiteExpansion(activation, moments);
  series.extend(firstTerms);
  const reaches = (epsilon: number): boolean => {
    if (!series.isResolved) return false;
    const size = Math.abs(1 - epsilon);
    for (;;) {
      if (series.slopeTail * size ** (series.count - 1) <= accepted) return true;
      if (series.count >= maxTerms) return false;
      series.extend(Math.min(maxTerms, series.count * 2));
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
