// Counts of -1 spins and unsatisfied bonds of square tori in the layout of ising-square: for each of 128 replicas, or for one lattice.

import { beside } from "./ising-square";

/** Adds the bits of v, each worth 2^k with `slices` at slice k, to bit-sliced counters (slice k holds bit k of 128 counts). */
// @ts-ignore: decorator
@inline
function count(slices: usize, v: v128): void {
  let carry = v;
  let slice = slices;
  while (v128.any_true(carry)) {
    const old = v128.load(slice);
    v128.store(slice, v128.xor(old, carry));
    carry = v128.and(old, carry);
    slice += 16;
  }
}

/** Counts, for each of the 128 bits, its -1 spins and its unsatisfied bonds into two arrays of 32 bit slices (cleared here). */
export function measureReplicas(
  a: usize, b: usize, rows: i32, words: i32, rotate: bool, minus: usize, unlike: usize,
): void {
  memory.fill(minus, 0, 32 * 16);
  memory.fill(unlike, 0, 32 * 16);
  const stride = <usize>words << 4;
  const size = stride * <usize>rows;
  for (let y = 0; y < rows; y++) {
    const at = stride * <usize>y;
    const here = b + at;
    const above = b + (y == 0 ? size - stride : at - stride);
    const below = b + (y == rows - 1 ? 0 : at + stride);
    for (let w = 0; w < words; w++) {
      const offset = <usize>w << 4;
      const c = v128.load(a + at + offset);
      const o = v128.load(here + offset);
      count(minus, c);
      count(minus, o);
      count(unlike, v128.xor(c, o));
      count(unlike, v128.xor(c, v128.load(above + offset)));
      count(unlike, v128.xor(c, v128.load(below + offset)));
      count(unlike, v128.xor(c, beside(here, w, words, (y & 1) == 1, rotate)));
    }
  }
}

/** Words whose counts fit into bytes: 7 times 32 bits. */
const BYTES_HOLD: i32 = 7;

/** Sums of four bytes each, added to 32-bit counts. */
// @ts-ignore: decorator
@inline
function widen(total: v128, bytes: v128): v128 {
  return i32x4.add(total, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
}

// @ts-ignore: decorator
@inline
function sum4(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

/** Writes the numbers of -1 spins and unsatisfied bonds of one lattice (layout "sites"), two 32-bit integers. */
export function measureSites(a: usize, b: usize, rows: i32, words: i32, out: usize): void {
  const stride = <usize>words << 4;
  const size = stride * <usize>rows;
  let minus = i32x4.splat(0);
  let unlike = i32x4.splat(0);
  let minusBytes = i8x16.splat(0);
  let unlikeBytes = i8x16.splat(0);
  let held = 0;
  for (let y = 0; y < rows; y++) {
    const at = stride * <usize>y;
    const here = b + at;
    const above = b + (y == 0 ? size - stride : at - stride);
    const below = b + (y == rows - 1 ? 0 : at + stride);
    for (let w = 0; w < words; w++) {
      const offset = <usize>w << 4;
      const c = v128.load(a + at + offset);
      const o = v128.load(here + offset);
      const d1 = v128.xor(c, o);
      const d2 = v128.xor(c, v128.load(above + offset));
      const d3 = v128.xor(c, v128.load(below + offset));
      const d4 = v128.xor(c, beside(here, w, words, (y & 1) == 1, true));
      minusBytes = i8x16.add(minusBytes, i8x16.add(i8x16.popcnt(c), i8x16.popcnt(o)));
      const first = i8x16.add(i8x16.popcnt(d1), i8x16.popcnt(d2));
      const second = i8x16.add(i8x16.popcnt(d3), i8x16.popcnt(d4));
      unlikeBytes = i8x16.add(unlikeBytes, i8x16.add(first, second));
      if (++held < BYTES_HOLD) continue;
      minus = widen(minus, minusBytes);
      unlike = widen(unlike, unlikeBytes);
      minusBytes = i8x16.splat(0);
      unlikeBytes = i8x16.splat(0);
      held = 0;
    }
  }
  store<i32>(out, sum4(widen(minus, minusBytes)));
  store<i32>(out, sum4(widen(unlike, unlikeBytes)), 4);
}
