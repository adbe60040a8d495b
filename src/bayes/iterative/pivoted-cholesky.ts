/**
 * Partial Cholesky factorisation with pivoting (Harbrecht, Peters and Schneider 2012): K ~ L L^T with L [n, k], from k rows of K,
 * each the row of the input that the earlier ones explain least.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import type { KernelOperator } from "./operator.ts";

/** A low-rank part of a kernel. */
export interface PartialCholesky {
  /** L, [n, k]. */
  readonly factor: Matrix;
  /** Rows in the order in which they were chosen. */
  readonly pivots: readonly number[];
  /** tr(K - L L^T), a bound on the spectral norm of what is left. */
  readonly residualTrace: number;
}

/** Relative size of a pivot below which the rest is rounding. */
const NEGLIGIBLE = 1e-14;

/**
 * Factorises up to `rank` rows; fewer when the kernel has a lower rank.
 *
 * @returns cost n k^2 operations and k rows of the kernel.
 * @throws SpecError for a rank below 0, ConvergenceError for a kernel with a negative diagonal.
 * @source Harbrecht, Peters and Schneider 2012.
 * @example
 * ```ts
 * import { matrixOperator, pivotedCholesky } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const k = { rows: 2, cols: 2, data: Float64Array.of(1, 2, 2, 4) };
 * pivotedCholesky(matrixOperator(k, await loadKernels()), 2).pivots; // => [1]
 * ```
 */
export function pivotedCholesky(kernel: KernelOperator, rank: number): PartialCholesky {
  if (!(Number.isInteger(rank) && rank >= 0)) {
    throw new SpecError(`pivoted Cholesky: received rank ${rank}, expected a whole number of at least 0`);
  }
  const { size } = kernel;
  const rest = kernel.diagonal.slice();
  const largest = rest.reduce((a, b) => Math.max(a, b), 0);
  const wrong = rest.findIndex((value) => !(value >= 0));
  if (wrong >= 0) {
    throw new ConvergenceError(
      `pivoted Cholesky: the diagonal is ${rest[wrong]} at ${wrong}, expected at least 0`,
    );
  }
  const columns: Float64Array[] = [];
  const pivots: number[] = [];
  while (columns.length < Math.min(rank, size)) {
    const pivot = indexOfLargest(rest);
    const value = rest[pivot] as number;
    if (value <= NEGLIGIBLE * largest) break;
    const column = kernel.row(pivot);
    for (const earlier of columns) {
      const share = earlier[pivot] as number;
      for (let i = 0; i < size; i++) column[i] = (column[i] as number) - share * (earlier[i] as number);
    }
    const root = Math.sqrt(value);
    for (let i = 0; i < size; i++) {
      const entry = (column[i] as number) / root;
      column[i] = entry;
      rest[i] = Math.max(0, (rest[i] as number) - entry * entry);
    }
    for (const earlier of pivots) column[earlier] = 0;
    column[pivot] = root;
    rest[pivot] = 0;
    columns.push(column);
    pivots.push(pivot);
  }
  const factor = zeros(size, columns.length);
  columns.forEach((column, c) => {
    for (let i = 0; i < size; i++) factor.data[i * columns.length + c] = column[i] as number;
  });
  return { factor, pivots, residualTrace: rest.reduce((sum, value) => sum + value, 0) };
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
