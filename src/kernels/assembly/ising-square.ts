// Bit-parallel updates of square tori, 128 spins a word, checkerboard order.
//
// Square tori are stored as two sublattices A (x + y even) and B, each `rows` x `words` vectors of 128 bits, bit 1 = spin -1.
// A row of a sublattice has its sites in order of x; the neighbours of site j are, in the other sublattice, j of the rows above, here
// and below, and j - 1 or j + 1 of this row. Past the end of a row the first word follows, rotated by `rotate` bits: with 0 every bit is a
// replica of its own; with 1 a row is cut into 128 pieces, bit b holding piece b, so that neighbours are still whole words.

import { fillRandomVectors } from "./ising-random";

/** Random vectors drawn at a time. */
const POOL: i32 = 1024;
/** Binary digits of a probability; after these a comparison counts as "not below". A word of spins uses at most so many vectors. */
const BITS: i32 = 48;
/** Digits that 128 comparisons nearly always need. */
const UNCHECKED: i32 = 6;
let cursor: usize = 0;

/** Bytes of scratch of `squareSweeps`. */
export function squareWorkBytes(): i32 {
  return POOL * 16;
}

/** All 128 bits one place up (bit b from b - 1), the top one to the bottom. */
// @ts-ignore: decorator
@inline
function rotateUp(v: v128): v128 {
  const carry = i64x2.shr_u(v, 63);
  return v128.or(i64x2.shl(v, 1), v128.shuffle<i64>(carry, carry, 1, 0));
}

/** All 128 bits one place down (bit b from b + 1), the bottom one to the top. */
// @ts-ignore: decorator
@inline
function rotateDown(v: v128): v128 {
  const carry = i64x2.shl(v, 63);
  return v128.or(i64x2.shr_u(v, 1), v128.shuffle<i64>(carry, carry, 1, 0));
}

/** The word beside word w of a row: after it when `after`, else before it. */
// @ts-ignore: decorator
@inline
export function beside(row: usize, w: i32, words: i32, after: bool, rotate: bool): v128 {
  if (after) {
    if (w + 1 < words) return v128.load(row + (<usize>(w + 1) << 4));
    const first = v128.load(row);
    return rotate ? rotateDown(first) : first;
  }
  if (w > 0) return v128.load(row + (<usize>(w - 1) << 4));
  const last = v128.load(row + (<usize>(words - 1) << 4));
  return rotate ? rotateUp(last) : last;
}

/**
 * `below` and the bits of `open` that are set with one of two probabilities. Each bit compares its own random digits with those of
 * its probability, most significant first, until it is decided; exact to 2^-BITS. `digits` holds two vectors a digit, all ones or
 * all zeros: of the first probability, and where the second, taken where `second` is set, differs from it.
 */
// @ts-ignore: decorator
@inline
function decide(below: v128, open: v128, second: v128, digits: usize, end: usize, unchecked: i32): v128 {
  let undecided = open;
  let d = digits;
  for (let k = 0; k < unchecked; k++) {
    const w = v128.load(cursor);
    const p = v128.xor(v128.load(d), v128.and(second, v128.load(d, 16)));
    const differs = v128.xor(w, p);
    cursor += 16;
    d += 32;
    // digit 0 against 1: below; equal: undecided
    below = v128.or(below, v128.and(undecided, v128.and(p, differs)));
    undecided = v128.andnot(undecided, differs);
  }
  while (v128.any_true(undecided) && d < end) {
    const w = v128.load(cursor);
    const p = v128.xor(v128.load(d), v128.and(second, v128.load(d, 16)));
    const differs = v128.xor(w, p);
    cursor += 16;
    d += 32;
    below = v128.or(below, v128.and(undecided, v128.and(p, differs)));
    undecided = v128.andnot(undecided, differs);
  }
  return below;
}

