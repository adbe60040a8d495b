/** Broadcast arithmetic of two operands, and the variadic Min, Max, Sum, Mean. */

import type { ValueInfo } from "../ir.ts";
import { isFloat } from "../tensor.ts";
import { flagOf } from "./attributes.ts";
import type { Operator, OutputType, VjpCall, VjpRule } from "./definition.ts";
import { broadcastData, build } from "./dense.ts";
import { add, cast, div, equal, greater, log, minimum, mul, neg, pow, sub, sumTo, where } from "./emit.ts";
import { argument, binaryOperator, required } from "./family.ts";
import { broadcastShapes } from "./shapes.ts";

type Combine = (values: readonly number[]) => number;

/** d(x^y)/dx without evaluating a power when the exponent is 1 or 2. */
function powerRule(b: VjpCall["b"], x: ValueInfo, y: ValueInfo, g: ValueInfo): ValueInfo {
  const exponent = b.known(y);
  const n = exponent?.data.length === 1 ? (exponent.data[0] as number) : null;
  if (n === 1) return g;
  if (n === 2) return mul(b, g, mul(b, x, 2));
  if (n !== null) return mul(b, g, mul(b, pow(b, x, n - 1), n));
  const floatY = cast(b, y, x.dtype);
  return mul(b, g, mul(b, floatY, pow(b, x, sub(b, floatY, 1))));
}

const divide = (x: number, y: number, integer: boolean): number => (integer ? Math.trunc(x / y) : x / y);

function modulo(x: number, y: number, fmod: boolean): number {
  return fmod ? x % y : x - Math.floor(x / y) * y;
}

/** Variadic broadcast operator; `gradient` gives the cotangent of input i before summing back. */
function variadic(
  name: string,
  since: number,
  combine: Combine,
  gradient: (call: VjpCall, i: number, shared: ValueInfo | null) => ValueInfo,
  extra: Partial<Operator> & { readonly share?: (call: VjpCall) => ValueInfo | null },
): Operator {
  const { share, ...rest } = extra;
  return {
    name,
    domain: "",
    since,
    attributes: {},
    arity: [1, Number.POSITIVE_INFINITY],
    shape: (call) => {
      const first = required(call, 0);
      const values = call.inputs.map((_, i) => required(call, i));
      if (values.some((v) => v.dtype !== first.dtype)) return call.fail("operands of one type");
      const shape = broadcastShapes(...values.map((v) => v.shape));
      return shape === null ? call.fail("shapes that broadcast") : [{ dtype: first.dtype, shape }];
    },
    evaluate: (call) => {
      const { dtype, shape } = call.outputs[0] as OutputType;
      const parts = call.inputs.map((_, i) => broadcastData(argument(call, i), shape));
      return [build(dtype, shape, (k) => combine(parts.map((p) => p[k] as number)))];
    },
    vjp: (call) => {
      const shared = share?.(call) ?? null;
      return call.inputs.map((x, i) =>
        x !== null && call.wanted[i] ? sumTo(call.b, gradient(call, i, shared), x.shape) : null,
      );
    },
    differentiable: "yes",
    note: "",
    ...rest,
  };
}

/** 1 where input i attains the extremum, as the float type of the output. */
function attained({ b, inputs, outputs }: VjpCall, i: number): ValueInfo {
  const [x, y] = [inputs[i] as ValueInfo, outputs[0] as ValueInfo];
  return cast(b, equal(b, x, y), y.dtype);
}

/** g divided by the number of inputs that attain the extremum, so that ties share the gradient. */
function sharedExtremum(call: VjpCall): ValueInfo {
  const { b, inputs, cotangents } = call;
  const count = inputs.map((_, i) => attained(call, i)).reduce((p, q) => add(b, p, q));
  return div(b, cotangents[0] as ValueInfo, count);
}

const extremum = (name: string, combine: Combine): Operator =>
  variadic(name, 8, combine, (call, i, shared) => mul(call.b, shared as ValueInfo, attained(call, i)), {
    share: sharedExtremum,
    differentiable: "piecewise",
    note: "ties share the gradient equally",
  });

const product = binaryOperator({
  name: "Mul",
  value: (x, y) => x * y,
  gradient: [({ b, y, g }) => mul(b, g, y), ({ b, x, g }) => mul(b, g, x)],
});

/** The square x x has the derivative 2 x, written once. */
const multiply: Operator = {
  ...product,
  vjp: (call) => {
    const [x, y] = call.inputs as [ValueInfo, ValueInfo];
    if (x.name !== y.name) return (product.vjp as VjpRule)(call);
    return [mul(call.b, call.cotangents[0] as ValueInfo, mul(call.b, x, 2)), null];
  },
};

/** Entries of this family. */
export const arithmetic: readonly Operator[] = [
  binaryOperator({
    name: "Add",
    value: (x, y) => x + y,
    gradient: [({ g }) => g, ({ g }) => g],
  }),
  binaryOperator({
    name: "Sub",
    value: (x, y) => x - y,
    gradient: [({ g }) => g, ({ b, g }) => neg(b, g)],
  }),
  multiply,
  binaryOperator({
    name: "Div",
    value: (x, y, dtype) => divide(x, y, !isFloat(dtype)),
    gradient: [({ b, y, g }) => div(b, g, y), ({ b, y, out, g }) => neg(b, div(b, mul(b, g, out), y))],
    note: "integers truncate toward zero",
  }),
  binaryOperator({
    name: "Pow",
    value: (x, y) => x ** y,
    mixed: true,
    gradient: [
      ({ b, x, y, g }) => powerRule(b, x, y, g),
      ({ b, x, out, g }) => mul(b, g, mul(b, out, log(b, where(b, equal(b, x, 0), 1, x)))),
    ],
    note: "derivative by the exponent is 0 where the base is 0",
  }),
  binaryOperator({
    name: "Mod",
    since: 10,
    attributes: { fmod: "int" },
    value: (x, y, _, attributes) => modulo(x, y, flagOf(attributes, "fmod")),
    gradient: [({ g }) => g, ({ b, x, y, out, g }) => neg(b, mul(b, g, div(b, sub(b, x, out), y)))],
    differentiable: "piecewise",
  }),
  binaryOperator({
    name: "PRelu",
    since: 7,
    value: (x, slope) => (x < 0 ? slope * x : x),
    gradient: [
      ({ b, x, y, g }) => where(b, greater(b, x, 0), g, mul(b, g, y)),
      ({ b, x, g }) => mul(b, g, minimum(b, x, 0)),
    ],
    differentiable: "piecewise",
    note: "derivative slope at 0",
  }),
  extremum("Max", (values) => Math.max(...values)),
  extremum("Min", (values) => Math.min(...values)),
  variadic(
    "Sum",
    8,
    (values) => values.reduce((p, q) => p + q, 0),
    ({ cotangents }) => cotangents[0] as ValueInfo,
    {},
  ),
  variadic(
    "Mean",
    8,
    (values) => values.reduce((p, q) => p + q, 0) / values.length,
    ({ b, cotangents, inputs }) => mul(b, cotangents[0] as ValueInfo, 1 / inputs.length),
    {},
  ),
];
