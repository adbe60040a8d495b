/**
 * Are predicted variances and probabilities the right size? Standardised residuals z = (y - mean) / deviation have mean square 1 and
 * cover their intervals when they are; leave-one-out residuals tell by which factor to rescale (Rasmussen and Williams 2006, section
 * 5.4.2); probabilities are compared with frequencies (Murphy and Winkler 1977).
 */
import { ConvergenceError, type Estimate, ShapeError, SpecError } from "../../base/index.ts";
import { meanWithError, normalCdf } from "../../numerics/index.ts";

/** How far predictions and targets agree. */
export interface Calibration {
  /** Mean of z; 0 when unbiased. */
  readonly meanScore: Estimate;
  /** Mean of z^2; 1 when variances have the right size, above when they are too small. */
  readonly meanSquareScore: Estimate;
  /** For each nominal level the share of targets inside the central interval. */
  readonly coverage: readonly { readonly level: number; readonly observed: Estimate }[];
  /** Mean of -log N(y; mean, variance). */
  readonly negativeLogDensity: Estimate;
}

const LEVELS = [0.5, 0.68, 0.9, 0.95] as const;

/**
 * Measures z-scores, coverage and the log density of independent predictions.
 *
 * @param variance - of the observation: with the noise, where targets have it; above 0.
 * @param levels - nominal coverages between 0 and 1.
 * @returns estimates with standard errors over the targets (which predictions of one posterior share correlations of).
 * @throws ShapeError for unequal lengths, ConvergenceError for a variance that is not above 0, SpecError for a level out of range.
 * @example
 * ```ts
 * import { measureCalibration } from "isinglass/bayes";
 *
 * const measured = measureCalibration({ mean: Float64Array.of(0, 0), variance: Float64Array.of(1, 4) }, [1, -2]);
 * measured.meanSquareScore.value; // => 1
 * ```
 */
export function measureCalibration(
  { mean, variance }: { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> },
  targets: ArrayLike<number>,
  levels: readonly number[] = LEVELS,
): Calibration {
  const scores = scoresOf(mean, variance, targets);
  const over = (values: Float64Array, what: string): Estimate => ({
    ...meanWithError(values),
    method: `${what} over ${values.length} targets`,
  });
  const wrong = levels.find((level) => !(level > 0 && level < 1));
  if (wrong !== undefined) {
    throw new SpecError(`calibration: received the level ${wrong}, expected numbers between 0 and 1`);
  }
  // the central probability up to |z|
  const reached = scores.map((z) => 2 * normalCdf(Math.abs(z)) - 1);
  return {
    meanScore: over(scores, "mean of z"),
    meanSquareScore: over(
      scores.map((z) => z * z),
      "mean of z^2",
    ),
    coverage: levels.map((level) => {
      const share = reached.filter((probability) => probability <= level).length / scores.length;
      const stderr = Math.sqrt((share * (1 - share)) / scores.length);
      return {
        level,
        observed: { value: share, stderr, n: scores.length, method: `share of ${scores.length} targets` },
      };
    }),
    negativeLogDensity: over(
      scores.map((z, i) => 0.5 * (z * z + Math.log(2 * Math.PI * (variance[i] as number)))),
      "mean of -log density",
    ),
  };
}

/**
 * The factor by which to multiply kernel and noise, and so every variance, that makes leave-one-out residuals have mean square 1. It
 * maximises the leave-one-out likelihood over the amplitude and leaves means as they are.
 *
 * @param leaveOneOut - of `solveGaussianProcess`, means and variances of the observations of one output.
 * @returns the factor, with its standard error over the training examples.
 * @throws as `measureCalibration`.
 * @source Rasmussen and Williams 2006, equations 5.10 to 5.12.
 * @example
 * ```ts
 * import { calibrateVariance } from "isinglass/bayes";
 *
 * calibrateVariance({ mean: [0, 0], variance: [1, 1] }, [2, -2]).value; // => 4
 * ```
 */
export function calibrateVariance(
  leaveOneOut: { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> },
  targets: ArrayLike<number>,
): Estimate {
  const squares = scoresOf(leaveOneOut.mean, leaveOneOut.variance, targets).map((z) => z * z);
  return { ...meanWithError(squares), method: `mean square of ${squares.length} leave-one-out scores` };
}

