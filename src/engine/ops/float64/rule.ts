/** What a float64 lowering rule sees, and the helpers that rules share. */
import type { ValueInfo } from "../../ir.ts";
import type { Attributes, Emitter } from "../definition.ts";
import { add, mul, scalar } from "../emit.ts";

/** An operator to write in others that ONNX Runtime has in float64. */
export interface LoweringCall {
  readonly b: Emitter;
  readonly attributes: Attributes;
  /** Inputs in float64; null marks an omitted optional one. */
  readonly inputs: readonly (ValueInfo | null)[];
  /** Shape of the first output. */
  readonly shape: readonly number[];
}

/** Writes the first output of an operator in other operators. */
export type LoweringRule = (call: LoweringCall) => ValueInfo;

/** c_0 + c_1 x + c_2 x^2 + ... by Horner's rule. */
export function polynomial(b: Emitter, x: ValueInfo, coefficients: readonly number[]): ValueInfo {
  const last = coefficients.length - 1;
  let sum = scalar(b, coefficients[last] as number, x.dtype);
  for (let i = last - 1; i >= 0; i--) sum = add(b, mul(b, x, sum), coefficients[i] as number);
  return sum;
}
