/** The dual of an activation: in closed form where one is known, else by Hermite expansion. */
import type { Activation } from "../../networks/index.ts";
import { closedForm } from "./closed-forms.ts";
import { hermiteDual } from "./hermite-dual.ts";
import type { DualActivation } from "./types.ts";

/**
 * The Gaussian averages E phi(u) phi(v) and E phi'(u) phi'(v), (u, v) ~ N(0, [[c11, c12], [c12, c22]]), of an activation.
 *
 * @param activation - phi. Linear, ReLU, leaky ReLU (any function with phi(k x) = k phi(x)), erf, GELU and sin have closed
 * forms; every other one is expanded in Hermite polynomials.
 * @returns averages with relative accuracy 1e-12 or better. A closed form costs about 30 ns; a series costs one expansion (1 ms)
 * for every distinct variance and about 0.1 microseconds a pair, and 1 ms where it falls back to quadrature (|correlation|
 * within 2 % of 1 and kinks elsewhere than at 0).
 * @source Cho and Saul 2009; Williams 1997; Tsuchida et al. 2021; Daniely, Frostig and Singer 2016, section 4.
 * @example
 * ```ts
 * import { dualOf } from "isinglass/bayes";
 * import { resolveActivation } from "isinglass/networks";
 *
 * dualOf(resolveActivation("relu")).pair(1, 0, 1).value; // => 0.15915494309
 * ```
 */
export function dualOf(activation: Activation): DualActivation {
  const pair = closedForm(activation);
  if (pair !== null) {
    return { name: activation.name, method: "closed form", pair, diagonal: (c) => pair(c, c, c) };
  }
  return hermiteDual(activation);
}
