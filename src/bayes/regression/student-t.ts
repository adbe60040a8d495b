/**
 * Student-t process regression (Shah, Wilson and Ghahramani 2014, equation 6): a Gaussian process whose scale has an inverse-gamma
 * prior. Its mean is that of the Gaussian process, and its covariance is multiplied by a factor that the data choose, as the
 * order parameter q of finite width does: both are 1 + (beta - P) / N to first order when nu = N.
 */
import { SpecError } from "../../base/index.ts";

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
