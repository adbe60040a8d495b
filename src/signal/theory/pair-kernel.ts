/**
 * Two-dimensional Gaussian averages: E phi(u1) phi(u2) and E phi'(u1) phi'(u2) for two inputs whose pre-activations both
 * have variance q and correlation c = 1 - epsilon. Everything is expressed in epsilon, so nothing cancels as c -> 1:
 * the loss E phi(u1)^2 - E phi(u1) phi(u2) = (1/2) E (phi(u1) - phi(u2))^2 is formed directly.
 * The way is chosen per activation: closed form, Hermite series (Mehler's formula), or nested quadrature.
 */
import { closedPairKernel } from "./closed-forms.ts";
import { hermitePairKernel } from "./hermite-series.ts";
import type { Moments } from "./moments.ts";
import { quadraturePairKernel } from "./pair-quadrature.ts";
import type { PairKernel, ScalarActivation } from "./types.ts";

/**
 * The pair averages of an activation at the variance of `moments`: closed form where one is known, else a Hermite
 * series, else (where the series would need too many terms) nested quadrature.
 *
 * @param activation - phi.
 * @param moments - one-dimensional averages at the same q > 0.
 * @returns relative accuracy about 1e-12.
 */
export function pairKernel(activation: ScalarActivation, moments: Moments): PairKernel {
  const closed = closedPairKernel(activation, moments.q);
  if (closed !== null) return closed;
  const series = hermitePairKernel(activation, moments);
  const slow = quadraturePairKernel(activation, moments.q);
  return {
    q: moments.q,
    method: "Hermite series, quadrature where it converges slowly",
    coarse: series,
    loss: (epsilon) => (series.reaches(epsilon) ? series.loss(epsilon) : slow.loss(epsilon)),
    slope: (epsilon) => {
      if (epsilon === 0) return moments.slopeSquare;
      return series.reaches(epsilon) ? series.slope(epsilon) : slow.slope(epsilon);
    },
  };
}
