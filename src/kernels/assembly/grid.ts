// Inner products of inputs whose deviations from a background are whole multiples of one step, as those of 8-bit images: deviations are
// 16-bit integers, of which one instruction multiplies and adds eight, exactly. Features come in pairs, and pairs without
// deviations are left out; one row and 28 columns at a time in seven accumulators, as in sparse.ts.

import { lanes, madd, nmadd } from "./simd";

/** Columns of a packed panel of B. */
export const GRID_COLUMNS: i32 = 28;
const PAIR_BYTES: usize = <usize>GRID_COLUMNS << 2;

/**
 * Part of C = r_i + s_j + square sum_p A_ip B_pj for m rows and n columns, up to the next multiple of GRID_COLUMNS, for which C (row
 * stride ldc) has room. Pair number a of A has its two integers at `values` and at `indices` its byte offset in a panel of B; row i
 * owns those from starts[i] to starts[i + 1]. B: panels [pair][GRID_COLUMNS] of `panelBytes` bytes. Sums must fit in 32 bits.
 */
export function gridProduct(
  part: i32, parts: i32, m: i32, n: i32, square: f64, values: usize, indices: usize, starts: usize, rowShift: usize, b: usize,
  panelBytes: i32, columnShift: usize, c: usize, ldc: i32,
): void {
  const panels = (n + GRID_COLUMNS - 1) / GRID_COLUMNS;
  const last = (panels * (part + 1)) / parts;
  const l = <usize>ldc << 3;
  for (let panel = (panels * part) / parts; panel < last; panel++) {
    const s = columnShift + <usize>(panel * GRID_COLUMNS * 8);
    const at = b + <usize>panel * <usize>panelBytes;
    let t = c + <usize>(panel * GRID_COLUMNS * 8);
    for (let i = 0; i < m; i++) {
      const p = starts + (<usize>i << 2);
      rowOfGrid(values, indices, load<u32>(p), load<u32>(p, 4), load<f64>(rowShift + (<usize>i << 3)), at, s, t, square);
      t += l;
    }
  }
}

function rowOfGrid(
  values: usize, indices: usize, begin: u32, end: u32, shift: f64, b: usize, columnShift: usize, c: usize, square: f64,
): void {
  let c0 = i32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  const last = values + (<usize>end << 2);
  let index = indices + (<usize>begin << 2);
  for (let at = values + (<usize>begin << 2); at < last; at += 4) {
    const x = v128.load_splat<i32>(at);
    const row = b + <usize>load<u32>(index);
    index += 4;
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x, v128.load(row)));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(x, v128.load(row, 16)));
    c2 = i32x4.add(c2, i32x4.dot_i16x8_s(x, v128.load(row, 32)));
    c3 = i32x4.add(c3, i32x4.dot_i16x8_s(x, v128.load(row, 48)));
    c4 = i32x4.add(c4, i32x4.dot_i16x8_s(x, v128.load(row, 64)));
    c5 = i32x4.add(c5, i32x4.dot_i16x8_s(x, v128.load(row, 80)));
    c6 = i32x4.add(c6, i32x4.dot_i16x8_s(x, v128.load(row, 96)));
  }
  const s = f64x2.splat(shift);
  const f = f64x2.splat(square);
  finish(c0, f, s, columnShift, c);
  finish(c1, f, s, columnShift + 32, c + 32);
  finish(c2, f, s, columnShift + 64, c + 64);
  finish(c3, f, s, columnShift + 96, c + 96);
  finish(c4, f, s, columnShift + 128, c + 128);
  finish(c5, f, s, columnShift + 160, c + 160);
  finish(c6, f, s, columnShift + 192, c + 192);
}

/** Four sums of integers become products. */
// @ts-ignore: decorator
@inline
function finish(sums: v128, square: v128, shift: v128, columnShift: usize, c: usize): void {
  const high = i64x2.shuffle(sums, sums, 1, 1);
  v128.store(c, madd(square, f64x2.convert_low_i32x4_s(sums), f64x2.add(shift, v128.load(columnShift))));
  v128.store(c, madd(square, f64x2.convert_low_i32x4_s(high), f64x2.add(shift, v128.load(columnShift, 16))), 16);
}

