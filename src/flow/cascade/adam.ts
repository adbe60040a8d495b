/**
 * One Adam step (Kingma and Ba 2015, with PyTorch's constants). Moments are kept without their factors 1 - beta, which
 * the numbers of each step make up for: ten passes over memory.
 */
import {
  add,
  div,
  type GraphBuilder,
  mul,
  type Optimizer,
  resolveOptimizer,
  scalarsAt,
  sqrt,
  type Value,
} from "../../engine/index.ts";

/** Adam with the constants of the published method. */
export const ADAM: Optimizer = resolveOptimizer({ kind: "adam" });

/** Names of the numbers of one step, fed for each minibatch: minus the rate, and epsilon. */
export const STEP_NUMBERS = ["negativeRate", "epsilon"] as const;

/** Values of `STEP_NUMBERS` for step `step` (from 0), with the corrections of both moments in them. */
export function stepNumbers(rate: number, step: number): readonly [number, number] {
  const [scaled, epsilon] = scalarsAt(ADAM, rate, step) as [number, number];
  return [-scaled, epsilon];
}

/** A parameter with its moments. */
export interface AdamArrays {
  readonly parameter: Value;
  readonly mean: Value;
  readonly square: Value;
}

/** Appends m <- beta1 m + g, v <- beta2 v + g^2, p <- p - rate m / (sqrt v + epsilon). */
export function emitAdam(
  b: GraphBuilder,
  arrays: AdamArrays,
  g: Value,
  [negativeRate, epsilon]: readonly Value[],
): AdamArrays {
  const mean = add(b, mul(b, arrays.mean, ADAM.beta1), g);
  const square = add(b, mul(b, arrays.square, ADAM.beta2), mul(b, g, g));
  const scaled = mul(b, mean, negativeRate as Value);
  const step = div(b, scaled, add(b, sqrt(b, square), epsilon as Value));
  return { parameter: add(b, arrays.parameter, step), mean, square };
}
