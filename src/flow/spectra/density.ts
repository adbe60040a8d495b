/**
 * A batch as a density matrix rho = X X^T / n, with X the centred samples of length 1 (Reconstructor, the 2026 code behind
 * arXiv:2406.12916), and its twin X^T X / n of the same eigenvalues. Blocks keep the working memory at a few MiB beside
 * the result.
 */
import type { Matrix } from "../../numerics/index.ts";
import { type PreparedRows, preparedBlock, prepareRows } from "./rows.ts";
import type { DensityOptions, SampleBatch } from "./types.ts";

/** Numbers in one block: 8 MiB. */
const BLOCK_SIZE = 2 ** 20;

/** X X^T / n, [n, n]. */
export function rowDensity(
  batch: SampleBatch,
  prepared: PreparedRows,
  kernels: DensityOptions["kernels"],
): Matrix {
  const { rows: n, cols: d } = batch;
  const data = new Float64Array(n * n);
  const width = Math.max(1, Math.min(d, Math.floor(BLOCK_SIZE / n)));
  for (let col = 0; col < d; col += width) {
    const block = { row: 0, height: n, col, width: Math.min(width, d - col) };
    const part = kernels.gramOfRows(preparedBlock(batch, prepared, block)).data;
    for (let k = 0; k < data.length; k++) data[k] = (data[k] as number) + (part[k] as number) / n;
  }
  return { rows: n, cols: n, data };
}

/** X^T X / n, [d, d]: the same non-zero eigenvalues. */
export function columnDensity(
  batch: SampleBatch,
  prepared: PreparedRows,
  kernels: DensityOptions["kernels"],
): Matrix {
  const { rows: n, cols: d } = batch;
  const data = new Float64Array(d * d);
  const height = Math.max(1, Math.min(n, Math.floor(BLOCK_SIZE / d)));
  for (let row = 0; row < n; row += height) {
    const block = { row, height: Math.min(height, n - row), col: 0, width: d };
    const part = kernels.gramOfColumns(preparedBlock(batch, prepared, block)).data;
    for (let k = 0; k < data.length; k++) data[k] = (data[k] as number) + (part[k] as number) / n;
  }
  return { rows: d, cols: d, data };
}

/**
 * The density matrix of a batch: symmetric, no negative eigenvalue, trace 1. Entry (i, j) is the cosine of samples i and j
 * over n.
 *
 * A sample without contrast (all its features equal) becomes the uniform direction 1/sqrt(d): samples without information
 * count as one and the same state. (Reconstructor writes 1/d, which is the same direction with a length below 1.)
 *
 * @param batch - samples as rows [n, d], n >= 2.
 * @returns [n, n]; cost 2 n^2 d operations.
 * @throws SpecError for fewer than two samples, ShapeError for a wrong length, FormatError for NaN, infinite or constant
 * data.
 * @example
 * ```ts
 * import { densityMatrix } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const kernels = await loadKernels();
 * const batch = { rows: 2, cols: 3, data: Float64Array.of(1, 2, 3, 5, 4, 3) };
 * densityMatrix(batch, { kernels }).data; // => [0.5, -0.5, -0.5, 0.5]
 * ```
 */
export function densityMatrix(batch: SampleBatch, options: DensityOptions): Matrix {
  return rowDensity(batch, prepareRows(batch, options), options.kernels);
}
