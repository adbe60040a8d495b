/**
 * Nodes and weights for averages over u ~ N(0, q) of functions that vary on the scale 1 (an activation) or on the scale
 * sqrt(q) (the Gaussian), whichever is finer. The substitution u = sqrt(q) s sinh(t) with s = min(1, 1/sqrt(q)) (smaller when refined) keeps
 * both visible for every q: the poles of tanh stay at distance about 1 from the real t axis, so that the trapezoid rule
 * in t reaches full precision with about 100 nodes from q = 1e-20 to 1e20. Between kinks Gauss-Legendre panels are used.
 * Source of the trapezoid's error law: Trefethen and Weideman 2014, section 5.
 */

import { gaussLegendre, type QuadratureRule } from "../../numerics/index.ts";

/** Gaussian tails beyond this many standard deviations are below 1e-31 and dropped. */
const cutoff = 12;
const inverseSqrt2Pi = 1 / Math.sqrt(2 * Math.PI);
/** Step of the trapezoid rule in t at level 0; halved at each level. */
const baseStep = 1 / 8;
/** Width in t of a Gauss-Legendre panel at level 0; halved at each level. */
const basePanel = 0.8;

/** Rule of one panel. */
const legendre = /* @__PURE__ */ gaussLegendre(16);

/**
 * Composite 16-point Gauss-Legendre rule on the panels between consecutive `breaks`.
 *
 * @param breaks - ascending panel ends; empty panels are skipped.
 */
export function panelRule(breaks: readonly number[]): QuadratureRule {
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i + 1 < breaks.length; i++) {
    const a = breaks[i] as number;
    const half = ((breaks[i + 1] as number) - a) / 2;
    if (!(half > 0)) continue;
    for (let k = 0; k < legendre.nodes.length; k++) {
      nodes.push(a + half * (1 + (legendre.nodes[k] as number)));
      weights.push(half * (legendre.weights[k] as number));
    }
  }
  return { nodes: Float64Array.from(nodes), weights: Float64Array.from(weights) };
}

/** Breaks from `a` to `b` through the `inner` points, each piece cut into equal parts of at most `width`. */
export function refinedBreaks(a: number, b: number, inner: readonly number[], width: number): number[] {
  const corners = [a, ...inner.filter((x) => x > a && x < b).sort((x, y) => x - y), b];
  const breaks = [a];
  for (let i = 0; i + 1 < corners.length; i++) {
    const start = corners[i] as number;
    const length = (corners[i + 1] as number) - start;
    const parts = Math.max(1, Math.ceil(length / width));
    for (let k = 1; k <= parts; k++) breaks.push(start + (length * k) / parts);
  }
  return breaks;
}

/**
 * Points `distance`, 2 `distance`, 4 `distance`, ... on both sides of each centre, up to `reach`: panels between them stay
 * as narrow as their distance from the centre, where a wide Gaussian sees all structure of an activation.
 */
export function gradedPoints(centres: readonly number[], distance: number, reach: number): number[] {
  const points: number[] = [];
  for (const centre of centres) {
    points.push(centre);
    for (let d = distance; d < reach; d *= 2) points.push(centre - d, centre + d);
  }
  return points;
}

/**
 * The rule for u ~ N(0, q) at a refinement level.
 *
 * @param q - variance, > 0.
 * @param kinks - points in u where the integrand is not smooth.
 * @param level - 0, 1, ...: each level halves the step and looks closer at 0.
 */
export function varianceRule(q: number, kinks: readonly number[], level: number): QuadratureRule {
  const root = Math.sqrt(q);
  // Each level also looks four times closer at 0, where steep activations such as tanh(50 x) vary.
  const s = Math.min(1, 1 / root) / 4 ** level;
  const end = Math.asinh(cutoff / s);
  const rule = kinks.length === 0 ? trapezoid(end, level) : panels(end, kinks, root * s, level);
  const { nodes, weights } = rule;
  for (let i = 0; i < nodes.length; i++) {
    const t = nodes[i] as number;
    const z = s * Math.sinh(t);
    nodes[i] = root * z;
    weights[i] = (weights[i] as number) * inverseSqrt2Pi * Math.exp((-z * z) / 2) * s * Math.cosh(t);
  }
  return rule;
}

function trapezoid(end: number, level: number): QuadratureRule {
  const step = baseStep / 2 ** level;
  const n = Math.ceil(end / step);
  const nodes = new Float64Array(2 * n + 1);
  for (let i = 0; i <= 2 * n; i++) nodes[i] = (i - n) * step;
  return { nodes, weights: new Float64Array(2 * n + 1).fill(step) };
}

function panels(end: number, kinks: readonly number[], scale: number, level: number): QuadratureRule {
  const inner = kinks.map((x) => Math.asinh(x / scale));
  return panelRule(refinedBreaks(-end, end, inner, basePanel / 2 ** level));
}

/** Finest refinement tried before an average is returned as it is. */
const maxLevel = 6;
/** Relative change at which refinement stops: both rules square their error with each level, so the last one is below rounding. */
const averageTolerance = 1e-12;

/** Several averages over the same Gaussian and how far they may be off. */
export interface GaussianAverages {
  readonly values: Float64Array;
  /** Largest relative change at the last refinement. */
  readonly error: number;
}

/**
 * Averages of several functions over u ~ N(0, q), refined until none changes by more than 1e-12 relative.
 *
 * @param count - number of functions.
 * @param evaluate - writes the `count` function values at u into `out`.
 * @returns values and the last relative change; cost O(100) evaluations for functions that vary on the scale 1.
 */
export function averagesAtVariance(
  count: number,
  evaluate: (u: number, out: Float64Array) => void,
  q: number,
  kinks: readonly number[],
): GaussianAverages {
  const out = new Float64Array(count);
  let previous = new Float64Array(count);
  let error = Number.POSITIVE_INFINITY;
  for (let level = 0; level <= maxLevel; level++) {
    const { nodes, weights } = varianceRule(q, kinks, level);
    const sums = new Float64Array(count);
    const sizes = new Float64Array(count);
    for (let i = 0; i < nodes.length; i++) {
      const w = weights[i] as number;
      if (w === 0) continue;
      evaluate(nodes[i] as number, out);
      for (let k = 0; k < count; k++) {
        const term = w * (out[k] as number);
        sums[k] = (sums[k] as number) + term;
        sizes[k] = (sizes[k] as number) + Math.abs(term);
      }
    }
    error = 0;
    for (let k = 0; k < count; k++) {
      const size = sizes[k] as number;
      const change = Math.abs((sums[k] as number) - (previous[k] as number));
      // An average that overflows (exp of a wide Gaussian) is infinite at every level: nothing to refine.
      if (size > 0 && Number.isFinite(size)) error = Math.max(error, change / size);
    }
    previous = sums;
    if (level > 0 && error <= averageTolerance) break;
  }
  return { values: previous, error };
}
