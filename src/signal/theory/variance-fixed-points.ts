/**
 * Fixed points of the variance map q' = w V(q) + sigma_b^2 with V(q) = E phi(sqrt(q) z)^2 and w the (dropout-corrected)
 * weight variance: all of them on a logarithmic scan of q, with their stability, touching (half-stable) ones included
 * (Poole et al. 2016, equation 3; Roberts, Yaida and Hanin 2022, section 5.3 for half-stable points).
 */
import { solveBracketed } from "../../numerics/index.ts";
import { averageMoments, type Moments } from "./moments.ts";
import type { ScalarActivation } from "./types.ts";
import { scanVariance, type VarianceScan } from "./variance-scan.ts";

/** What happens to a small deviation from a fixed point. */
export type Stability = "stable" | "unstable" | "half-stable" | "marginal";

/** One solution of q = w V(q) + sigma_b^2. */
export interface VarianceFixedPoint {
  readonly q: number;
  /** d q' / d q there: the factor of a small deviation per layer. */
  readonly chiQ: number;
  readonly stability: Stability;
  /** q' - q at the returned value. */
  readonly residual: number;
}

/** How the variance behaves under iteration. */
export interface VarianceFlow {
  /** Where the iteration from the start goes: a positive number, 0, or Infinity; null when every q is a fixed point. */
  readonly limit: number | null;
  readonly chiQ: number;
  readonly residual: number;
  /** All fixed points found, ascending; empty when every q is one. */
  readonly fixedPoints: readonly VarianceFixedPoint[];
}

/** Only where |q'/q - 1| is smaller than this on the scan is a touching point looked for. */
const nearby = 0.1;
/** Sub-intervals in which it is looked for. */
const pieces = 16;
/** A touching point is reported when |q'/q - 1| falls below this without changing sign. */
const touching = 1e-7;
/** A minimum that rises by less than this towards its neighbours is rounding (phi linear near 0: q'/q is constant). */
const flat = 1e-11;
/** |log chi_q| below this counts as neither stable nor unstable. */
const marginal = 1e-7;

/**
 * All fixed points of q' = w V(q) + sigma_b^2 and the one that the iteration from `start` reaches.
 *
 * @param activation - phi.
 * @param w - weight variance times fan-in (divided by the keep rate under dropout), > 0.
 * @param sigmaB2 - bias variance, >= 0.
 * @param start - variance where the iteration starts.
 * @param scan - result of `scanVariance`, when several points are solved for one activation.
 */
export function solveVarianceFlow(
  activation: ScalarActivation,
  w: number,
  sigmaB2: number,
  start: number,
  scan: VarianceScan = scanVariance(activation),
): VarianceFlow {
  if (activation.degree === 1) return homogeneousFlow(activation, w, sigmaB2);
  const excess = (i: number): number =>
    (w * (scan.meanSquare[i] as number) + sigmaB2) / (scan.q[i] as number) - 1;
  const points: VarianceFixedPoint[] = [];
  const origin = originPoint(activation, w, sigmaB2, excess(0));
  if (origin !== null) points.push(origin);
  for (let i = 0; i + 1 < scan.q.length; i++) {
    const left = excess(i);
    const right = excess(i + 1);
    const a = scan.q[i] as number;
    const b = scan.q[i + 1] as number;
    if (left === 0 || left * right < 0) points.push(crossing(activation, w, sigmaB2, a, b));
    else if (Math.min(Math.abs(left), Math.abs(right)) < nearby) {
      // d(q'/q)/d log q at both ends: a stretch that is flat compared with its distance from 0 cannot touch it.
      const before = w * (scan.meanSquareSlope[i] as number) - 1 - left;
      const after = w * (scan.meanSquareSlope[i + 1] as number) - 1 - right;
      const change = Math.max(Math.abs(right - left), Math.abs(before), Math.abs(after));
      if (Math.min(Math.abs(left), Math.abs(right)) < 2 * change) {
        points.push(...touchingPoints(activation, w, sigmaB2, a, b));
      }
    }
  }
  const chosen = follow(points, start, evaluate(activation, w, sigmaB2, start).gap);
  if (chosen === null) {
    const last = scan.q[scan.q.length - 1] as number;
    const chiQ = evaluate(activation, w, sigmaB2, last).slope;
    return { limit: Number.POSITIVE_INFINITY, chiQ, residual: Number.POSITIVE_INFINITY, fixedPoints: points };
  }
  return { limit: chosen.q, chiQ: chosen.chiQ, residual: chosen.residual, fixedPoints: points };
}

