/**
 * Gaussian-process regression with any kernel (Rasmussen and Williams 2006, chapters 2 and 5): posterior mean and variance,
 * log evidence, and leave-one-out predictions, from one Cholesky factorisation.
 */
import { ConvergenceError, ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { identityMatrix, type Matrix, transposeMatrix } from "../../numerics/index.ts";

/** A regression problem with D outputs that share the kernel. */
export interface GaussianProcessTask {
  /** K(X, X), [P, P]. */
  readonly train: Matrix;
  /** K(X*, X), [M, P]. */
  readonly cross: Matrix;
  /** K(x*, x*), M values. */
  readonly diagonal: Float64Array;
  /** y, [P, D]. */
  readonly targets: Matrix;
}

/** Posterior of the outputs. */
export interface GaussianProcessResult {
  /** [M, D]. */
  readonly mean: Matrix;
  /** Posterior variance of the function at every test input (equal for all outputs), without the noise. */
  readonly variance: Float64Array;
  /** log p(y), summed over the outputs. */
  readonly logEvidence: number;
  /** Predictions for every training input from all others: mean [P, D] and variance of the observation. */
  readonly leaveOneOut: { readonly mean: Matrix; readonly variance: Float64Array };
}

/**
 * Solves y = f(x) + noise with f ~ GP(0, K) and noise variance `noise`.
 *
 * mean = K* (K + s)^{-1} y, variance = K** - K* (K + s)^{-1} K*^T,
 * log p = -y^T (K + s)^{-1} y / 2 - log det(K + s) / 2 - P log(2 pi) / 2 for each output; leaving i out,
 * mean_i = y_i - [A^{-1} y]_i / [A^{-1}]_ii and variance 1 / [A^{-1}]_ii with A = K + s.
 *
 * @param noise - variance s of the noise (ridge), at least 0.
 * @throws ShapeError for sizes that do not fit; ConvergenceError when K + s is singular (with what to do); SpecError for a
 * negative noise.
 * @returns cost P^3 / 3 + P^3 (leave one out) + M P^2.
 * @source Rasmussen and Williams 2006, algorithm 2.1 and equations 5.10 to 5.12.
 * @example
 * ```ts
 * import { solveGaussianProcess } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const one = (value: number) => ({ rows: 1, cols: 1, data: Float64Array.of(value) });
 * const task = { train: one(1), cross: one(0.5), diagonal: Float64Array.of(1), targets: one(2) };
 * solveGaussianProcess(task, 1, await loadKernels()).mean.data[0]; // => 0.5
 * ```
 */
export function solveGaussianProcess(
  task: GaussianProcessTask,
  noise: number,
  algebra: LinearAlgebra,
): GaussianProcessResult {
  const { cross, diagonal, targets } = task;
  checkTask(task, noise);
  const factor = factorize(task.train, noise, algebra);
  const size = targets.rows;
  const half = algebra.solveTriangular(factor, "lower", targets);
  const weights = algebra.solveTriangular(factor, "lower-transposed", half);
  const mean = algebra.multiply(cross, weights);
  const explained = algebra.solveTriangular(factor, "lower", transposeMatrix(cross));
  const variance = diagonal.map((own, m) => {
    let sum = 0;
    for (let p = 0; p < size; p++) sum += (explained.data[p * cross.rows + m] as number) ** 2;
    return Math.max(0, own - sum);
  });
  let logDeterminant = 0;
  for (let p = 0; p < size; p++) logDeterminant += 2 * Math.log(factor.data[p * size + p] as number);
  const fit = half.data.reduce((sum, value) => sum + value * value, 0);
  const logEvidence = -0.5 * fit - 0.5 * targets.cols * (logDeterminant + size * Math.log(2 * Math.PI));
  return { mean, variance, logEvidence, leaveOneOut: leaveOneOut(factor, weights, targets, algebra) };
}

function leaveOneOut(
  factor: Matrix,
  weights: Matrix,
  targets: Matrix,
  algebra: LinearAlgebra,
): { mean: Matrix; variance: Float64Array } {
  const size = factor.rows;
  const inverse = algebra.solveTriangular(factor, "lower", identityMatrix(size));
  // [A^-1]_ii is the squared length of column i of L^-1
  const variance = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let p = i; p < size; p++) sum += (inverse.data[p * size + i] as number) ** 2;
    return 1 / sum;
  });
  const mean = {
    ...targets,
    data: targets.data.map(
      (y, at) => y - (weights.data[at] as number) * (variance[Math.floor(at / targets.cols)] as number),
    ),
  };
  return { mean, variance };
}

/** The Cholesky factor of K + s. */
function factorize(train: Matrix, noise: number, algebra: LinearAlgebra): Matrix {
  const shifted = { ...train, data: train.data.slice() };
  for (let p = 0; p < train.rows; p++) {
    shifted.data[p * train.rows + p] = (shifted.data[p * train.rows + p] as number) + noise;
  }
  try {
    return algebra.cholesky(shifted);
  } catch (cause) {
    if (!(cause instanceof ConvergenceError)) throw cause;
    throw new ConvergenceError(
      `Gaussian process: the kernel of ${train.rows} inputs plus noise ${noise} is singular (${cause.message})`,
      { hint: "remove duplicated or linearly dependent inputs, or choose more noise", cause },
    );
  }
}

function checkTask({ train, cross, diagonal, targets }: GaussianProcessTask, noise: number): void {
  const size = targets.rows;
  if (size === 0)
    throw new ShapeError("Gaussian process: received no training examples, expected at least one");
  const fits =
    train.rows === size && train.cols === size && cross.cols === size && cross.rows === diagonal.length;
  if (!fits) {
    throw new ShapeError(
      `Gaussian process: received K [${train.rows}, ${train.cols}], K* [${cross.rows}, ${cross.cols}], ${diagonal.length} variances and ${size} targets; expected [P, P], [M, P], M, P`,
    );
  }
  if (!(noise >= 0 && Number.isFinite(noise))) {
    throw new SpecError(`Gaussian process: received noise ${noise}, expected a variance of at least 0`);
  }
}
