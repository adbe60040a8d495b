/** Cholesky factorisation, row by row: the oracle of the kernels. Source: Golub & Van Loan (2013), algorithm 4.2.1. */
import { ConvergenceError } from "../../base/index.ts";
import { type Matrix, zeros } from "../matrix.ts";
import { requireSquare } from "./requirements.ts";

/**
 * Lower triangular L with A = L L^T, from the lower triangle of a symmetric positive definite A. Cost n^3 / 3.
 *
 * @throws ConvergenceError naming the pivot when A is not positive definite.
 * @example
 * ```ts
 * import { factorCholesky } from "isinglass/numerics";
 * factorCholesky({ rows: 1, cols: 1, data: Float64Array.of(9) }).data; // => [3]
 * ```
 */
export function factorCholesky(a: Matrix): Matrix {
  requireSquare("factorCholesky", a);
  const n = a.rows;
  const l = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a.data[i * n + j] as number;
      for (let p = 0; p < j; p++) sum -= (l.data[i * n + p] as number) * (l.data[j * n + p] as number);
      if (j < i) l.data[i * n + j] = sum / (l.data[j * n + j] as number);
      else if (sum > 0) l.data[i * n + i] = Math.sqrt(sum);
      else throw notPositiveDefinite("factorCholesky", i, sum, n);
    }
  }
  return l;
}

/** The error of a pivot that is not positive. */
export function notPositiveDefinite(
  where: string,
  index: number,
  pivot: number,
  n: number,
): ConvergenceError {
  return new ConvergenceError(
    `${where}: the matrix is not positive definite: pivot ${index} of ${n} is ${pivot.toPrecision(3)}, expected > 0`,
    {
      hint: "add a small multiple of the identity, or use eigenSymmetric to see the negative eigenvalues",
      data: { pivot: index, value: pivot },
    },
  );
}
