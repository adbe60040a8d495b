/** LU factorisation with partial pivoting: the oracle of the kernels. Source: Golub & Van Loan (2013), section 3.4. */
import { ConvergenceError, ShapeError } from "../../base/index.ts";
import type { Matrix } from "../matrix.ts";
import { requireMatrix, requireSquare } from "./requirements.ts";

/** P A = L U packed in one matrix: unit lower L below the diagonal, U on and above it. */
export interface LuFactors {
  readonly lu: Matrix;
  /** Row exchanged with row k at step k. */
  readonly pivots: Int32Array;
}

/** Sign and logarithm of a determinant: det A = sign exp(logAbs); 0 and -Infinity for a singular matrix. */
export interface LogDeterminant {
  readonly sign: -1 | 0 | 1;
  readonly logAbs: number;
}

/** Factors a square matrix; exact zeros on the diagonal of U mean a singular one. Cost 2/3 n^3. */
export function factorLu(a: Matrix): LuFactors {
  requireSquare("factorLu", a);
  const n = a.rows;
  const x = Float64Array.from(a.data);
  const pivots = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(x[i * n + k] as number) > Math.abs(x[p * n + k] as number)) p = i;
    }
    pivots[k] = p;
    for (let j = 0; p !== k && j < n; j++) {
      const t = x[k * n + j] as number;
      x[k * n + j] = x[p * n + j] as number;
      x[p * n + j] = t;
    }
    const pivot = x[k * n + k] as number;
    if (pivot === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const f = (x[i * n + k] as number) / pivot;
      x[i * n + k] = f;
      for (let j = k + 1; j < n; j++) x[i * n + j] = (x[i * n + j] as number) - f * (x[k * n + j] as number);
    }
  }
  return { lu: { rows: n, cols: n, data: x }, pivots };
}

/**
 * X with A X = B for a general square A [n, n] and B [n, r].
 *
 * @throws ShapeError when the sizes differ; ConvergenceError when A is singular.
 * @example
 * ```ts
 * import { solveLinearSystem } from "isinglass/numerics";
 * const a = { rows: 2, cols: 2, data: Float64Array.of(0, 2, 4, 0) };
 * solveLinearSystem(a, { rows: 2, cols: 1, data: Float64Array.of(2, 4) }).data; // => [1, 1]
 * ```
 */
export function solveLinearSystem(a: Matrix, b: Matrix): Matrix {
  requireMatrix("solveLinearSystem", b);
  const { lu, pivots } = factorLu(a);
  const n = lu.rows;
  const r = b.cols;
  if (b.rows !== n) {
    throw new ShapeError(
      `solveLinearSystem: A is [${n}, ${n}] but B is [${b.rows}, ${r}], expected ${n} rows`,
    );
  }
  const x = Float64Array.from(b.data);
  for (let c = 0; c < r; c++) {
    for (let k = 0; k < n; k++) {
      const p = pivots[k] as number;
      const t = x[p * r + c] as number;
      x[p * r + c] = x[k * r + c] as number;
      x[k * r + c] = t;
    }
    for (let i = 0; i < n; i++) {
      let sum = x[i * r + c] as number;
      for (let j = 0; j < i; j++) sum -= (lu.data[i * n + j] as number) * (x[j * r + c] as number);
      x[i * r + c] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i * r + c] as number;
      for (let j = i + 1; j < n; j++) sum -= (lu.data[i * n + j] as number) * (x[j * r + c] as number);
      const pivot = lu.data[i * n + i] as number;
      if (pivot === 0) throw singular("solveLinearSystem", i, n);
      x[i * r + c] = sum / pivot;
    }
  }
  return { rows: n, cols: r, data: x };
}

/** log |det A| and its sign from LU factors. */
export function logDeterminantFromLu({ lu, pivots }: LuFactors): LogDeterminant {
  const n = lu.rows;
  let sign: -1 | 0 | 1 = 1;
  let logAbs = 0;
  for (let k = 0; k < n; k++) {
    const u = lu.data[k * n + k] as number;
    if (u === 0) return { sign: 0, logAbs: Number.NEGATIVE_INFINITY };
    if (pivots[k] !== k) sign = sign === 1 ? -1 : 1;
    if (u < 0) sign = sign === 1 ? -1 : 1;
    logAbs += Math.log(Math.abs(u));
  }
  return { sign, logAbs };
}

/** The error of a zero pivot. */
export function singular(where: string, index: number, n: number): ConvergenceError {
  return new ConvergenceError(`${where}: the matrix is singular: pivot ${index} of ${n} is 0`, {
    hint: "use svd to find its rank, or add a small multiple of the identity",
    data: { pivot: index },
  });
}
