/** Dice that draw the numbers of the WebAssembly kernels: xoshiro256++ in two lanes, as in src/kernels/assembly/ising-random.ts. */
import type { Dice } from "../../../src/lattice/ising/dice.ts";
import type { RandomStream } from "../../../src/numerics/index.ts";

const MASK = 2n ** 64n - 1n;
const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (64n - k))) & MASK;

/** One generator of 64-bit numbers (Blackman and Vigna 2021). */
function generator(state: bigint[]): () => bigint {
  let [s0, s1, s2, s3] = state as [bigint, bigint, bigint, bigint];
  return () => {
    const result = (rotate((s0 + s3) & MASK, 23n) + s0) & MASK;
    const t = (s1 << 17n) & MASK;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 45n);
    return result;
  };
}

/** "bonds": 32 bits an answer, as cluster kernels draw; "spins": 53 bits, as kernels of single spins do. */
export function createKernelDice(stream: RandomStream, kind: "bonds" | "spins"): Dice {
  const words = Array.from({ length: 16 }, () => BigInt(stream.integer(2 ** 32)));
  // vector k of the state holds word k of both generators
  const word = (k: number, lane: number): bigint =>
    words[4 * k + 2 * lane]! | (words[4 * k + 2 * lane + 1]! << 32n);
  const lanes = [0, 1].map((lane) => generator([0, 1, 2, 3].map((k) => word(k, lane))));
  let calls = 0;
  const next64 = (): bigint => lanes[calls++ % 2]!();
  const spare: number[] = [];
  const next32 = (): number => {
    if (spare.length === 0) {
      const r = next64();
      spare.push(Number(r & 0xffffffffn), Number(r >> 32n));
    }
    return spare.shift()!;
  };
  const uniform = (): number => Number(next64() >> 11n) / 2 ** 53;
  if (kind === "spins")
    return {
      chance: (p) => p >= 1 || (p > 0 && uniform() < p),
      below: (n) => Math.floor(uniform() * n),
    };
  return {
    chance(p) {
      const threshold = Math.min(2 ** 32 - 1, Math.round(p * 2 ** 32));
      return threshold === 2 ** 32 - 1 || (threshold > 0 && next32() < threshold);
    },
    below: (n) => Number((BigInt(next32()) * BigInt(n)) >> 32n),
  };
}
