/**
 * The dual of an activation whose only kink is at 0 (ELU, SELU, ReLU-like), in polar coordinates: a pair of Gaussians at angle t
 * is (s R cos a, s' R cos(a - t)), a uniform, R of density R exp(-R^2 / 2), and the kinks lie at a = +-pi/2 and t +- pi/2 for
 * every R. Four smooth arcs by Gauss-Legendre rules; after Cho and Saul 2009, appendix A.
 */
import type { Activation } from "../../networks/index.ts";
import { gaussLegendre } from "../../numerics/index.ts";
import { chebyshevCoefficients, chebyshevNodes } from "./chebyshev.ts";
import { type PairSeries, radialRule } from "./harmonics.ts";
import type { DualPair } from "./types.ts";

const ARC_NODES = 18;
const radii = /* @__PURE__ */ radialRule(6, 9);
const arcs = /* @__PURE__ */ gaussLegendre(ARC_NODES);

/** V and S of a pair at angle t in [0, pi]; error about 1e-11 for deviations up to 3. */
export function averageOnArcs({ f, derivative }: Activation, s: number, other: number, t: number): DualPair {
  const ends = [-Math.PI / 2, t - Math.PI / 2, Math.PI / 2, t + Math.PI / 2, (3 * Math.PI) / 2];
  let [value, slope] = [0, 0];
  for (let arc = 0; arc < 4; arc++) {
    const start = ends[arc] as number;
    const half = ((ends[arc + 1] as number) - start) / 2;
    if (half <= 0) continue;
    for (let i = 0; i < ARC_NODES; i++) {
      const a = start + half * (1 + (arcs.nodes[i] as number));
      const weight = (half * (arcs.weights[i] as number)) / (2 * Math.PI);
      const [u, v] = [s * Math.cos(a), other * Math.cos(a - t)];
      let [sum, slopeSum] = [0, 0];
      for (let r = 0; r < radii.nodes.length; r++) {
        const radius = radii.nodes[r] as number;
        const w = radii.weights[r] as number;
        sum += w * f(u * radius) * f(v * radius);
        slopeSum += w * derivative(u * radius) * derivative(v * radius);
      }
      value += weight * sum;
      slope += weight * slopeSum;
    }
  }
  return { value, slope };
}

/** Series in Chebyshev polynomials of 1 - 2 t / pi. */
export function arcSeries(activation: Activation, terms: number): PairSeries {
  const angles = Array.from(chebyshevNodes(terms, { low: -1, high: 1 }), (u) => (Math.PI * (1 - u)) / 2);
  return (s, other) => {
    const pairs = angles.map((t) => averageOnArcs(activation, s, other, t));
    return [
      chebyshevCoefficients(pairs.map(({ value }) => value)),
      chebyshevCoefficients(pairs.map(({ slope }) => slope)),
    ];
  };
}
