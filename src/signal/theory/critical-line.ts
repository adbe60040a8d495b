/**
 * The critical line chi_1 = 1. Every point of it is labelled by its q: sigmaW2 = 1/E phi'^2 and
 * sigmaB2 = q - E phi^2 / E phi'^2, so the line is a curve in one parameter and all its branches are found by a scan of q
 * (Schoenholz et al. 2017, figure 1; Roberts, Yaida and Hanin 2022, section 5.3 for GELU and SiLU).
 */
import { type Estimate, exact, type Provenance, SpecError } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";
import { averageMoments } from "./moments.ts";
import { poole2016, schoenholz2017 } from "./references.ts";

import type { ScalarActivation } from "./types.ts";

/** A point where chi_1 = 1 at a fixed point of the variance map. */
export interface CriticalPoint {
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  readonly q: number;
  /** Slope of the variance map there: the point is reached by iteration only when it is at most 1. */
  readonly chiQ: number;
}

/** Result of `solveCriticalLine` and `solveCriticalBias`. */
export interface CriticalResult extends Provenance {
  readonly activation: string;
  readonly sigmaW2: Estimate;
  readonly sigmaB2: Estimate;
  /** q* at the critical point. */
  readonly q: Estimate;
  readonly chiQ: Estimate;
  /** Every critical point found, ascending in q; the one above is the first that iteration can reach. */
  readonly branches: readonly CriticalPoint[];
}

/** Variances scanned for branches. */
const scanStart = 1e-8;
const scanEnd = 1e6;
const pointsPerDecade = 16;
/** A critical weight variance below this belongs to an activation that grows faster than linearly: the scan ends. */
const explosion = 1e-8;
/** Rounding allowance when chi_q is compared with 1. */
const reachable = 1 + 1e-9;

/**
 * The point of the critical line with variance q.
 *
 * sigmaW2 = 1 / E phi'(sqrt(q) z)^2, sigmaB2 = q - sigmaW2 E phi(sqrt(q) z)^2 (negative when no bias variance fits).
 *
 * @param q - variance, >= 0.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { criticalPointAt } from "isinglass/signal";
 *
 * criticalPointAt(resolveActivation("tanh"), 0.57004788).sigmaW2; // => 1.76095
 * ```
 */
export function criticalPointAt(activation: ScalarActivation, q: number): CriticalPoint {
  const moments = averageMoments(activation, q);
  const sigmaW2 = 1 / moments.slopeSquare;
  return {
    sigmaW2,
    sigmaB2: q - sigmaW2 * (q === 0 ? activation.f(0) ** 2 : moments.meanSquare),
    q,
    chiQ: sigmaW2 * moments.meanSquareSlope,
  };
}

/**
 * The weight variance at which a network with this activation and bias variance is critical (chi_1 = 1).
 *
 * @param activation - phi.
 * @param sigmaB2 - bias variance, >= 0.
 * @returns the point and all branches, relative error about 1e-11; cost about 10 ms.
 * @throws SpecError for a negative bias variance, or when the line has no point there (ReLU with bias).
 * Source: Schoenholz et al. 2017, equation 6 set to 1.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { solveCriticalLine } from "isinglass/signal";
 *
 * solveCriticalLine(resolveActivation("tanh"), 0.05).sigmaW2.value; // => 1.76095464
 * ```
 */
export function solveCriticalLine(activation: ScalarActivation, sigmaB2: number): CriticalResult {
  if (!(sigmaB2 >= 0 && Number.isFinite(sigmaB2))) {
    throw new SpecError(`solveCriticalLine: received bias variance ${sigmaB2}, expected a number >= 0.`, {
      hint: "sigmaB2 is the bias variance, e.g. 0.05, or 0 for no bias.",
    });
  }
  const branches = solveBranches(activation, (point) => point.sigmaB2 - sigmaB2, sigmaB2 === 0);
  return criticalResult(activation, branches, `bias variance ${sigmaB2}`);
}

/**
 * The bias variance at which a network with this activation and weight variance is critical: the inverse of
 * `solveCriticalLine`.
 *
 * @param activation - phi.
 * @param sigmaW2 - weight variance times fan-in, > 0.
 * @throws SpecError for an impossible weight variance, or when no bias variance makes it critical.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { solveCriticalBias } from "isinglass/signal";
 *
 * solveCriticalBias(resolveActivation("tanh"), 1.76095464).sigmaB2.value; // => 0.05
 * ```
 */
