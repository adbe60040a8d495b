/** Householder QR factorisation: the oracle of the kernels. Source: Golub & Van Loan (2013), algorithm 5.2.1. */
import { type Matrix, zeros } from "../matrix.ts";
import { requireMatrix } from "./requirements.ts";

/** A = Q R with orthonormal columns in Q [m, p] and upper trapezoidal R [p, n], p = min(m, n). */
export interface QrFactors {
  readonly q: Matrix;
  readonly r: Matrix;
}

/**
 * Thin QR with a non-negative diagonal of R, which makes it unique for full column rank.
 *
 * @example
 * ```ts
 * import { factorQr } from "isinglass/numerics";
 * factorQr({ rows: 2, cols: 1, data: Float64Array.of(3, 4) }).r.data; // => [5]
 * ```
 */
export function factorQr(a: Matrix): QrFactors {
  requireMatrix("factorQr", a);
  const { rows: m, cols: n } = a;
  const p = Math.min(m, n);
  const work = { rows: m, cols: n, data: Float64Array.from(a.data) };
  const reflectors: Float64Array[] = [];
  for (let k = 0; k < p; k++) {
    const v = columnReflector(work, k);
    reflectors.push(v);
    reflect(work, v, k, k);
  }
  const q = zeros(m, p);
  for (let k = 0; k < p; k++) q.data[k * p + k] = 1;
  for (let k = p - 1; k >= 0; k--) reflect(q, reflectors[k] as Float64Array, k, k);
  const r = zeros(p, n);
  for (let i = 0; i < p; i++) {
    const sign = (work.data[i * n + i] as number) < 0 ? -1 : 1;
    for (let j = i; j < n; j++) r.data[i * n + j] = sign * (work.data[i * n + j] as number);
    for (let row = 0; row < m; row++) q.data[row * p + i] = sign * (q.data[row * p + i] as number);
  }
  return { q, r };
}

/** Unit vector v with (I - 2 v v^T) column k = multiple of e_k, entries k .. m-1. */
function columnReflector({ rows: m, cols: n, data }: Matrix, k: number): Float64Array {
  const v = new Float64Array(m - k);
  for (let i = k; i < m; i++) v[i - k] = data[i * n + k] as number;
  const norm = Math.hypot(...v);
  const first = v[0] as number;
  v[0] = first + (first > 0 ? norm : -norm);
  const length = Math.hypot(...v);
  return length === 0 ? v : v.map((x) => x / length);
}

/** Applies I - 2 v v^T to rows `row` .. of the columns from `from` on. */
function reflect({ rows: m, cols: n, data }: Matrix, v: Float64Array, row: number, from: number): void {
  for (let j = from; j < n; j++) {
    let s = 0;
    for (let i = row; i < m; i++) s += (v[i - row] as number) * (data[i * n + j] as number);
    for (let i = row; i < m; i++) {
      data[i * n + j] = (data[i * n + j] as number) - 2 * s * (v[i - row] as number);
    }
  }
}
