/**
 * Random matrices with orthonormal rows or columns, uniform over all such matrices: the Q factor of a Gaussian matrix
 * with the signs of R's diagonal put right (Stewart 1980; Mezzadri 2007, section 5).
 */
import type { Matrix, RandomStream } from "../../numerics/index.ts";

/** Orthonormalises the columns of a tall matrix [rows, cols], rows >= cols: Q of A = Q R with R_ii > 0. */
export type Orthonormalize = (a: Matrix) => Matrix;

/**
 * Modified Gram-Schmidt, twice per column ("twice is enough", Giraud et al. 2005), on contiguous columns. Cost
 * 4 rows cols^2; a kernel's QR is faster for large matrices.
 */
export function gramSchmidt(a: Matrix): Matrix {
  const { rows, cols } = a;
  const q = new Float64Array(rows * cols);
  for (let j = 0; j < cols; j++) {
    const column = q.subarray(j * rows, (j + 1) * rows);
    for (let i = 0; i < rows; i++) column[i] = a.data[i * cols + j] as number;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        const other = q.subarray(k * rows, (k + 1) * rows);
        let dot = 0;
        for (let i = 0; i < rows; i++) dot += (other[i] as number) * (column[i] as number);
        for (let i = 0; i < rows; i++) column[i] = (column[i] as number) - dot * (other[i] as number);
      }
    }
    let square = 0;
    for (let i = 0; i < rows; i++) square += (column[i] as number) ** 2;
    const scale = 1 / Math.sqrt(square);
    for (let i = 0; i < rows; i++) column[i] = (column[i] as number) * scale;
  }
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) data[i * cols + j] = q[j * rows + i] as number;
  return { rows, cols, data };
}

/**
 * A random [rows, cols] matrix with orthonormal columns when rows >= cols, orthonormal rows otherwise.
 *
 * @param stream - consumed for rows cols normals.
 */
export function sampleOrthogonal(
  rows: number,
  cols: number,
  stream: RandomStream,
  orthonormalize: Orthonormalize = gramSchmidt,
): Matrix {
  const tall = Math.max(rows, cols);
  const narrow = Math.min(rows, cols);
  const data = new Float64Array(tall * narrow);
  stream.fillNormal(data);
  const q = orthonormalize({ rows: tall, cols: narrow, data });
  if (rows >= cols) return q;
  const turned = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) turned[i * cols + j] = q.data[j * narrow + i] as number;
  }
  return { rows, cols, data: turned };
}
