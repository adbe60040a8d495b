/**
 * The Ising chain under decimation: summing over all spins but every b-th gives a chain again, with tanh K' = tanh^b K
 * (Kadanoff; Nelson and Fisher 1975). Nothing is approximated, so the relative entropy between the chain and its decimated
 * descendants is known in closed form. It is the solvable counterpart of depth in a network (arXiv:2107.06898).
 */
import { SpecError } from "../../base/index.ts";

/**
 * The coupling after one decimation.
 *
 * @param coupling - K = J/kT.
 * @param factor - b, every b-th spin stays; default 2.
 * @returns K' with tanh K' = tanh^b K; relative error about 1e-15, also for large K.
 * @throws SpecError for a coupling that is not finite or a factor that is no integer above 1.
 * @example
 * ```ts
 * import { decimateChain } from "isinglass/flow";
 *
 * decimateChain(1); // => 0.6625014
 * ```
 */
export function decimateChain(coupling: number, factor = 2): number {
  requireCoupling(coupling, "decimateChain");
  if (!(Number.isInteger(factor) && factor >= 2)) {
    throw new SpecError(`decimateChain: received factor ${factor}, expected an integer of at least 2.`);
  }
  const K = Math.abs(coupling);
  const sign = coupling < 0 && factor % 2 === 1 ? -1 : 1;
  const power = Math.tanh(K) ** factor;
  if (power < 0.5) return sign * Math.atanh(power);
  // near 1 the difference from 1 carries the digits: with x = exp(-2K), log tanh K = log(1 - x) - log(1 + x)
  const x = Math.exp(-2 * K);
  const lost = -Math.expm1(factor * (Math.log1p(-x) - Math.log1p(x)));
  return (sign * Math.log((2 - lost) / lost)) / 2;
}

/** Throws unless the number is finite. */
export function requireCoupling(coupling: number, where: string): void {
  if (Number.isFinite(coupling)) return;
  throw new SpecError(`${where}: received coupling ${coupling}, expected a finite number.`, {
    hint: "K = J / kT; 0.5 is a usual start.",
  });
}

/** log cosh K without overflow, and without cancellation near 0. */
export function logCosh(K: number): number {
  const size = Math.abs(K);
  if (size < 1) return 0.5 * Math.log1p(Math.sinh(size) ** 2);
  return size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
}

/**
 * Relative entropy per site, in nats, of two infinite Ising chains: D(K0 || K1)/N = (K0 - K1) tanh K0 - log(cosh K0 / cosh K1).
 *
 * @param from - K0, the chain whose samples are judged.
 * @param to - K1, the chain that judges them.
 * @example
 * ```ts
 * import { relativeEntropyOfChains } from "isinglass/flow";
 *
 * relativeEntropyOfChains(1, 0); // => 0.32781333
 * ```
 */
export function relativeEntropyOfChains(from: number, to: number): number {
  requireCoupling(from, "relativeEntropyOfChains");
  requireCoupling(to, "relativeEntropyOfChains");
  return Math.max(0, (from - to) * Math.tanh(from) - logCosh(from) + logCosh(to));
}
