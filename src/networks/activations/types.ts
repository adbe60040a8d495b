/** What an activation function is: exact derivatives for theory, and the same function as ONNX operators. */
import type { Emitter, ValueInfo } from "../../engine/index.ts";

/** A scalar function with its first two derivatives and its ONNX form. */
export interface ScalarFunction {
  readonly name: string;
  /** f(x). */
  f(x: number): number;
  /** f'(x); at a kink the value frameworks use (0 for ReLU at 0). */
  derivative(x: number): number;
  /** f''(x) away from kinks; a jump of f' contributes no delta function here. */
  secondDerivative(x: number): number;
  /** Points where f, f' or f'' jumps, ascending: integrate piecewise between them. */
  readonly kinks: readonly number[];
  /** Appends the operators of f applied to every element of `x`. */
  build(builder: Emitter, x: ValueInfo): ValueInfo;
}

/** An activation function: what theory and graphs need to know about it. */
export interface Activation extends ScalarFunction {
  /** Whether f(-x) = -f(x). */
  readonly odd: boolean;
  /** 1 when f(k x) = k f(x) for all k > 0 (linear, ReLU, leaky ReLU); null otherwise. */
  readonly degree: 1 | null;
}
