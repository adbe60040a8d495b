/**
 * The answer in words: whether signals and gradients survive the depth of the network. Theory's bound is 6 xi_c layers
 * (Schoenholz et al. 2017, figure 5); where no theory applies, the measured growth of gradients and loss of
 * differences decide. It says nothing about optimiser, learning rate or generalisation.
 */
import type { Verdict } from "../types.ts";
import { judgeMeasured, judgeUndescribed } from "./by-measurement.ts";
import { judgeByTheory } from "./by-theory.ts";
import type { Evidence } from "./evidence.ts";

/** Judges a network. */
export function judge(evidence: Evidence): Verdict {
  const { theory, agreement, isGiven = false } = evidence;
  if (theory === null) return judgeMeasured(evidence);
  return isGiven && agreement?.holds === false
    ? judgeUndescribed(evidence, agreement)
    : judgeByTheory(evidence, theory);
}
