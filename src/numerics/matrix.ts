/** Dense row-major float64 matrix: plain data, so that it crosses workers and files unchanged. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  /** Entry (i, j) is `data[i * cols + j]`. */
  readonly data: Float64Array;
}

/** A zero matrix of `rows` x `cols`. */
export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}
