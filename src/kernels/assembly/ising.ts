// Ising updates: bit-parallel Metropolis on square tori (128 spins a word), and Wolff clusters on any graph.
//
// Square tori are stored as two sublattices A (x + y even) and B, each `rows` x `words` vectors of 128 bits, bit 1 = spin -1.
// A row of a sublattice has its sites in order of x; the neighbours of site j are, in the other sublattice, j of the rows above, here
// and below, and j - 1 or j + 1 of this row. Past the end of a row the first word follows, rotated by `rotate` bits: with 0 every bit is a
// replica of its own; with 1 a row is cut into 128 pieces, bit b holding piece b, so that neighbours are still whole words.

// ---- random words: xoshiro256++ (Blackman and Vigna 2021) in two 64-bit lanes, state of four vectors

// @ts-ignore: decorator
@inline
function rotl(v: v128, k: i32): v128 {
  return v128.or(i64x2.shl(v, k), i64x2.shr_u(v, 64 - k));
}

/** Writes `count` random vectors to `out`. */
export function fillRandomVectors(state: usize, out: usize, count: i32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  for (let i = 0; i < count; i++) {
    v128.store(out, i64x2.add(rotl(i64x2.add(s0, s3), 23), s0));
    const t = i64x2.shl(s1, 17);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = rotl(s3, 45);
    out += 16;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/** Random vectors drawn at a time; a word of spins uses at most 2 * BITS of them. */
const POOL: i32 = 1024;
/** Binary digits of a probability; after these a comparison counts as "not below". */
const BITS: i32 = 48;
let cursor: usize = 0;

/** Bytes of scratch of `metropolisSweeps`. */
export function metropolisWorkBytes(): i32 {
  return POOL * 16;
}

/**
 * Bits of `open` set with the probability whose binary digits are the vectors (all ones or all zeros) at `digits`: each bit
 * compares its own random digits with them, most significant first, until it is decided. Exact to 2^-BITS.
 */
// @ts-ignore: decorator
@inline
function bernoulli(open: v128, digits: usize, unchecked: i32): v128 {
  let undecided = open;
  let below = i64x2.splat(0);
  const end = digits + (<usize>BITS << 4);
  let d = digits;
  // so many digits are nearly always needed
  for (let k = 0; k < unchecked; k++) {
    const w = v128.load(cursor);
    const p = v128.load(d);
    cursor += 16;
    d += 16;
    below = v128.or(below, v128.and(undecided, v128.andnot(p, w)));
    undecided = v128.andnot(undecided, v128.xor(w, p));
  }
  if (!v128.any_true(undecided)) return below;
  for (; d < end; d += 16) {
    const w = v128.load(cursor);
    const p = v128.load(d);
    cursor += 16;
    // digit 0 against 1: below; equal: undecided
    below = v128.or(below, v128.and(undecided, v128.andnot(p, w)));
    undecided = v128.andnot(undecided, v128.xor(w, p));
    if (!v128.any_true(undecided)) break;
  }
  return below;
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
function beside(row: usize, w: i32, words: i32, after: bool, rotate: bool): v128 {
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
 * `sweeps` checkerboard Metropolis sweeps. A flip against k more agreeing than disagreeing neighbours costs 4 (k = 2) or 8 (k = 4): accepted
 * with p = exp(-4 beta), whose digits are at `digits`, or p twice.
 */
export function metropolisSweeps(
  a: usize, b: usize, rows: i32, words: i32, rotate: bool, sweeps: i32, digits: usize, state: usize, pool: usize,
): void {
  const stride = <usize>words << 4;
  const size = stride * <usize>rows;
  const poolEnd = pool + (<usize>POOL << 4);
  const low = poolEnd - (<usize>(2 * BITS) << 4);
  fillRandomVectors(state, pool, POOL);
  cursor = pool;
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
          const c = v128.load(own + at + offset);
          // differing neighbours
          const d1 = v128.xor(c, v128.load(here + offset));
          const d2 = v128.xor(c, v128.load(above + offset));
          const d3 = v128.xor(c, v128.load(below + offset));
          const d4 = v128.xor(c, beside(here, w, words, after, rotate));
          const any12 = v128.or(d1, d2);
          const any34 = v128.or(d3, d4);
          const any = v128.or(any12, any34);
          // two or more differ: free of cost
          const free = v128.or(v128.or(v128.and(d1, d2), v128.and(d3, d4)), v128.and(any12, any34));
          const passed = bernoulli(v128.not(free), digits, 6);
          // all four agree: pass twice
          const strict = v128.andnot(passed, any);
          const flip = v128.or(v128.or(free, v128.and(passed, any)), bernoulli(strict, digits, 4));
          v128.store(own + at + offset, v128.xor(c, flip));
        }
      }
    }
  }
}

/** Adds the bits of v to bit-sliced counters (slice k holds bit k of 128 counts). */
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
export function measureSquare(
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

// ---- Wolff clusters on a graph in compressed rows, all couplings 1, no field

// @ts-ignore: decorator
@inline
function rotl64(x: u64, k: i32): u64 {
  return (x << k) | (x >> (64 - k));
}

/**
 * Grows and flips `clusters` clusters; a like neighbour joins when 32 random bits are below `threshold`. Spins are bytes +1 and -1. Returns
 * the number of flipped spins. A spin is flipped when it joins, so that it is not met as like again.
 */
export function wolffClusters(
  spins: usize, offsets: usize, neighbours: usize, sites: u32, threshold: u32, clusters: i32, stack: usize, state: usize,
): f64 {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  let s2 = load<u64>(state, 16);
  let s3 = load<u64>(state, 24);
  let flipped: f64 = 0;
  // two 32-bit numbers of each 64-bit one
  let spare: u32 = 0;
  let hasSpare = false;
  for (let n = 0; n < clusters; n++) {
    let r = rotl64(s0 + s3, 23) + s0;
    let t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl64(s3, 45);
    // high bits of a 32 x 32 bit product: a seed uniform to 2^-32 sites
    const seed = <u32>(((r >> 32) * <u64>sites) >> 32);
    const sign = load<i8>(spins + seed);
    store<i8>(spins + seed, -sign);
    store<u32>(stack, seed);
    let size: u32 = 1;
    while (size > 0) {
      size--;
      const i = load<u32>(stack + (<usize>size << 2));
      flipped += 1;
      let k = neighbours + (<usize>load<u32>(offsets + (<usize>i << 2)) << 2);
      const end = neighbours + (<usize>load<u32>(offsets + (<usize>i << 2), 4) << 2);
      for (; k < end; k += 4) {
        const j = load<u32>(k);
        if (load<i8>(spins + j) != sign) continue;
        let u: u32;
        if (hasSpare) {
          u = spare;
          hasSpare = false;
        } else {
          r = rotl64(s0 + s3, 23) + s0;
          t = s1 << 17;
          s2 ^= s0;
          s3 ^= s1;
          s1 ^= s2;
          s0 ^= s3;
          s2 ^= t;
          s3 = rotl64(s3, 45);
          u = <u32>r;
          spare = <u32>(r >> 32);
          hasSpare = true;
        }
        if (u >= threshold) continue;
        store<i8>(spins + j, -sign);
        store<u32>(stack + (<usize>size << 2), j);
        size++;
      }
    }
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
  store<u64>(state, s2, 16);
  store<u64>(state, s3, 24);
  return flipped;
}
