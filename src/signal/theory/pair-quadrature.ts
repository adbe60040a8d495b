/**
 * Pair averages by nested quadrature, for every activation and every epsilon: the slow and robust way, and the oracle of
 * the fast ones. In the rotated variables u1,2 = sqrt(q) (a x +- b y), a = sqrt(1 - epsilon/2), b = sqrt(epsilon/2),
 * with x, y independent standard normal, the loss is the average of (phi(u1) - phi(u2))^2 / 2: no cancellation as
 * epsilon -> 0. Kinks are lines a x +- b y = kink / sqrt(q); the inner integral breaks at them, and the outer panels are
 * graded towards the points where two such lines meet (of one kink at y = 0, of two kinks half way between them).
 */
import { panelRule, refinedBreaks } from "./gaussian-rule.ts";
import type { PairKernel } from "./pair-kernel.ts";
import type { ScalarActivation } from "./types.ts";

/** Tails beyond 9.5 standard deviations are below 1e-20. */
const cutoff = 9.5;
/** Widest panel in standard deviations: 16 nodes resolve the Gaussian on it to 1e-16. */
const widest = 2.5;
/** Widest panel in u: 16 nodes resolve an activation that varies on the scale 1 to about 1e-13. */
const widestInput = 1.6;
const inverseTwoPi = 1 / (2 * Math.PI);

/**
 * Pair averages at variance q by nested Gauss-Legendre panels.
 *
 * @param refinement - divides all panel widths; 2 checks the result of 1.
 * @returns relative accuracy about 1e-12; cost O(10^4 max(1, q)) evaluations per value.
 */
export function quadraturePairKernel(
  activation: ScalarActivation,
  q: number,
  refinement: number = 1,
): PairKernel {
  const { f, derivative } = activation;
  const average = (epsilon: number, g: (u1: number, u2: number) => number): number =>
    pairAverage(g, q, Math.min(2, epsilon), activation.kinks, refinement);
  return {
    q,
    method: "nested quadrature",
    loss: (epsilon) => (epsilon <= 0 ? 0 : average(epsilon, (u1, u2) => 0.5 * (f(u1) - f(u2)) ** 2)),
    slope: (epsilon) => average(epsilon, (u1, u2) => derivative(u1) * derivative(u2)),
  };
}

/** E g(u1, u2) for a symmetric g; kinks of g lie on the lines u1 = kink and u2 = kink. */
function pairAverage(
  g: (u1: number, u2: number) => number,
  q: number,
  epsilon: number,
  kinks: readonly number[],
  refinement: number,
): number {
  const root = Math.sqrt(q);
  const a = root * Math.sqrt(1 - epsilon / 2);
  const b = root * Math.sqrt(epsilon / 2);
  const outer = outerRule(a, b, kinks, refinement);
  const innerWidth = Math.min(widest, widestInput / b) / refinement;
  const smooth = kinks.length === 0 ? panelRule(refinedBreaks(0, cutoff, [], innerWidth)) : null;
  let total = 0;
  for (let i = 0; i < outer.nodes.length; i++) {
    const x = outer.nodes[i] as number;
    const middle = a * x;
    const breaks = kinks.map((kink) => Math.abs(kink - middle) / b);
    const inner = smooth ?? panelRule(refinedBreaks(0, cutoff, breaks, innerWidth));
    let sum = 0;
    for (let j = 0; j < inner.nodes.length; j++) {
      const y = inner.nodes[j] as number;
      sum += (inner.weights[j] as number) * Math.exp((-y * y) / 2) * g(middle + b * y, middle - b * y);
    }
    total += (outer.weights[i] as number) * Math.exp((-x * x) / 2) * sum;
  }
  // g is symmetric, so y < 0 repeats y > 0.
  return 2 * inverseTwoPi * total;
}

/** Panels in x, graded geometrically around each meeting point of kink lines, where the inner integral varies on b/a. */
function outerRule(
  a: number,
  b: number,
  kinks: readonly number[],
  refinement: number,
): ReturnType<typeof panelRule> {
  const breaks: number[] = [];
  const narrow = b / a;
  for (const first of kinks) {
    for (const second of kinks) {
      if (second > first) continue;
      const x = (first + second) / (2 * a);
      breaks.push(x);
      if (!(narrow < widest)) continue;
      for (let distance = narrow; distance < 2 * cutoff; distance *= 2)
        breaks.push(x - distance, x + distance);
    }
  }
  return panelRule(refinedBreaks(-cutoff, cutoff, breaks, Math.min(widest, widestInput / a) / refinement));
}
