/**
 * Student-t process regression (Shah, Wilson and Ghahramani 2014, equation 6): a Gaussian process whose scale has an inverse-gamma
 * prior. Its mean is that of the Gaussian process, and its covariance is multiplied by a factor that the data choose, as the
 * order parameter q of finite width does: both are 1 + (beta - P) / N to first order when nu = N.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { logGamma, type Matrix } from "../../numerics/index.ts";
import { type GaussianProcessTask, solveGaussianProcess } from "./gaussian-process.ts";

/** The predictive distribution beside that of the Gaussian process. */
export interface StudentTScale {
  /** Factor of the Gaussian process's covariance. */
  readonly factor: number;
  /** Degrees of freedom of the prediction, nu + P. */
  readonly degrees: number;
}

/**
 * How a Student-t process rescales the posterior covariance: (nu + beta - 2) / (nu + P - 2), beta = y^T K^{-1} y.
 *
 * @param degrees - nu > 2; the prior covariance is K for every nu.
 * @throws SpecError for nu <= 2, a negative beta or no examples.
 * @example
 * ```ts
 * import { studentTScale } from "isinglass/bayes";
 *
 * studentTScale({ degrees: 20, examples: 30, beta: 47.68140177 }).factor; // => 1.368362537
 * ```
 */
export function studentTScale({
  degrees,
  examples,
  beta,
}: {
  readonly degrees: number;
  readonly examples: number;
  readonly beta: number;
}): StudentTScale {
  if (!(degrees > 2 && beta >= 0 && Number.isInteger(examples) && examples >= 1)) {
    throw new SpecError(
      `Student-t process: received nu ${degrees}, beta ${beta}, ${examples} examples; expected nu > 2, beta >= 0, at least one example`,
    );
  }
  return { factor: (degrees + beta - 2) / (degrees + examples - 2), degrees: degrees + examples };
}

/** Posterior of a Student-t process: a multivariate t distribution. */
export interface StudentTResult {
  /** [M, 1], that of the Gaussian process. */
  readonly mean: Matrix;
  /** Variance of the function on the test inputs. */
  readonly variance: Float64Array;
  readonly scale: StudentTScale;
  /** y^T (K + s)^{-1} y. */
  readonly beta: number;
  /** log p(y), multivariate t. */
  readonly logEvidence: number;
}

/**
 * Solves y = f(x) + noise where kernel and noise share a random scale of inverse-gamma distribution with nu degrees of freedom.
 *
 * log p(y) = logGamma((nu + P)/2) - logGamma(nu/2) - P/2 log((nu - 2) pi) - 1/2 log det A - (nu + P)/2 log(1 + beta / (nu - 2)),
 * A = K + s. As nu grows it becomes the Gaussian process; a network of finite width has the same mean at T = 0 and a factor
 * q(P / N, beta / P) that agrees to first order in 1 / N for nu = N.
 *
 * @param options - degrees nu > 2; noise s of at least 0.
 * @throws SpecError for degrees of 2 or less, ShapeError for more than one output, else as `solveGaussianProcess`.
 * @source Shah, Wilson and Ghahramani 2014.
 * @example
 * ```ts
 * import { solveStudentTProcess } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const one = (value: number) => ({ rows: 1, cols: 1, data: Float64Array.of(value) });
 * const task = { train: one(1), cross: one(0.5), diagonal: Float64Array.of(1), targets: one(2) };
 * solveStudentTProcess(task, { degrees: 4, noise: 0 }, await loadKernels()).scale.factor; // => 2
 * ```
 */
export function solveStudentTProcess(
  task: GaussianProcessTask,
  { degrees, noise }: { readonly degrees: number; readonly noise: number },
  algebra: LinearAlgebra,
): StudentTResult {
  if (task.targets.cols !== 1) {
    throw new ShapeError(`Student-t process: received ${task.targets.cols} outputs, expected one`, {
      hint: "the random scale couples outputs; solve one at a time, or use solveGaussianProcess",
    });
  }
  const { mean, variance, logEvidence } = solveGaussianProcess(task, noise, algebra);
  const examples = task.targets.rows;
  const shifted = { ...task.train, data: task.train.data.slice() };
  for (let p = 0; p < examples; p++)
    shifted.data[p * (examples + 1)] = (shifted.data[p * (examples + 1)] as number) + noise;
  const weights = algebra.solvePositiveDefinite(shifted, task.targets).data;
  const beta = weights.reduce((sum, w, p) => sum + w * (task.targets.data[p] as number), 0);
  const scale = studentTScale({ degrees, examples, beta });
  const logDeterminant = -2 * logEvidence - beta - examples * Math.log(2 * Math.PI);
  return {
    mean,
    variance: variance.map((value) => scale.factor * value),
    scale,
    beta,
    logEvidence:
      logGamma((degrees + examples) / 2) -
      logGamma(degrees / 2) -
      (examples / 2) * Math.log((degrees - 2) * Math.PI) -
      0.5 * logDeterminant -
      ((degrees + examples) / 2) * Math.log1p(beta / (degrees - 2)),
  };
}
