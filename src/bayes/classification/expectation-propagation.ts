/**
 * Binary Gaussian-process classification with a probit likelihood by expectation propagation (Minka 2001; Rasmussen and Williams 2006,
 * section 3.6): each likelihood factor Phi(y f) is replaced by a Gaussian that keeps the first two moments of its product with all
 * others.
 */
import { ConvergenceError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, normalCdf, transposeMatrix } from "../../numerics/index.ts";
import { column, scaleRows, solveWith } from "./laplace.ts";
import {
  type BinaryClassification,
  type ClassificationTask,
  type ClassifierOptions,
  checkClassification,
} from "./task.ts";

/** Natural parameters of the Gaussian factors. */
interface Sites {
  readonly precision: Float64Array;
  readonly shift: Float64Array;
}

/** The Gaussian posterior that the sites make: mean, covariance, and the factor of B = 1 + S^{1/2} K S^{1/2}. */
interface Posterior {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
  readonly factor: Matrix;
  readonly root: Float64Array;
}

/**
 * Sweeps over the training examples until no latent mean moves.
 *
 * @returns probabilities Phi(mean / sqrt(1 + variance)) and the evidence; both agree with exact integrals to about 1e-3 on small
 * problems. Cost of one sweep: 3 P^3; about 5 to 20 sweeps.
 * @throws ShapeError for sizes that do not fit, SpecError for labels other than 0 and 1, ConvergenceError for NaN or a matrix that is
 * no kernel.
 * @source Rasmussen and Williams 2006, algorithms 3.5 and 3.6, equations 3.58, 3.65, 3.73 and 3.74.
 * @example
 * ```ts
 * import { solveExpectationPropagation } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const one = (value: number) => ({ rows: 1, cols: 1, data: Float64Array.of(value) });
 * const task = { train: one(1), cross: one(1), diagonal: Float64Array.of(1), labels: [1] };
 * Math.exp(solveExpectationPropagation(task, await loadKernels()).logEvidence); // => 0.5
 * ```
 */
export function solveExpectationPropagation(
  task: ClassificationTask,
  algebra: LinearAlgebra,
  { tolerance = 1e-10, maxIterations = 200 }: ClassifierOptions = {},
): BinaryClassification {
  checkClassification("expectation propagation", task, 2);
  const { train, cross, diagonal } = task;
  const size = train.rows;
  const signs = Float64Array.from(task.labels, (label) => 2 * label - 1);
  const sites: Sites = { precision: new Float64Array(size), shift: new Float64Array(size) };
  let posterior = posteriorOf(train, sites, algebra);
  let [iterations, residual] = [0, Number.POSITIVE_INFINITY];
  for (; iterations < maxIterations && residual > tolerance; iterations++) {
    const before = posterior.mean.slice();
    for (let i = 0; i < size; i++) updateSite(i, signs[i] as number, sites, posterior);
    // rank-one updates gather rounding: start each sweep from a factorisation
    posterior = posteriorOf(train, sites, algebra);
    const largest = posterior.mean.reduce((most, f) => Math.max(most, Math.abs(f)), 1);
    residual =
      posterior.mean.reduce((most, f, p) => Math.max(most, Math.abs(f - (before[p] as number))), 0) / largest;
    if (Number.isNaN(residual)) {
      throw new ConvergenceError("expectation propagation: a latent mean is NaN", {
        hint: "add a small constant to the diagonal of the kernel, or use solveLaplaceClassifier",
      });
    }
  }
  const { factor, root } = posterior;
  const inner = solveWith(
    factor,
    algebra.multiply(train, column(sites.shift)).data.map((value, p) => (root[p] as number) * value),
    algebra,
  );
  const weights = sites.shift.map((nu, p) => nu - (root[p] as number) * (inner[p] as number));
  const latentMean = algebra.multiply(cross, column(weights)).data;
  const half = algebra.solveTriangular(factor, "lower", scaleRows(transposeMatrix(cross), root)).data;
  const latentVariance = diagonal.map((own, m) => {
    let explained = 0;
    for (let p = 0; p < size; p++) explained += (half[p * cross.rows + m] as number) ** 2;
    return Math.max(0, own - explained);
  });
  return {
    probability: latentMean.map((mean, m) => normalCdf(mean / Math.sqrt(1 + (latentVariance[m] as number)))),
    latentMean,
    latentVariance,
    logEvidence: evidenceOf(signs, sites, posterior),
    trainLatent: posterior.mean,
    iterations,
    residual,
    converged: residual <= tolerance,
  };
}

