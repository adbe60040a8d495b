/**
 * Pair averages by nested quadrature, for every activation and every epsilon: the slow and robust way, and the oracle of
 * the fast ones. In the rotated variables u1,2 = sqrt(q) (a x +- b y), a = sqrt(1 - epsilon/2), b = sqrt(epsilon/2),
 * with x, y independent standard normal, the loss is the average of (phi(u1) - phi(u2))^2 / 2: no cancellation as
 * epsilon -> 0. Kinks are lines a x +- b y = kink / sqrt(q); the inner integral breaks at them, and the outer panels are
 * graded towards the points where two such lines meet (of one kink at y = 0, of two kinks half way between them).
 * Panel widths follow the scale on which the activation varies (structure.ts).
 */

import type { QuadratureRule } from "../../numerics/index.ts";
import { gradedPoints, panelRule, refinedBreaks } from "./gaussian-rule.ts";
import { type Structure, structureOf, widestGaussian, widestInput } from "./structure.ts";
import type { PairKernel, ScalarActivation } from "./types.ts";

/** Tails beyond 9.5 standard deviations are below 1e-20. */
const cutoff = 9.5;
const inverseTwoPi = 1 / (2 * Math.PI);

/**
 * Pair averages at variance q by nested Gauss-Legendre panels.
 *
 * @param refinement - divides all panel widths; 2 checks the result of 1.
 * @returns relative accuracy about 1e-12; cost O(10^4 max(1, q)) evaluations per value, at most O(10^6).
 */
export function quadraturePairKernel(
  activation: ScalarActivation,
  q: number,
  refinement: number = 1,
): PairKernel {
  const { f, derivative } = activation;
  let structure: Structure | null = null;
  const average = (epsilon: number, g: (u1: number, u2: number) => number): number => {
    structure ??= structureOf(activation, q);
    return pairAverage(g, q, Math.min(2, epsilon), activation.kinks, structure, refinement);
  };
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
  { scale, isGraded }: Structure,
  refinement: number,
): number {
  const root = Math.sqrt(q);
  const a = root * Math.sqrt(1 - epsilon / 2);
  const b = root * Math.sqrt(epsilon / 2);
  const width = widestInput * scale;
  // A wide Gaussian sees an activation as structure near 0 and its kinks: panels narrow towards them.
  const centres = isGraded ? [...new Set([0, ...kinks])] : kinks;
  const lines = isGraded ? gradedPoints(centres, width, 2 * cutoff * root) : kinks;
  const outer = outerRule(a, b, centres, isGraded, width, refinement);
  const innerWidth = (isGraded ? widestGaussian : Math.min(widestGaussian, width / b)) / refinement;
  const smooth = lines.length === 0 ? panelRule(refinedBreaks(0, cutoff, [], innerWidth)) : null;
  let total = 0;
  for (let i = 0; i < outer.nodes.length; i++) {
    const x = outer.nodes[i] as number;
    const middle = a * x;
    const breaks = b > 0 ? lines.map((line) => Math.abs(line - middle) / b) : [];
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

/** Panels in x, graded around each meeting point of two lines, where the inner integral varies on b/a (or width/a). */
function outerRule(
  a: number,
  b: number,
  centres: readonly number[],
  isGraded: boolean,
  width: number,
  refinement: number,
): QuadratureRule {
  const meetings = centres.flatMap((first) =>
    centres.filter((second) => second <= first).map((second) => (first + second) / (2 * a)),
  );
  // At epsilon = 0 nothing varies on the scale b: the integrand is a function of x with the kinks as its breaks.
  const smoothing = b > 0 ? b : widestGaussian * a;
  const narrow = (isGraded ? Math.min(smoothing, width) : smoothing) / a;
  const breaks = narrow < widestGaussian ? gradedPoints(meetings, narrow, 2 * cutoff) : meetings;
  const widest = isGraded ? widestGaussian : Math.min(widestGaussian, width / a);
  return panelRule(refinedBreaks(-cutoff, cutoff, breaks, widest / refinement));
}
