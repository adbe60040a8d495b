/**
 * Philox 4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3" (SC 2011): ten rounds of multiply and xor turn a 128-bit counter and a 64-bit key into 128 random
 * bits. Only 32-bit integer operations are used, so that every engine gives the same bits. Not cryptographic.
 */

/** Multipliers of the two halves of a round (Salmon et al. 2011, table 2; Random123 `PHILOX_M4x32_0`, `_1`). */
const M0 = 0xd2511f53 | 0;
const M1 = 0xcd9e8d57 | 0;
const M0_LOW = 0x1f53;
const M0_HIGH = 0xd251;
const M1_LOW = 0x8d57;
const M1_HIGH = 0xcd9e;
/** Key increments: the golden ratio and sqrt(3) - 1 as 32-bit fractions (Random123 `PHILOX_W32_0`, `_1`). */
const W0 = 0x9e3779b9 | 0;
const W1 = 0xbb67ae85 | 0;
const ROUNDS = 10;

/**
 * Writes `blocks` consecutive Philox blocks (four 32-bit words each) to the front of `out`.
 *
 * Block b encrypts the counter `(counterLow + b, counterHigh, nonce0, nonce1)`, words in the order of Random123;
 * `counterLow + b` wraps modulo 2^32 without a carry, so callers keep a run inside one `counterHigh`.
 *
 * @param out receives `4 * blocks` words as signed 32-bit integers (`>>> 0` gives the unsigned word).
 * @param key0 first 32-bit key word; `key1` the second.
 * @param nonce0 third counter word; `nonce1` the fourth.
 * @source Salmon, Moraes, Dror, Shaw (2011), section 4.3.
 * @example
 * import { fillPhiloxBlocks } from "isinglass/numerics";
 * const words = new Int32Array(4);
 * fillPhiloxBlocks(words, 1, 0, 0, 0, 0, 0, 0);
 * words[0] >>> 0; // => 1713891541
 */
export function fillPhiloxBlocks(
  out: Int32Array,
  blocks: number,
  key0: number,
  key1: number,
  counterLow: number,
  counterHigh: number,
  nonce0: number,
  nonce1: number,
): void {
  for (let b = 0; b < blocks; b++) {
    let c0 = (counterLow + b) | 0;
    let c1 = counterHigh | 0;
    let c2 = nonce0 | 0;
    let c3 = nonce1 | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < ROUNDS; round++) {
      // The high 32 bits of c0 * M0 and c2 * M1, from 16-bit halves: each partial sum stays below 2^32.
      const a = c0 >>> 16;
      const aLow = c0 & 0xffff;
      const s = (Math.imul(a, M0_LOW) + (Math.imul(aLow, M0_LOW) >>> 16)) | 0;
      const t = (Math.imul(aLow, M0_HIGH) + (s & 0xffff)) | 0;
      const high0 = (Math.imul(a, M0_HIGH) + (s >>> 16) + (t >>> 16)) | 0;
      const d = c2 >>> 16;
      const dLow = c2 & 0xffff;
      const u = (Math.imul(d, M1_LOW) + (Math.imul(dLow, M1_LOW) >>> 16)) | 0;
      const v = (Math.imul(dLow, M1_HIGH) + (u & 0xffff)) | 0;
      const high1 = (Math.imul(d, M1_HIGH) + (u >>> 16) + (v >>> 16)) | 0;
      const low0 = Math.imul(c0, M0);
      c0 = high1 ^ c1 ^ k0;
      c1 = Math.imul(c2, M1);
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + W0) | 0;
      k1 = (k1 + W1) | 0;
    }
    const o = 4 * b;
    out[o] = c0;
    out[o + 1] = c1;
    out[o + 2] = c2;
    out[o + 3] = c3;
  }
}

/** 128 bits that name a stream: Philox key (2 words) and upper half of the counter (2 words). */
export type StreamIdentity = readonly [key0: number, key1: number, nonce0: number, nonce1: number];

/** Number of UTF-8 or integer bytes absorbed per Philox call: the 64-bit key. */
const BYTES_PER_KEY = 8;
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Derives the identity of a child stream from its parent's identity and a label.
 *
 * The label becomes bytes: the letter `s` and the UTF-8 text, or the letter `n` and the decimal digits; then one
 * byte 0x80 and zeros up to a multiple of 8. Each 8 bytes are two little-endian words m that key one Davies-Meyer
 * step `h <- Philox_m(h) xor h`, from h = parent identity. Only identities enter, so a fork does not depend on how
 * many numbers the parent has drawn. Two different paths collide with probability about 2^-128.
 *
 * @param parent identity of the parent.
 * @param label text, or a safe integer; `1` and `"1"` are different labels.
 * @source Davies-Meyer construction, Menezes, van Oorschot, Vanstone (1996), algorithm 9.42, on Philox as the cipher.
 * @example
 * import { forkIdentity } from "isinglass/numerics";
 * const a = forkIdentity([1, 0, 0, 0], "weights");
 * const b = forkIdentity([1, 0, 0, 0], "biases");
 * Number(a[0] === b[0]); // => 0
 */
export function forkIdentity(parent: StreamIdentity, label: string | number): StreamIdentity {
  const text = encoder.encode(typeof label === "number" ? `n${label}` : `s${label}`);
  const padded = new Uint8Array(Math.ceil((text.length + 1) / BYTES_PER_KEY) * BYTES_PER_KEY);
  padded.set(text);
  padded[text.length] = 0x80;
  const message = new DataView(padded.buffer);
  const h = Int32Array.from(parent);
  const encrypted = new Int32Array(4);
  for (let at = 0; at < padded.length; at += BYTES_PER_KEY) {
    const m0 = message.getInt32(at, true);
    const m1 = message.getInt32(at + 4, true);
    const [h0, h1, h2, h3] = [h[0] as number, h[1] as number, h[2] as number, h[3] as number];
    fillPhiloxBlocks(encrypted, 1, m0, m1, h0, h1, h2, h3);
    for (let i = 0; i < 4; i++) h[i] = (h[i] as number) ^ (encrypted[i] as number);
  }
  const word = (i: number): number => (h[i] as number) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}
