/** Element-wise functions that ONNX Runtime lacks in float64, from those it has. Absolute errors below 1e-15. */
import type { ValueInfo } from "../../ir.ts";
import { floatOf, stringOf } from "../attributes.ts";
import type { Emitter } from "../definition.ts";
import {
  abs,
  add,
  cast,
  cos,
  div,
  exp,
  expand,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  one,
  relu,
  sign,
  sin,
  slice,
  sqrt,
  sub,
  tanh,
  where,
} from "../emit.ts";
import { erfFromElementary } from "./erf.ts";
import { type LoweringCall, type LoweringRule, polynomial } from "./rule.ts";

/** Rational approximation of the arctangent (Moshier, Cephes atan.c): atan x = x + x^3 P(x^2)/Q(x^2), |x| <= 0.66. */
const ATAN_P = [
  -64.85021904942025, -122.88666844901361, -75.00855792314705, -16.157537187333652, -0.8750608600031904,
];
const ATAN_Q = [
  194.5506571482614, 485.3903996359137, 432.88106049129027, 165.02700983169885, 24.858464901423062, 1,
];
const ATAN_SMALL = 0.66;
/** tan(3 pi / 8): above, atan x = pi/2 - atan(1/x). */
const ATAN_LARGE = 2.414213562373095;

type Function1 = (b: Emitter, x: ValueInfo, call: LoweringCall) => ValueInfo;

const of =
  (f: Function1): LoweringRule =>
  (call) =>
    f(call.b, call.inputs[0] as ValueInfo, call);

const square = (b: Emitter, x: ValueInfo): ValueInfo => mul(b, x, x);

/** x where x > 0, else `negative`. */
function positiveElse(b: Emitter, x: ValueInfo, positive: ValueInfo, negative: ValueInfo): ValueInfo {
  return where(b, greater(b, x, 0), positive, negative);
}

function softplusOf(b: Emitter, x: ValueInfo): ValueInfo {
  return add(b, relu(b, x), log(b, add(b, exp(b, neg(b, abs(b, x))), 1)));
}

/** scale (e^(x/width) - 1), with the argument kept below 0 so that it does not overflow. */
function negativeExponential(b: Emitter, x: ValueInfo, scale: number, width = 1): ValueInfo {
  const below = mul(b, minimum(b, x, 0), 1 / width);
  return mul(b, sub(b, exp(b, below), 1), scale);
}

function atanOf(b: Emitter, x: ValueInfo): ValueInfo {
  const size = abs(b, x);
  const isLarge = greater(b, size, ATAN_LARGE);
  const isMiddle = greater(b, size, ATAN_SMALL);
  const shifted = div(b, sub(b, size, 1), add(b, size, 1));
  const inverse = div(b, -1, maximum(b, size, 1));
  const r = where(b, isLarge, inverse, where(b, isMiddle, shifted, minimum(b, size, ATAN_SMALL)));
  const base = where(b, isLarge, Math.PI / 2, where(b, isMiddle, mul(b, sign(b, size), Math.PI / 4), 0));
  const z = square(b, r);
  const ratio = div(b, polynomial(b, z, ATAN_P), polynomial(b, z, ATAN_Q));
  return mul(b, sign(b, x), add(b, base, add(b, r, mul(b, mul(b, r, z), ratio))));
}

const asinOf: Function1 = (b, x) => atanOf(b, div(b, x, sqrt(b, sub(b, 1, square(b, x)))));

const hardSigmoidOf = (b: Emitter, x: ValueInfo, alpha: number, beta: number): ValueInfo =>
  minimum(b, relu(b, add(b, mul(b, x, alpha), beta)), 1);

