/**
 * One layer of an infinitely wide random network on a whole batch: from the covariances of the pre-activations of n inputs
 * to the second moments E phi(h_i) phi(h_j) of the activations (Poole et al. 2016, equation 5, for every pair at once).
 * Inputs of different length have different variances: then Mehler's formula sum_k a_k(q_i) a_k(q_j) c^k is used, with the
 * Hermite coefficients a_k of phi(sqrt(q) z). Once the variances agree, one function of the correlation serves all pairs, and it
 * is interpolated.
 */
import type { Matrix } from "../../numerics/index.ts";
import { averageMoments, type Moments, pairKernel, type ScalarActivation } from "../../signal/index.ts";
import { mehlerMoments } from "./mehler.ts";
import { type ActivationMoments, decorrelations, symmetric } from "./pairs.ts";

/** Relative spread of variances below which they count as equal. */
const EQUAL_VARIANCES = 1e-12;

/**
 * E phi(h_i) phi(h_j) for jointly Gaussian h of mean 0.
 *
 * @param activation - phi.
 * @param covariance - of h, [n, n], positive on the diagonal.
 * @accuracy 1e-12 for smooth phi at q up to 2, 1e-9 at q = 10; for phi with kinks 1e-12 once all variances agree, and
 * 1e-5 before.
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
