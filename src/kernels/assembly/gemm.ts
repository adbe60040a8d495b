// Packed matrix product C += alpha A B on row-major float64 (Goto & van de Geijn 2008; Van Zee & van de Geijn 2015):
// a 4 x 4 register tile, A packed in micro-panels of 4 rows, B in micro-panels of 4 columns.

import { madd } from "./simd";

/** Rows, depth and columns of the cache blocks: 4 | MC, 4 | NC. */
export const MC: i32 = 192;
export const KC: i32 = 256;
export const NC: i32 = 1024;
/** Which part of C a product touches. */
export const FULL: i32 = 0;
export const LOWER: i32 = 1;
export const UPPER: i32 = 2;
const MR: i32 = 4;
const NR: i32 = 4;

/** Bytes of scratch one call needs. */
export function gemmWorkBytes(): i32 {
  return (MC * KC + NC * KC) * 8 + 256;
}

/**
 * Adds alpha times the 4 x 4 tile sum_p a[p][0..4) b[p][0..4) to C. The tile is this small on purpose: V8 schedules all loads of a
 * basic block first, so 8 accumulators + 6 operands must fit in 15 vector registers (a 6 x 4 tile spills and runs at half speed).
 * The exit test between the two steps keeps their loads in separate blocks.
 */
function tileFull(k: i32, a: usize, b: usize, c: usize, ldc: usize, alpha: f64): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let p = k; p > 0; p -= 2) {
    const b0 = v128.load(b, 0);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f64>(a, 0);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    const x1 = v128.load_splat<f64>(a, 8);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load_splat<f64>(a, 16);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    const x3 = v128.load_splat<f64>(a, 24);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    if (p == 1) break;
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const x4 = v128.load_splat<f64>(a, 32);
    c00 = madd(x4, b2, c00);
    c01 = madd(x4, b3, c01);
    const x5 = v128.load_splat<f64>(a, 40);
    c10 = madd(x5, b2, c10);
    c11 = madd(x5, b3, c11);
    const x6 = v128.load_splat<f64>(a, 48);
    c20 = madd(x6, b2, c20);
    c21 = madd(x6, b3, c21);
    const x7 = v128.load_splat<f64>(a, 56);
    c30 = madd(x7, b2, c30);
    c31 = madd(x7, b3, c31);
    a += 64;
    b += 64;
  }
  const s = f64x2.splat(alpha);
  v128.store(c, madd(s, c00, v128.load(c)));
  v128.store(c, madd(s, c01, v128.load(c, 16)), 16);
  c += ldc;
  v128.store(c, madd(s, c10, v128.load(c)));
  v128.store(c, madd(s, c11, v128.load(c, 16)), 16);
  c += ldc;
  v128.store(c, madd(s, c20, v128.load(c)));
  v128.store(c, madd(s, c21, v128.load(c, 16)), 16);
  c += ldc;
  v128.store(c, madd(s, c30, v128.load(c)));
  v128.store(c, madd(s, c31, v128.load(c, 16)), 16);
}

/** A partial tile (m <= 4 rows, n <= 4 columns): the full tile goes to `tile`, then its corner to C. */
function tileEdge(
  k: i32, a: usize, b: usize, c: usize, ldc: usize, alpha: f64, m: i32, n: i32, tile: usize,
): void {
  memory.fill(tile, 0, 128);
  tileFull(k, a, b, tile, 32, alpha);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const q = c + (<usize>j << 3);
      store<f64>(q, load<f64>(q) + load<f64>(tile + (<usize>(i * NR + j) << 3)));
    }
    c += ldc;
  }
}

/** Packs rows of A (m x k, strides rs and cs in elements) in micro-panels of 4 rows, zero-padded. */
export function packA(m: i32, k: i32, a: usize, rs: i32, cs: i32, w: usize): void {
  const r = <usize>rs << 3;
  const s = <usize>cs << 3;
  for (let i = 0; i < m; i += MR) {
    let q = a + <usize>i * r;
    if (m - i >= MR && rs == 1) {
      for (let p = 0; p < k; p++) {
        v128.store(w, v128.load(q));
        v128.store(w, v128.load(q, 16), 16);
        w += 32;
        q += s;
      }
    } else if (m - i >= MR) {
      const q1 = q + r;
      const q2 = q1 + r;
      const q3 = q2 + r;
      let o: usize = 0;
      for (let p = 0; p < k; p++) {
        store<f64>(w, load<f64>(q + o));
        store<f64>(w, load<f64>(q1 + o), 8);
        store<f64>(w, load<f64>(q2 + o), 16);
        store<f64>(w, load<f64>(q3 + o), 24);
        w += 32;
        o += s;
      }
    } else {
      const left = m - i;
      for (let p = 0; p < k; p++) {
        for (let t = 0; t < MR; t++) {
          store<f64>(w, t < left ? load<f64>(q + <usize>t * r) : 0);
          w += 8;
        }
        q += s;
      }
    }
  }
}

