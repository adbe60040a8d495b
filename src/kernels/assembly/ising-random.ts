// Random numbers of the Ising kernels: xoshiro256++ (Blackman and Vigna, ACM Trans. Math. Softw. 47, 2021), as 128-bit vectors of
// two generators side by side, or as 64-bit numbers of a single one. Both are made in blocks, which keeps their state in registers.

// @ts-ignore: decorator
@inline
function rotateVector(v: v128, k: i32): v128 {
  return v128.or(i64x2.shl(v, k), i64x2.shr_u(v, 64 - k));
}

/** Writes `count` random vectors to `out`; the state has four vectors. */
export function fillRandomVectors(state: usize, out: usize, count: i32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  for (let i = 0; i < count; i++) {
    v128.store(out, i64x2.add(rotateVector(i64x2.add(s0, s3), 23), s0));
    const t = i64x2.shl(s1, 17);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = rotateVector(s3, 45);
    out += 16;
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/** Vectors made at a time for the kernels of graphs. */
const BLOCK: i32 = 512;
const block: usize = memory.data(8192, 16);
let blockState: usize = 0;
let cursor: usize = 0;

/** Numbers come from the generator whose state is at `state`. */
export function openRandom(state: usize): void {
  blockState = state;
  cursor = nextBlock();
}

/** Makes a block; returns where it begins. */
export function nextBlock(): usize {
  fillRandomVectors(blockState, block, BLOCK);
  return block;
}

/** Past the end of a block. */
// @ts-ignore: decorator
@inline
export function blockEnd(): usize {
  return block + (<usize>BLOCK << 4);
}

/** Where the next number is. A loop keeps the place to itself and gives it back at its end. */
// @ts-ignore: decorator
@inline
export function takeCursor(): usize {
  return cursor;
}

// @ts-ignore: decorator
@inline
export function giveCursor(at: usize): void {
  cursor = at;
}

/** Uniform in [0, 1), 53 bits of the next 64. */
// @ts-ignore: decorator
@inline
export function uniform53(): f64 {
  const r = load<u64>(cursor);
  cursor += 8;
  if (cursor === blockEnd()) cursor = nextBlock();
  return <f64>(<i64>(r >> 11)) * 1.1102230246251565e-16;
}
