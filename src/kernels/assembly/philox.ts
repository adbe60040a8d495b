// Philox 4x32-10 (Salmon et al. 2011), four blocks at a time in the lanes of a vector: the same bits as src/numerics/philox.ts.

const M0: i32 = 0xd2511f53;
const M1: i32 = 0xcd9e8d57;
const W0: i32 = 0x9e3779b9;
const W1: i32 = 0xbb67ae85;

/** Blocks that fit into `words`. */
const MOST: i32 = 512;
const words: usize = memory.data(8192, 16);

/** Where blocks are written. */
export function wordsAt(): usize {
  return words;
}

export function mostBlocks(): i32 {
  return MOST;
}

/** Writes `blocks` blocks, rounded up to a multiple of four, at most `mostBlocks()`. */
export function fillBlocks(
  blocks: i32,
  key0: i32,
  key1: i32,
  counterLow: i32,
  counterHigh: i32,
  nonce0: i32,
  nonce1: i32,
): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  const lanes = i32x4(0, 1, 2, 3);
  let out = words;
  for (let b = 0; b < blocks; b += 4) {
    let c0 = i32x4.add(i32x4.splat(counterLow + b), lanes);
    let c1 = i32x4.splat(counterHigh);
    let c2 = i32x4.splat(nonce0);
    let c3 = i32x4.splat(nonce1);
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < 10; round++) {
      const even0 = i64x2.extmul_low_i32x4_u(c0, m0);
      const odd0 = i64x2.extmul_high_i32x4_u(c0, m0);
      const even1 = i64x2.extmul_low_i32x4_u(c2, m1);
      const odd1 = i64x2.extmul_high_i32x4_u(c2, m1);
      c0 = v128.xor(v128.xor(v128.shuffle<i32>(even1, odd1, 1, 3, 5, 7), c1), i32x4.splat(k0));
      c2 = v128.xor(v128.xor(v128.shuffle<i32>(even0, odd0, 1, 3, 5, 7), c3), i32x4.splat(k1));
      c1 = v128.shuffle<i32>(even1, odd1, 0, 2, 4, 6);
      c3 = v128.shuffle<i32>(even0, odd0, 0, 2, 4, 6);
      k0 += W0;
      k1 += W1;
    }
    // words of four blocks to blocks of four words
    const low01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
    const low23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i32>(low01, low23, 0, 1, 4, 5));
    v128.store(out, v128.shuffle<i32>(low01, low23, 2, 3, 6, 7), 16);
    v128.store(out, v128.shuffle<i32>(high01, high23, 0, 1, 4, 5), 32);
    v128.store(out, v128.shuffle<i32>(high01, high23, 2, 3, 6, 7), 48);
    out += 64;
  }
}
