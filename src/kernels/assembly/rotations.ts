// Chains of plane rotations applied to the rows of a matrix, many chains per pass over a strip of eight columns that fits
// in cache (Van Zee, van de Geijn & Quintana-Orti 2014).

import { madd, nmadd } from "./simd";

const STRIP: i32 = 8;

/** Bytes of scratch per part for matrices of `rows` rows. */
export function sweepWorkBytes(rows: i32): i32 {
  return rows * STRIP * 8 + 64;
}

/**
 * Part `part` of `parts` (by columns) of: for each chain t < chains, rotate rows first[t] + i and first[t] + i + 1 by (c, s) number
 * i of the chain, (x, y) <- (c x + s y, c y - s x). Heads are pairs of 32-bit integers (first, count); the (c, s) pairs of all
 * chains follow one another at `rotations`.
 */
export function applySweeps(
  part: i32, parts: i32, rows: i32, cols: i32, q: usize, ld: i32, chains: i32, heads: usize, rotations: usize, work: usize,
): void {
  const w = work + <usize>part * <usize>sweepWorkBytes(rows);
  const strips = (cols + STRIP - 1) / STRIP;
  const s0 = <i32>((<i64>strips * part) / parts);
  const s1 = <i32>((<i64>strips * (part + 1)) / parts);
  for (let t = s0; t < s1; t++) {
    const width = min(STRIP, cols - t * STRIP);
    const base = q + (<usize>(t * STRIP) << 3);
    copyStrip(rows, width, base, ld, w, true);
    let r = rotations;
    for (let h = 0; h < chains; h++) {
      const head = heads + (<usize>h << 3);
      const count = load<i32>(head, 4);
      chain(w + (<usize>load<i32>(head) << 6), count, r);
      r += <usize>count << 4;
    }
    copyStrip(rows, width, base, ld, w, false);
  }
}

function copyStrip(rows: i32, width: i32, q: usize, ld: i32, w: usize, isIn: bool): void {
  const l = <usize>ld << 3;
  const bytes = <usize>width << 3;
  for (let i = 0; i < rows; i++) {
    if (isIn) memory.copy(w, q, bytes);
    else memory.copy(q, w, bytes);
    q += l;
    w += STRIP << 3;
  }
}

/** One chain on a strip; the lower row of a pair stays in registers for the next rotation. */
function chain(w: usize, count: i32, r: usize): void {
  let x0 = v128.load(w);
  let x1 = v128.load(w, 16);
  let x2 = v128.load(w, 32);
  let x3 = v128.load(w, 48);
  for (let i = 0; i < count; i++) {
    const c = v128.load_splat<f64>(r);
    const s = v128.load_splat<f64>(r, 8);
    const y0 = v128.load(w, 64);
    const y1 = v128.load(w, 80);
    const y2 = v128.load(w, 96);
    const y3 = v128.load(w, 112);
    v128.store(w, madd(s, y0, f64x2.mul(c, x0)));
    v128.store(w, madd(s, y1, f64x2.mul(c, x1)), 16);
    v128.store(w, madd(s, y2, f64x2.mul(c, x2)), 32);
    v128.store(w, madd(s, y3, f64x2.mul(c, x3)), 48);
    x0 = nmadd(s, x0, f64x2.mul(c, y0));
    x1 = nmadd(s, x1, f64x2.mul(c, y1));
    x2 = nmadd(s, x2, f64x2.mul(c, y2));
    x3 = nmadd(s, x3, f64x2.mul(c, y3));
    w += 64;
    r += 16;
  }
  v128.store(w, x0);
  v128.store(w, x1, 16);
  v128.store(w, x2, 32);
  v128.store(w, x3, 48);
}
