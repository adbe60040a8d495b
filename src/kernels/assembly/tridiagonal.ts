// Householder reduction of a symmetric matrix to tridiagonal form, one column of a panel at a time (Dongarra, Hammarling &
// Sorensen 1989). The matrix lies row-major with its upper triangle valid; reflector j replaces row j.

import { axpy, dot, dotRows, scale, subtractRows } from "./vectors";
import { lanes, madd } from "./simd";
import { split, UPPER } from "./gemm";

/**
 * Part `part` of `parts` of w = S v, where S is the trailing block (rows and columns first .. n-1) of the upper triangle at `a`
 * with row stride n. Each stored entry is read once and used on both sides of the diagonal. Part p writes its own vector at
 * w + p n, entries first .. n-1.
 */
export function symmetricTimesVector(part: i32, parts: i32, n: i32, first: i32, a: usize, v: usize, w: usize): void {
  const size = n - first;
  const i0 = first + split(size, part, parts, UPPER);
  const i1 = first + split(size, part + 1, parts, UPPER);
  const out = w + (<usize>(part * n) << 3);
  const l = <usize>n << 3;
  memory.fill(out + (<usize>first << 3), 0, <usize>size << 3);
  let i = i0;
  for (; i + 4 <= i1; i += 4) fourRows(n, i, a + <usize>i * l, l, v, out);
  for (; i < i1; i++) {
    const row = a + <usize>i * l;
    const o = <usize>i << 3;
    const x = load<f64>(v + o);
    const d = load<f64>(row + o) * x;
    const rest = n - i - 1;
    const s = dot(rest, row + o + 8, v + o + 8);
    axpy(rest, x, row + o + 8, out + o + 8);
    store<f64>(out + o, load<f64>(out + o) + d + s);
  }
}

function fourRows(n: i32, i: i32, a0: usize, l: usize, v: usize, w: usize): void {
  const a1 = a0 + l;
  const a2 = a1 + l;
  const a3 = a2 + l;
  let o = <usize>i << 3;
  const x0 = load<f64>(v + o);
  const x1 = load<f64>(v + o, 8);
  const x2 = load<f64>(v + o, 16);
  const x3 = load<f64>(v + o, 24);
  const m01 = load<f64>(a0 + o, 8);
  const m02 = load<f64>(a0 + o, 16);
  const m03 = load<f64>(a0 + o, 24);
  const m12 = load<f64>(a1 + o, 16);
  const m13 = load<f64>(a1 + o, 24);
  const m23 = load<f64>(a2 + o, 24);
  let d0 = load<f64>(a0 + o) * x0 + m01 * x1 + m02 * x2 + m03 * x3;
  let d1 = m01 * x0 + load<f64>(a1 + o, 8) * x1 + m12 * x2 + m13 * x3;
  let d2 = m02 * x0 + m12 * x1 + load<f64>(a2 + o, 16) * x2 + m23 * x3;
  let d3 = m03 * x0 + m13 * x1 + m23 * x2 + load<f64>(a3 + o, 24) * x3;
  const diagonal = w + o;
  o += 32;
  const v0 = f64x2.splat(x0);
  const v1 = f64x2.splat(x1);
  const v2 = f64x2.splat(x2);
  const v3 = f64x2.splat(x3);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = (<usize>n << 3) - 8;
  for (; o < end; o += 16) {
    const x = v128.load(v + o);
    const b0 = v128.load(a0 + o);
    s0 = madd(b0, x, s0);
    let y = madd(b0, v0, v128.load(w + o));
    const b1 = v128.load(a1 + o);
    s1 = madd(b1, x, s1);
    let z = f64x2.mul(b1, v1);
    const b2 = v128.load(a2 + o);
    s2 = madd(b2, x, s2);
    y = madd(b2, v2, y);
    const b3 = v128.load(a3 + o);
    s3 = madd(b3, x, s3);
    z = madd(b3, v3, z);
    v128.store(w + o, f64x2.add(y, z));
  }
  d0 += lanes(s0);
  d1 += lanes(s1);
  d2 += lanes(s2);
  d3 += lanes(s3);
  if (o == end) {
    const x = load<f64>(v + o);
    const b0 = load<f64>(a0 + o);
    const b1 = load<f64>(a1 + o);
    const b2 = load<f64>(a2 + o);
    const b3 = load<f64>(a3 + o);
    d0 += b0 * x;
    d1 += b1 * x;
    d2 += b2 * x;
    d3 += b3 * x;
    store<f64>(w + o, load<f64>(w + o) + b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3);
  }
  store<f64>(diagonal, load<f64>(diagonal) + d0);
  store<f64>(diagonal, load<f64>(diagonal, 8) + d1, 8);
  store<f64>(diagonal, load<f64>(diagonal, 16) + d2, 16);
  store<f64>(diagonal, load<f64>(diagonal, 24) + d3, 24);
}