/** Packs columns of B (k x n, strides rs and cs in elements) in micro-panels of 4 columns, zero-padded. */
export function packB(k: i32, n: i32, b: usize, rs: i32, cs: i32, w: usize): void {
  const r = <usize>rs << 3;
  const s = <usize>cs << 3;
  for (let j = 0; j < n; j += NR) {
    let q = b + <usize>j * s;
    if (n - j >= NR) {
      if (cs == 1) {
        for (let p = 0; p < k; p++) {
          v128.store(w, v128.load(q));
          v128.store(w, v128.load(q, 16), 16);
          w += 32;
          q += r;
        }
      } else {
        const q1 = q + s;
        const q2 = q1 + s;
        const q3 = q2 + s;
        let o: usize = 0;
        for (let p = 0; p < k; p++) {
          store<f64>(w, load<f64>(q + o));
          store<f64>(w, load<f64>(q1 + o), 8);
          store<f64>(w, load<f64>(q2 + o), 16);
          store<f64>(w, load<f64>(q3 + o), 24);
          w += 32;
          o += r;
        }
      }
    } else {
      const left = n - j;
      for (let p = 0; p < k; p++) {
        for (let t = 0; t < NR; t++) {
          store<f64>(w, t < left ? load<f64>(q + <usize>t * s) : 0);
          w += 8;
        }
        q += r;
      }
    }
  }
}

/**
 * All tiles of one packed block pair. `diagonal` = (row - column) of C's corner; tiles with no entry in the wanted triangle are
 * skipped.
 */
function macro(
  m: i32, n: i32, k: i32, pa: usize, pb: usize, c: usize, ldc: usize, alpha: f64, triangle: i32, diagonal: i32, tile: usize,
): void {
  for (let j = 0; j < n; j += NR) {
    const b = pb + (<usize>(j * k) << 3);
    const cols = min(n - j, NR);
    let i = 0;
    let end = m;
    if (triangle == LOWER) i = max(0, (j - diagonal) & -MR);
    else if (triangle == UPPER) end = min(m, j + NR - diagonal);
    for (; i < end; i += MR) {
      const rows = min(m - i, MR);
      const q = c + <usize>i * ldc + (<usize>j << 3);
      const a = pa + (<usize>(i * k) << 3);
      if (rows == MR && cols == NR) tileFull(k, a, b, q, ldc, alpha);
      else tileEdge(k, a, b, q, ldc, alpha, rows, cols, tile);
    }
  }
}

function block(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, ars: i32, acs: i32, b: usize, brs: i32, bcs: i32, c: usize, ldc: i32,
  triangle: i32, diagonal: i32, work: usize,
): void {
  const tile = work;
  const pa = work + 256;
  const pb = pa + (<usize>(MC * KC) << 3);
  const l = <usize>ldc << 3;
  for (let jc = 0; jc < n; jc += NC) {
    const nb = min(n - jc, NC);
    for (let pc = 0; pc < k; pc += KC) {
      const kb = min(k - pc, KC);
      packB(kb, nb, b + ((<usize>pc * <usize>brs + <usize>jc * <usize>bcs) << 3), brs, bcs, pb);
      for (let ic = 0; ic < m; ic += MC) {
        const mb = min(m - ic, MC);
        const corner = diagonal + ic - jc;
        if (triangle == LOWER && corner + mb <= 0) continue;
        if (triangle == UPPER && corner >= nb) break;
        packA(mb, kb, a + ((<usize>ic * <usize>ars + <usize>pc * <usize>acs) << 3), ars, acs, pa);
        macro(mb, nb, kb, pa, pb, c + <usize>ic * l + (<usize>jc << 3), l, alpha, triangle, corner, tile);
      }
    }
  }
}

/**
 * Part `part` of `parts` of C += alpha A B, for C of m x n (row stride ldc), A of m x k with strides (ars, acs) and B of k x n
 * with strides (brs, bcs), all in elements. `triangle` = LOWER or UPPER (C square) touches only tiles that meet that triangle;
 * entries of those tiles on the other side of the diagonal receive the product too. Part p uses scratch at work + p gemmWorkBytes.
 */
export function gemm(
  part: i32, parts: i32, m: i32, n: i32, k: i32, alpha: f64, a: usize, ars: i32, acs: i32, b: usize, brs: i32, bcs: i32,
  c: usize, ldc: i32, triangle: i32, work: usize,
): void {
  const scratch = work + <usize>part * <usize>gemmWorkBytes();
  if (triangle == FULL && n > m) {
    const j0 = split(n, part, parts, FULL);
    const j1 = split(n, part + 1, parts, FULL);
    block(
      m, j1 - j0, k, alpha, a, ars, acs, b + ((<usize>j0 * <usize>bcs) << 3), brs, bcs, c + (<usize>j0 << 3), ldc, FULL, 0, scratch,
    );
  } else {
    const i0 = split(m, part, parts, triangle);
    const i1 = split(m, part + 1, parts, triangle);
    block(
      i1 - i0, n, k, alpha, a + ((<usize>i0 * <usize>ars) << 3), ars, acs, b, brs, bcs,
      c + ((<usize>i0 * <usize>ldc) << 3), ldc, triangle, i0, scratch,
    );
  }
}

/** First row of part `part`: equal areas of the full square or of the wanted triangle, at multiples of the tile. */
export function split(n: i32, part: i32, parts: i32, triangle: i32): i32 {
  if (part <= 0) return 0;
  if (part >= parts) return n;
  const share = <f64>part / <f64>parts;
  let at = share;
  if (triangle == LOWER) at = Math.sqrt(share);
  else if (triangle == UPPER) at = 1 - Math.sqrt(1 - share);
  return min(n, (<i32>(at * <f64>n) + MR - 1) & -MR);
}