/**
 * Deviations of `n` inputs X (rows of `features` numbers) from the background, as multiples of `step`: 16-bit integers in rows of
 * `pairs` pairs at `grid`, marks of pairs with deviations, and the shift half + `factor` b.s of every input. Returns the largest
 * integer; -1 when one is beyond `most`, or an input is further from the grid than `slack` times its length.
 */
export function gridDeviations(
  n: i32, features: i32, x: usize, background: usize, step: f64, slack: f64, most: f64, half: f64, factor: f64, grid: usize,
  pairs: i32, isActive: usize, shiftsAt: usize,
): i32 {
  const end = <usize>features << 3;
  const even = end & -16;
  const inverse = f64x2.splat(1 / step);
  const steps = f64x2.splat(step);
  let largest = f64x2.splat(0);
  for (let i = 0; i < n; i++) {
    let shifts = f64x2.splat(0);
    let squares = shifts;
    let off = shifts;
    let o: usize = 0;
    for (; o < even; o += 16) {
      const b = v128.load(background + o);
      const y = v128.load(x + o);
      const s = f64x2.sub(y, b);
      const k = f64x2.nearest(f64x2.mul(s, inverse));
      largest = f64x2.pmax(largest, f64x2.abs(k));
      const rest = nmadd(k, steps, s);
      off = madd(rest, rest, off);
      squares = madd(y, y, squares);
      shifts = madd(b, s, shifts);
      const whole = i32x4.trunc_sat_f64x2_s_zero(k);
      v128.store_lane<i32>(grid + (o >> 2), i16x8.narrow_i32x4_s(whole, whole), 0);
    }
    let shift = lanes(shifts);
    let square = lanes(squares);
    let distance = lanes(off);
    if (o < end) {
      const b = load<f64>(background + o);
      const y = load<f64>(x + o);
      const s = y - b;
      const k = nearest<f64>(s / step);
      largest = f64x2.pmax(largest, f64x2.splat(abs(k)));
      square += y * y;
      distance += (s - k * step) * (s - k * step);
      shift += b * s;
      store<i32>(grid + (o >> 2), k <= most && k >= -most ? <i32>k & 0xffff : 0);
    }
    if (!(distance <= slack * slack * square) || highest(largest) > most) return -1;
    for (let q: usize = 0; q < <usize>pairs << 2; q += 4) store<i32>(isActive + q, load<i32>(isActive + q) | load<i32>(grid + q));
    store<f64>(shiftsAt + (<usize>i << 3), half + factor * shift);
    x += end;
    grid += <usize>pairs << 2;
  }
  return <i32>highest(largest);
}

/** The larger lane. */
// @ts-ignore: decorator
@inline
function highest(v: v128): f64 {
  return max(f64x2.extract_lane(v, 0), f64x2.extract_lane(v, 1));
}

/** Pairs that deviate as lists: values, places from `offsets`, the end of each of `n` rows in `starts`; returns how many there are. */
export function listGrid(
  n: i32, pairs: i32, grid: usize, offsets: usize, values: usize, indices: usize, starts: usize,
): i32 {
  let next: usize = 0;
  const end = <usize>pairs << 2;
  for (let i = 0; i < n; i++) {
    for (let q: usize = 0; q < end; q += 4) {
      const s = load<i32>(grid + q);
      // written always, kept where it is not zero: no branch to guess
      store<i32>(values + next, s);
      store<i32>(indices + next, load<i32>(offsets + q));
      next += <usize>(s != 0) << 2;
    }
    store<i32>(starts + (<usize>i << 2), <i32>(next >> 2));
    grid += end;
  }
  return <i32>(next >> 2);
}

/** `n` rows as columns of packed panels, without pairs that have a negative offset; columns beyond n repeat the last. */
export function packGrid(n: i32, pairs: i32, grid: usize, offsets: usize, packed: usize, panelBytes: i32): void {
  const row = <usize>pairs << 2;
  for (let j = 0; j < n; j += GRID_COLUMNS) {
    const count = min(GRID_COLUMNS, n - j);
    for (let q: usize = 0; q < row; q += 4) {
      const offset = load<i32>(offsets + q);
      if (offset < 0) continue;
      let from = grid + q;
      const to = packed + <usize>offset;
      for (let t = 0; t < count; t++) {
        store<i32>(to + (<usize>t << 2), load<i32>(from));
        from += row;
      }
    }
    grid += row * <usize>count;
    packed += <usize>panelBytes;
  }
}
