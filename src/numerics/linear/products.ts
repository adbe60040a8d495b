/** Matrix product and transpose, three loops: the oracle of the kernels. */
import { ShapeError } from "../../base/index.ts";
import { type Matrix, zeros } from "../matrix.ts";
import { requireMatrix } from "./requirements.ts";

/**
 * The product C = A B, [m, k] times [k, n], summed in the order of k. Cost 2 m n k.
 *
 * @throws ShapeError when the inner sizes differ.
 * @example
 * ```ts
 * import { multiplyMatrices } from "isinglass/numerics";
 * const a = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
 * const b = { rows: 2, cols: 1, data: Float64Array.of(3, 4) };
 * multiplyMatrices(a, b).data; // => [11]
 * ```
 */
export function multiplyMatrices(a: Matrix, b: Matrix): Matrix {
  requireMatrix("multiplyMatrices", a);
  requireMatrix("multiplyMatrices", b);
  if (a.cols !== b.rows) {
    throw new ShapeError(
      `multiplyMatrices: [${a.rows}, ${a.cols}] times [${b.rows}, ${b.cols}], expected equal inner sizes`,
    );
  }
  const c = zeros(a.rows, b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let p = 0; p < a.cols; p++) {
      const x = a.data[i * a.cols + p] as number;
      for (let j = 0; j < b.cols; j++) {
        c.data[i * b.cols + j] = (c.data[i * b.cols + j] as number) + x * (b.data[p * b.cols + j] as number);
      }
    }
  }
  return c;
}

/** The transpose of a matrix. */
export function transposeMatrix(a: Matrix): Matrix {
  const b = zeros(a.cols, a.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++) b.data[j * a.rows + i] = a.data[i * a.cols + j] as number;
  }
  return b;
}

/** The n x n identity. */
export function identityMatrix(n: number): Matrix {
  const a = zeros(n, n);
  for (let i = 0; i < n; i++) a.data[i * n + i] = 1;
  return a;
}
