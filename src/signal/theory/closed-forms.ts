/**
 * Closed forms of the pair averages, written in epsilon = 1 - c without cancellation.
 * Degree-one activations (linear, ReLU, leaky ReLU, |x|): Cho and Saul 2009, equation 3 with n = 1 and n = 0;
 * erf: Williams 1997, equation 11; sin: characteristic function of the Gaussian.
 */
import type { PairKernel, ScalarActivation } from "./types.ts";

/** The closed-form pair averages of `activation` at variance q, or null when none is known. */
export function closedPairKernel(activation: ScalarActivation, q: number): PairKernel | null {
  if (activation.degree === 1) return homogeneousKernel(activation.f(1), -activation.f(-1), q);
  if (activation.name === "erf") return erfKernel(q);
  if (activation.name === "sin") return sineKernel(q);
  return null;
}

/** Below this angle sin(t) - t cos(t) is summed as a series. */
const smallAngle = 0.5;

/** sin(t) - t cos(t) = t^3/3 - t^5/30 + ..., without cancellation. */
function sineMinusChord(t: number): number {
  if (t > smallAngle) return Math.sin(t) - t * Math.cos(t);
  // Term k is (-1)^k t^(2k+1) 2k / (2k+1)!, from k = 1.
  let power = t;
  let sum = 0;
  for (let k = 1; k < 12; k++) {
    power *= (-t * t) / (2 * k * (2 * k + 1));
    sum -= power * 2 * k;
  }
  return sum;
}

/**
 * phi(x) = slopes up x (x > 0), down x (x < 0) splits into an even part a|x| and an odd part b x.
 * With t = arccos c: E|u1||u2| = q (2/pi)(sin t + (pi/2 - t) cos t), E sign sign = 1 - 2t/pi.
 */
function homogeneousKernel(up: number, down: number, q: number): PairKernel {
  const odd = (up + down) / 2;
  const even = (up - down) / 2;
  const angle = (epsilon: number): number => 2 * Math.asin(Math.sqrt(Math.min(1, epsilon / 2)));
  return {
    q,
    method: "closed form, Cho and Saul 2009",
    loss: (epsilon) =>
      q *
      ((odd * odd + even * even) * epsilon - even * even * (2 / Math.PI) * sineMinusChord(angle(epsilon))),
    slope: (epsilon) => odd * odd + even * even * (1 - (2 / Math.PI) * angle(epsilon)),
  };
}

/** E erf erf = (2/pi) asin(a c) with a = 2q/(1 + 2q). */
function erfKernel(q: number): PairKernel {
  const a = (2 * q) / (1 + 2 * q);
  /** (1 + 2q)^2 - (2 q c)^2, without cancellation. */
  const gap = (epsilon: number): number => 1 + 4 * q + 4 * q * q * epsilon * (2 - epsilon);
  return {
    q,
    method: "closed form, Williams 1997",
    loss: (epsilon) => {
      const b = a * (1 - epsilon);
      const cosA = Math.sqrt(gap(0)) / (1 + 2 * q);
      const cosB = Math.sqrt(gap(epsilon)) / (1 + 2 * q);
      // asin a - asin b = atan2(sin, cos) of the difference; for b > 0 the sine is (a^2 - b^2)/(a cos b + b cos a).
      const sine = b > 0 ? (a * a * epsilon * (2 - epsilon)) / (a * cosB + b * cosA) : a * cosB - b * cosA;
      return (2 / Math.PI) * Math.atan2(sine, cosA * cosB + a * b);
    },
    slope: (epsilon) => 4 / Math.PI / Math.sqrt(gap(epsilon)),
  };
}

/** E sin sin = exp(-q) sinh(q c), E cos cos = exp(-q) cosh(q c). */
function sineKernel(q: number): PairKernel {
  return {
    q,
    method: "closed form",
    loss: (epsilon) => {
      const half = (q * epsilon) / 2;
      // exp(-q) 2 cosh(q - half) sinh(half), with the exponentials combined before they can overflow.
      return ((1 + Math.exp(2 * half - 2 * q)) * -Math.expm1(-2 * half)) / 2;
    },
    slope: (epsilon) => (Math.exp(-q * epsilon) + Math.exp(q * epsilon - 2 * q)) / 2,
  };
}
