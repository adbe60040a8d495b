/** What all steps of a tuning share: the plan, what is measured already, and the optimum that the search has found so far. */
import {
  estimateOptimum,
  type InputRange,
  type LayerVariance,
  type Optimum,
  type Trial,
  uniformVariances,
} from "../../flow/index.ts";
import type { FlowRunOptions } from "../flow.ts";
import type { RunFolder } from "../folder.ts";
import type { Candidate, TunePlan } from "./types.ts";

/** Gain in standard errors from which a change is kept. */
export const KEPT_SIGMAS = 1;

/** A tuning in progress. */
export interface Work {
  readonly plan: TunePlan;
  readonly run: RunFolder;
  readonly groups: readonly (readonly [number, number])[];
  readonly range: InputRange;
  readonly options: FlowRunOptions;
}

/** A measured candidate; null when it is not measured yet. */
export function candidateAt({ run }: Work, label: string): Candidate | null {
  return (run.results.get(label) ?? null) as unknown as Candidate | null;
}

/** The points of the search that are measured. */
export function trialsOf({ run, plan }: Work): Trial[] {
  return Array.from({ length: plan.evaluations }, (_, k) => run.results.get(`evaluation ${k + 1}`))
    .filter((result) => result !== undefined)
    .map((result) => {
      const { point, values } = result as unknown as Trial;
      return { point, values };
    });
}

/** The maximum that follows from them. */
export function optimumOf(work: Work): Optimum {
  return estimateOptimum(work.plan.axes, trialsOf(work), work.plan.seed);
}

/** The variances of that maximum, the same in all layers. */
export function globalVariances(work: Work): LayerVariance[] {
  const [sigmaW2, sigmaB2] = optimumOf(work).point;
  return uniformVariances(work.plan.spec, sigmaW2?.value ?? 1, sigmaB2?.value ?? work.plan.sigmaB2);
}
