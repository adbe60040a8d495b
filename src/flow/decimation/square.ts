/**
 * Approximate decimations of the square lattice: Migdal (1975) and Kadanoff (1976) move bonds and then sum over chains;
 * Maris and Kadanoff (1978) sum over every other spin and keep nearest-neighbour couplings. Both stay within the
 * nearest-neighbour Ising model, whose free energy and energy are Onsager's, so the relative entropy per site between two
 * couplings is exact: the only approximation is the map K -> K' itself.
 */
import { SpecError } from "../../base/index.ts";
import { SQUARE_TC, solveOnsager } from "../../lattice/index.ts";
import { solveBracketed } from "../../numerics/index.ts";
import { logCosh, requireCoupling } from "./chain.ts";

/** A map of couplings on the square lattice. */
export interface SquareDecimation {
  readonly name: "migdal-kadanoff" | "maris-kadanoff";
  /** Factor by which lengths shrink. */
  readonly scale: number;
  /** K -> K' = prefactor log cosh 4K. */
  readonly prefactor: number;
}

export const MIGDAL_KADANOFF: SquareDecimation = { name: "migdal-kadanoff", scale: 2, prefactor: 0.5 };
export const MARIS_KADANOFF: SquareDecimation = {
  name: "maris-kadanoff",
  scale: Math.SQRT2,
  prefactor: 0.375,
};

/** Exact critical coupling, log(1 + sqrt 2) / 2. */
export const SQUARE_KC: number = 1 / SQUARE_TC;

/**
 * The coupling after one step: K' = (1/2) log cosh 4K (Migdal-Kadanoff) or (3/8) log cosh 4K (Maris-Kadanoff).
 *
 * @example
 * ```ts
 * import { decimateSquare, MIGDAL_KADANOFF } from "isinglass/flow";
 *
 * decimateSquare(0.3046889317, MIGDAL_KADANOFF); // => 0.3046889317
 * ```
 */
export function decimateSquare(coupling: number, { prefactor }: SquareDecimation): number {
  requireCoupling(coupling, "decimateSquare");
  return prefactor * logCosh(4 * coupling);
}

/** The unstable fixed point of a map. */
export interface SquareFixedPoint {
  /** K* = f(K*). */
  readonly coupling: number;
  /** dK'/dK there. */
  readonly eigenvalue: number;
  /** log(eigenvalue) / log(scale) = 1/nu; exactly 1 for the square lattice. */
  readonly thermalExponent: number;
}

/**
 * Solves for the fixed point between order and disorder.
 *
 * @returns coupling to 1e-14: .3046889317 (Migdal-Kadanoff) and .5069810191 (Maris-Kadanoff), exactly .4406867935.
 * @example
 * ```ts
 * import { MARIS_KADANOFF, solveSquareFixedPoint } from "isinglass/flow";
 *
 * solveSquareFixedPoint(MARIS_KADANOFF).coupling; // => 0.5069810191
 * ```
 */
export function solveSquareFixedPoint(map: SquareDecimation): SquareFixedPoint {
  const { root: coupling } = solveBracketed((K) => decimateSquare(K, map) - K, 0.1, 2);
  const eigenvalue = 4 * map.prefactor * Math.tanh(4 * coupling);
  return { coupling, eigenvalue, thermalExponent: Math.log(eigenvalue) / Math.log(map.scale) };
}

/** log Z per site and the mean of s_i s_j summed over the two bonds of a site. */
interface SquareState {
  readonly logZ: number;
  readonly bonds: number;
}

/** Couplings below use the series log Z = log 2 + 2 log cosh K + K^4, exact to K^6. */
const SMALL = 1e-3;
/** Couplings above are ground states to 1e-30. */
const LARGE = 10;

function solveSquare(K: number): SquareState {
  if (K < SMALL) {
    return { logZ: Math.LN2 + 2 * logCosh(K) + K ** 4, bonds: 2 * Math.tanh(K) + 4 * K ** 3 };
  }
  if (K > LARGE) return { logZ: 2 * K, bonds: 2 };
  const { freeEnergy, energy } = solveOnsager(1 / K);
  return { logZ: -freeEnergy * K, bonds: -energy };
}

/**
 * Relative entropy per site, in nats, of two nearest-neighbour Ising models on the infinite square lattice:
 * D(K0 || K1)/N = (K0 - K1) e(K0) - log z(K0) + log z(K1), with log z and e = <s_i s_j> per site from Onsager (1944).
 *
 * @param from - K0 >= 0, the model whose samples are judged.
 * @param to - K1 >= 0, the model that judges them.
 * @returns accurate to 1e-13; infinite for K1 = Infinity, unless K0 is too.
 * @throws SpecError for negative couplings.
 * @example
 * ```ts
 * import { relativeEntropyOfSquares } from "isinglass/flow";
 *
 * relativeEntropyOfSquares(0.5, 0); // => 0.5401367
 * ```
 */
export function relativeEntropyOfSquares(from: number, to: number): number {
  if (!(from >= 0 && to >= 0 && Number.isFinite(from) && Number.isFinite(to))) {
    throw new SpecError(
      `relativeEntropyOfSquares: received couplings ${from} and ${to}, expected finite numbers >= 0.`,
      { hint: "An antiferromagnet on the square lattice has the same entropies as the ferromagnet." },
    );
  }
  const [own, other] = [solveSquare(from), solveSquare(to)];
  // in this order nothing large is left to cancel between two ordered models
  return Math.max(0, from * own.bonds - own.logZ + (other.logZ - to * own.bonds));
}

/**
 * The limits of D(K0 || K) and D(K || K0) as K grows without bound: a ground state never contains an excited sample, so the
 * first is infinite, and the second is the free-energy distance log z(K0) - 2 K0.
 */
export function groundStateLimits(from: number): { forward: number; reverse: number } {
  return { forward: Number.POSITIVE_INFINITY, reverse: solveSquare(from).logZ - 2 * from };
}
