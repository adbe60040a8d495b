/**
 * The spectrum of a batch's density matrix: how many directions the samples span, and how evenly. Everything else of this
 * folder is a function of these numbers. The smaller of X X^T and X^T X is diagonalised, in float64.
 */
import type { Matrix } from "../../numerics/index.ts";
import { columnDensity, rowDensity } from "./density.ts";
import { type PreparedRows, preparedBlock, prepareRows } from "./rows.ts";
import type { GramOptions, GramSpectrum, SampleBatch } from "./types.ts";

/**
 * Measures the Gram spectrum of a batch: the eigenvalues of rho = X X^T / n, where X holds the samples with their own means
 * subtracted and brought to length 1.
 *
 * @param batch - samples as rows [n, d], n >= 2, float64 or float32.
 * @param options - loaded kernels; centring, scaling, solver.
 * @returns eigenvalues, descending, of sum 1 (to 1e-14), good to 1e-16 of the largest; cost 2 n d min(n, d) plus
 * 4/3 min(n, d)^3 operations, memory 8 MiB plus 24 min(n, d)^2 bytes.
 * @throws SpecError for fewer than two samples, ShapeError for a wrong length, FormatError for NaN, infinite or constant
 * data.
 * Source: code Reconstructor behind Thurn et al. (arXiv:2406.12916): per-sample mean, L2 norm, X X^T / n.
 *
 * @example
 * ```ts
 * import { entropyOf, measureGram } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 *
 * const data = new Float64Array(64 * 784);
 * createStream(1).fillNormal(data);
 * const spectrum = measureGram({ rows: 64, cols: 784, data }, { kernels: await loadKernels() });
 * entropyOf(spectrum); // about 0.990
 * ```
 */
export function measureGram(batch: SampleBatch, options: GramOptions): GramSpectrum {
  const { kernels, solver = "gram" } = options;
  const prepared = prepareRows(batch, options);
  const { rows: n, cols: d } = batch;
  if (solver === "singular-values") {
    const whole = preparedBlock(batch, prepared, { row: 0, height: n, col: 0, width: d });
    const values = kernels.singularValues(whole).map((s) => (s * s) / n);
    return assemble(batch, prepared, options, values, totalOfRows(batch, prepared));
  }
  const density = n <= d ? rowDensity(batch, prepared, kernels) : columnDensity(batch, prepared, kernels);
  const { values } = kernels.eigenSymmetric(density, { vectors: false });
  const total = n <= d ? sumOf(density) : totalOfRows(batch, prepared);
  return assemble(batch, prepared, options, descending(values), total);
}

/** The spectrum of a density matrix [n, n] made elsewhere, for instance by theory or from kernels. */
export function spectrumOfDensity(
  density: Matrix,
  { kernels, features = density.rows }: { kernels: GramOptions["kernels"]; features?: number },
): GramSpectrum {
  const { values } = kernels.eigenSymmetric(density, { vectors: false });
  return {
    eigenvalues: normalized(descending(values)),
    samples: density.rows,
    features,
    zeroRows: 0,
    meanCosine: meanCosineOf(sumOf(density), density.rows),
    centring: "none",
    scaling: "sample",
  };
}

/** Puts a spectrum together; `total` is the sum of all entries of rho. */
export function assemble(
  { rows: samples, cols: features }: Pick<SampleBatch, "rows" | "cols">,
  { zeroRows }: Pick<PreparedRows, "zeroRows">,
  { centring = "sample", scaling = "sample" }: Pick<GramOptions, "centring" | "scaling">,
  values: Float64Array,
  total: number,
): GramSpectrum {
  const eigenvalues = normalized(values);
  const meanCosine = meanCosineOf(total, samples);
  return { eigenvalues, samples, features, zeroRows, meanCosine, centring, scaling };
}

function meanCosineOf(total: number, n: number): number {
  return Math.min(1, (total - 1) / (n - 1));
}

/** Ascending to descending. */
export function descending(values: Float64Array): Float64Array {
  return values.slice().reverse();
}

/** Rounding leaves eigenvalues of -1e-17: they are 0; and the sum becomes 1. */
function normalized(values: Float64Array): Float64Array {
  const positive = values.map((value) => Math.max(0, value));
  const sum = positive.reduce((a, b) => a + b, 0);
  return positive.map((value) => value / sum);
}

/** Sum of all entries. */
export function sumOf({ data }: Matrix): number {
  return data.reduce((a, b) => a + b, 0);
}

/** Sum of all entries of X X^T / n without forming it: |sum of the samples|^2 / n. */
function totalOfRows(batch: SampleBatch, prepared: PreparedRows): number {
  const { rows: n, cols: d } = batch;
  const sum = new Float64Array(d);
  for (let row = 0; row < n; row++) {
    const { data } = preparedBlock(batch, prepared, { row, height: 1, col: 0, width: d });
    for (let j = 0; j < d; j++) sum[j] = (sum[j] as number) + (data[j] as number);
  }
  return sum.reduce((total, x) => total + x * x, 0) / n;
}
