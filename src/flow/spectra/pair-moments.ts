/**
 * One layer of an infinitely wide random network on a whole batch: from the covariances of the pre-activations of n inputs
 * to the second moments E phi(h_i) phi(h_j) of the activations (Poole et al. 2016, equation 5, for every pair at once).
 * Inputs of different length have different variances: then Mehler's formula sum_k a_k(q_i) a_k(q_j) c^k is used, with the
 * Hermite coefficients a_k of phi(sqrt(q) z). Once the variances agree, one function of the correlation serves all pairs, and it
 * is interpolated.
 */
import { gaussianRule, type Matrix, type QuadratureRule } from "../../numerics/index.ts";
import { averageMoments, type Moments, pairKernel, type ScalarActivation } from "../../signal/index.ts";

/** Second moments of activations and their means over units. */
export interface ActivationMoments {
  /** E phi(h_i) phi(h_j), [n, n]. */
  readonly products: Matrix;
  /** E phi(h_i), [n]. */
  readonly means: Float64Array;
}

/** Relative spread of variances below which they count as equal. */
const EQUAL_VARIANCES = 1e-12;

/**
 * E phi(h_i) phi(h_j) for jointly Gaussian h of mean 0.
 *
 * @param activation - phi.
 * @param covariance - of h, [n, n], positive on the diagonal.
 * @accuracy 1e-12 of the diagonal for smooth phi at q up to 2, 1e-8 at q = 10; for phi with kinks 1e-12 once all variances agree, and about 1e-4
 * before.
 * @cost n^2 times 50 to 250 operations.
 */
export function activationMoments(activation: ScalarActivation, covariance: Matrix): ActivationMoments {
  const n = covariance.rows;
  const variances = Float64Array.from({ length: n }, (_, i) => covariance.data[i * n + i] as number);
  const largest = variances.reduce((a, b) => Math.max(a, b));
  const smallest = variances.reduce((a, b) => Math.min(a, b));
  if (activation.degree === 1) return homogeneousMoments(activation, covariance, variances);
  return largest - smallest <= EQUAL_VARIANCES * largest
    ? equalMoments(activation, covariance, averageMoments(activation, largest))
    : mehlerMoments(activation, covariance, variances);
}

/** Fills a symmetric matrix from its diagonal and a function of the pair. */
function symmetric(
  n: number,
  diagonal: (i: number) => number,
  pair: (i: number, j: number) => number,
): Matrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    data[i * n + i] = diagonal(i);
    for (let j = 0; j < i; j++) {
      const value = pair(i, j);
      data[i * n + j] = value;
      data[j * n + i] = value;
    }
  }
  return { rows: n, cols: n, data };
}

/** 1 - c of every pair, row-major below the diagonal, in [0, 2]. */
function decorrelations({ rows: n, data }: Matrix): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(data[i * n + i] as number);
    for (let j = 0; j < i; j++) {
      const c = (data[i * n + j] as number) / (root * Math.sqrt(data[j * n + j] as number));
      out[i * n + j] = Math.min(2, Math.max(0, 1 - c));
    }
  }
  return out;
}

function equalMoments(activation: ScalarActivation, covariance: Matrix, moments: Moments): ActivationMoments {
  const n = covariance.rows;
  const epsilon = decorrelations(covariance);
  const loss = interpolateLoss(pairKernel(activation, moments).loss, epsilon, n);
  const products = symmetric(
    n,
    () => moments.meanSquare,
    (i, j) => moments.meanSquare - loss(epsilon[i * n + j] as number),
  );
  return { products, means: new Float64Array(n).fill(moments.mean) };
}

