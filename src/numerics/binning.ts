/**
 * Binning (blocking) analysis of correlated samples: Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989). Samples
 * are averaged in pairs again and again; the naive error of the mean grows with the bin size to its true value. The
 * bin size is chosen by Lee, Wang, Rasche and Rettig, Phys. Rev. E 83, 066706 (2011), eq. 31: the first B with
 * B^3 > 2 n (error_B / error_1)^4, which balances bias against noise.
 */
import type { Estimate } from "../base/index.ts";
import { requireSamples } from "./statistics.ts";
import { momentsOf } from "./summation.ts";

/** One level: bins of `binSize` consecutive samples. */
export interface BinningLevel {
  readonly binSize: number;
  readonly bins: number;
  /** Naive standard error of the mean of the bins. */
  readonly stderr: number;
  /** Standard error of `stderr` for independent bins, stderr / sqrt(2 (bins - 1)). */
  readonly stderrError: number;
}

/** Mean with the error at the chosen bin size. */
export interface BinningResult {
  readonly mean: Estimate;
  readonly levels: readonly BinningLevel[];
  /** Index of the chosen level. */
  readonly level: number;
  /** Integrated autocorrelation time in samples, (stderr_B / stderr_1)^2 / 2; 1/2 for independent samples. */
  readonly tau: number;
  /** Whether a bin size met the criterion; otherwise the run is too short and the error too small. */
  readonly converged: boolean;
}

/**
 * Mean of correlated samples, with the error from bins longer than the correlation.
 *
 * @param samples at least 2, in the order in which they were drawn; a remainder of an odd level is dropped there.
 * @throws SpecError for fewer.
 * @cost O(n).
 * @source Flyvbjerg and Petersen (1989); Lee et al. (2011), eq. 31.
 * @example
 * import { analyzeBinning, createStream } from "isinglass/numerics";
 * const samples = new Float64Array(4096);
 * createStream(1).fillNormal(samples);
 * const { converged, mean } = analyzeBinning(samples);
 * converged; // => true
 * Math.abs(mean.value) < 5 * mean.stderr; // => true
 */
export function analyzeBinning(samples: ArrayLike<number>): BinningResult {
  const n = samples.length;
  requireSamples(n, 2, "binning analysis");
  const levels: BinningLevel[] = [];
  let bins = Float64Array.from(samples);
  const mean = momentsOf(bins).mean;
  for (let binSize = 1; bins.length >= 2; binSize *= 2) {
    const m = bins.length;
    const stderr = Math.sqrt(momentsOf(bins).squares / (m - 1) / m);
    levels.push({ binSize, bins: m, stderr, stderrError: stderr / Math.sqrt(2 * (m - 1)) });
    const finer = bins;
    bins = Float64Array.from({ length: Math.floor(m / 2) }, (_, i) => {
      return 0.5 * ((finer[2 * i] as number) + (finer[2 * i + 1] as number));
    });
  }
  const first = (levels[0] as BinningLevel).stderr;
  const chosen = levels.findIndex(({ binSize, stderr }) => binSize ** 3 > 2 * n * (stderr / first) ** 4);
  const isConstant = first === 0;
  const converged = chosen !== -1 || isConstant;
  const widest = levels.reduce(
    (best, l, i) => (l.stderr > (levels[best] as BinningLevel).stderr ? i : best),
    0,
  );
  const level = isConstant ? 0 : converged ? chosen : widest;
  const { stderr, bins: count, binSize } = levels[level] as BinningLevel;
  return {
    mean: { value: mean, stderr, n: count, method: `mean of ${n} samples in ${count} bins of ${binSize}` },
    levels,
    level,
    tau: isConstant ? 0.5 : 0.5 * (stderr / first) ** 2,
    converged,
  };
}