export function solveCriticalBias(activation: ScalarActivation, sigmaW2: number): CriticalResult {
  if (!(sigmaW2 > 0 && Number.isFinite(sigmaW2))) {
    throw new SpecError(
      `solveCriticalBias: received weight variance ${sigmaW2}, expected a positive number.`,
      {
        hint: "sigmaW2 is the weight variance times fan-in, e.g. 1.76 for tanh.",
      },
    );
  }
  const points = solveBranches(activation, (point) => point.sigmaW2 - sigmaW2, true);
  return criticalResult(activation, points, `weight variance ${sigmaW2}`);
}

/** All q at which `gap` of the critical point vanishes; q = 0 counts when it solves the equation exactly. */
function solveBranches(
  activation: ScalarActivation,
  gap: (point: CriticalPoint) => number,
  includesOrigin: boolean,
): CriticalPoint[] {
  if (activation.degree === 1) return homogeneousBranch(activation, gap);
  const points: CriticalPoint[] = [];
  const origin = criticalPointAt(activation, 0);
  if (includesOrigin && Math.abs(gap(origin)) <= originTolerance && origin.sigmaB2 >= 0) points.push(origin);
  const n = Math.round(Math.log10(scanEnd / scanStart) * pointsPerDecade);
  let low = scanStart;
  let left = gap(criticalPointAt(activation, low));
  for (let i = 1; i <= n; i++) {
    const high = scanStart * 10 ** (i / pointsPerDecade);
    const point = criticalPointAt(activation, high);
    if (!(point.sigmaW2 > explosion)) break;
    const right = gap(point);
    // Below the cancellation in q - V/M the sign means nothing: the origin stands for that range.
    if (left * right < 0 && Math.max(Math.abs(left), Math.abs(right)) > cancellation * high) {
      const { root } = solveBracketed((q) => gap(criticalPointAt(activation, q)), low, high, {
        tolerance: 0,
      });
      const point = criticalPointAt(activation, root);
      if (point.sigmaB2 >= -cancellation * root)
        points.push({ ...point, sigmaB2: Math.max(0, point.sigmaB2) });
    }
    low = high;
    left = right;
  }
  return points;
}

/** sigmaW2 = 1/phi'(0)^2 solves sigmaB2 = 0 at q = 0; anything closer than this is that solution. */
const originTolerance = 1e-12;
/** Relative rounding error of q - V/M. */
const cancellation = 1e-14;

/** Degree one: critical only without bias, at one weight variance and for every q; q = 1 stands for all. */
function homogeneousBranch(
  activation: ScalarActivation,
  gap: (point: CriticalPoint) => number,
): CriticalPoint[] {
  const sigmaW2 = 2 / (activation.f(1) ** 2 + activation.f(-1) ** 2);
  const point: CriticalPoint = { sigmaW2, sigmaB2: 0, q: 1, chiQ: 1 };
  return Math.abs(gap(point)) < originTolerance ? [point] : [];
}

function criticalResult(
  activation: ScalarActivation,
  branches: readonly CriticalPoint[],
  at: string,
): CriticalResult {
  const chosen = branches.find((point) => point.chiQ <= reachable) ?? branches[0];
  if (chosen === undefined) {
    throw new SpecError(`critical line of ${activation.name}: received ${at}, where the line has no point.`, {
      hint:
        activation.degree === 1
          ? "A degree-one activation is critical only without bias: use bias variance 0."
          : "Scan the line with criticalPointAt to see which variances it reaches.",
    });
  }
  const method = "root of chi_1 = 1 along q, Brent";
  const assumptions = ["Infinite width.", "Independent random weights and biases in every layer."];
  if (activation.degree === 1)
    assumptions.push("Every variance is a fixed point here; q = 1 stands for all.");
  if (chosen.chiQ > reachable)
    assumptions.push("The variance fixed point is unstable here: iteration leaves it.");
  if (branches.length > 1)
    assumptions.push(`${branches.length} branches; the first reachable one is reported.`);
  return {
    activation: activation.name,
    sigmaW2: exact(chosen.sigmaW2, method),
    sigmaB2: exact(chosen.sigmaB2, method),
    q: exact(chosen.q, method),
    chiQ: exact(chosen.chiQ, method),
    branches,
    assumptions,
    references: [poole2016, schoenholz2017],
    seed: null,
  };
}
