/**
 * Singular value decomposition by one-sided Jacobi rotations: slow, accurate, and independent of the kernels' algorithm,
 * so it is their oracle. Source: Hestenes (1958); de Rijk (1989).
 */
import { ConvergenceError } from "../../base/index.ts";
import { type Matrix, zeros } from "../matrix.ts";
import { transposeMatrix } from "./products.ts";
import { requireMatrix } from "./requirements.ts";

/** A = U diag(values) V^T with orthonormal columns in U [m, p] and V [n, p], p = min(m, n). */
export interface SvdFactors {
  readonly u: Matrix;
  /** Descending, non-negative. */
  readonly values: Float64Array;
  readonly v: Matrix;
}

const MAX_SWEEPS = 60;

/**
 * Thin SVD. Columns of U that belong to zero singular values are zero vectors here.
 *
 * @example
 * ```ts
 * import { jacobiSvd } from "isinglass/numerics";
 * jacobiSvd({ rows: 2, cols: 1, data: Float64Array.of(3, 4) }).values; // => [5]
 * ```
 */
export function jacobiSvd(a: Matrix): SvdFactors {
  requireMatrix("jacobiSvd", a);
  if (a.rows < a.cols) {
    const { u, values, v } = jacobiSvd(transposeMatrix(a));
    return { u: v, values, v: u };
  }
  // rows of x are the columns of A, rotated until they are orthogonal
  const x = transposeMatrix(a);
  const { rows: n, cols: m } = x;
  const v = zeros(n, n);
  for (let i = 0; i < n; i++) v.data[i * n + i] = 1;
  let sweeps = 0;
  while (rotateAll(x.data, v.data, n, m)) {
    if (++sweeps > MAX_SWEEPS) throw new ConvergenceError("jacobiSvd: no convergence; is an entry NaN?");
  }
  const norms = Float64Array.from({ length: n }, (_, i) =>
    Math.hypot(...x.data.subarray(i * m, (i + 1) * m)),
  );
  const order = Array.from(norms.keys()).sort((i, j) => (norms[j] as number) - (norms[i] as number));
  const u = zeros(m, n);
  const right = zeros(n, n);
  order.forEach((from, j) => {
    const norm = norms[from] as number;
    for (let i = 0; i < m; i++) u.data[i * n + j] = norm === 0 ? 0 : (x.data[from * m + i] as number) / norm;
    for (let i = 0; i < n; i++) right.data[i * n + j] = v.data[from * n + i] as number;
  });
  return { u, values: Float64Array.from(order, (i) => norms[i] as number), v: right };
}

/** One sweep over all pairs of rows; true when a pair was not yet orthogonal to rounding. */
function rotateAll(x: Float64Array, v: Float64Array, n: number, m: number): boolean {
  let rotated = false;
  for (let p = 0; p < n - 1; p++) {
    for (let q = p + 1; q < n; q++) {
      let pp = 0;
      let qq = 0;
      let pq = 0;
      for (let i = 0; i < m; i++) {
        const s = x[p * m + i] as number;
        const t = x[q * m + i] as number;
        pp += s * s;
        qq += t * t;
        pq += s * t;
      }
      if (Math.abs(pq) <= 4 * Number.EPSILON * Math.sqrt(pp) * Math.sqrt(qq)) continue;
      rotated = true;
      const zeta = (qq - pp) / (2 * pq);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const c = 1 / Math.hypot(1, t);
      rotate(x, p * m, q * m, m, c, c * t);
      rotate(v, p * n, q * n, n, c, c * t);
    }
  }
  return rotated;
}

function rotate(x: Float64Array, p: number, q: number, length: number, c: number, s: number): void {
  for (let i = 0; i < length; i++) {
    const a = x[p + i] as number;
    const b = x[q + i] as number;
    x[p + i] = c * a - s * b;
    x[q + i] = s * a + c * b;
  }
}
