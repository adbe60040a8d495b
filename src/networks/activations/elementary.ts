/** Elementary functions that appear inside typed expressions, with exact derivatives and their ONNX operators. */
import { one } from "../../engine/ops/index.ts";
import type { ScalarFunction } from "./types.ts";

function elementary(
  name: string,
  op: string,
  derivatives: readonly [(x: number) => number, (x: number) => number, (x: number) => number],
  kinks: readonly number[] = [],
): ScalarFunction {
  const [f, derivative, secondDerivative] = derivatives;
  return { name, f, derivative, secondDerivative, kinks, build: (b, x) => one(b, op, [x]) };
}

/** exp, log, sqrt, abs and cos. */
export const elementaryFunctions: readonly ScalarFunction[] = [
  elementary("exp", "Exp", [Math.exp, Math.exp, Math.exp]),
  elementary("log", "Log", [Math.log, (x) => 1 / x, (x) => -1 / (x * x)]),
  elementary("sqrt", "Sqrt", [Math.sqrt, (x) => 0.5 / Math.sqrt(x), (x) => -0.25 / (x * Math.sqrt(x))]),
  elementary("abs", "Abs", [Math.abs, Math.sign, () => 0], [0]),
  elementary("cos", "Cos", [Math.cos, (x) => -Math.sin(x), (x) => -Math.cos(x)]),
];
