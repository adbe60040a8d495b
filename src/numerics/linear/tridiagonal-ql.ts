/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by the implicitly shifted QL iteration, and without
 * square roots (Pal, Walker and Kahan) when only eigenvalues are wanted.
 * Sources: Bowdler, Martin, Reinsch & Wilkinson (1968); Parlett (1980), section 8.14.
 */
import { ConvergenceError } from "../../base/index.ts";

/** Iterations allowed per eigenvalue; two suffice on average. */
const MAX_ITERATIONS = 60;

/**
 * Eigenvalues of the symmetric tridiagonal matrix with the given diagonal (n) and off-diagonal (at least n - 1 entries),
 * ascending. Absolute error a few `eps |T|`; cost O(n^2).
 *
 * @throws ConvergenceError when an entry is not finite.
 * @example
 * ```ts
 * import { tridiagonalEigenvalues } from "isinglass/numerics";
 * tridiagonalEigenvalues([2, 2], [1]); // => [1, 3]
 * ```
 */
export function tridiagonalEigenvalues(
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
): Float64Array {
  const n = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e2 = new Float64Array(n);
  const size = largestEntry(diagonal, offDiagonal);
  if (size === 0) return d;
  for (let i = 0; i < n; i++) d[i] = (d[i] as number) / size;
  for (let i = 0; i < n - 1; i++) e2[i] = ((offDiagonal[i] as number) / size) ** 2;
  for (let l = 0; l < n; l++) {
    let iterations = 0;
    for (let m = splitSquared(d, e2, l); m !== l; m = splitSquared(d, e2, l)) {
      requireConverging(iterations++, "tridiagonalEigenvalues");
      sweepSquared(d, e2, l, m);
    }
  }
  d.sort();
  for (let i = 0; i < n; i++) d[i] = (d[i] as number) * size;
  return d;
}

/** One root-free QL sweep on rows l .. m; e2 holds squared off-diagonal entries. */
function sweepSquared(d: Float64Array, e2: Float64Array, l: number, m: number): void {
  const dl = d[l] as number;
  const root = Math.sqrt(e2[l] as number);
  const ratio = ((d[l + 1] as number) - dl) / (2 * root);
  const reach = Math.sqrt(ratio * ratio + 1);
  const shift = dl - root / (ratio + (ratio < 0 ? -reach : reach));
  let c = 1;
  let s = 0;
  let gamma = (d[m] as number) - shift;
  let p = gamma * gamma;
  for (let i = m - 1; i >= l; i--) {
    const b = e2[i] as number;
    const r = p + b;
    if (i !== m - 1) e2[i + 1] = s * r;
    const oldC = c;
    const oldGamma = gamma;
    const alpha = d[i] as number;
    if (r === 0) {
      c = 1;
      s = 0;
    } else {
      c = p / r;
      s = b / r;
    }
    gamma = c * (alpha - shift) - s * oldGamma;
    d[i + 1] = oldGamma + (alpha - gamma);
    p = c !== 0 ? (gamma * gamma) / c : oldC * b;
  }
  e2[l] = s * p;
  d[l] = shift + gamma;
}

/** First m >= l where the off-diagonal entry below row m is negligible. */
function splitSquared(d: Float64Array, e2: Float64Array, l: number): number {
  const n = d.length;
  let m = l;
  for (; m < n - 1; m++) {
    const scale = Math.abs((d[m] as number) * (d[m + 1] as number));
    if ((e2[m] as number) <= Number.EPSILON * Number.EPSILON * scale + Number.MIN_VALUE) break;
  }
  return m;
}

/**
 * Diagonalises the tridiagonal matrix in place by QL rotations: on return `d` holds the eigenvalues (not sorted) and row
 * i of `rows` the i-th combination of its former rows. With the identity on entry, row i is the eigenvector of d[i].
 *
 * @param rows n rows of `width` numbers; rotations act on pairs of rows. Empty to skip.
 * @throws ConvergenceError when an entry is not finite.
 */
export function diagonalizeTridiagonal(
  d: Float64Array,
  e: Float64Array,
  rows: Float64Array,
  width: number,
): void {
  const n = d.length;
  const size = largestEntry(d, e);
  if (size === 0) return;
  // entries of order one, so that squares neither over- nor underflow
  for (let i = 0; i < n; i++) d[i] = (d[i] as number) / size;
  for (let i = 0; i < n - 1; i++) e[i] = (e[i] as number) / size;
  for (let l = 0; l < n; l++) {
    let iterations = 0;
    for (let m = splitAt(d, e, l); m !== l; m = splitAt(d, e, l)) {
      requireConverging(iterations++, "diagonalizeTridiagonal");
      sweep(d, e, l, m, rows, width);
    }
  }
  for (let i = 0; i < n; i++) d[i] = (d[i] as number) * size;
}

function splitAt(d: Float64Array, e: Float64Array, l: number): number {
  let m = l;
  for (; m < d.length - 1; m++) {
    const scale = Math.sqrt(Math.abs(d[m] as number)) * Math.sqrt(Math.abs(d[m + 1] as number));
    if (Math.abs(e[m] as number) <= Number.EPSILON * scale + Number.MIN_VALUE) break;
  }
  return m;
}

/** One implicit QL sweep on rows l .. m with Wilkinson's shift. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  rows: Float64Array,
  width: number,
): void {
  const dl = d[l] as number;
  const el = e[l] as number;
  let g = ((d[l + 1] as number) - dl) / (2 * el);
  const reach = Math.sqrt(g * g + 1);
  g = (d[m] as number) - dl + el / (g + (g < 0 ? -reach : reach));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number);
    const b = c * (e[i] as number);
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (d[i + 1] as number) - p;
    const t = ((d[i] as number) - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    if (rows.length > 0) rotateRows(rows, i * width, width, c, s);
  }
  d[l] = (d[l] as number) - p;
  e[l] = g;
  e[m] = 0;
}

/** (x, y) <- (c x - s y, s x + c y) for the row at `x` and the next one. */
function rotateRows(rows: Float64Array, x: number, width: number, c: number, s: number): void {
  for (let q = x; q < x + width; q++) {
    const u = rows[q] as number;
    const v = rows[q + width] as number;
    rows[q + width] = s * u + c * v;
    rows[q] = c * u - s * v;
  }
}

function largestEntry(d: ArrayLike<number>, e: ArrayLike<number>): number {
  let size = 0;
  for (let i = 0; i < d.length; i++) size = Math.max(size, Math.abs(d[i] as number));
  for (let i = 0; i < d.length - 1; i++) size = Math.max(size, Math.abs(e[i] as number));
  if (!Number.isFinite(size)) {
    throw new ConvergenceError("tridiagonal eigenvalues: an entry is not finite", {
      hint: "look for NaN or Infinity in the matrix",
    });
  }
  return size;
}

function requireConverging(iterations: number, where: string): void {
  if (iterations < MAX_ITERATIONS) return;
  throw new ConvergenceError(`${where}: an eigenvalue did not converge in ${MAX_ITERATIONS} iterations`, {
    hint: "look for NaN or Infinity in the matrix",
  });
}
