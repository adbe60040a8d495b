/**
 * Activation functions. At a kink the derivative follows PyTorch: ReLU'(0) = 0, leaky ReLU'(0) = alpha,
 * Clip' = 1 on both of its ends.
 */
import erfExact from "@stdlib/math-base-special-erf";
import type { ValueInfo } from "../ir.ts";
import { floatOf, stringOf } from "./attributes.ts";
import type { Attributes, Operator } from "./definition.ts";
import { add, cast, erf, exp, greater, less, mul, one, sigmoid, sub, tanh, where } from "./emit.ts";
import { type UnaryGradient, unaryOperator } from "./family.ts";

const SQRT_HALF: number = Math.SQRT1_2;
const INVERSE_SQRT_2PI: number = 1 / Math.sqrt(2 * Math.PI);
const SQRT_2_OVER_PI: number = Math.sqrt(2 / Math.PI);
/** Cubic coefficient of the tanh approximation of GELU (Hendrycks and Gimpel 2016). */
const GELU_CUBIC = 0.044715;
/** Constants of SELU (Klambauer et al. 2017), ONNX defaults. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_GAMMA = 1.0507009873554805;

const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const isTanhGelu = (a: Attributes): boolean => stringOf(a, "approximate", "none") === "tanh";

/** g where x > 0, else `other`. */
function positiveElse({ b, x, g }: UnaryGradient, other: ValueInfo): ValueInfo {
  return where(b, greater(b, x, 0), g, other);
}

function geluGradient({ b, x, g, attributes }: UnaryGradient): ValueInfo {
  const x2 = mul(b, x, x);
  if (!isTanhGelu(attributes)) {
    const cdf = mul(b, add(b, erf(b, mul(b, x, SQRT_HALF)), 1), 0.5);
    const density = mul(b, exp(b, mul(b, x2, -0.5)), INVERSE_SQRT_2PI);
    return mul(b, g, add(b, cdf, mul(b, x, density)));
  }
  const inner = mul(b, mul(b, x, add(b, mul(b, x2, GELU_CUBIC), 1)), SQRT_2_OVER_PI);
  const t = tanh(b, inner);
  const slope = mul(b, add(b, mul(b, x2, 3 * GELU_CUBIC), 1), SQRT_2_OVER_PI);
  const half = mul(b, add(b, t, 1), 0.5);
  const rest = mul(b, mul(b, mul(b, x, 0.5), sub(b, 1, mul(b, t, t))), slope);
  return mul(b, g, add(b, half, rest));
}

function mishGradient({ b, x, g }: UnaryGradient): ValueInfo {
  const t = tanh(b, one(b, "Softplus", [x]));
  const rest = mul(b, mul(b, x, sub(b, 1, mul(b, t, t))), sigmoid(b, x));
  return mul(b, g, add(b, t, rest));
}

/** Entries of this family. */
export const activations: readonly Operator[] = [
  unaryOperator({
    name: "Relu",
    value: (x) => (Number.isNaN(x) ? x : Math.max(x, 0)),
    // on ONNX Runtime a comparison and a conversion take a third of the time of Sign
    gradient: ({ b, y, g }) => mul(b, g, cast(b, greater(b, y, 0), g.dtype)),
    differentiable: "piecewise",
    note: "derivative 0 at 0",
  }),
  unaryOperator({
    name: "LeakyRelu",
    attributes: { alpha: "float" },
    value: (x, a) => (x >= 0 ? x : floatOf(a, "alpha", 0.01) * x),
    gradient: (c) => positiveElse(c, mul(c.b, c.g, floatOf(c.attributes, "alpha", 0.01))),
    differentiable: "piecewise",
    note: "derivative alpha at 0",
  }),
  unaryOperator({
    name: "ThresholdedRelu",
    since: 10,
    attributes: { alpha: "float" },
    value: (x, a) => (x > floatOf(a, "alpha", 1) ? x : 0),
    gradient: ({ b, x, g, attributes }) =>
      mul(b, g, cast(b, greater(b, x, floatOf(attributes, "alpha", 1)), g.dtype)),
    differentiable: "piecewise",
  }),
  unaryOperator({
    name: "Elu",
    attributes: { alpha: "float" },
    value: (x, a) => (x > 0 ? x : floatOf(a, "alpha", 1) * Math.expm1(x)),
    gradient: (c) => positiveElse(c, mul(c.b, c.g, add(c.b, c.y, floatOf(c.attributes, "alpha", 1)))),
  }),
  unaryOperator({
    name: "Selu",
    attributes: { alpha: "float", gamma: "float" },
    value: (x, a) => {
      const gamma = floatOf(a, "gamma", SELU_GAMMA);
      return x > 0 ? gamma * x : gamma * floatOf(a, "alpha", SELU_ALPHA) * Math.expm1(x);
    },
    gradient: ({ b, x, y, g, attributes }) => {
      const gamma = floatOf(attributes, "gamma", SELU_GAMMA);
      const alpha = floatOf(attributes, "alpha", SELU_ALPHA);
      return where(b, greater(b, x, 0), mul(b, g, gamma), mul(b, g, add(b, y, gamma * alpha)));
    },
    differentiable: "piecewise",
    note: "derivative gamma alpha at 0",
  }),
  unaryOperator({
    name: "Celu",
    since: 12,
    attributes: { alpha: "float" },
    value: (x, a) => {
      const alpha = floatOf(a, "alpha", 1);
      return x > 0 ? x : alpha * Math.expm1(x / alpha);
    },
    gradient: (c) =>
      positiveElse(c, mul(c.b, c.g, add(c.b, mul(c.b, c.y, 1 / floatOf(c.attributes, "alpha", 1)), 1))),
  }),
  unaryOperator({
    name: "Sigmoid",
    value: logistic,
    gradient: ({ b, y, g }) => mul(b, g, mul(b, y, sub(b, 1, y))),
    note: "differentiated through its output",
  }),
  unaryOperator({
    name: "Softplus",
    value: softplusOf,
    gradient: ({ b, x, g }) => mul(b, g, sigmoid(b, x)),
  }),
  unaryOperator({
    name: "HardSigmoid",
    attributes: { alpha: "float", beta: "float" },
    value: (x, a) => Math.max(0, Math.min(1, floatOf(a, "alpha", 0.2) * x + floatOf(a, "beta", 0.5))),
    gradient: ({ b, y, g, attributes }) => {
      const inside = mul(b, cast(b, greater(b, y, 0), g.dtype), cast(b, less(b, y, 1), g.dtype));
      return mul(b, g, mul(b, inside, floatOf(attributes, "alpha", 0.2)));
    },
    differentiable: "piecewise",
    note: "derivative 0 at both kinks",
  }),
  unaryOperator({
    name: "HardSwish",
    since: 14,
    value: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
    gradient: ({ b, x, g }) => {
      const ramp = where(b, less(b, x, -3), 0, add(b, mul(b, x, 1 / 3), 0.5));
      return mul(b, g, where(b, less(b, x, 3), ramp, 1));
    },
    differentiable: "piecewise",
  }),
  unaryOperator({
    name: "Gelu",
    since: 20,
    attributes: { approximate: "string" },
    value: (x, a) =>
      isTanhGelu(a)
        ? 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + GELU_CUBIC * x ** 3)))
        : 0.5 * x * (1 + erfExact(x * SQRT_HALF)),
    gradient: geluGradient,
  }),
  unaryOperator({
    name: "Mish",
    since: 18,
    value: (x) => x * Math.tanh(softplusOf(x)),
    gradient: mishGradient,
  }),
];
