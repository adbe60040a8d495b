// Inner products of rows that are known by their non-zeros: one row and fourteen columns at a time in seven accumulators, with as many
// loads for a non-zero as the processor can do in the time of its seven multiplications.

import { madd } from "./simd";

/** Columns of a packed panel of B. */
export const SPARSE_COLUMNS: i32 = 14;

/**
 * Part of C = alpha (r_i + s_j + sum_p A_ip B_pj) for m rows and n columns, up to the next multiple of SPARSE_COLUMNS, for which C (row
 * stride ldc) has room. Non-zero number a of A has its value at `values` and at `indices` the byte offset of row p in a panel of B;
 * row i owns those from starts[i] to starts[i + 1]. B: panels [p][SPARSE_COLUMNS] of `panelBytes` bytes.
 */
export function sparseProduct(
  part: i32, parts: i32, m: i32, n: i32, alpha: f64, values: usize, indices: usize, starts: usize, rowShift: usize, b: usize,
  panelBytes: i32, columnShift: usize, c: usize, ldc: i32,
): void {
  const panels = (n + SPARSE_COLUMNS - 1) / SPARSE_COLUMNS;
  const last = (panels * (part + 1)) / parts;
  const l = <usize>ldc << 3;
  for (let panel = (panels * part) / parts; panel < last; panel++) {
    const s = columnShift + <usize>(panel * SPARSE_COLUMNS * 8);
    const at = b + <usize>panel * <usize>panelBytes;
    let t = c + <usize>(panel * SPARSE_COLUMNS * 8);
    touch(at, <usize>panelBytes, t);
    for (let i = 0; i < m; i++) {
      const p = starts + (<usize>i << 2);
      rowOfPanel(
        values, indices, load<u32>(p), load<u32>(p, 4), load<f64>(rowShift + (<usize>i << 3)), at, s, t, alpha,
      );
      t += l;
    }
  }
}

/** Reads a panel in order, which brings it into the cache faster than its first row would; leaves something at `out`. */
function touch(at: usize, bytes: usize, out: usize): void {
  let seen = f64x2.splat(0);
  for (let o: usize = 0; o < bytes; o += 64) seen = v128.or(seen, v128.load(at + o));
  v128.store(out, seen);
}

function rowOfPanel(
  values: usize, indices: usize, begin: u32, end: u32, shift: f64, b: usize, columnShift: usize, c: usize, alpha: f64,
): void {
  const s = f64x2.splat(shift);
  let c0 = f64x2.add(s, v128.load(columnShift));
  let c1 = f64x2.add(s, v128.load(columnShift, 16));
  let c2 = f64x2.add(s, v128.load(columnShift, 32));
  let c3 = f64x2.add(s, v128.load(columnShift, 48));
  let c4 = f64x2.add(s, v128.load(columnShift, 64));
  let c5 = f64x2.add(s, v128.load(columnShift, 80));
  let c6 = f64x2.add(s, v128.load(columnShift, 96));
  const last = values + (<usize>end << 3);
  let index = indices + (<usize>begin << 2);
  for (let at = values + (<usize>begin << 3); at < last; at += 8) {
    const x = v128.load_splat<f64>(at);
    const row = b + <usize>load<u32>(index);
    index += 4;
    c0 = madd(x, v128.load(row), c0);
    c1 = madd(x, v128.load(row, 16), c1);
    c2 = madd(x, v128.load(row, 32), c2);
    c3 = madd(x, v128.load(row, 48), c3);
    c4 = madd(x, v128.load(row, 64), c4);
    c5 = madd(x, v128.load(row, 80), c5);
    c6 = madd(x, v128.load(row, 96), c6);
  }
  const f = f64x2.splat(alpha);
  v128.store(c, f64x2.mul(f, c0));
  v128.store(c, f64x2.mul(f, c1), 16);
  v128.store(c, f64x2.mul(f, c2), 32);
  v128.store(c, f64x2.mul(f, c3), 48);
  v128.store(c, f64x2.mul(f, c4), 64);
  v128.store(c, f64x2.mul(f, c5), 80);
  v128.store(c, f64x2.mul(f, c6), 96);
}

/** Deviations of `n` inputs X (rows of `features` numbers) from the background: returns their number and marks their features. */
export function countDeviations(n: i32, features: i32, x: usize, background: usize, isActive: usize): i32 {
  let count = 0;
  const end = <usize>features << 3;
  for (let i = 0; i < n; i++) {
    for (let o: usize = 0; o < end; o += 8) {
      const differs = <i32>(load<f64>(x + o) != load<f64>(background + o));
      count += differs;
      const mark = isActive + (o >> 1);
      store<i32>(mark, load<i32>(mark) | differs);
    }
    x += end;
  }
  return count;
}

/**
 * The same inputs as lists: values of deviations, their places from `offsets` by feature, the end of each row's list in `starts`, and half
 * of b.b plus b.s in `shifts`. The lists begin at number `next`; they have room for one more number than they take.
 */
export function listDeviations(
  n: i32, features: i32, x: usize, background: usize, offsets: usize, half: f64, values: usize, indices: usize, next: i32,
  starts: usize, shifts: usize,
): void {
  const end = <usize>features << 3;
  for (let i = 0; i < n; i++) {
    let shift = half;
    for (let o: usize = 0; o < end; o += 8) {
      const b = load<f64>(background + o);
      const s = load<f64>(x + o) - b;
      // written always, kept where it is not zero: no branch to guess
      store<f64>(values + (<usize>next << 3), s);
      store<i32>(indices + (<usize>next << 2), load<i32>(offsets + (o >> 1)));
      next += <i32>(s != 0);
      shift += b * s;
    }
    store<i32>(starts + (<usize>i << 2), next);
    store<f64>(shifts + (<usize>i << 3), shift);
    x += end;
  }
}

/** Inputs number `first` on as columns of packed panels, in which features with a negative offset are left out. */
export function packDeviations(
  first: i32, n: i32, features: i32, x: usize, background: usize, offsets: usize, half: f64, packed: usize, panelBytes: i32,
  shifts: usize,
): void {
  const end = <usize>features << 3;
  for (let j = first; j < first + n; j++) {
    const panel = packed + <usize>(j / SPARSE_COLUMNS) * <usize>panelBytes + (<usize>(j % SPARSE_COLUMNS) << 3);
    let shift = half;
    for (let o: usize = 0; o < end; o += 8) {
      const b = load<f64>(background + o);
      const s = load<f64>(x + o) - b;
      const offset = load<i32>(offsets + (o >> 1));
      if (offset >= 0) store<f64>(panel + <usize>offset, s);
      shift += b * s;
    }
    store<f64>(shifts + (<usize>j << 3), shift);
    x += end;
  }
}
