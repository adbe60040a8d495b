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
 * Source: code Reconstructor behind Thurn, Jefferson and Erdmenger (arXiv:2406.12916): per-sample mean, L2 norm, X X^T / n.
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
    return assemble(batch, prepared, options, values, spreadOfRows(batch, prepared));
  }
  const density = n <= d ? rowDensity(batch, prepared, kernels) : columnDensity(batch, prepared, kernels);
  const { values } = kernels.eigenSymmetric(density, { vectors: false });
  const spread = n <= d ? spreadOf(density) : spreadOfRows(batch, prepared);
  return assemble(batch, prepared, options, descending(values), spread);
}

/**
 * The spectrum of a symmetric matrix of inner products [n, n] made elsewhere, for instance by theory; its trace is
 * divided out.
 *
 * @example
 * ```ts
 * import { spectrumOfDensity } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const products = { rows: 2, cols: 2, data: Float64Array.of(2, 1, 1, 2) };
 * spectrumOfDensity(products, { kernels: await loadKernels() }).eigenvalues; // => [0.75, 0.25]
 * ```
 */
export function spectrumOfDensity(
  density: Matrix,
  { kernels, features = density.rows }: { kernels: GramOptions["kernels"]; features?: number },
): GramSpectrum {
  const { values } = kernels.eigenSymmetric(density, { vectors: false });
  const trace = values.reduce((sum, value) => sum + value, 0);
  return {
    eigenvalues: normalized(descending(values)),
    samples: density.rows,
    features,
    zeroRows: 0,
    ...cosine(spreadOf(density) / trace),
    centring: "none",
    scaling: "sample",
  };
}

/** Puts a spectrum together; `decorrelation` is 1 minus the mean cosine. */
export function assemble(
  { rows: samples, cols: features }: Pick<SampleBatch, "rows" | "cols">,
  { zeroRows }: Pick<PreparedRows, "zeroRows">,
  { centring = "sample", scaling = "sample" }: Pick<GramOptions, "centring" | "scaling">,
  values: Float64Array,
  decorrelation: number,
): GramSpectrum {
  const eigenvalues = normalized(values);
  return { eigenvalues, samples, features, zeroRows, ...cosine(decorrelation), centring, scaling };
}

function cosine(spread: number): Pick<GramSpectrum, "meanCosine" | "decorrelation"> {
  const decorrelation = Math.max(0, spread);
  return { meanCosine: 1 - decorrelation, decorrelation };
}

/** Eigenvalues, ascending, with the eigenvectors as columns. */
export function eigenvectorsOf(
  kernels: GramOptions["kernels"],
  matrix: Matrix,
): { values: Float64Array; vectors: Matrix } {
  const { values, vectors } = kernels.eigenSymmetric(matrix);
  if (vectors === null) throw new Error("internal: eigenvectors are missing");
  return { values, vectors };
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

/** 1 minus the mean cosine as a sum of small terms, (rho_ii + rho_jj)/2 - rho_ij, which keeps its digits near 0. */
export function spreadOf({ rows: n, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < i; j++) {
      row += 0.5 * ((data[i * n + i] as number) + (data[j * n + j] as number)) - (data[i * n + j] as number);
    }
    sum += row;
  }
  return (2 * sum) / (n - 1);
}

/** The same without the matrix: the squared distance of the samples from their mean. */
export function spreadOfRows(batch: SampleBatch, prepared: PreparedRows): number {
  const { rows: n, cols: d } = batch;
  const row = (i: number): Float64Array =>
    preparedBlock(batch, prepared, { row: i, height: 1, col: 0, width: d }).data;
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const x = row(i);
    for (let j = 0; j < d; j++) mean[j] = (mean[j] as number) + (x[j] as number) / n;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const x = row(i);
    for (let j = 0; j < d; j++) sum += ((x[j] as number) - (mean[j] as number)) ** 2;
  }
  return sum / (n - 1);
}
