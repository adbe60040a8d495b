/**
 * One Adam step (Kingma and Ba 2015, with PyTorch's constants) in seven passes over memory. Arrays are kept as rows
 * [1, size], so that a x + y is one product [1, 1] [1, size] + [1, size], and moments are kept without their factors
 * 1 - beta, which the numbers of each step make up for.
 */
import {
  add,
  div,
  type GraphBuilder,
  gemm,
  mul,
  type Optimizer,
  reshape,
  resolveOptimizer,
  scalarsAt,
  sizeOf,
  sqrt,
  tensorOf,
  type Value,
} from "../../engine/index.ts";

/** Adam with the constants of the published method. */
export const ADAM: Optimizer = resolveOptimizer({ kind: "adam" });

/** The numbers of one step, fed for each minibatch: minus the rate [1, 1], and epsilon []. */
export const STEP_NUMBERS: readonly (readonly number[])[] = [[1, 1], []];

/** Values of `STEP_NUMBERS` for step `step` (from 0), with the corrections of both moments in them. */
export function stepNumbers(rate: number, step: number): readonly [number, number] {
  const [scaled, epsilon] = scalarsAt(ADAM, rate, step) as [number, number];
  return [-scaled, epsilon];
}

/** A parameter with its moments, as rows [1, size]. */
export interface AdamArrays {
  readonly parameter: Value;
  readonly mean: Value;
  readonly square: Value;
}

/** Appends m <- beta1 m + g, v <- beta2 v + g^2, p <- p - rate m / (sqrt v + epsilon). */
export function emitAdam(
  b: GraphBuilder,
  arrays: AdamArrays,
  gradient: Value,
  [negativeRate, epsilon]: readonly Value[],
): AdamArrays {
  const g = reshape(b, gradient, [1, sizeOf(gradient.shape)]);
  const factor = (value: number): Value => b.constant(tensorOf("float32", [1, 1], [value]));
  const mean = gemm(b, factor(ADAM.beta1), arrays.mean, g);
  const square = gemm(b, factor(ADAM.beta2), arrays.square, mul(b, g, g));
  const direction = div(b, mean, add(b, sqrt(b, square), epsilon as Value));
  return { parameter: gemm(b, negativeRate as Value, direction, arrays.parameter), mean, square };
}
