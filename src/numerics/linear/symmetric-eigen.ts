/**
 * Symmetric eigen-decomposition by unblocked Householder reduction and QL: the oracle of the kernels, and fast enough
 * below n = 30. Source: Martin, Reinsch & Wilkinson (1968).
 */
import { ConvergenceError } from "../../base/index.ts";
import { type Matrix, zeros } from "../matrix.ts";
import { requireSquare } from "./requirements.ts";
import { diagonalizeTridiagonal } from "./tridiagonal-ql.ts";

/** A V = V diag(values), V orthogonal. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** Column j belongs to `values[j]`. */
  readonly vectors: Matrix;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix (upper triangle used). Error a few `eps |A|`; cost about 9 n^3.
 *
 * @throws ConvergenceError when an entry is not finite.
 * @example
 * ```ts
 * import { symmetricEigen } from "isinglass/numerics";
 * symmetricEigen({ rows: 2, cols: 2, data: Float64Array.of(0, 1, 1, 0) }).values; // => [-1, 1]
 * ```
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  requireSquare("symmetricEigen", a);
  const n = a.rows;
  const size = a.data.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  if (!Number.isFinite(size)) throw new ConvergenceError("symmetricEigen: an entry is not finite");
  // a power of two, so that squares neither over- nor underflow
  const scale = size === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1022, -Math.round(Math.log2(size))));
  const x = a.data.map((value) => value * scale);
  const { d, e, rows } = reduce(x, n);
  diagonalizeTridiagonal(d, e, rows, n);
  const order = Array.from(d.keys()).sort((i, j) => (d[i] as number) - (d[j] as number));
  const vectors = zeros(n, n);
  order.forEach((from, j) => {
    for (let i = 0; i < n; i++) vectors.data[i * n + j] = rows[from * n + i] as number;
  });
  return { values: Float64Array.from(order, (i) => (d[i] as number) / scale), vectors };
}

/** T = Q^T X Q from the upper triangle of X; `rows` = Q^T. */
function reduce(x: Float64Array, n: number): { d: Float64Array; e: Float64Array; rows: Float64Array } {
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) x[i * n + j] = x[j * n + i] as number;
  }
  for (let k = 0; k < n - 1; k++) {
    d[k] = x[k * n + k] as number;
    e[k] = x[k * n + k + 1] as number;
    if (k === n - 2) break;
    const v = new Float64Array(n);
    let norm2 = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = x[k * n + i] as number;
      norm2 += (v[i] as number) ** 2;
    }
    const first = v[k + 1] as number;
    const beta = first > 0 ? -Math.sqrt(norm2) : Math.sqrt(norm2);
    v[k + 1] = first - beta;
    const half = beta * (beta - first);
    if (half === 0) continue;
    e[k] = beta;
    reflectBothSides(x, n, k + 1, v, half);
    for (let i = 1; i < n; i++) reflectRow(rows, i * n, k + 1, n, v, half);
  }
  d[n - 1] = x[n * n - 1] as number;
  // rows holds Q (accumulated from the right); its transpose is wanted
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const t = rows[i * n + j] as number;
      rows[i * n + j] = rows[j * n + i] as number;
      rows[j * n + i] = t;
    }
  }
  return { d, e, rows };
}

/** X <- H X H with H = I - v v^T / half, on rows and columns from `first` on. */
function reflectBothSides(x: Float64Array, n: number, first: number, v: Float64Array, half: number): void {
  const w = new Float64Array(n);
  let k = 0;
  for (let i = first; i < n; i++) {
    let s = 0;
    for (let j = first; j < n; j++) s += (x[i * n + j] as number) * (v[j] as number);
    w[i] = s / half;
    k += (w[i] as number) * (v[i] as number);
  }
  for (let i = first; i < n; i++) w[i] = (w[i] as number) - (k / (2 * half)) * (v[i] as number);
  for (let i = first; i < n; i++) {
    for (let j = first; j < n; j++) {
      x[i * n + j] =
        (x[i * n + j] as number) - (v[i] as number) * (w[j] as number) - (w[i] as number) * (v[j] as number);
    }
  }
}

/** row <- row (I - v v^T / half). */
function reflectRow(
  rows: Float64Array,
  at: number,
  first: number,
  n: number,
  v: Float64Array,
  half: number,
): void {
  let s = 0;
  for (let j = first; j < n; j++) s += (rows[at + j] as number) * (v[j] as number);
  s /= half;
  for (let j = first; j < n; j++) rows[at + j] = (rows[at + j] as number) - s * (v[j] as number);
}