/** phi(k x) = k phi(x): one kernel at variance 1, scaled by both lengths. */
function homogeneousMoments(
  activation: ScalarActivation,
  covariance: Matrix,
  variances: Float64Array,
): ActivationMoments {
  const n = covariance.rows;
  const unit = averageMoments(activation, 1);
  const epsilon = decorrelations(covariance);
  const { loss } = pairKernel(activation, unit);
  const root = variances.map(Math.sqrt);
  const products = symmetric(
    n,
    (i) => unit.meanSquare * (variances[i] as number),
    (i, j) =>
      (root[i] as number) * (root[j] as number) * (unit.meanSquare - loss(epsilon[i * n + j] as number)),
  );
  return { products, means: root.map((s) => unit.mean * s) };
}

/** Points of the interpolation. */
const CHEBYSHEV_NODES = 40;

/**
 * The loss as a function of s = sqrt(epsilon), in which kinks of phi leave it analytic, divided by s^2 and interpolated at
 * Chebyshev points of the occurring range: a value for every pair costs as much as for 40.
 */
function interpolateLoss(
  loss: (epsilon: number) => number,
  epsilon: Float64Array,
  n: number,
): (epsilon: number) => number {
  if ((n * (n - 1)) / 2 <= CHEBYSHEV_NODES) return loss;
  let low = 2;
  let high = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const s = Math.sqrt(epsilon[i * n + j] as number);
      low = Math.min(low, s);
      high = Math.max(high, s);
    }
  }
  if (high === 0) return () => 0;
  // below a thousandth of the largest the ratio loss / epsilon is constant enough to start there
  const start = Math.max(low, 1e-3 * high);
  if (high - start < 1e-9 * high) return loss;
  const middle = (high + start) / 2;
  const half = (high - start) / 2;
  const angles = Array.from({ length: CHEBYSHEV_NODES }, (_, k) => (Math.PI * (k + 0.5)) / CHEBYSHEV_NODES);
  const nodes = angles.map((angle) => middle + half * Math.cos(angle));
  const values = nodes.map((s) => loss(s * s) / (s * s));
  // barycentric weights of Chebyshev points of the first kind
  const weights = angles.map((angle, k) => (k % 2 === 0 ? 1 : -1) * Math.sin(angle));
  return (at) => {
    if (at === 0) return 0;
    const s = Math.sqrt(at);
    if (s < start) return loss(at);
    let above = 0;
    let below = 0;
    for (let k = 0; k < CHEBYSHEV_NODES; k++) {
      const distance = s - (nodes[k] as number);
      if (distance === 0) return at * (values[k] as number);
      const term = (weights[k] as number) / distance;
      above += term * (values[k] as number);
      below += term;
    }
    return (at * above) / below;
  };
}

/** Coefficients are added until what is left of E phi^2 is below this share, or there are `MOST_TERMS`. */
const TRUNCATION = 1e-13;
const MOST_TERMS = 256;
/** he_k times the density decays like exp(-z^2/4). */
const RANGE = 12.5;
const SPACING = 1 / 16;

function mehlerMoments(
  activation: ScalarActivation,
  covariance: Matrix,
  variances: Float64Array,
): ActivationMoments {
  const n = covariance.rows;
  const series = expand(activation, variances);
  const { terms } = series;
  const epsilon = decorrelations(covariance);
  // rows of coefficients, so that a pair reads two runs of memory
  const rows = Array.from({ length: n }, (_, i) => series.coefficients.subarray(i * terms, (i + 1) * terms));
  const products = symmetric(
    n,
    (i) => series.meanSquares[i] as number,
    (i, j) => {
      const a = rows[i] as Float64Array;
      const b = rows[j] as Float64Array;
      const c = 1 - (epsilon[i * n + j] as number);
      let sum = 0;
      for (let k = terms - 1; k >= 0; k--) sum = sum * c + (a[k] as number) * (b[k] as number);
      // what is left out, as if it sat at the next term: exact at c = 1 for equal variances
      const rest = Math.sqrt((series.tails[i] as number) * (series.tails[j] as number));
      return rest === 0 ? sum : sum + rest * c ** terms;
    },
  );
  return { products, means: series.means };
}

