/**
 * Pair averages for inputs of different variances by Mehler's formula: with phi(sqrt(q) z) = sum_k a_k(q) he_k(z) in orthonormal
 * Hermite polynomials, E phi(h_i) phi(h_j) = sum_k a_k(q_i) a_k(q_j) c^k (Daniely, Frostig and Singer 2016, section 4).
 */
import { gaussianRule, type Matrix, type QuadratureRule } from "../../numerics/index.ts";
import type { ScalarActivation } from "../../signal/index.ts";
import { type ActivationMoments, decorrelations, symmetric } from "./pairs.ts";

/** Coefficients are added until what is left of E phi^2 is below this share, or there are `MOST_TERMS`. */
const TRUNCATION = 1e-13;
const MOST_TERMS = 256;
/** he_k times the density decays like exp(-z^2/4). */
const RANGE = 12.5;
const SPACING = 1 / 16;

/** E phi(h_i) phi(h_j) = sum_k a_k(q_i) a_k(q_j) c_ij^k for inputs of different variances. */
export function mehlerMoments(
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