/**
 * Householder vector of x (n entries): x becomes v with v[0] = 1 and H = I - tau v v^T maps the old x to beta e_0.
 * Returns tau (0 when x is already a multiple of e_0); beta goes to `beta`. x is scaled first, so that no square over- or
 * underflows.
 */
export function householder(n: i32, x: usize, beta: usize): f64 {
  const x0 = load<f64>(x);
  let big: f64 = 0;
  for (let i = 1; i < n; i++) big = Math.max(big, Math.abs(load<f64>(x + (<usize>i << 3))));
  if (big == 0) {
    store<f64>(beta, x0);
    store<f64>(x, 1);
    return 0;
  }
  big = Math.max(big, Math.abs(x0));
  // multiplying by a reciprocal would overflow for denormal `big`
  const safe = big > 1e-140 && big < 1e140;
  let norm: f64;
  if (safe) norm = Math.sqrt(dot(n, x, x));
  else {
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) {
      const t = load<f64>(x + (<usize>i << 3)) / big;
      sum += t * t;
    }
    norm = big * Math.sqrt(sum);
  }
  const b = x0 > 0 ? -norm : norm;
  const pivot = x0 - b;
  if (safe) scale(n - 1, 1 / pivot, x + 8);
  else for (let i = 1; i < n; i++) store<f64>(x + (<usize>i << 3), load<f64>(x + (<usize>i << 3)) / pivot);
  store<f64>(x, 1);
  store<f64>(beta, b);
  return -pivot / b;
}

/**
 * Opens column j = k0 + step of a panel: applies the panel's earlier reflectors to row j, stores d[j] and e[j], and leaves the
 * reflector in row j of `a` (zeros before entry j+1) and in row `step` of V. `panel` holds V, W, V again, each nb rows of n.
 */
export function tridiagonalOpen(
  n: i32, j: i32, step: i32, nb: i32, a: usize, panel: usize, d: usize, e: usize, tau: usize, work: usize,
): void {
  const row = a + ((<usize>j * <usize>n) << 3);
  const v = panel;
  const w = panel + ((<usize>nb * <usize>n) << 3);
  const at = <usize>j << 3;
  const rest = n - j;
  for (let q = 0; q < step; q++) {
    const o = (<usize>q * <usize>n + <usize>j) << 3;
    store<f64>(work + (<usize>q << 3), load<f64>(w + o));
    store<f64>(work + (<usize>(nb + q) << 3), load<f64>(v + o));
  }
  subtractRows(rest, step, work, v + at, n, row + at);
  subtractRows(rest, step, work + (<usize>nb << 3), w + at, n, row + at);
  store<f64>(d + at, load<f64>(row + at));
  if (rest < 2) return;
  store<f64>(tau + at, householder(rest - 1, row + at + 8, e + at));
  memory.fill(row, 0, at + 8);
  const mine = (<usize>step * <usize>n) << 3;
  memory.copy(v + mine, row, <usize>n << 3);
  memory.copy(w + ((<usize>nb * <usize>n) << 3) + mine, row, <usize>n << 3);
}

/**
 * Closes column j: from y = S v in `parts` partial vectors of n at `y`, forms row `step` of W so that the trailing block minus
 * V^T W + W^T V is H S H (entries j+1 .. n-1).
 */
export function tridiagonalClose(
  parts: i32, n: i32, j: i32, step: i32, nb: i32, panel: usize, tau: f64, y: usize, work: usize,
): void {
  const at = <usize>(j + 1) << 3;
  const rest = n - j - 1;
  const vs = panel + at;
  const ws = vs + ((<usize>nb * <usize>n) << 3);
  const mine = (<usize>step * <usize>n) << 3;
  const v = vs + mine;
  const w = ws + mine;
  memory.fill(w - at, 0, at);
  memory.copy(w, y + at, <usize>rest << 3);
  for (let p = 1; p < parts; p++) axpy(rest, 1, y + (<usize>(p * n) << 3) + at, w);
  dotRows(rest, step, ws, n, v, work);
  dotRows(rest, step, vs, n, v, work + (<usize>nb << 3));
  subtractRows(rest, step, work, vs, n, w);
  subtractRows(rest, step, work + (<usize>nb << 3), ws, n, w);
  scale(rest, tau, w);
  axpy(rest, -0.5 * tau * dot(rest, w, v), v, w);
}
