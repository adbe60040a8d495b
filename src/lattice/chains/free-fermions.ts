/**
 * The XX chain H = sum J_i (S^x S^x + S^y S^y) in its ground state: free fermions after Jordan and Wigner (Lieb, Schultz and
 * Mattis, Ann. Phys. 16, 407, 1961). Hopping joins even sites with odd ones only, so that half filling is the polar factor of one
 * block, and the entanglement of an interval follows from singular values of a part of it (Peschel, J. Phys. A 36, L205, 2003).
 */
import { BudgetError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import { requireCouplings } from "./couplings.ts";

/** A ground state. */
export interface ChainState {
  readonly sites: number;
  /** Whether the last site is joined to the first. */
  readonly closed: boolean;
  /** Energy per site. */
  readonly energy: number;
  /** -2 <c_even^+ c_odd>, [sites / 2, sites / 2]: orthogonal. */
  readonly polar: Matrix;
}

/** Most sites: the singular value decomposition of half of them takes a minute. */
const MAX_SITES = 4096;

/**
 * Solves the ground state of a chain with the given couplings: coupling i joins sites i and i + 1. With as many couplings as sites
 * the chain is closed, with one fewer it is open.
 *
 * @param couplings positive; the number of sites is even.
 * @param kernels dense linear algebra (`loadKernels`).
 * @throws SpecError for an odd number of sites, fewer than 4, or couplings that are not positive; BudgetError above 4096 sites.
 * @accuracy 1e-13; modes of energies below 1e-15 of the largest are degenerate to rounding.
 * @cost about 20 (sites / 2)^3 operations.
 * @example
 * ```ts
 * import { loadKernels } from "isinglass/kernels";
 * import { solveChain } from "isinglass/lattice";
 * const kernels = await loadKernels();
 * solveChain(new Float64Array(200).fill(1), true, kernels).energy; // => -0.31832298
 * ```
 */
export function solveChain(
  couplings: ArrayLike<number>,
  closed: boolean,
  kernels: Pick<LinearAlgebra, "svd" | "multiplyTransposedRight">,
): ChainState {
  const sites = couplings.length + (closed ? 0 : 1);
  if (sites % 2 !== 0 || sites < 4)
    throw new SpecError(`XX chain: received ${sites} sites, expected an even number of at least 4`, {
      hint: "leave out a coupling, or repeat a closed word",
    });
  if (sites > MAX_SITES)
    throw new BudgetError(`XX chain: received ${sites} sites, at most ${MAX_SITES} are solved`, {
      hint: "use a shorter chain; solveStrongDisorder has no such limit",
    });
  requireCouplings("XX chain", couplings);
  const half = sites / 2;
  // row j is site 2j, column j is site 2j + 1
  const hopping = zeros(half, half);
  for (let j = 0; j < half; j++) {
    hopping.data[j * half + j] = couplings[2 * j] as number;
    if (j + 1 < half) hopping.data[(j + 1) * half + j] = couplings[2 * j + 1] as number;
  }
  // the string of Jordan and Wigner closes the ring with the sign of an even or odd number of fermions
  if (closed) {
    const sign = half % 2 === 0 ? -1 : 1;
    hopping.data[half - 1] = (hopping.data[half - 1] as number) + sign * (couplings[sites - 1] as number);
  }
  const { u, values, v } = kernels.svd(hopping);
  let sum = 0;
  for (const s of values) sum += s;
  // hopping amplitudes are J / 2
  return { sites, closed, energy: -sum / (2 * sites), polar: kernels.multiplyTransposedRight(u, v) };
}

/**
 * Entanglement entropy of an interval of a ground state with the rest, in nats.
 *
 * @param start first site of the interval; an interval of a closed chain may run over its end.
 * @throws SpecError when the interval does not lie in the chain.
 * @cost 8/3 (length / 2)^3 operations.
 * @example
 * ```ts
 * import { loadKernels } from "isinglass/kernels";
 * import { entanglementEntropy, solveChain } from "isinglass/lattice";
 * const kernels = await loadKernels();
 * const dimers = solveChain([1, 1e-6, 1], false, kernels);
 * entanglementEntropy(dimers, 1, 2, kernels); // => 1.38629
 * ```
 */
export function entanglementEntropy(
  { sites, closed, polar }: ChainState,
  start: number,
  length: number,
  kernels: Pick<LinearAlgebra, "singularValues">,
): number {
  const isInside =
    Number.isInteger(start) && start >= 0 && start < sites && (closed || start + length <= sites);
  if (!Number.isInteger(length) || length < 1 || length >= sites || !isInside)
    throw new SpecError(
      `XX chain: received ${length} sites from ${start}, expected an interval of ${sites} sites`,
    );
  const even: number[] = [];
  const odd: number[] = [];
  for (let k = start; k < start + length; k++) {
    const site = k % sites;
    (site % 2 === 0 ? even : odd).push(site >> 1);
  }
  // a mode without partner is half filled whatever the rest
  let entropy = Math.abs(even.length - odd.length) * Math.LN2;
  if (even.length === 0 || odd.length === 0) return entropy;
  const half = sites / 2;
  const part = zeros(even.length, odd.length);
  even.forEach((row, i) => {
    odd.forEach((column, j) => {
      part.data[i * odd.length + j] = polar.data[row * half + column] as number;
    });
  });
  // each singular value s stands for two modes with occupations (1 - s) / 2 and (1 + s) / 2
  for (const s of kernels.singularValues(part)) entropy += 2 * binaryEntropy((1 - Math.min(1, s)) / 2);
  return entropy;
}

function binaryEntropy(x: number): number {
  return x <= 0 || x >= 1 ? 0 : -x * Math.log(x) - (1 - x) * Math.log1p(-x);
}
