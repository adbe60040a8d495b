/**
 * Errors of any function of a sample: the jackknife (Quenouille 1956, Tukey 1958) and the bootstrap (Efron, Ann.
 * Statist. 7, 1979), both over blocks of consecutive samples, so that correlated data can be used with blocks longer
 * than the correlation. The jackknife fails for statistics that are not smooth, such as the median: bootstrap those.
 */
import { type Estimate, SpecError } from "../base/index.ts";
import type { RandomStream } from "./random.ts";
import { requireSamples } from "./statistics.ts";
import { momentsOf } from "./summation.ts";

/** A number from a list of samples. */
export type Statistic<T> = (samples: readonly T[]) => number;

/** Options of the jackknife. */
export interface JackknifeOptions {
  /** Consecutive samples that are left out together; default 1. A shorter last block is dropped. */
  readonly blockSize?: number;
}

/** A jackknife estimate. */
export interface JackknifeResult extends Estimate {
  /** Estimated bias of `value`, (n - 1) (mean of leave-one-out values - value). */
  readonly bias: number;
}

/** The samples that fill whole blocks, and the number of blocks. */
function wholeBlocks<T>(
  samples: ArrayLike<T>,
  blockSize: number,
  where: string,
): { kept: T[]; count: number } {
  if (!(Number.isInteger(blockSize) && blockSize >= 1)) {
    throw new SpecError(`${where}: received block size ${blockSize}, expected a positive integer`);
  }
  const count = Math.floor(samples.length / blockSize);
  requireSamples(count, 2, `${where} (blocks of ${blockSize})`);
  return { kept: Array.from(samples).slice(0, count * blockSize), count };
}

/**
 * Jackknife error of a statistic: leave out each block in turn,
 * stderr^2 = (n - 1)/n sum_i (theta_i - mean theta)^2.
 *
 * @param samples numbers, or records such as pairs, so that ratios and fits keep their correlations.
 * @param statistic smooth function of the samples.
 * @returns the statistic of all blocks (not bias-corrected), its error and estimated bias; `n` = number of blocks.
 * @throws SpecError for fewer than two blocks.
 * @cost n evaluations of the statistic on n samples each.
 * @source Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 11.
 * @example
 * import { jackknife } from "isinglass/numerics";
 * const mean = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
 * jackknife([1, 2, 3, 4], mean).stderr; // => 0.6454972243679
 */
export function jackknife<T>(
  samples: ArrayLike<T>,
  statistic: Statistic<T>,
  options: JackknifeOptions = {},
): JackknifeResult {
  const { blockSize = 1 } = options;
  const { kept, count: n } = wholeBlocks(samples, blockSize, "jackknife");
  const value = statistic(kept);
  const without = Float64Array.from({ length: n }, (_, b) => {
    return statistic(kept.slice(0, b * blockSize).concat(kept.slice((b + 1) * blockSize)));
  });
  const { mean, squares } = momentsOf(without);
  const stderr = Math.sqrt(((n - 1) / n) * squares);
  return {
    value,
    stderr,
    n,
    method: `jackknife over ${n} blocks of ${blockSize}`,
    bias: (n - 1) * (mean - value),
  };
}

/** Options of the bootstrap. */
export interface BootstrapOptions {
  /** Default 1000. */
  readonly resamples?: number;
  /** Consecutive samples that are drawn together; default 1. A shorter last block is dropped. */
  readonly blockSize?: number;
}

/** A bootstrap estimate. */
export interface BootstrapResult extends Estimate {
  /** Values of the statistic on the resamples, sorted: quantiles give percentile intervals. */
  readonly resampled: Float64Array;
}

/**
 * Bootstrap error of a statistic: the spread of its values on samples drawn with replacement.
 *
 * @param samples numbers or records; blocks are drawn whole.
 * @param stream source of randomness; the draws come from a fork named "bootstrap".
 * @returns the statistic of all blocks, the standard deviation over resamples; `n` = number of blocks.
 * @throws SpecError for fewer than two blocks or resamples.
 * @accuracy relative error of `stderr` from the finite number of resamples: 1 / sqrt(2 resamples).
 * @source Efron (1979); Efron and Tibshirani (1993), chapter 6; blocks: Kunsch (1989), here without overlap.
 * @example
 * import { bootstrap, createStream } from "isinglass/numerics";
 * const median = (x: readonly number[]) => x.toSorted((a, b) => a - b)[x.length >> 1] as number;
 * const { value, stderr } = bootstrap([3, 1, 4, 1, 5, 9, 2, 6, 5], median, createStream(1));
 * value; // => 4
 * stderr > 0; // => true
 */
export function bootstrap<T>(
  samples: ArrayLike<T>,
  statistic: Statistic<T>,
  stream: RandomStream,
  options: BootstrapOptions = {},
): BootstrapResult {
  const { resamples = 1000, blockSize = 1 } = options;
  requireSamples(resamples, 2, "bootstrap resamples");
  const { kept, count: n } = wholeBlocks(samples, blockSize, "bootstrap");
  const draws = stream.fork("bootstrap");
  const resampled = Float64Array.from({ length: resamples }, () => {
    const drawn: T[] = [];
    for (let b = 0; b < n; b++) {
      const start = draws.integer(n) * blockSize;
      for (let i = start; i < start + blockSize; i++) drawn.push(kept[i] as T);
    }
    return statistic(drawn);
  }).sort();
  const stderr = Math.sqrt(momentsOf(resampled).squares / (resamples - 1));
  const method = `bootstrap, ${resamples} resamples of ${n} blocks of ${blockSize}`;
  return { value: statistic(kept), stderr, n, method, resampled };
}