/** phi of degree one: V = kappa q exactly, so the map is linear. */
function homogeneousFlow(activation: ScalarActivation, w: number, sigmaB2: number): VarianceFlow {
  const chiQ = (w * (activation.f(1) ** 2 + activation.f(-1) ** 2)) / 2;
  if (sigmaB2 === 0 && Math.abs(chiQ - 1) < Number.EPSILON)
    return { limit: null, chiQ: 1, residual: 0, fixedPoints: [] };
  if (chiQ >= 1) {
    const fixedPoints: VarianceFixedPoint[] =
      sigmaB2 === 0 ? [{ q: 0, chiQ, stability: "unstable", residual: 0 }] : [];
    return { limit: Number.POSITIVE_INFINITY, chiQ, residual: 0, fixedPoints };
  }
  const q = sigmaB2 / (1 - chiQ);
  return { limit: q, chiQ, residual: 0, fixedPoints: [{ q, chiQ, stability: "stable", residual: 0 }] };
}

function evaluate(
  activation: ScalarActivation,
  w: number,
  sigmaB2: number,
  q: number,
): { gap: number; slope: number; moments: Moments } {
  const moments = averageMoments(activation, q);
  return { gap: w * moments.meanSquare + sigmaB2 - q, slope: w * moments.meanSquareSlope, moments };
}

/** q = 0 is a fixed point when there is no bias and phi(0) = 0; `excess` near 0 decides its stability. */
function originPoint(
  activation: ScalarActivation,
  w: number,
  sigmaB2: number,
  excess: number,
): VarianceFixedPoint | null {
  if (sigmaB2 > 0 || activation.f(0) !== 0) return null;
  const chiQ = w * averageMoments(activation, 0).meanSquareSlope;
  return { q: 0, chiQ, stability: excess > 0 ? "unstable" : "stable", residual: 0 };
}

function crossing(
  activation: ScalarActivation,
  w: number,
  sigmaB2: number,
  a: number,
  b: number,
): VarianceFixedPoint {
  const { root } = solveBracketed((q) => evaluate(activation, w, sigmaB2, q).gap, a, b, { tolerance: 0 });
  const { gap, slope } = evaluate(activation, w, sigmaB2, root);
  return { q: root, chiQ: slope, stability: stabilityOf(slope), residual: gap };
}

function stabilityOf(chiQ: number): Stability {
  if (Math.abs(Math.log(Math.abs(chiQ))) < marginal) return "marginal";
  return Math.abs(chiQ) < 1 ? "stable" : "unstable";
}

/** Looks between a and b, where q'/q - 1 is small and of one sign at both ends, for hidden or touching fixed points. */
function touchingPoints(
  activation: ScalarActivation,
  w: number,
  sigmaB2: number,
  a: number,
  b: number,
): VarianceFixedPoint[] {
  const relative = (q: number): number => evaluate(activation, w, sigmaB2, q).gap / q;
  const sign = Math.sign(relative(a));
  const grid = Array.from({ length: pieces + 1 }, (_, i) => a * (b / a) ** (i / pieces));
  const heights = grid.map((q) => sign * relative(q));
  let lowest = 0;
  for (let i = 1; i <= pieces; i++) if ((heights[i] as number) < (heights[lowest] as number)) lowest = i;
  // Where phi is linear, q'/q is constant up to rounding: only a visible minimum inside is pursued.
  if (curvature(heights, lowest) <= flat) return [];
  const low = grid[Math.max(0, lowest - 1)] as number;
  const high = grid[Math.min(pieces, lowest + 1)] as number;
  const q = goldenMinimum((x) => sign * relative(x), low, high);
  const nearest = sign * relative(q);
  if (nearest < -touching) {
    return [crossing(activation, w, sigmaB2, a, q), crossing(activation, w, sigmaB2, q, b)];
  }
  if (nearest > touching) return [];
  const { gap, slope } = evaluate(activation, w, sigmaB2, q);
  return [{ q, chiQ: slope, stability: "half-stable", residual: gap }];
}

/** How much higher the neighbours of the lowest grid point are; 0 at an end, where the minimum is not inside. */
function curvature(heights: readonly number[], lowest: number): number {
  const left = heights[lowest - 1];
  const right = heights[lowest + 1];
  if (left === undefined || right === undefined) return 0;
  return Math.min(left, right) - (heights[lowest] as number);
}

const golden = (Math.sqrt(5) - 1) / 2;
/** Golden section halves the bracket every 1.44 steps; a quadratic minimum is not sharper than sqrt(epsilon). */
const goldenSteps = 60;

/** Minimum of a function with one minimum in [a, b], searched in log q. */
function goldenMinimum(f: (q: number) => number, a: number, b: number): number {
  let low = Math.log(a);
  let high = Math.log(b);
  for (let i = 0; i < goldenSteps; i++) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (f(Math.exp(left)) < f(Math.exp(right))) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** The first fixed point in the direction of the flow; null when there is none (the variance grows without bound). */
function follow(
  points: readonly VarianceFixedPoint[],
  start: number,
  gap: number,
): VarianceFixedPoint | null {
  if (gap === 0) return points.find((point) => point.q >= start) ?? null;
  if (gap > 0) return points.find((point) => point.q > start) ?? null;
  const below = points.filter((point) => point.q < start);
  return below[below.length - 1] ?? null;
}