/** Covariance K - K S^{1/2} B^{-1} S^{1/2} K and mean of the posterior with the given sites. */
function posteriorOf(train: Matrix, sites: Sites, algebra: LinearAlgebra): Posterior {
  const size = train.rows;
  const root = sites.precision.map(Math.sqrt);
  const b = { ...train, data: train.data.slice() };
  for (let at = 0; at < b.data.length; at++) {
    const [i, j] = [Math.floor(at / size), at % size];
    b.data[at] = (i === j ? 1 : 0) + (b.data[at] as number) * (root[i] as number) * (root[j] as number);
  }
  const factor = algebra.cholesky(b);
  const half = algebra.solveTriangular(factor, "lower", scaleRows(train, root));
  const explained = algebra.gramOfColumns(half);
  const covariance = {
    ...train,
    data: train.data.map((value, at) => value - (explained.data[at] as number)),
  };
  return { mean: algebra.multiply(covariance, column(sites.shift)).data, covariance, factor, root };
}

/** Takes site i out, matches the moments of Phi(y f) times what is left, and puts the new site in (in place). */
function updateSite(i: number, sign: number, { precision, shift }: Sites, posterior: Posterior): void {
  const { mean, covariance } = posterior;
  const size = mean.length;
  const own = covariance.data[i * (size + 1)] as number;
  const cavityPrecision = 1 / own - (precision[i] as number);
  const cavityShift = (mean[i] as number) / own - (shift[i] as number);
  if (!(cavityPrecision > 0)) return;
  const variance = 1 / cavityPrecision;
  const m = cavityShift * variance;
  const spread = Math.sqrt(1 + variance);
  const z = (sign * m) / spread;
  const ratio = hazard(z);
  const tilted = m + (sign * variance * ratio) / spread;
  const tiltedVariance = variance - (variance * variance * ratio * (z + ratio)) / (1 + variance);
  const change = Math.max(0, 1 / tiltedVariance - cavityPrecision) - (precision[i] as number);
  precision[i] = (precision[i] as number) + change;
  const newShift = tilted / tiltedVariance - cavityShift;
  const shiftChange = newShift - (shift[i] as number);
  shift[i] = newShift;
  const factor = change / (1 + change * own);
  const columnI = Float64Array.from({ length: size }, (_, p) => covariance.data[p * size + i] as number);
  const step = shiftChange - factor * ((mean[i] as number) + own * shiftChange);
  for (let p = 0; p < size; p++) {
    const cp = columnI[p] as number;
    mean[p] = (mean[p] as number) + cp * step;
    const scaled = factor * cp;
    for (let q = 0; q < size; q++) {
      covariance.data[p * size + q] =
        (covariance.data[p * size + q] as number) - scaled * (columnI[q] as number);
    }
  }
}

/** log Z of expectation propagation. */
function evidenceOf(
  signs: Float64Array,
  { precision, shift }: Sites,
  { mean, covariance, factor }: Posterior,
): number {
  const size = mean.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const own = covariance.data[i * (size + 1)] as number;
    const site = precision[i] as number;
    const nu = shift[i] as number;
    const cavityPrecision = 1 / own - site;
    const cavity = ((mean[i] as number) / own - nu) / cavityPrecision;
    sum += logNormalCdf(((signs[i] as number) * cavity) / Math.sqrt(1 + 1 / cavityPrecision));
    sum += 0.5 * Math.log1p(site / cavityPrecision) - Math.log(factor.data[i * (size + 1)] as number);
    // nu^T (K - K S^{1/2} B^{-1} S^{1/2} K - 1 / (T + S)) nu / 2, whose first part is nu^T mean
    sum += 0.5 * nu * ((mean[i] as number) - nu / (cavityPrecision + site));
    sum += (0.5 * cavity * cavityPrecision * (site * cavity - 2 * nu)) / (cavityPrecision + site);
  }
  return sum;
}

/** Below, the lower tail is taken from its asymptotic series. */
const TAIL = -30;

/** log Phi(z), for very negative z too. */
export function logNormalCdf(z: number): number {
  if (z > TAIL) return Math.log(normalCdf(z));
  const inverse = 1 / (z * z);
  return -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - Math.log(-z) + Math.log1p(-inverse * (1 - 3 * inverse));
}

/** N(z) / Phi(z). */
function hazard(z: number): number {
  return Math.exp(-0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - logNormalCdf(z));
}
