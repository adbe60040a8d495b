/**
 * Numbers of Adam (Kingma and Ba 2015, with PyTorch's constants) for each step. Moments are kept without their factors
 * 1 - beta, which these numbers make up for.
 */
import { type Optimizer, resolveOptimizer, scalarsAt } from "../../engine/index.ts";

/** Adam with the constants of the published method. */
export const ADAM: Optimizer = resolveOptimizer({ kind: "adam" });

/** Of some steps, with the corrections of both moments in them. */
export interface StepNumbers {
  readonly rates: Float32Array;
  readonly epsilons: Float32Array;
}

/** The numbers of `count` steps from step `first` (counted from 0) on. */
export function stepNumbers(rate: number, first: number, count: number): StepNumbers {
  const [rates, epsilons] = [new Float32Array(count), new Float32Array(count)];
  for (let k = 0; k < count; k++) {
    const [scaled, epsilon] = scalarsAt(ADAM, rate, first + k) as [number, number];
    rates[k] = scaled;
    epsilons[k] = epsilon;
  }
  return { rates, epsilons };
}
