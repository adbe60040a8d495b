/**
 * A critical point that a network can be initialised at. chi_1 = 1 alone is not enough: where the variance map has slope
 * chi_q > 1 its fixed point is left within a few layers and the signal dies or explodes. Activations such as GELU and SiLU
 * have no stable critical point at small bias variance; their half-stable point is the one to use
 * (Roberts, Yaida and Hanin 2022, section 5.3.4).
 */
import { SpecError } from "../../base/index.ts";
import { type CriticalPoint, solveCriticalLine } from "./critical-line.ts";
import { solveHalfStable } from "./half-stable.ts";
import type { ScalarActivation } from "./types.ts";
import { solveVarianceFlow } from "./variance-fixed-points.ts";

/** "critical": the variance stays there; "half-stable": it changes only algebraically, at both conditions at once. */
export type CriticalKind = "critical" | "half-stable";

/** A critical point with what kind it is. */
export interface ReachableCritical extends CriticalPoint {
  readonly kind: CriticalKind;
}

/** Rounding allowance when chi_q is compared with 1. */
const reachable = 1 + 1e-9;

/**
 * Whether the variance iteration can stay at a critical point: chi_q <= 1, and a point at q = 0 attracts from above.
 *
 * @param activation - phi.
 * @param point - of the critical line.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { isReached, solveCriticalLine } from "isinglass/signal";
 *
 * const gelu = resolveActivation("gelu");
 * solveCriticalLine(gelu, 0.05).branches.some((point) => isReached(gelu, point)); // => false
 * ```
 */
export function isReached(
  activation: ScalarActivation,
  { q, chiQ, sigmaW2, sigmaB2 }: CriticalPoint,
): boolean {
  if (activation.degree === 1) return true;
  if (!(chiQ <= reachable)) return false;
  return q > 0 || solveVarianceFlow(activation, sigmaW2, sigmaB2, 1).limit === 0;
}

/**
 * The critical point to initialise at: on a branch at this bias variance that iteration reaches, else the half-stable point
 * of the nearest bias variance, else one without bias.
 *
 * @param activation - phi.
 * @param sigmaB2 - bias variance that should be kept, >= 0.
 * @returns null when the activation has none of them. Cost about 20 ms.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { solveReachableCritical } from "isinglass/signal";
 *
 * const point = solveReachableCritical(resolveActivation("gelu"), 0.05);
 * point?.kind; // => "half-stable"
 * point?.sigmaW2; // => 1.98306
 * ```
 */
export function solveReachableCritical(
  activation: ScalarActivation,
  sigmaB2: number,
): ReachableCritical | null {
  const own = reachedAt(activation, sigmaB2);
  if (own !== null) return own;
  const distance = (point: CriticalPoint): number => Math.abs(point.sigmaB2 - sigmaB2);
  const [nearest] = [...solveHalfStable(activation)].sort((a, b) => distance(a) - distance(b));
  if (nearest !== undefined) return { ...nearest, kind: "half-stable" };
  return sigmaB2 === 0 ? null : reachedAt(activation, 0);
}

function reachedAt(activation: ScalarActivation, sigmaB2: number): ReachableCritical | null {
  try {
    const { branches } = solveCriticalLine(activation, sigmaB2);
    const point = branches.find((branch) => isReached(activation, branch));
    return point === undefined ? null : { ...point, kind: "critical" };
  } catch (error) {
    if (error instanceof SpecError) return null;
    throw error;
  }
}
