// Level-1 operations on contiguous float64 vectors, four accumulators deep.

import { lanes, madd } from "./simd";

export function dot(n: i32, x: usize, y: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = n;
  for (; i >= 8; i -= 8) {
    s0 = madd(v128.load(x), v128.load(y), s0);
    s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = madd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = madd(v128.load(x, 48), v128.load(y, 48), s3);
    x += 64;
    y += 64;
  }
  let sum = lanes(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (; i > 0; i--) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return sum;
}

/** y += alpha x. */
export function axpy(n: i32, alpha: f64, x: usize, y: usize): void {
  const a = f64x2.splat(alpha);
  let i = n;
  for (; i >= 4; i -= 4) {
    v128.store(y, madd(a, v128.load(x), v128.load(y)));
    v128.store(y, madd(a, v128.load(x, 16), v128.load(y, 16)), 16);
    x += 32;
    y += 32;
  }
  for (; i > 0; i--) {
    store<f64>(y, load<f64>(y) + alpha * load<f64>(x));
    x += 8;
    y += 8;
  }
}

/** x *= alpha. */
export function scale(n: i32, alpha: f64, x: usize): void {
  const a = f64x2.splat(alpha);
  let i = n;
  for (; i >= 2; i -= 2) {
    v128.store(x, f64x2.mul(a, v128.load(x)));
    x += 16;
  }
  if (i) store<f64>(x, alpha * load<f64>(x));
}

/** y -= sum_q c[q] P[q], for `count` rows P[q] of stride ld elements: four rows per pass. */
export function subtractRows(n: i32, count: i32, c: usize, p: usize, ld: i32, y: usize): void {
  const l = <usize>ld << 3;
  let q = 0;
  for (; q + 4 <= count; q += 4) {
    subtract4(n, load<f64>(c), load<f64>(c, 8), load<f64>(c, 16), load<f64>(c, 24), p, l, y);
    c += 32;
    p += l << 2;
  }
  for (; q < count; q++) {
    axpy(n, -load<f64>(c), p, y);
    c += 8;
    p += l;
  }
}

function subtract4(n: i32, c0: f64, c1: f64, c2: f64, c3: f64, p0: usize, l: usize, y: usize): void {
  const a0 = f64x2.splat(-c0);
  const a1 = f64x2.splat(-c1);
  const a2 = f64x2.splat(-c2);
  const a3 = f64x2.splat(-c3);
  const p1 = p0 + l;
  const p2 = p1 + l;
  const p3 = p2 + l;
  let o: usize = 0;
  const end = (<usize>n & ~1) << 3;
  for (; o < end; o += 16) {
    const s = madd(a0, v128.load(p0 + o), v128.load(y + o));
    const t = madd(a1, v128.load(p1 + o), f64x2.mul(a2, v128.load(p2 + o)));
    v128.store(y + o, f64x2.add(madd(a3, v128.load(p3 + o), s), t));
  }
  if (n & 1) {
    const s = c0 * load<f64>(p0 + o) + c1 * load<f64>(p1 + o) + c2 * load<f64>(p2 + o) + c3 * load<f64>(p3 + o);
    store<f64>(y + o, load<f64>(y + o) - s);
  }
}

/** out[q] = P[q] . x for `count` rows P[q] of stride ld elements: four rows per pass. */
export function dotRows(n: i32, count: i32, p: usize, ld: i32, x: usize, out: usize): void {
  const l = <usize>ld << 3;
  let q = 0;
  for (; q + 4 <= count; q += 4) {
    dot4(n, p, l, x, out);
    out += 32;
    p += l << 2;
  }
  for (; q < count; q++) {
    store<f64>(out, dot(n, p, x));
    out += 8;
    p += l;
  }
}

function dot4(n: i32, p0: usize, l: usize, x: usize, out: usize): void {
  const p1 = p0 + l;
  const p2 = p1 + l;
  const p3 = p2 + l;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let o: usize = 0;
  const end = (<usize>n & ~1) << 3;
  for (; o < end; o += 16) {
    const v = v128.load(x + o);
    s0 = madd(v128.load(p0 + o), v, s0);
    s1 = madd(v128.load(p1 + o), v, s1);
    s2 = madd(v128.load(p2 + o), v, s2);
    s3 = madd(v128.load(p3 + o), v, s3);
  }
  let d0 = lanes(s0);
  let d1 = lanes(s1);
  let d2 = lanes(s2);
  let d3 = lanes(s3);
  if (n & 1) {
    const v = load<f64>(x + o);
    d0 += load<f64>(p0 + o) * v;
    d1 += load<f64>(p1 + o) * v;
    d2 += load<f64>(p2 + o) * v;
    d3 += load<f64>(p3 + o) * v;
  }
  store<f64>(out, d0);
  store<f64>(out, d1, 8);
  store<f64>(out, d2, 16);
  store<f64>(out, d3, 24);
}

/** Largest absolute value; NaN when any entry is NaN or infinite. */
export function maxAbs(n: i32, x: usize): f64 {
  let m0 = f64x2.splat(0);
  let m1 = m0;
  // 0 x is NaN exactly for NaN and infinities, and sums keep it
  let bad = m0;
  const zero = m0;
  let i = n;
  for (; i >= 4; i -= 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    m0 = f64x2.pmax(m0, f64x2.abs(a));
    m1 = f64x2.pmax(m1, f64x2.abs(b));
    bad = f64x2.add(bad, f64x2.mul(zero, f64x2.add(f64x2.abs(a), f64x2.abs(b))));
    x += 32;
  }
  m0 = f64x2.pmax(m0, m1);
  let m = Math.max(f64x2.extract_lane(m0, 0), f64x2.extract_lane(m0, 1));
  let sum = lanes(bad);
  for (; i > 0; i--) {
    const a = Math.abs(load<f64>(x));
    sum += 0 * a;
    if (a > m) m = a;
    x += 8;
  }
  return m + sum;
}

/** B[j][t] = A[order[t]][j] for t < rows, j < cols (order: 32-bit row numbers), in 8 x 8 blocks. */
export function transposeRows(rows: i32, cols: i32, a: usize, lda: i32, order: usize, b: usize, ldb: i32): void {
  const la = <usize>lda << 3;
  const lb = <usize>ldb << 3;
  for (let i = 0; i < rows; i += 8) {
    const ie = min(i + 8, rows);
    for (let j = 0; j < cols; j += 8) {
      const je = min(j + 8, cols);
      for (let p = i; p < ie; p++) {
        let s = a + load<u32>(order + (<usize>p << 2)) * la + (<usize>j << 3);
        let t = b + <usize>j * lb + (<usize>p << 3);
        for (let q = j; q < je; q++) {
          store<f64>(t, load<f64>(s));
          s += 8;
          t += lb;
        }
      }
    }
  }
}

/** Largest |a_ij - a_ji| of an n x n matrix, in 32 x 32 blocks of 2 x 2 tiles. */
export function asymmetry(n: i32, a: usize): f64 {
  const l = <usize>n << 3;
  const even = n & ~1;
  let m = f64x2.splat(0);
  for (let i = 0; i < even; i += 32) {
    const ie = min(i + 32, even);
    for (let j = i; j < even; j += 32) {
      const je = min(j + 32, even);
      for (let p = i; p < ie; p += 2) {
        const from = max(j, p);
        let x = a + <usize>p * l + (<usize>from << 3);
        let y = a + <usize>from * l + (<usize>p << 3);
        for (let q = from; q < je; q += 2) {
          const x0 = v128.load(x);
          const x1 = v128.load(x + l);
          const y0 = v128.load(y);
          const y1 = v128.load(y + l);
          const t0 = v128.shuffle<f64>(y0, y1, 0, 2);
          const t1 = v128.shuffle<f64>(y0, y1, 1, 3);
          m = f64x2.pmax(m, f64x2.abs(f64x2.sub(x0, t0)));
          m = f64x2.pmax(m, f64x2.abs(f64x2.sub(x1, t1)));
          x += 16;
          y += l << 1;
        }
      }
    }
  }
  let largest = Math.max(f64x2.extract_lane(m, 0), f64x2.extract_lane(m, 1));
  if (n != even) {
    const row = a + <usize>even * l;
    for (let q = 0; q < even; q++) {
      const d = load<f64>(row + (<usize>q << 3)) - load<f64>(a + <usize>q * l + (<usize>even << 3));
      largest = Math.max(largest, Math.abs(d));
    }
  }
  return largest;
}

/** (x, y) <- (c x + s y, c y - s x). */
export function rotate(n: i32, x: usize, y: usize, c: f64, s: f64): void {
  const cc = f64x2.splat(c);
  const ss = f64x2.splat(s);
  let i = n;
  for (; i >= 2; i -= 2) {
    const u = v128.load(x);
    const v = v128.load(y);
    v128.store(x, f64x2.add(f64x2.mul(cc, u), f64x2.mul(ss, v)));
    v128.store(y, f64x2.sub(f64x2.mul(cc, v), f64x2.mul(ss, u)));
    x += 16;
    y += 16;
  }
  if (i) {
    const u = load<f64>(x);
    const v = load<f64>(y);
    store<f64>(x, c * u + s * v);
    store<f64>(y, c * v - s * u);
  }
}

/** y[i] = x[i * stride]. */
export function copyStrided(n: i32, x: usize, stride: i32, y: usize): void {
  const s = <usize>stride << 3;
  for (let i = 0; i < n; i++) {
    store<f64>(y, load<f64>(x));
    x += s;
    y += 8;
  }
}

/** Row t of B = row rows[t] of A (32-bit row numbers), for t < count, cols entries each. */
export function gatherRows(count: i32, cols: i32, a: usize, lda: i32, rows: usize, b: usize, ldb: i32): void {
  const la = <usize>lda << 3;
  const lb = <usize>ldb << 3;
  const bytes = <usize>cols << 3;
  for (let t = 0; t < count; t++) {
    memory.copy(b, a + load<u32>(rows) * la, bytes);
    rows += 4;
    b += lb;
  }
}
