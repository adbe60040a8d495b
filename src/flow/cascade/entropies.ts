/**
 * Entropies of one reconstructed batch, as published with the method (arXiv 2406.12916 and its code): relative entropy
 * of each example to its reconstruction, and the differential entropy of independent Gaussian pixels. Inputs are
 * never changed.
 */

/** Added to shifted pixels before they become a distribution; of the published code. */
const OFFSET = 1e-12;
/**
 * Smallest |sum| of an example, relative to the sum of its absolute values, that it is divided by. Below it the quotient
 * tells about cancellation: a tenth of the values cancels the rest, an error of 1 % in them changes it by 10 % and more, and
 * log s_i is shifted by log 10 = 2.3 nats. Pictures have 1; in the cascades of dense tanh and ReLU networks on MNIST no
 * example before the head is below 0.35.
 */
const LEAST_SUM = 0.1;
/** Share of the examples that must be left. */
const LEAST_SHARE = 0.5;
const GAUSSIAN = 0.5 * Math.log(2 * Math.PI * Math.E);

/** Pixels as a distribution: shifted to a minimum of 0, offset, divided by their sum. */
function distribution(values: Float32Array, start: number, width: number, out: Float64Array): void {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < width; i++) least = Math.min(least, values[start + i] as number);
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const value = (values[start + i] as number) - least + OFFSET;
    out[i] = value;
    sum += value;
  }
  for (let i = 0; i < width; i++) out[i] = (out[i] as number) / sum;
}

/**
 * Relative entropy of every example P to its reconstruction Q, in nats: D = sum_i P_i log(P_i / Q_i), where pixels are
 * shifted to a minimum of 0, offset by 1e-12 and divided by their sum.
 *
 * @param inputs - [count, width]
 * @param reconstructed - [count, width]
 * @returns one number for each example, at least 0
 * @source arXiv 2406.12916, published code
 * @example
 * ```ts
 * [...measureRelativeEntropies(Float32Array.of(0, 1, 1), Float32Array.of(0, 1, 3), 1)]; // => [0.143841]
 * ```
 */
export function measureRelativeEntropies(
  inputs: Float32Array,
  reconstructed: Float32Array,
  count: number,
): Float64Array {
  const width = inputs.length / count;
  const p = new Float64Array(width);
  const q = new Float64Array(width);
  return Float64Array.from({ length: count }, (_, row) => {
    distribution(inputs, row * width, width, p);
    distribution(reconstructed, row * width, width, q);
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (p[i] as number) * Math.log((p[i] as number) / (q[i] as number));
    return sum;
  });
}

/** Differential entropy of a batch. */
export interface DifferentialEntropy {
  /** Nats per pixel; NaN when more than half of the examples are left out, or all but one. */
  readonly value: number;
  /** Pixels that are equal in all examples: they count with standard deviation 1, as in the published code. */
  readonly constantPixels: number;
  /** Examples without a usable sum. */
  readonly leftOutExamples: number;
}

/** Examples divided by their sums. */
export interface NormalizedExamples {
  /** [count, width] in float64; rows that are left out are not meaningful. */
  readonly normalized: Float64Array;
  /** Rows with a usable sum: not near 0, and of the sign that most have. */
  readonly kept: Uint32Array;
}

/**
 * Every example divided by its sum. Left out are examples whose |sum| is below a tenth of the sum of their absolute values,
 * and those whose sum has the other sign than most: divided by it they would become their own negatives.
 */
export function normalizeExamples(values: Float32Array, count: number): NormalizedExamples {
  const width = values.length / count;
  const normalized = new Float64Array(values.length);
  const rows = Array.from({ length: count }, (_, row) => {
    let sum = 0;
    let absolute = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      sum += values[i] as number;
      absolute += Math.abs(values[i] as number);
    }
    for (let i = row * width; i < (row + 1) * width; i++) normalized[i] = (values[i] as number) / sum;
    return { row, sum, isUsable: absolute > 0 && Math.abs(sum) >= LEAST_SUM * absolute };
  });
  const usable = rows.filter(({ isUsable }) => isUsable);
  const positive = usable.filter(({ sum }) => sum > 0).length;
  const sign = 2 * positive >= usable.length ? 1 : -1;
  return {
    normalized,
    kept: Uint32Array.from(usable.filter(({ sum }) => Math.sign(sum) === sign).map(({ row }) => row)),
  };
}

/** Whether enough examples of a batch have a usable sum. */
export function hasDifferential({ length }: Uint32Array, count: number): boolean {
  return length >= 2 && length >= LEAST_SHARE * count;
}

/**
 * Differential entropy per pixel of a batch, pixels taken as independent Gaussians, in nats:
 * $$ H = \tfrac{1}{d} \sum_i \left[ \tfrac12 \log 2 \pi e + \log s_i \right], $$
 * where every example is divided by its sum and s_i is the unbiased standard deviation of pixel i over the batch.
 * When all reconstructions are the same H falls to about -19, where float32 ends.
 *
 * A sum means something for pictures, whose values are positive. Examples whose |sum| is below a tenth of the sum of their
 * absolute values, or of the other sign than most, are left out and counted; when fewer than half are left H is NaN, as for
 * standardised data and white noise of mean 0. (The published code divides by any sum, and gives values there that rise
 * and fall with single examples.)
 *
 * @param values - [count, width], count >= 2
 * @source arXiv 2406.12916, published code
 * @example
 * ```ts
 * measureDifferentialEntropy(Float32Array.of(1, 3, 3, 1), 2).value; // => 0.379
 * ```
 */
export function measureDifferentialEntropy(values: Float32Array, count: number): DifferentialEntropy {
  const { normalized, kept } = normalizeExamples(values, count);
  const leftOutExamples = count - kept.length;
  if (!hasDifferential(kept, count)) return { value: Number.NaN, constantPixels: 0, leftOutExamples };
  return { ...pixelEntropy(normalized, count, kept), leftOutExamples };
}

/** The same of some rows of normalised examples. */
export function pixelEntropy(
  normalized: Float64Array,
  count: number,
  rows: Uint32Array,
): { readonly value: number; readonly constantPixels: number } {
  const width = normalized.length / count;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (normalized[row * width + i] as number);
  }
  for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) / rows.length;
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      const difference = (normalized[row * width + i] as number) - (mean[i] as number);
      square[i] = (square[i] as number) + difference * difference;
    }
  }
  let sum = 0;
  let constantPixels = 0;
  for (let i = 0; i < width; i++) {
    const variance = (square[i] as number) / (rows.length - 1);
    if (variance > 0) sum += 0.5 * Math.log(variance);
    else constantPixels += 1;
  }
  return { value: GAUSSIAN + sum / width, constantPixels };
}
