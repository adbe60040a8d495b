// Leaves of the recursive Cholesky factorisation A = L L^T on row-major storage (lower triangle).

import { dot } from "./vectors";
import { madd } from "./simd";
import { FULL, packB, split } from "./gemm";

/**
 * Factors an n x n block in place, row by row (n small). Returns -1, or the index of the first pivot that is not positive,
 * whose value stays on the diagonal.
 */
export function choleskyLeaf(n: i32, a: usize, lda: i32): i32 {
  const l = <usize>lda << 3;
  let row = a;
  for (let i = 0; i < n; i++) {
    let other = a;
    for (let j = 0; j < i; j++) {
      const q = row + (<usize>j << 3);
      store<f64>(q, (load<f64>(q) - dot(j, row, other)) / load<f64>(other + (<usize>j << 3)));
      other += l;
    }
    const q = row + (<usize>i << 3);
    const pivot = load<f64>(q) - dot(i, row, row);
    if (!(pivot > 0)) {
      store<f64>(q, pivot);
      return i;
    }
    store<f64>(q, Math.sqrt(pivot));
    row += l;
  }
  return -1;
}

/** Bytes of scratch of `solveLowerRight` for a triangle of n rows. */
export function solveLowerRightWorkBytes(n: i32): i32 {
  return ((n + 4) * (n + 4) + (n + 4) * 4 + 16) * 8;
}

/**
 * Part `part` of `parts` of the rows of X <- X L^-T, of m x n (stride ldx) and lower triangular L (n x n, stride ldl), n small. Four rows of X
 * at a time are packed like an A-panel of the product, so that each 4 x 4 tile is a small product followed by a 4 x 4 solve.
 */
export function solveLowerRight(
  part: i32, parts: i32, m: i32, n: i32, l: usize, ldl: i32, x: usize, ldx: i32, work: usize,
): void {
  const i0 = split(m, part, parts, FULL);
  const i1 = split(m, part + 1, parts, FULL);
  const stride = <usize>ldx << 3;
  // L^T as a B operand: entry (p, j) is L[j][p], packed in column groups of four over the full depth n
  const packed = work + <usize>part * <usize>solveLowerRightWorkBytes(n);
  packB(n, n, l, 1, ldl, packed);
  const panel = packed + (<usize>(((n + 3) & ~3) * n) << 3);
  for (let i = i0; i < i1; i += 4) {
    const rows = min(4, i1 - i);
    const base = x + <usize>i * stride;
    loadPanel(n, rows, base, stride, panel);
    for (let j = 0; j < n; j += 4) {
      solveTile(j, min(4, n - j), n, packed + (<usize>(j * n) << 3), panel);
    }
    storePanel(n, rows, base, stride, panel);
  }
}

function loadPanel(n: i32, rows: i32, x: usize, stride: usize, w: usize): void {
  for (let p = 0; p < n; p++) {
    for (let r = 0; r < 4; r++) {
      store<f64>(w, r < rows ? load<f64>(x + <usize>r * stride + (<usize>p << 3)) : 0);
      w += 8;
    }
  }
}

function storePanel(n: i32, rows: i32, x: usize, stride: usize, w: usize): void {
  for (let p = 0; p < n; p++) {
    for (let r = 0; r < rows; r++) store<f64>(x + <usize>r * stride + (<usize>p << 3), load<f64>(w + (<usize>r << 3)));
    w += 32;
  }
}

/** Columns j .. j+cols-1 of the packed panel, given all earlier ones: subtract their product, then substitute. */
function solveTile(j: i32, cols: i32, n: i32, b: usize, panel: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let a = panel;
  let q = b;
  // accumulators by column of the panel: c<column><half of the four rows>
  for (let p = j; p > 0; p--) {
    const x0 = v128.load(a);
    const x1 = v128.load(a, 16);
    const l0 = v128.load_splat<f64>(q);
    c00 = madd(l0, x0, c00);
    c01 = madd(l0, x1, c01);
    const l1 = v128.load_splat<f64>(q, 8);
    c10 = madd(l1, x0, c10);
    c11 = madd(l1, x1, c11);
    const l2 = v128.load_splat<f64>(q, 16);
    c20 = madd(l2, x0, c20);
    c21 = madd(l2, x1, c21);
    const l3 = v128.load_splat<f64>(q, 24);
    c30 = madd(l3, x0, c30);
    c31 = madd(l3, x1, c31);
    a += 32;
    q += 32;
  }
  // a points at panel column j, q at row j of the packed triangle: entry (j + s, j + t) of L^T at q + 32 s + 8 t
  const r0 = f64x2.splat(1 / load<f64>(q));
  const u0 = f64x2.mul(f64x2.sub(v128.load(a), c00), r0);
  const u1 = f64x2.mul(f64x2.sub(v128.load(a, 16), c01), r0);
  v128.store(a, u0);
  v128.store(a, u1, 16);
  if (cols == 1) return;
  let s = v128.load_splat<f64>(q, 8);
  c10 = madd(s, u0, c10);
  c11 = madd(s, u1, c11);
  const r1 = f64x2.splat(1 / load<f64>(q, 40));
  const v0 = f64x2.mul(f64x2.sub(v128.load(a, 32), c10), r1);
  const v1 = f64x2.mul(f64x2.sub(v128.load(a, 48), c11), r1);
  v128.store(a, v0, 32);
  v128.store(a, v1, 48);
  if (cols == 2) return;
  s = v128.load_splat<f64>(q, 16);
  c20 = madd(s, u0, c20);
  c21 = madd(s, u1, c21);
  s = v128.load_splat<f64>(q, 48);
  c20 = madd(s, v0, c20);
  c21 = madd(s, v1, c21);
  const r2 = f64x2.splat(1 / load<f64>(q, 80));
  const w0 = f64x2.mul(f64x2.sub(v128.load(a, 64), c20), r2);
  const w1 = f64x2.mul(f64x2.sub(v128.load(a, 80), c21), r2);
  v128.store(a, w0, 64);
  v128.store(a, w1, 80);
  if (cols == 3) return;
  s = v128.load_splat<f64>(q, 24);
  c30 = madd(s, u0, c30);
  c31 = madd(s, u1, c31);
  s = v128.load_splat<f64>(q, 56);
  c30 = madd(s, v0, c30);
  c31 = madd(s, v1, c31);
  s = v128.load_splat<f64>(q, 88);
  c30 = madd(s, w0, c30);
  c31 = madd(s, w1, c31);
  const r3 = f64x2.splat(1 / load<f64>(q, 120));
  v128.store(a, f64x2.mul(f64x2.sub(v128.load(a, 96), c30), r3), 96);
  v128.store(a, f64x2.mul(f64x2.sub(v128.load(a, 112), c31), r3), 112);
}
