/**
 * Singular values of an upper bidiagonal matrix by the implicit QR iteration, with zero shift where a shift would not be
 * resolved. Sources: Golub & Kahan (1965); Demmel & Kahan (1990); LAPACK dbdsqr.
 */
import { ConvergenceError } from "../../base/index.ts";

/** Sweeps allowed per singular value; two suffice on average. */
const MAX_SWEEPS = 60;

/** Receives each sweep: rotation i acts on rows first + i and first + i + 1 of U^T (left) and V^T (right). */
export interface SweepListener {
  sweep(first: number, left: Rotations, right: Rotations): void;
}

/** Cosines and sines of a chain of rotations (x, y) <- (c x + s y, c y - s x); valid during the call. */
export interface Rotations {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  readonly count: number;
}

/**
 * Reduces the bidiagonal matrix in place: on return `d` holds the singular values with signs, not sorted. Absolute error a few
 * `eps |B|`; O(n^2) without vectors.
 *
 * @param d n diagonal entries
 * @param e n - 1 superdiagonal entries (longer arrays are fine)
 * @throws ConvergenceError when an entry is not finite.
 */
export function diagonalizeBidiagonal(
  d: Float64Array,
  e: Float64Array,
  listener: SweepListener | null,
): void {
  const n = d.length;
  let size = 0;
  for (let i = 0; i < n; i++) {
    size = Math.max(size, Math.abs(d[i] as number), i < n - 1 ? Math.abs(e[i] as number) : 0);
  }
  if (!Number.isFinite(size)) throw new ConvergenceError("diagonalizeBidiagonal: an entry is not finite");
  if (size === 0) return;
  // entries of order one, so that squares neither over- nor underflow
  for (let i = 0; i < n; i++) d[i] = (d[i] as number) / size;
  for (let i = 0; i < n - 1; i++) e[i] = (e[i] as number) / size;
  const left = new Chain(n);
  const right = new Chain(n);
  let sweeps = 0;
  let m = n - 1;
  while (m > 0) {
    if (isNegligible(d, e, m - 1)) {
      e[m - 1] = 0;
      m--;
      continue;
    }
    let l = m - 1;
    while (l > 0 && !isNegligible(d, e, l - 1)) l--;
    if (l > 0) e[l - 1] = 0;
    if (++sweeps > MAX_SWEEPS * n) throw new ConvergenceError("diagonalizeBidiagonal: no convergence");
    left.count = 0;
    right.count = 0;
    const shift = chooseShift(d, e, l, m);
    if (shift === 0) sweepUnshifted(d, e, l, m, left, right);
    else sweepShifted(d, e, l, m, shift, left, right);
    listener?.sweep(l, left, right);
  }
  for (let i = 0; i < n; i++) d[i] = (d[i] as number) * size;
}

class Chain implements Rotations {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  count = 0;
  constructor(n: number) {
    this.cosines = new Float64Array(n);
    this.sines = new Float64Array(n);
  }
  push(c: number, s: number): void {
    this.cosines[this.count] = c;
    this.sines[this.count++] = s;
  }
}

function isNegligible(d: Float64Array, e: Float64Array, i: number): boolean {
  const near = Math.abs(d[i] as number) + Math.abs(d[i + 1] as number);
  // the second term only matters where both neighbours vanish; it is far below the promised error
  return Math.abs(e[i] as number) <= Number.EPSILON * (0.5 * near + 1e-3);
}

/** The singular value of the trailing 2 x 2 block closer to its last entry; 0 where it cannot be told from 0. */
function chooseShift(d: Float64Array, e: Float64Array, l: number, m: number): number {
  const top = Math.abs(d[l] as number);
  if (top === 0) return 0;
  const f = Math.abs(d[m - 1] as number);
  const g = Math.abs(e[m - 1] as number);
  const h = Math.abs(d[m] as number);
  const shift = smallerSingularValue(f, g, h);
  for (let i = l; i <= m; i++) if (d[i] === 0) return 0;
  return (shift / top) ** 2 < Number.EPSILON ? 0 : shift;
}

/** Smaller singular value of [[f, g], [0, h]] (LAPACK dlas2). */
function smallerSingularValue(f: number, g: number, h: number): number {
  const low = Math.min(f, h);
  const high = Math.max(f, h);
  if (low === 0) return 0;
  if (g === 0) return low;
  const a = 1 + low / high;
  const b = (high - low) / high;
  const c = (g / high) ** 2;
  return low * (2 / (Math.sqrt(a * a + c) + Math.sqrt(b * b + c)));
}

/** Givens rotation with c f + s g = r and c g - s f = 0; the result is in `givens`. */
const givens = { c: 1, s: 0, r: 0 };
function rotation(f: number, g: number): void {
  const r = Math.sqrt(f * f + g * g);
  // r = 0 with g below 1e-154 too: nothing to rotate next to entries of order one
  if (g === 0 || r === 0) {
    givens.c = 1;
    givens.s = 0;
    givens.r = f;
    return;
  }
  givens.c = f / r;
  givens.s = g / r;
  givens.r = r;
}

function sweepUnshifted(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  left: Chain,
  right: Chain,
): void {
  let c = 1;
  let oldC = 1;
  let oldS = 0;
  for (let i = l; i < m; i++) {
    rotation((d[i] as number) * c, e[i] as number);
    c = givens.c;
    const s = givens.s;
    const r = givens.r;
    if (i > l) e[i - 1] = oldS * r;
    rotation(oldC * r, (d[i + 1] as number) * s);
    oldC = givens.c;
    oldS = givens.s;
    d[i] = givens.r;
    right.push(c, s);
    left.push(oldC, oldS);
  }
  const h = (d[m] as number) * c;
  d[m] = h * oldC;
  e[m - 1] = h * oldS;
}

function sweepShifted(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  shift: number,
  left: Chain,
  right: Chain,
): void {
  const dl = d[l] as number;
  let f = (Math.abs(dl) - shift) * (Math.sign(dl) + shift / dl);
  let g = e[l] as number;
  for (let i = l; i < m; i++) {
    const di = d[i] as number;
    const ei = e[i] as number;
    rotation(f, g);
    if (i > l) e[i - 1] = givens.r;
    right.push(givens.c, givens.s);
    f = givens.c * di + givens.s * ei;
    const off = givens.c * ei - givens.s * di;
    g = givens.s * (d[i + 1] as number);
    const next = givens.c * (d[i + 1] as number);
    rotation(f, g);
    left.push(givens.c, givens.s);
    d[i] = givens.r;
    f = givens.c * off + givens.s * next;
    d[i + 1] = givens.c * next - givens.s * off;
    if (i < m - 1) {
      g = givens.s * (e[i + 1] as number);
      e[i + 1] = givens.c * (e[i + 1] as number);
    }
  }
  e[m - 1] = f;
}