/** Hermite series of phi(sqrt(q_i) z) for all variances at once. */
interface Expansion {
  /** a_k of every variance, [n, terms]. */
  readonly coefficients: Float64Array;
  readonly terms: number;
  /** E phi^2, [n]. */
  readonly meanSquares: Float64Array;
  /** E phi, [n]. */
  readonly means: Float64Array;
  /** E phi^2 - sum of the squares, [n]. */
  readonly tails: Float64Array;
}

/**
 * a_k(q) = E phi(sqrt(q) z) he_k(z) in orthonormal Hermite polynomials, up to the term at which the largest variance has
 * converged. Without kinks one grid serves all variances, and the polynomials are formed once.
 */
function expand(activation: ScalarActivation, variances: Float64Array): Expansion {
  const n = variances.length;
  const roots = variances.map(Math.sqrt);
  const widest = roots.reduce((a, b) => Math.max(a, b));
  const isShared = activation.kinks.length === 0;
  const rules = isShared
    ? [ruleFor(activation, widest)]
    : Array.from(roots, (root) => ruleFor(activation, root));
  const chains = rules.map(({ nodes }) => startHermite(nodes));
  const products = Array.from(roots, (root, i) => {
    const { nodes, weights } = rules[isShared ? 0 : i] as QuadratureRule;
    return nodes.map((z, k) => (weights[k] as number) * activation.f(root * z));
  });
  const meanSquares = Float64Array.from(products, (product, i) => {
    const { nodes } = rules[isShared ? 0 : i] as QuadratureRule;
    const root = roots[i] as number;
    return product.reduce((sum, x, k) => sum + x * activation.f(root * (nodes[k] as number)), 0);
  });
  const tails = meanSquares.slice();
  const columns: Float64Array[] = [];
  while (columns.length < MOST_TERMS) {
    const column = Float64Array.from(products, (product, i) => {
      return dot(product, (chains[isShared ? 0 : i] as HermiteChain).current);
    });
    columns.push(column);
    let isDone = true;
    for (let i = 0; i < n; i++) {
      tails[i] = (tails[i] as number) - (column[i] as number) ** 2;
      isDone &&= (tails[i] as number) < TRUNCATION * (meanSquares[i] as number);
    }
    if (isDone) break;
    for (const chain of chains) stepHermite(chain, columns.length - 1);
  }
  const terms = columns.length;
  const coefficients = new Float64Array(n * terms);
  columns.forEach((column, k) => {
    for (let i = 0; i < n; i++) coefficients[i * terms + k] = column[i] as number;
  });
  const left = tails.map((tail, i) => (tail < TRUNCATION * (meanSquares[i] as number) ? 0 : tail));
  return { coefficients, terms, meanSquares, means: (columns[0] as Float64Array).slice(), tails: left };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** he_(k-1) and he_k on a grid. */
interface HermiteChain {
  readonly nodes: Float64Array;
  previous: Float64Array;
  current: Float64Array;
}

function startHermite(nodes: Float64Array): HermiteChain {
  return { nodes, previous: new Float64Array(nodes.length), current: new Float64Array(nodes.length).fill(1) };
}

/** sqrt(k + 1) he_(k+1) = z he_k - sqrt(k) he_(k-1). */
function stepHermite(chain: HermiteChain, k: number): void {
  const { nodes, previous, current } = chain;
  const up = 1 / Math.sqrt(k + 1);
  const down = Math.sqrt(k / (k + 1));
  for (let i = 0; i < nodes.length; i++) {
    previous[i] = up * (nodes[i] as number) * (current[i] as number) - down * (previous[i] as number);
  }
  chain.previous = current;
  chain.current = previous;
}

function ruleFor(activation: ScalarActivation, root: number): QuadratureRule {
  const spacing = SPACING / Math.max(1, root);
  return gaussianRule({ kinks: activation.kinks.map((x) => x / root), range: RANGE, spacing });
}
