/**
 * The dual of a continuous piecewise linear activation (hard tanh, absolute value, clipped ReLU ...). Price's theorem turns
 * the corners, where phi'' = sum_k J_k delta(x - x_k), into one-dimensional integrals over the angle t of the pair: with
 * a = x_k / s and b = x_l / s',
 *
 *     S(t) = S(pi/2) + (1 / 2 pi) sum_kl J_k J_l int_t^{pi/2} exp(-(a^2 - 2 a b cos u + b^2) / (2 sin^2 u)) du,
 *     V(t) = V(pi/2) + s s' (S(t) cos t - (1 / 2 pi) sum_kl J_k J_l int_t^{pi/2} exp(...) cos u du),
 *
 * where at pi/2 the two sides are independent (Price 1958; for one corner at 0 this is Cho and Saul 2009, equation 6).
 */
import type { Activation } from "../../networks/index.ts";
import { averageOver, gaussianRule, gaussLegendre } from "../../numerics/index.ts";
import { chebyshevCoefficients, chebyshevNodes } from "./chebyshev.ts";
import type { PairSeries } from "./harmonics.ts";

const STEP_NODES = 16;
/** Points of a piece where the second derivative is looked at. */
const PROBES = [0.1, 0.37, 0.5, 0.81, 0.97];
/** Pieces that reach to infinity are looked at over this length. */
const FAR = 12;
const ROUNDING = 1e-12;

/** Whether the activation is continuous and linear between its kinks, of which there are some. */
export function isPiecewiseLinear({ f, secondDerivative, kinks }: Activation): boolean {
  if (kinks.length === 0) return false;
  const ends = [(kinks[0] as number) - FAR, ...kinks, (kinks.at(-1) as number) + FAR];
  const bends = ends.slice(1).some((end, i) => {
    const start = ends[i] as number;
    return PROBES.some((p) => Math.abs(secondDerivative(start + p * (end - start))) > ROUNDING);
  });
  const small = 1e-9;
  return !bends && kinks.every((x) => Math.abs(f(x + small) - f(x - small)) < 1e-6);
}

/** Series in Chebyshev polynomials of 1 - 2 t / pi. */
export function cornerSeries(activation: Activation, terms: number): PairSeries {
  const { f, derivative, kinks } = activation;
  const jumps = kinks.map((x) => derivative(x + 1e-7) - derivative(x - 1e-7));
  // descending u means ascending angles
  const angles = Array.from(chebyshevNodes(terms, { low: -1, high: 1 }), (u) => (Math.PI * (1 - u)) / 2);
  const step = gaussLegendre(STEP_NODES);
  const means = new Map<number, readonly [number, number]>();
  const meansAt = (s: number): readonly [number, number] => {
    const rule = gaussianRule({ kinks: kinks.map((x) => x / s) });
    const found =
      means.get(s) ??
      ([averageOver(rule, (z) => f(s * z)), averageOver(rule, (z) => derivative(s * z))] as const);
    means.set(s, found);
    return found;
  };
  return (s, other) => {
    const density = (u: number): number => {
      let sum = 0;
      for (let k = 0; k < kinks.length; k++) {
        for (let l = 0; l < kinks.length; l++) {
          const a = (kinks[k] as number) / s;
          const b = (kinks[l] as number) / other;
          const weight = ((jumps[k] as number) * (jumps[l] as number)) / (2 * Math.PI);
          const [cosine, sine] = [Math.cos(u), Math.sin(u)];
          // a^2 - 2 a b cos u + b^2 without cancellation at either end
          const square =
            cosine > 0 ? (a - b) ** 2 + 2 * a * b * (1 - cosine) : (a + b) ** 2 - 2 * a * b * (1 + cosine);
          sum += weight * Math.exp(-square / (2 * sine * sine));
        }
      }
      return sum;
    };
    /** Integrals of the density, and of it times the cosine, from one angle to another. */
    const between = (from: number, to: number): [number, number] => {
      let [plain, tilted] = [0, 0];
      const half = (to - from) / 2;
      for (let i = 0; i < STEP_NODES; i++) {
        const u = from + half * (1 + (step.nodes[i] as number));
        const value = half * (step.weights[i] as number) * density(u);
        plain += value;
        tilted += value * Math.cos(u);
      }
      return [plain, tilted];
    };
    const [value, slope] = meansAt(s).map((mean, i) => mean * (meansAt(other)[i] as number)) as [
      number,
      number,
    ];
    const values = new Float64Array(terms);
    const slopes = new Float64Array(terms);
    const fill = (order: readonly number[]): void => {
      let [plain, tilted, at] = [0, 0, Math.PI / 2];
      for (const k of order) {
        const angle = angles[k] as number;
        const [p, t] = between(angle, at);
        plain += p;
        tilted += t;
        at = angle;
        slopes[k] = slope + plain;
        values[k] = value + s * other * (Math.cos(angle) * (slopes[k] as number) - tilted);
      }
    };
    const order = angles.map((_, k) => k);
    fill(order.filter((k) => (angles[k] as number) <= Math.PI / 2).reverse());
    fill(order.filter((k) => (angles[k] as number) > Math.PI / 2));
    return [chebyshevCoefficients(values), chebyshevCoefficients(slopes)];
  };
}
