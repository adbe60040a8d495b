/** Elementary functions of one argument: roots, exponentials, trigonometry, rounding. */
import erfExact from "@stdlib/math-base-special-erf";
import type { Operator } from "./definition.ts";
import { roundHalfEven } from "./dense.ts";
import { abs, add, cos, div, exp, mul, neg, one, reciprocal, sign, sin, sqrt, sub } from "./emit.ts";
import { unaryOperator } from "./family.ts";

const TWO_OVER_SQRT_PI: number = 2 / Math.sqrt(Math.PI);

/** Entries of this family. */
export const elementary: readonly Operator[] = [
  unaryOperator({ name: "Identity", value: (x) => x, gradient: ({ g }) => g }),
  unaryOperator({ name: "Neg", value: (x) => -x, gradient: ({ b, g }) => neg(b, g) }),
  unaryOperator({
    name: "Abs",
    value: Math.abs,
    gradient: ({ b, x, g }) => mul(b, g, sign(b, x)),
    differentiable: "piecewise",
    note: "derivative 0 at 0",
  }),
  unaryOperator({ name: "Sign", since: 9, value: Math.sign, gradient: "zero" }),
  unaryOperator({ name: "Floor", value: Math.floor, gradient: "zero" }),
  unaryOperator({ name: "Ceil", value: Math.ceil, gradient: "zero" }),
  unaryOperator({ name: "Round", since: 11, value: roundHalfEven, gradient: "zero" }),
  unaryOperator({
    name: "Sqrt",
    value: Math.sqrt,
    gradient: ({ b, y, g }) => div(b, mul(b, g, 0.5), y),
  }),
  unaryOperator({
    name: "Reciprocal",
    value: (x) => 1 / x,
    gradient: ({ b, y, g }) => neg(b, mul(b, g, mul(b, y, y))),
  }),
  unaryOperator({ name: "Exp", value: Math.exp, gradient: ({ b, y, g }) => mul(b, g, y) }),
  unaryOperator({ name: "Log", value: Math.log, gradient: ({ b, x, g }) => div(b, g, x) }),
  unaryOperator({
    name: "Erf",
    since: 9,
    value: (x) => erfExact(x),
    gradient: ({ b, x, g }) => mul(b, g, mul(b, exp(b, neg(b, mul(b, x, x))), TWO_OVER_SQRT_PI)),
  }),
  unaryOperator({
    name: "Tanh",
    value: Math.tanh,
    gradient: ({ b, y, g }) => mul(b, g, sub(b, 1, mul(b, y, y))),
    note: "differentiated through its output",
  }),
  unaryOperator({ name: "Sin", since: 7, value: Math.sin, gradient: ({ b, x, g }) => mul(b, g, cos(b, x)) }),
  unaryOperator({
    name: "Cos",
    since: 7,
    value: Math.cos,
    gradient: ({ b, x, g }) => neg(b, mul(b, g, sin(b, x))),
  }),
  unaryOperator({
    name: "Tan",
    since: 7,
    value: Math.tan,
    gradient: ({ b, y, g }) => mul(b, g, add(b, mul(b, y, y), 1)),
  }),
  unaryOperator({
    name: "Asin",
    since: 7,
    value: Math.asin,
    gradient: ({ b, x, g }) => div(b, g, sqrt(b, sub(b, 1, mul(b, x, x)))),
  }),
  unaryOperator({
    name: "Acos",
    since: 7,
    value: Math.acos,
    gradient: ({ b, x, g }) => neg(b, div(b, g, sqrt(b, sub(b, 1, mul(b, x, x))))),
  }),
  unaryOperator({
    name: "Atan",
    since: 7,
    value: Math.atan,
    gradient: ({ b, x, g }) => div(b, g, add(b, mul(b, x, x), 1)),
  }),
  unaryOperator({
    name: "Sinh",
    since: 9,
    value: Math.sinh,
    gradient: ({ b, x, g }) => mul(b, g, one(b, "Cosh", [x])),
  }),
  unaryOperator({
    name: "Cosh",
    since: 9,
    value: Math.cosh,
    gradient: ({ b, x, g }) => mul(b, g, one(b, "Sinh", [x])),
  }),
  unaryOperator({
    name: "Asinh",
    since: 9,
    value: Math.asinh,
    gradient: ({ b, x, g }) => div(b, g, sqrt(b, add(b, mul(b, x, x), 1))),
  }),
  unaryOperator({
    name: "Acosh",
    since: 9,
    value: Math.acosh,
    gradient: ({ b, x, g }) => div(b, g, sqrt(b, sub(b, mul(b, x, x), 1))),
  }),
  unaryOperator({
    name: "Atanh",
    since: 9,
    value: Math.atanh,
    gradient: ({ b, x, g }) => div(b, g, sub(b, 1, mul(b, x, x))),
  }),
  unaryOperator({
    name: "Softsign",
    value: (x) => x / (1 + Math.abs(x)),
    gradient: ({ b, x, g }) => {
      const d = reciprocal(b, add(b, abs(b, x), 1));
      return mul(b, g, mul(b, d, d));
    },
  }),
];
