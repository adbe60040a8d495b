/**
 * Entropies of one reconstructed batch, as published with the method (arXiv 2406.12916 and its code): relative entropy
 * of each example to its reconstruction, and the differential entropy of independent Gaussian pixels. Inputs are
 * never changed.
 */

/** Added to shifted pixels before they become a distribution; of the published code. */
const OFFSET = 1e-12;
/** Smallest |sum| of an example, relative to the sum of its absolute values, that it is divided by. */
const SUM_FLOOR = 1e-6;
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
  /** Nats per pixel. */
  readonly value: number;
  /** Pixels that are equal in all examples: they count with standard deviation 1, as in the published code. */
  readonly constantPixels: number;
  /** Examples whose sum is so near 0 that a larger one was used. */
  readonly guardedExamples: number;
}

/** Every example divided by its sum, in float64; sums near 0 are replaced by the nearest allowed ones. */
export function normalizeExamples(
  values: Float32Array,
  count: number,
): { readonly normalized: Float64Array; readonly guarded: number } {
  const width = values.length / count;
  const normalized = new Float64Array(values.length);
  let guarded = 0;
  for (let row = 0; row < count; row++) {
    let sum = 0;
    let absolute = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      sum += values[i] as number;
      absolute += Math.abs(values[i] as number);
    }
    const floor = SUM_FLOOR * absolute;
    if (Math.abs(sum) < floor || absolute === 0) {
      guarded += 1;
      sum = absolute === 0 ? 1 : sum < 0 ? -floor : floor;
    }
    for (let i = row * width; i < (row + 1) * width; i++) normalized[i] = (values[i] as number) / sum;
  }
  return { normalized, guarded };
}

/**
 * Differential entropy per pixel of a batch, pixels taken as independent Gaussians, in nats:
 * $$ H = \tfrac{1}{d} \sum_i \left[ \tfrac12 \log 2 \pi e + \log s_i \right], $$
 * where every example is divided by its sum and s_i is the unbiased standard deviation of pixel i over the batch.
 * When all reconstructions are the same H falls to about -19, where float32 ends.
 *
 * @param values - [count, width], count >= 2
 * @source arXiv 2406.12916, published code
 * @example
 * ```ts
 * measureDifferentialEntropy(Float32Array.of(1, 3, 3, 1), 2).value; // => 0.379
 * ```
 */
export function measureDifferentialEntropy(values: Float32Array, count: number): DifferentialEntropy {
  const { normalized, guarded } = normalizeExamples(values, count);
  const kept = Uint32Array.from({ length: count }, (_, row) => row);
  return { ...pixelEntropy(normalized, count, kept), guardedExamples: guarded };
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
