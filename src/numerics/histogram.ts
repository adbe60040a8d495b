/** Quantiles and histograms of samples. */
import { SpecError } from "../base/index.ts";
import { requireSamples } from "./statistics.ts";

/**
 * Quantiles by linear interpolation of the order statistics (type 7 of Hyndman and Fan, Am. Stat. 50, 1996; the
 * default of numpy and R).
 *
 * @param samples at least one, in any order, without NaN; not changed.
 * @param probabilities each in [0, 1].
 * @returns one quantile per probability.
 * @throws SpecError for no samples, NaN, or a probability outside [0, 1].
 * @cost O(n log n).
 * @example
 * import { quantiles } from "isinglass/numerics";
 * quantiles([4, 1, 3, 2], [0, 0.5, 1]); // => [1, 2.5, 4]
 */
export function quantiles(samples: ArrayLike<number>, probabilities: readonly number[]): Float64Array {
  requireSamples(samples.length, 1, "quantiles");
  const sorted = Float64Array.from(samples).sort();
  // NaN sorts to the end.
  if (Number.isNaN(sorted.at(-1)))
    throw new SpecError("quantiles: received NaN among the samples, expected numbers");
  return Float64Array.from(probabilities, (p) => {
    if (!(p >= 0 && p <= 1)) throw new SpecError(`quantiles: received probability ${p}, expected 0 to 1`);
    const position = p * (sorted.length - 1);
    const below = Math.floor(position);
    const low = sorted[below] as number;
    const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
    // Equal neighbours are returned as they are, infinities included.
    return low === high ? low : low + (position - below) * (high - low);
  });
}

/** Counts in equal bins. */
export interface Histogram {
  /** bins + 1 edges. */
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  /** counts / (all samples x bin width): integrates to the fraction inside the range. */
  readonly density: Float64Array;
  /** Poisson error of `density`, sqrt(count) / (all samples x bin width). */
  readonly densityError: Float64Array;
  /** Samples below and above the range; NaN counts as neither. */
  readonly below: number;
  readonly above: number;
}

/** Options of `histogram`. */
export interface HistogramOptions {
  /** Number of bins; default 50. */
  readonly bins?: number;
  /** Lower and upper edge; default the smallest and largest sample. */
  readonly range?: readonly [number, number];
}

/**
 * Histogram with equal bins; the last bin includes its upper edge.
 *
 * @param samples at least one.
 * @throws SpecError for no samples, a bad number of bins, or an empty or infinite range.
 * @cost O(n).
 * @example
 * import { histogram } from "isinglass/numerics";
 * histogram([0, 0.1, 0.6, 1], { bins: 2 }).counts; // => [2, 2]
 */
export function histogram(samples: ArrayLike<number>, options: HistogramOptions = {}): Histogram {
  const { bins = 50, range = rangeOf(samples) } = options;
  requireSamples(samples.length, 1, "histogram");
  if (!(Number.isInteger(bins) && bins >= 1)) {
    throw new SpecError(`histogram: received ${bins} bins, expected a positive integer`);
  }
  const [low, high] = range;
  if (!(Number.isFinite(high - low) && low < high)) {
    throw new SpecError(`histogram: received the range [${low}, ${high}], expected finite edges, low < high`);
  }
  const width = (high - low) / bins;
  const counts = new Float64Array(bins);
  let below = 0;
  let above = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    if (x < low) below += 1;
    else if (x > high) above += 1;
    else if (x <= high) {
      const bin = Math.min(bins - 1, Math.floor((x - low) / width));
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * width));
  const unit = 1 / (samples.length * width);
  const density = counts.map((c) => c * unit);
  return { edges, counts, density, densityError: counts.map((c) => Math.sqrt(c) * unit), below, above };
}

/** Smallest and largest sample; equal samples get a range of width one around them. */
function rangeOf(samples: ArrayLike<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < samples.length; i++) {
    low = Math.min(low, samples[i] as number);
    high = Math.max(high, samples[i] as number);
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
