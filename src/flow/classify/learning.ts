/**
 * Whether a decoder has learned anything: its loss against that of the untrained decoder and against the loss of the best
 * constant, the variance of its target. A reconstruction through a decoder that is worse than a constant tells about the
 * decoder, not about the network.
 */
import { sizeOf } from "../../engine/index.ts";
import type { TrainedCascade } from "../cascade/index.ts";

/** Mean squared errors of one decoder. */
export interface DecoderLearning {
  /** Steps of its training. */
  readonly minibatches: number;
  /** Of the untrained decoder. */
  readonly start: number;
  /** Mean over the second quarter of the training. */
  readonly middle: number;
  /** Mean over the last quarter. */
  readonly end: number;
  /**
   * Variance of the target over the test batch: the loss of the best constant output, one number for each feature, or for
   * each channel of an image or of tokens, since that is what the bias of such a decoder is.
   */
  readonly variance: number;
}

/**
 * - "learned": better than the best constant, or as good where the target hardly varies;
 * - "unfinished": explains less than half of the variance, and its loss is still falling, or has only begun to;
 * - "failed": worse than the best constant (or than untrained) and no longer getting better.
 */
export type DecoderState = "learned" | "unfinished" | "failed";

/** Target variance below this share of the untrained loss is negligible: a constant is then the right answer. */
const NEGLIGIBLE = 0.02;
/** Loss in units of the target's variance above which a decoder is no better than a constant; 1 with the noise of minibatches. */
const CONSTANT = 1.2;
/** Unexplained share of the variance below which the training has gone far enough. */
const UNEXPLAINED = 0.5;
/** Last over second quarter: below this the loss falls clearly, above the other it no longer does. */
const FALLING = 0.85;
const FLAT = 0.93;
/** Below this many minibatches a loss that does not fall means nothing yet. */
const ENOUGH = 40;
/** Last loss over the untrained one. */
const UNCHANGED = 0.9;
const RISEN = 1.5;

/**
 * The state of a decoder; see `DecoderState`.
 *
 * Calibrated on 200 minibatches of MNIST at rate 1e-3 (tanh and ReLU networks 100 wide, 10 and 40 layers, weight variances
 * 0.5 to 4), where no decoder before the head fails, and on rates of 1, 10 and 1e30, where most or all do.
 *
 * @example
 * ```ts
 * import { stateOfDecoder } from "isinglass/flow";
 * stateOfDecoder({ minibatches: 60, start: 0.18, middle: 0.88, end: 0.88, variance: 0.07 }); // => "failed"
 * ```
 */
export function stateOfDecoder({ minibatches, start, middle, end, variance }: DecoderLearning): DecoderState {
  const varies = variance > NEGLIGIBLE * start;
  const isNoBetter = varies ? end > CONSTANT * variance : end > UNCHANGED * start;
  if (isNoBetter) {
    const isOver = minibatches >= ENOUGH && end > FLAT * middle;
    return isOver || end > RISEN * start
      ? "failed"
      : minibatches < ENOUGH || varies
        ? "unfinished"
        : "learned";
  }
  return varies && end > UNEXPLAINED * variance && end < FALLING * middle ? "unfinished" : "learned";
}

/**
 * The losses of all decoders of a cascade.
 *
 * @param variances - of the targets, by block; see `targetVariance`
 * @returns null for decoders without parameters
 */
export function learningOf(
  { decoders }: Pick<TrainedCascade, "decoders">,
  variances: readonly number[],
): (DecoderLearning | null)[] {
  return decoders.map(({ loss, parameters }, i) => {
    if (parameters.length === 0) return null;
    const quarter = (k: number): number => {
      const part = loss.subarray(Math.floor((k * loss.length) / 4), Math.ceil(((k + 1) * loss.length) / 4));
      return part.reduce((sum, value) => sum + value, 0) / part.length;
    };
    return {
      ...{ minibatches: loss.length, start: loss[0] as number, middle: quarter(1), end: quarter(3) },
      variance: variances[i] as number,
    };
  });
}

/**
 * Mean squared distance of a batch to its best constant.
 *
 * @param values - [count, ...shape]
 * @param shape - of one example: [features], [tokens, features] or [channels, height, width]
 * @example
 * ```ts
 * import { targetVariance } from "isinglass/flow";
 * targetVariance(Float32Array.of(0, 1, 2, 1), 2, [2]); // => 1
 * ```
 */
export function targetVariance(values: Float32Array, count: number, shape: readonly number[]): number {
  const size = sizeOf(shape);
  const isTokens = shape.length === 2;
  const groups = (isTokens ? shape[1] : shape[0]) as number;
  const inside = shape.length >= 3 ? size / groups : 1;
  const sums = new Float64Array(groups);
  const squares = new Float64Array(groups);
  for (let i = 0; i < count * size; i++) {
    const group = isTokens ? i % groups : Math.floor((i % size) / inside);
    const value = values[i] as number;
    sums[group] = (sums[group] as number) + value;
    squares[group] = (squares[group] as number) + value * value;
  }
  const each = (count * size) / groups;
  const total = squares.reduce((sum, square, k) => {
    const mean = (sums[k] as number) / each;
    return sum + Math.max(0, square - each * mean * mean);
  }, 0);
  return (total / (each - 1)) * (1 / groups);
}
