/** Straight-line fit y = intercept + slope x by (weighted) least squares, with errors of both coefficients. */
import { type Estimate, SpecError } from "../base/index.ts";
import { requireSamples } from "./statistics.ts";
import { compensatedSum } from "./summation.ts";

/** A fitted line. */
export interface LinearFit {
  readonly intercept: Estimate;
  readonly slope: Estimate;
  /** Covariance of intercept and slope; null when the errors are unknown. */
  readonly covariance: number | null;
  /** Sum of squared residuals, each over its variance when `errors` were given. */
  readonly chi2: number;
  /** Points minus two. */
  readonly degrees: number;
  /** Correlation coefficient squared of x and y (weighted). */
  readonly r2: number;
}

/**
 * Fits a line.
 *
 * @param x abscissae, at least two different; `y` ordinates.
 * @param errors standard errors of y. Given: coefficient errors follow from them alone (compare chi2 with `degrees`).
 *   Omitted: all points have the same unknown error, estimated from the residuals; null for two points.
 * @throws SpecError for different lengths, equal x, or errors that are not positive.
 * @source Press et al., "Numerical Recipes", section 15.2.
 * @example
 * import { fitLine } from "isinglass/numerics";
 * fitLine([0, 1, 2, 3], [1, 3, 5, 7]).slope.value; // => 2
 */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, errors?: ArrayLike<number>): LinearFit {
  const n = x.length;
  requireSamples(n, 2, "linear fit");
  if (y.length !== n || (errors !== undefined && errors.length !== n)) {
    const sizes = errors === undefined ? "" : ` and ${errors.length} errors`;
    throw new SpecError(`linear fit: received ${n} x, ${y.length} y${sizes}, expected the same number`);
  }
  const weights = Float64Array.from({ length: n }, (_, i) => {
    const sigma = errors === undefined ? 1 : (errors[i] as number);
    if (!(sigma > 0)) throw new SpecError(`linear fit: received errors[${i}] = ${sigma}, expected > 0`);
    return 1 / (sigma * sigma);
  });
  const total = compensatedSum(weights);
  const averageOf = (value: (i: number) => number): number => {
    return compensatedSum(weights.map((w, i) => w * value(i))) / total;
  };
  const meanX = averageOf((i) => x[i] as number);
  const meanY = averageOf((i) => y[i] as number);
  const varianceX = averageOf((i) => ((x[i] as number) - meanX) ** 2);
  if (!(varianceX > 0))
    throw new SpecError("linear fit: received equal x, expected at least two different abscissae");
  const varianceY = averageOf((i) => ((y[i] as number) - meanY) ** 2);
  const slope = averageOf((i) => ((x[i] as number) - meanX) * ((y[i] as number) - meanY)) / varianceX;
  const intercept = meanY - slope * meanX;
  const chi2 = total * averageOf((i) => ((y[i] as number) - intercept - slope * (x[i] as number)) ** 2);
  const degrees = n - 2;
  const unit = errors !== undefined ? 1 : degrees > 0 ? chi2 / degrees : null;
  const method =
    errors === undefined ? "least squares, errors from residuals" : "least squares with given errors";
  const estimate = (value: number, variance: number): Estimate => {
    return { value, stderr: unit === null ? null : Math.sqrt(unit * variance), n, method };
  };
  const slopeVariance = 1 / (total * varianceX);
  return {
    intercept: estimate(intercept, 1 / total + meanX * meanX * slopeVariance),
    slope: estimate(slope, slopeVariance),
    covariance: unit === null ? null : -unit * meanX * slopeVariance,
    chi2,
    degrees,
    r2: varianceY === 0 ? 1 : Math.min(1, (slope * slope * varianceX) / varianceY),
  };
}
