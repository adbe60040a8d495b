/** Copies of finished blocks out of the kernels' memory into symmetric or rectangular results. */

/** A result matrix, in float64 or float32. */
export type WideResult = Float64Array | Float32Array;

/** A block of m x n numbers that begins at `at` in `data`, `ld` numbers from row to row, and its place in results of `columns` columns. */
export interface WideBlock {
  readonly data: Float64Array;
  readonly at: number;
  readonly ld: number;
  readonly m: number;
  readonly n: number;
  readonly start: number;
  readonly from: number;
  readonly columns: number;
  /** Whether its corner lies on the diagonal of symmetric results: what is below it is not copied. */
  readonly isDiagonal: boolean;
}

/** Rows of a block as rows of the results. */
export function copyRows(out: WideResult, block: WideBlock): void {
  const { data, at, ld, m, n, start, from, columns, isDiagonal } = block;
  for (let i = 0; i < m; i++) {
    const skip = isDiagonal ? i : 0;
    if (skip >= n) return;
    const row = at + i * ld;
    out.set(data.subarray(row + skip, row + n), (start + i) * columns + from + skip);
  }
}

/** Columns of a block as rows of the results, without the diagonal: eight at a time, of which every row of the block fills a cache line. */
export function copyColumns(out: WideResult, block: WideBlock): void {
  const { data, at, ld, m, n, start, from, columns, isDiagonal } = block;
  const whole = n - (n % 8);
  for (let j = 0; j < whole; j += 8) {
    const end = isDiagonal ? Math.min(j, m) : m;
    let p = at + j;
    let o = (from + j) * columns + start;
    for (let i = 0; i < end; i++, p += ld, o++) {
      out[o] = data[p] as number;
      out[o + columns] = data[p + 1] as number;
      out[o + 2 * columns] = data[p + 2] as number;
      out[o + 3 * columns] = data[p + 3] as number;
      out[o + 4 * columns] = data[p + 4] as number;
      out[o + 5 * columns] = data[p + 5] as number;
      out[o + 6 * columns] = data[p + 6] as number;
      out[o + 7 * columns] = data[p + 7] as number;
    }
    if (isDiagonal) copyCorner(out, block, j, j + 8, j);
  }
  copyCorner(out, block, whole, n, 0);
}

/** Columns j0 .. j1 from row i0 on, number by number; at the diagonal only what is above it. */
function copyCorner(out: WideResult, block: WideBlock, j0: number, j1: number, i0: number): void {
  const { data, at, ld, m, start, from, columns, isDiagonal } = block;
  for (let j = j0; j < j1; j++) {
    const end = isDiagonal ? Math.min(j, m) : m;
    for (let i = i0; i < end; i++) out[(from + j) * columns + start + i] = data[at + i * ld + j] as number;
  }
}