const geluOf: Function1 = (b, x, { attributes }) => {
  if (stringOf(attributes, "approximate", "none") === "none")
    return mul(b, mul(b, x, 0.5), add(b, erfFromElementary(b, mul(b, x, Math.SQRT1_2)), 1));
  const inner = mul(b, add(b, x, mul(b, mul(b, square(b, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(b, mul(b, x, 0.5), add(b, tanh(b, inner), 1));
};

/** One-hot codes are made as integers, then scaled: values[0] + hot (values[1] - values[0]). */
const oneHotRule: LoweringRule = ({ b, attributes, inputs }) => {
  const [indices, depth, values] = inputs as [ValueInfo, ValueInfo, ValueInfo];
  const zeroOne = b.constant({ dtype: "int64", shape: [2], data: BigInt64Array.of(0n, 1n) });
  const hot = cast(b, one(b, "OneHot", [indices, depth, zeroOne], { ...attributes }), "float64");
  const at = (start: number): ValueInfo => slice(b, values, [{ axis: 0, start, end: start + 1 }]);
  return add(b, mul(b, hot, sub(b, at(1), at(0))), at(0));
};

/** Rules by operator. */
export const elementwiseRules: Readonly<Record<string, LoweringRule>> = {
  Erf: of(erfFromElementary),
  Tan: of((b, x) => div(b, sin(b, x), cos(b, x))),
  Sinh: of((b, x) => mul(b, sub(b, exp(b, x), exp(b, neg(b, x))), 0.5)),
  Cosh: of((b, x) => mul(b, add(b, exp(b, x), exp(b, neg(b, x))), 0.5)),
  Asinh: of((b, x) => {
    const size = abs(b, x);
    return mul(b, sign(b, x), log(b, add(b, size, sqrt(b, add(b, square(b, size), 1)))));
  }),
  Acosh: of((b, x) => log(b, add(b, x, sqrt(b, sub(b, square(b, x), 1))))),
  Atanh: of((b, x) => mul(b, log(b, div(b, add(b, x, 1), sub(b, 1, x))), 0.5)),
  Atan: of(atanOf),
  Asin: of(asinOf),
  Acos: of((b, x, call) => sub(b, Math.PI / 2, asinOf(b, x, call))),
  Softsign: of((b, x) => div(b, x, add(b, abs(b, x), 1))),
  Softplus: of(softplusOf),
  Elu: of((b, x, { attributes }) =>
    positiveElse(b, x, x, negativeExponential(b, x, floatOf(attributes, "alpha", 1))),
  ),
  Selu: of((b, x, { attributes }) => {
    const gamma = floatOf(attributes, "gamma", 1.0507009873554805);
    const alpha = floatOf(attributes, "alpha", 1.6732632423543772);
    return positiveElse(b, x, mul(b, x, gamma), negativeExponential(b, x, gamma * alpha));
  }),
  Celu: of((b, x, { attributes }) => {
    const alpha = floatOf(attributes, "alpha", 1);
    return positiveElse(b, x, x, negativeExponential(b, x, alpha, alpha));
  }),
  LeakyRelu: of((b, x, { attributes }) =>
    positiveElse(b, x, x, mul(b, x, floatOf(attributes, "alpha", 0.01))),
  ),
  ThresholdedRelu: of((b, x, { attributes }) =>
    where(b, greater(b, x, floatOf(attributes, "alpha", 1)), x, 0),
  ),
  HardSigmoid: of((b, x, { attributes }) =>
    hardSigmoidOf(b, x, floatOf(attributes, "alpha", 0.2), floatOf(attributes, "beta", 0.5)),
  ),
  HardSwish: of((b, x) => mul(b, x, hardSigmoidOf(b, x, 1 / 6, 0.5))),
  Gelu: of(geluOf),
  Mish: of((b, x) => mul(b, x, tanh(b, softplusOf(b, x)))),
  PRelu: ({ b, inputs }) => {
    const [x, slope] = inputs as [ValueInfo, ValueInfo];
    return positiveElse(b, x, x, mul(b, x, slope));
  },
  Mean: ({ b, inputs, shape }) => {
    const sum = (inputs as readonly ValueInfo[]).reduce((p, q) => add(b, p, q));
    return expand(b, mul(b, sum, 1 / inputs.length), shape);
  },
  OneHot: oneHotRule,
};
