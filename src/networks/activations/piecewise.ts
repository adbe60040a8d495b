/**
 * Activations with kinks. Derivatives at a kink follow the frameworks (ReLU'(0) = 0); the jump itself is left to the
 * caller, who finds its place in `kinks`. ELU: Clevert et al. 2016; SELU: Klambauer et al. 2017.
 */
import { one, relu as reluOp, scalar } from "../../engine/ops/index.ts";
import type { ScalarFunction } from "./types.ts";

const zero = (): number => 0;

/** The identity. */
export const linear: ScalarFunction = {
  name: "linear",
  f: (x) => x,
  derivative: () => 1,
  secondDerivative: zero,
  kinks: [],
  build: (_, x) => x,
};

/** max(x, 0). */
export const relu: ScalarFunction = {
  name: "relu",
  f: (x) => Math.max(x, 0),
  derivative: (x) => (x > 0 ? 1 : 0),
  secondDerivative: zero,
  kinks: [0],
  build: reluOp,
};

/** x for x > 0, `slope` x otherwise. */
export function leakyRelu(slope: number): ScalarFunction {
  return {
    name: `leaky-relu:${slope}`,
    f: (x) => (x > 0 ? x : slope * x),
    derivative: (x) => (x > 0 ? 1 : slope),
    secondDerivative: zero,
    kinks: [0],
    build: (b, x) => one(b, "LeakyRelu", [x], { alpha: slope }),
  };
}

/** x for x > 0, `alpha` (exp(x) - 1) otherwise. */
export function elu(alpha: number): ScalarFunction {
  return {
    name: alpha === 1 ? "elu" : `elu:${alpha}`,
    f: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : alpha * Math.exp(x)),
    secondDerivative: (x) => (x > 0 ? 0 : alpha * Math.exp(x)),
    kinks: [0],
    build: (b, x) => one(b, "Elu", [x], { alpha }),
  };
}

/** Self-normalising constants (Klambauer et al. 2017, section 2). */
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** SELU, a scaled ELU. */
export const selu: ScalarFunction = {
  name: "selu",
  f: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
  derivative: (x) => seluScale * (x > 0 ? 1 : seluAlpha * Math.exp(x)),
  secondDerivative: (x) => (x > 0 ? 0 : seluScale * seluAlpha * Math.exp(x)),
  kinks: [0],
  build: (b, x) => one(b, "Selu", [x], { alpha: seluAlpha, gamma: seluScale }),
};

/** x cut off at -1 and 1. */
export const hardTanh: ScalarFunction = {
  name: "hard-tanh",
  f: (x) => Math.min(1, Math.max(-1, x)),
  derivative: (x) => (x > -1 && x < 1 ? 1 : 0),
  secondDerivative: zero,
  kinks: [-1, 1],
  build: (b, x) => one(b, "Clip", [x, scalar(b, -1, x.dtype), scalar(b, 1, x.dtype)]),
};
