/**
 * How good are predicted class probabilities? Accuracy, log loss and Brier score as means over examples, and the expected calibration
 * error: how far the confidence in the predicted class lies from how often it is right (Guo et al. 2017).
 */
import { type Estimate, ShapeError, SpecError } from "../../base/index.ts";
import { bootstrap, type Matrix, meanWithError, type RandomStream } from "../../numerics/index.ts";
import { measureReliability, type Reliability } from "../regression/index.ts";

/** Scores of one set of probabilities. */
export interface ClassificationScores {
  /** Share of examples whose most probable class is theirs; of several equal ones the first. */
  readonly accuracy: Estimate;
  /** Mean of -log of the probability of the example's class. */
  readonly logLoss: Estimate;
  /** Mean over examples of sum_c (p_c - [c is the class])^2, 0 to 2. */
  readonly brierScore: Estimate;
  /** Mean of |share right - confidence| over examples, in bins of confidence; above 0 from noise alone. */
  readonly calibrationError: Estimate;
  /** Mean of the largest probability: above the accuracy for a classifier that is too sure. */
  readonly confidence: Estimate;
  /** For each bin that holds predictions, mean confidence and share right. */
  readonly reliability: Reliability["bins"];
}

/** Options of the scores. */
export interface ScoreOptions {
  /** Source of the resamples behind the error of the calibration error. */
  readonly stream: RandomStream;
  /** Bins of confidence between 0 and 1. Default 10. */
  readonly bins?: number;
  /** Default 200. */
  readonly resamples?: number;
}

/**
 * Scores probabilities against classes.
 *
 * @param probability - P(class), [M, C], rows with sum 1.
 * @param labels - M classes, 0 .. C - 1.
 * @returns standard errors over examples; that of the calibration error is a bootstrap.
 * @throws ShapeError for unequal lengths or fewer than 2 examples, SpecError for rows that are no probabilities or a label that is no
 * class.
 * @source Guo et al. 2017 (arXiv:1706.04599), equation 3.
 * @example
 * ```ts
 * import { scoreClassification } from "isinglass/bayes";
 * import { createStream } from "isinglass/numerics";
 *
 * const probability = { rows: 2, cols: 2, data: Float64Array.of(0.8, 0.2, 0.4, 0.6) };
 * const { accuracy, calibrationError } = scoreClassification(probability, [0, 1], { stream: createStream(1) });
 * accuracy.value; // => 1
 * calibrationError.value; // => 0.3
 * ```
 */
export function scoreClassification(
  probability: Matrix,
  labels: ArrayLike<number>,
  { stream, bins = 10, resamples = 200 }: ScoreOptions,
): ClassificationScores {
  const rows = judge(probability, labels);
  const over = (values: readonly number[]): Estimate => ({
    ...meanWithError(Float64Array.from(values)),
    method: `mean over ${values.length} examples`,
  });
  const reliabilityOf = (some: readonly Judged[]): Reliability =>
    measureReliability(
      some.map(({ confidence }) => confidence),
      some.map(({ isRight }) => (isRight ? 1 : 0)),
      bins,
    );
  const { value, stderr, n } = bootstrap(rows, (some) => reliabilityOf(some).calibrationError, stream, {
    resamples,
  });
  return {
    accuracy: over(rows.map(({ isRight }) => (isRight ? 1 : 0))),
    logLoss: over(rows.map(({ own }) => -Math.log(own))),
    brierScore: over(rows.map(({ square }) => square)),
    calibrationError: { value, stderr, n, method: `${bins} bins, bootstrap of ${resamples} resamples` },
    confidence: over(rows.map(({ confidence }) => confidence)),
    reliability: reliabilityOf(rows).bins,
  };
}

/** An example that was predicted wrongly. */
export interface WrongPrediction {
  /** Row of the example. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class. */
  readonly confidence: number;
  /** Probability of the example's class. */
  readonly own: number;
}

/**
 * Examples whose most probable class is not theirs, the most confident first.
 *
 * @throws as `scoreClassification`.
 * @example
 * ```ts
 * import { listWrong } from "isinglass/bayes";
 *
 * listWrong({ rows: 2, cols: 2, data: Float64Array.of(0.8, 0.2, 0.4, 0.6) }, [1, 1])[0]?.index; // => 0
 * ```
 */
export function listWrong(probability: Matrix, labels: ArrayLike<number>): WrongPrediction[] {
  return judge(probability, labels)
    .flatMap(({ isRight, predicted, confidence, own }, index) =>
      isRight ? [] : [{ index, label: labels[index] as number, predicted, confidence, own }],
    )
    .sort((a, b) => b.confidence - a.confidence);
}

interface Judged {
  readonly predicted: number;
  readonly isRight: boolean;
  readonly confidence: number;
  readonly own: number;
  readonly square: number;
}

/** How far the sum of a row may lie from 1. */
const ROUNDING = 1e-6;

function judge({ rows, cols, data }: Matrix, labels: ArrayLike<number>): Judged[] {
  if (rows < 2 || labels.length !== rows || cols < 2) {
    throw new ShapeError(
      `classification scores: received probabilities [${rows}, ${cols}] and ${labels.length} labels, expected [M, C] and M of at least 2`,
    );
  }
  return Array.from({ length: rows }, (_, m) => {
    const row = data.subarray(m * cols, (m + 1) * cols);
    const label = labels[m] as number;
    const total = row.reduce((sum, p) => sum + p, 0);
    if (!(Math.abs(total - 1) < ROUNDING && row.every((p) => p >= 0 && p <= 1 + ROUNDING))) {
      throw new SpecError(
        `classification scores: row ${m} is ${Array.from(row, (p) => p.toPrecision(4)).join(", ")}, expected probabilities with sum 1`,
      );
    }
    if (!(Number.isInteger(label) && label >= 0 && label < cols)) {
      throw new SpecError(
        `classification scores: received the label ${label} at example ${m}, expected whole numbers from 0 to ${cols - 1}`,
      );
    }
    const predicted = row.indexOf(row.reduce((most, p) => Math.max(most, p), 0));
    return {
      predicted,
      isRight: predicted === label,
      confidence: Math.min(1, row[predicted] as number),
      own: row[label] as number,
      square: row.reduce((sum, p, c) => sum + (p - (c === label ? 1 : 0)) ** 2, 0),
    };
  });
}
