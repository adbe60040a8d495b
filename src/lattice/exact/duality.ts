/** Kramers-Wannier duality (Phys. Rev. 60, 252, 1941): sinh(2 K1) sinh(2 K2) = 1 maps a planar lattice to its dual. */
import { inverseTemperature } from "./check.ts";

/**
 * The dual temperature T* = -2 / log tanh(1 / T); on the self-dual square lattice the critical temperature is its fixed point, for
 * {p,q} it joins the free-boundary transition of one lattice to the wired one of {q,p}.
 *
 * @throws SpecError for T <= 0.
 * @example
 * ```ts
 * import { dualTemperature } from "isinglass/lattice";
 * dualTemperature(5.347); // => 1.18476369
 * ```
 */
export function dualTemperature(temperature: number): number {
  const K = inverseTemperature(temperature);
  // log tanh K = log(1 - e) - log(1 + e), e = exp(-2K)
  const e = Math.exp(-2 * K);
  return -2 / (Math.log1p(-e) - Math.log1p(e));
}
