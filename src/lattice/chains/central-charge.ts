/**
 * Entanglement of intervals against their length, and the effective central charge: S = (c/3) log x + const for an interval inside
 * the chain, x = (N/pi) sin(pi l/N) on a ring of N sites and x = l far from the ends of an open chain (Calabrese and Cardy, J. Stat.
 * Mech. P06002, 2004). Uniform chain: c = 1. Random chain: c_eff = log 2 (Refael and Moore 2004). Aperiodic chains oscillate with the
 * logarithm of the length about such a line.
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { fitLine } from "../../numerics/index.ts";
import { type ChainState, entanglementEntropy } from "./free-fermions.ts";
import { type SingletState, singletEntropy } from "./strong-disorder.ts";

/** Mean entropy of all intervals of one length. */
export interface EntropyPoint {
  readonly length: number;
  readonly entropy: number;
  /** Intervals averaged over. */
  readonly intervals: number;
}

/** Options of `measureEntanglement`. */
export interface EntanglementOptions {
  /** Interval lengths; default about six per factor of two from 2 to an eighth of the chain. */
  readonly lengths?: readonly number[];
  /** Most positions of each length, spread evenly; default 128. */
  readonly positions?: number;
}

/**
 * Measures the entanglement of intervals of a free-fermion ground state, averaged over positions: all of a ring, the middle half of an
 * open chain.
 *
 * @throws SpecError for lengths outside 1 to a half of the chain (a quarter when it is open).
 * @cost lengths times positions singular value decompositions of half the length.
 * @example
 * ```ts
 * import { loadKernels } from "isinglass/kernels";
 * import { measureEntanglement, solveChain } from "isinglass/lattice";
 * const kernels = await loadKernels();
 * const ring = solveChain(new Float64Array(40).fill(1), true, kernels);
 * measureEntanglement(ring, kernels, { lengths: [4] })[0]?.entropy; // => 1.1816
 * ```
 */
export function measureEntanglement(
  state: ChainState,
  kernels: Pick<LinearAlgebra, "singularValues">,
  options: EntanglementOptions = {},
): EntropyPoint[] {
  const { sites, closed } = state;
  const { lengths = chooseLengths(sites / 8), positions = 128 } = options;
  if (!Number.isInteger(positions) || positions < 1)
    throw new SpecError(`entanglement: received ${positions} positions, expected an integer of at least 1`);
  const longest = closed ? sites / 2 : sites / 4;
  return lengths.map((length) => {
    if (!Number.isInteger(length) || length < 1 || length > longest)
      throw new SpecError(
        `entanglement: received a length of ${length}, expected an integer from 1 to ${longest}`,
      );
    const first = closed ? 0 : Math.floor(sites / 4);
    const room = closed ? sites : Math.floor(sites / 2) - length + 1;
    const intervals = Math.min(room, positions);
    let sum = 0;
    for (let k = 0; k < intervals; k++)
      sum += entanglementEntropy(state, first + Math.floor((k * room) / intervals), length, kernels);
    return { length, entropy: sum / intervals, intervals };
  });
}

/** Mean entropies of a state of singlets. */
export function measureSinglets(state: SingletState, lengths?: readonly number[]): EntropyPoint[] {
  return (lengths ?? chooseLengths(state.sites / 8)).map((length) => ({
    length,
    entropy: singletEntropy(state, length),
    intervals: state.sites,
  }));
}

/** Lengths from 2, even ones, about six per factor of two. */
export function chooseLengths(longest: number): number[] {
  const lengths: number[] = [];
  for (let x = 2; x <= longest; x *= 2 ** (1 / 6)) {
    const length = 2 * Math.round(x / 2);
    if (length !== lengths.at(-1)) lengths.push(length);
  }
  return lengths;
}

/** Options of `fitCentralCharge`. */
export interface CentralChargeOptions {
  /** Sites of the ring; leave out for an open or infinite chain. */
  readonly ring?: number;
  /** Shortest and longest interval of the fit; default all but lengths below 4. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Fits S = (c/3) log x + const.
 *
 * @returns c with the error of the line: how well one line describes the points, oscillations included.
 * @throws SpecError when fewer than three points are in the range.
 * @example
 * ```ts
 * import { fitCentralCharge } from "isinglass/lattice";
 * const points = [4, 8, 16].map((length) => ({ length, entropy: Math.log(length) / 3 + 0.7, intervals: 1 }));
 * fitCentralCharge(points).value; // => 1.000000
 * ```
 */
export function fitCentralCharge(
  points: readonly EntropyPoint[],
  options: CentralChargeOptions = {},
): Estimate {
  const { ring, from = 4, to = Number.POSITIVE_INFINITY } = options;
  const used = points.filter(({ length }) => length >= from && length <= to);
  if (used.length < 3)
    throw new SpecError(
      `central charge: received ${used.length} lengths from ${from} to ${to}, expected at least 3`,
      { hint: "use a longer chain" },
    );
  const x = used.map(({ length }) =>
    Math.log(ring === undefined ? length : (ring / Math.PI) * Math.sin((Math.PI * length) / ring)),
  );
  const { slope } = fitLine(
    x,
    used.map(({ entropy }) => entropy),
  );
  const method = `(c/3) log ${ring === undefined ? "l" : "(N/pi) sin(pi l/N)"} over ${used.length} lengths`;
  return {
    value: 3 * slope.value,
    stderr: slope.stderr === null ? null : 3 * slope.stderr,
    n: used.length,
    method,
  };
}