/** Probabilities beside frequencies. */
export interface Reliability {
  /** Bins that hold predictions: their mean probability and how often the event happened. */
  readonly bins: readonly { readonly predicted: number; readonly observed: Estimate }[];
  /** Mean of |observed - predicted| over predictions (expected calibration error); above 0 from noise alone. */
  readonly calibrationError: number;
  /** Mean of (probability - outcome)^2. */
  readonly brierScore: Estimate;
  /** Mean of -log probability of what happened. */
  readonly logLoss: Estimate;
}

/**
 * Compares predicted probabilities of an event with outcomes in bins of equal width.
 *
 * @param outcomes - 1 where it happened, else 0.
 * @param bins - at least 1.
 * @throws ShapeError for unequal lengths, SpecError for probabilities outside 0 to 1 or too few bins.
 * @source Murphy and Winkler 1977; Guo et al. 2017 for the error.
 * @example
 * ```ts
 * import { measureReliability } from "isinglass/bayes";
 *
 * measureReliability([0.5, 0.5], [0, 1]).calibrationError; // => 0
 * ```
 */
export function measureReliability(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = 10,
): Reliability {
  const count = probabilities.length;
  if (count === 0 || outcomes.length !== count) {
    throw new ShapeError(
      `reliability: received ${count} probabilities and ${outcomes.length} outcomes, expected equal numbers of at least 1`,
    );
  }
  if (!(Number.isInteger(bins) && bins >= 1)) {
    throw new SpecError(`reliability: received ${bins} bins, expected at least 1`);
  }
  const sums = new Float64Array(bins);
  const hits = new Float64Array(bins);
  const counts = new Float64Array(bins);
  const squares = new Float64Array(count);
  const losses = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const p = probabilities[i] as number;
    const happened = outcomes[i] as number;
    if (!(p >= 0 && p <= 1 && (happened === 0 || happened === 1))) {
      throw new SpecError(
        `reliability: received probability ${p} and outcome ${happened} at ${i}, expected 0 to 1 and 0 or 1`,
      );
    }
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    sums[bin] = (sums[bin] as number) + p;
    hits[bin] = (hits[bin] as number) + happened;
    counts[bin] = (counts[bin] as number) + 1;
    squares[i] = (p - happened) ** 2;
    losses[i] = -Math.log(happened === 1 ? p : 1 - p);
  }
  const filled = Array.from(counts.keys()).filter((bin) => (counts[bin] as number) > 0);
  const rows = filled.map((bin) => {
    const n = counts[bin] as number;
    const share = (hits[bin] as number) / n;
    const stderr = Math.sqrt((share * (1 - share)) / n);
    return {
      predicted: (sums[bin] as number) / n,
      observed: { value: share, stderr, n, method: `share of ${n} predictions` },
    };
  });
  const calibrationError = rows.reduce(
    (sum, { predicted, observed }) => sum + (observed.n / count) * Math.abs(observed.value - predicted),
    0,
  );
  return {
    bins: rows,
    calibrationError,
    brierScore: { ...meanWithError(squares), method: `mean over ${count} predictions` },
    logLoss: { ...meanWithError(losses), method: `mean over ${count} predictions` },
  };
}

function scoresOf(
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
  targets: ArrayLike<number>,
): Float64Array {
  if (targets.length === 0 || mean.length !== targets.length || variance.length !== targets.length) {
    throw new ShapeError(
      `calibration: received ${mean.length} means, ${variance.length} variances and ${targets.length} targets, expected equal numbers of at least 1`,
    );
  }
  return Float64Array.from({ length: targets.length }, (_, i) => {
    const spread = variance[i] as number;
    const z = ((targets[i] as number) - (mean[i] as number)) / Math.sqrt(spread);
    if (!(spread > 0 && Number.isFinite(z))) {
      throw new ConvergenceError(
        `calibration: received variance ${spread} and residual ${(targets[i] as number) - (mean[i] as number)} at ${i}, expected a variance above 0 and finite numbers`,
        { hint: "add the noise to the variance of the function" },
      );
    }
    return z;
  });
}
