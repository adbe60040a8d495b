/**
 * The dual of a smooth activation in polar coordinates. A pair of Gaussians at angle t is (s R cos a, s' R cos(a - t)) with a
 * uniform and R of density R exp(-R^2 / 2), so with the Chebyshev series phi(s R x) = sum_m F_m(R) T_m(x)
 *
 *     E phi phi = sum_m cos(m t) <F_m F'_m> (1/2 for m > 0),   cos(m t) = T_m(correlation),
 *
 * which converges geometrically. One expansion serves all partners of a deviation.
 */
import type { Activation } from "../../networks/index.ts";
import { gaussLegendre } from "../../numerics/index.ts";
import { chebyshevNodes } from "./chebyshev.ts";

/** Series of V and S in Chebyshev polynomials of the correlation, at a pair of deviations. */
export type PairSeries = (s: number, other: number) => readonly [Float64Array, Float64Array];

/** Radii reach up to here, where the density is 2e-17. */
const REACH = 9;

interface Harmonics {
  /** F_m(R) of phi and of phi', [radii, terms]. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

/** @param terms number of harmonics kept and of points on the circle */
export function harmonicSeries({ f, derivative }: Activation, terms: number): PairSeries {
  const radii = radialRule(9, 12);
  const points = chebyshevNodes(terms, { low: -1, high: 1 });
  const waves = new Float64Array(terms * terms);
  for (let m = 0; m < terms; m++) {
    for (let k = 0; k < terms; k++) {
      waves[m * terms + k] = ((m === 0 ? 1 : 2) * Math.cos((Math.PI * m * (k + 0.5)) / terms)) / terms;
    }
  }
  const expand = (s: number, g: (x: number) => number): Float64Array => {
    const out = new Float64Array(radii.nodes.length * terms);
    const sample = new Float64Array(terms);
    radii.nodes.forEach((radius, r) => {
      for (let k = 0; k < terms; k++) sample[k] = g(s * radius * (points[k] as number));
      for (let m = 0; m < terms; m++) {
        let sum = 0;
        for (let k = 0; k < terms; k++) sum += (waves[m * terms + k] as number) * (sample[k] as number);
        out[r * terms + m] = sum;
      }
    });
    return out;
  };
  const known = new Map<number, Harmonics>();
  const harmonicsAt = (s: number): Harmonics => {
    const found = known.get(s) ?? { values: expand(s, f), slopes: expand(s, derivative) };
    known.set(s, found);
    return found;
  };
  const average = (a: Float64Array, b: Float64Array): Float64Array => {
    const out = new Float64Array(terms);
    radii.weights.forEach((weight, r) => {
      for (let m = 0; m < terms; m++) {
        const at = r * terms + m;
        out[m] = (out[m] as number) + (m === 0 ? 1 : 0.5) * weight * (a[at] as number) * (b[at] as number);
      }
    });
    return out;
  };
  return (s, other) => {
    const [a, b] = [harmonicsAt(s), harmonicsAt(other)];
    return [average(a.values, b.values), average(a.slopes, b.slopes)];
  };
}

/** Nodes and weights of averages over R: Gauss-Legendre panels. */
export function radialRule(panels: number, order: number): { nodes: Float64Array; weights: Float64Array } {
  const { nodes: x, weights: w } = gaussLegendre(order);
  const nodes = new Float64Array(panels * order);
  const weights = new Float64Array(nodes.length);
  const width = REACH / panels;
  for (let p = 0; p < panels; p++) {
    for (let i = 0; i < order; i++) {
      const radius = width * (p + (1 + (x[i] as number)) / 2);
      nodes[p * order + i] = radius;
      weights[p * order + i] = (width / 2) * (w[i] as number) * radius * Math.exp((-radius * radius) / 2);
    }
  }
  return { nodes, weights };
}