/** Metropolis: a flip against k more agreeing than disagreeing neighbours costs 4 (k = 2) or 8 (k = 4), and may happen with either probability. */
// @ts-ignore: decorator
@inline
function metropolis(c: v128, n1: v128, n2: v128, n3: v128, n4: v128, digits: usize, end: usize): v128 {
  // differing neighbours
  const d1 = v128.xor(c, n1);
  const d2 = v128.xor(c, n2);
  const d3 = v128.xor(c, n3);
  const d4 = v128.xor(c, n4);
  const any12 = v128.or(d1, d2);
  const any34 = v128.or(d3, d4);
  // two or more differ: free of cost
  const free = v128.or(v128.or(v128.and(d1, d2), v128.and(d3, d4)), v128.and(any12, any34));
  const flip = decide(free, v128.not(free), v128.not(v128.or(any12, any34)), digits, end, UNCHECKED);
  return v128.xor(c, flip);
}

/** Heat bath: the new spin is against the majority of its neighbours with a probability for 3 : 1, another for 4 : 0, and 1/2 in a tie. */
// @ts-ignore: decorator
@inline
function heatBath(n1: v128, n2: v128, n3: v128, n4: v128, digits: usize, end: usize): v128 {
  const any12 = v128.or(n1, n2);
  const any34 = v128.or(n3, n4);
  const both12 = v128.and(n1, n2);
  const both34 = v128.and(n3, n4);
  // at least two are -1
  const majority = v128.or(v128.or(both12, both34), v128.and(any12, any34));
  const equal = v128.or(v128.and(both12, both34), v128.not(v128.or(any12, any34)));
  const odd = v128.xor(v128.xor(n1, n2), v128.xor(n3, n4));
  const tie = v128.not(v128.or(odd, equal));
  // ties are decided by the first digit
  const w = v128.load(cursor);
  const p = v128.or(tie, v128.xor(v128.load(digits), v128.and(equal, v128.load(digits, 16))));
  const differs = v128.xor(w, p);
  cursor += 16;
  const below = v128.and(p, differs);
  const open = v128.andnot(v128.not(tie), differs);
  return v128.xor(majority, decide(below, open, equal, digits + 32, end, UNCHECKED));
}

// @ts-ignore: decorator
@inline
function sweepAll(
  isHeatBath: bool, a: usize, b: usize, rows: i32, words: i32, rotate: bool, sweeps: i32, digits: usize, state: usize, pool: usize,
): void {
  const stride = <usize>words << 4;
  const size = stride * <usize>rows;
  const low = pool + (<usize>(POOL - BITS) << 4);
  const end = digits + (<usize>BITS << 5);
  // what the last call left of the pool is used first
  if (cursor === 0) cursor = low + 16;
  for (let s = 0; s < sweeps; s++) {
    for (let colour = 0; colour < 2; colour++) {
      const own = colour == 0 ? a : b;
      const other = colour == 0 ? b : a;
      for (let y = 0; y < rows; y++) {
        const at = stride * <usize>y;
        const here = other + at;
        const above = other + (y == 0 ? size - stride : at - stride);
        const below = other + (y == rows - 1 ? 0 : at + stride);
        // even columns come first in even rows of A and odd rows of B
        const after = ((y + colour) & 1) == 1;
        for (let w = 0; w < words; w++) {
          if (cursor > low) {
            fillRandomVectors(state, pool, POOL);
            cursor = pool;
          }
          const offset = <usize>w << 4;
          const n1 = v128.load(here + offset);
          const n2 = v128.load(above + offset);
          const n3 = v128.load(below + offset);
          const n4 = beside(here, w, words, after, rotate);
          const spins = own + at + offset;
          v128.store(
            spins,
            isHeatBath
              ? heatBath(n1, n2, n3, n4, digits, end)
              : metropolis(v128.load(spins), n1, n2, n3, n4, digits, end),
          );
        }
      }
    }
  }
}

/** Checkerboard Metropolis sweeps; the digits are those of exp(-4 beta) and of its square. */
export function metropolisSweeps(
  a: usize, b: usize, rows: i32, words: i32, rotate: bool, sweeps: i32, digits: usize, state: usize, pool: usize,
): void {
  sweepAll(false, a, b, rows, words, rotate, sweeps, digits, state, pool);
}

/** Checkerboard heat-bath sweeps; the digits are those of 1 / (1 + exp(4 beta)) and of 1 / (1 + exp(8 beta)). */
export function heatBathSweeps(
  a: usize, b: usize, rows: i32, words: i32, rotate: bool, sweeps: i32, digits: usize, state: usize, pool: usize,
): void {
  sweepAll(true, a, b, rows, words, rotate, sweeps, digits, state, pool);
}
