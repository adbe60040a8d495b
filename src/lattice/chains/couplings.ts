/** Couplings of spin chains: one per bond, by the letters of an aperiodic word or drawn at random. */
import { SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";

/**
 * Couplings J_a and J_b by the letters of a word.
 *
 * @throws SpecError for other letters or couplings that are not positive.
 * @example
 * ```ts
 * import { lettersToCouplings } from "isinglass/lattice";
 * lettersToCouplings("aba", { a: 1, b: 0.5 }); // => [1, 0.5, 1]
 * ```
 */
export function lettersToCouplings(
  word: string,
  strengths: { readonly a: number; readonly b: number },
): Float64Array {
  requireCouplings("aperiodic chain", [strengths.a, strengths.b]);
  if (!/^[ab]+$/.test(word))
    throw new SpecError(`aperiodic chain: received the word "${word}", expected letters a and b`);
  return Float64Array.from(word, (letter) => (letter === "a" ? strengths.a : strengths.b));
}

/**
 * Random couplings J = u^disorder with u uniform in (0, 1]: 1 is the box distribution, larger values approach the
 * infinite-randomness fixed point, 0 is the uniform chain.
 *
 * @throws SpecError for a count below 1 or negative disorder.
 * @source Fisher, Phys. Rev. B 50, 3799 (1994).
 * @example
 * ```ts
 * import { sampleCouplings } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * sampleCouplings(3, 0, createStream(1)); // => [1, 1, 1]
 * ```
 */
export function sampleCouplings(count: number, disorder: number, stream: RandomStream): Float64Array {
  if (!Number.isInteger(count) || count < 1)
    throw new SpecError(`random chain: received ${count} bonds, expected an integer of at least 1`);
  if (!(disorder >= 0) || !Number.isFinite(disorder))
    throw new SpecError(`random chain: received disorder ${disorder}, expected a number of at least 0`);
  return Float64Array.from({ length: count }, () => (1 - stream.uniform()) ** disorder);
}

/** Refuses couplings that are not positive. */
export function requireCouplings(where: string, couplings: ArrayLike<number>): void {
  for (let k = 0; k < couplings.length; k++) {
    const J = couplings[k] as number;
    if (!(J > 0) || !Number.isFinite(J))
      throw new SpecError(`${where}: received coupling ${J}, expected numbers above 0`);
  }
}
