/** The critical initialisation that a network should get. */
import { ConvergenceError, type Estimate, exact } from "../../base/index.ts";
import { type ScalarActivation, solveReachableCritical } from "../theory/index.ts";
import type { CriticalInitialization } from "./types.ts";

/** The critical point at the network's bias variance that signals stay at, else the half-stable one, else without bias. */
export function nearestCritical(
  activation: ScalarActivation,
  biasVariance: Estimate,
): CriticalInitialization | null {
  try {
    const point = solveReachableCritical(activation, biasVariance.value);
    if (point === null) return null;
    const { kind, sigmaW2, sigmaB2 } = point;
    const method = kind === "critical" ? "root of chi_1 = 1" : "chi_1 = chi_q = 1";
    const keepsBias = Math.abs(sigmaB2 - biasVariance.value) <= SAME_BIAS * (1 + sigmaB2);
    return {
      weightVariance: exact(sigmaW2, method),
      biasVariance: keepsBias ? biasVariance : exact(sigmaB2, sigmaB2 === 0 ? "no bias" : method),
      kind,
    };
  } catch (error) {
    if (!(error instanceof ConvergenceError)) throw error;
    return null;
  }
}

/** Bias variances that differ by less than this share are the same. */
const SAME_BIAS = 1e-9;
