/** Comparisons, logic, selection and type conversion. Comparisons are constant almost everywhere: no gradient. */
import type { ValueInfo } from "../ir.ts";
import { type DType, isFloat } from "../tensor.ts";
import { intOf } from "./attributes.ts";
import type { Operator, OutputType } from "./definition.ts";
import { broadcastData, build, castNumber, dense } from "./dense.ts";
import { cast, DTYPE_CODES, equal, mul, sumTo, where } from "./emit.ts";
import { argument, binaryOperator, required, unaryOperator } from "./family.ts";
import { broadcastShapes } from "./shapes.ts";

const compare = (name: string, since: number, value: (x: number, y: number) => boolean): Operator =>
  binaryOperator({
    name,
    since,
    value: (x, y) => (value(x, y) ? 1 : 0),
    dtype: "bool",
    differentiable: "no",
    note: "boolean result: gradients stop here",
  });

const dtypeOfCode: ReadonlyMap<number, DType> = new Map(
  Object.entries(DTYPE_CODES).map(([dtype, code]) => [code, dtype as DType]),
);

const whereOperator: Operator = {
  name: "Where",
  domain: "",
  since: 9,
  attributes: {},
  arity: [3, 3],
  shape: (call) => {
    const [c, x, y] = [required(call, 0), required(call, 1), required(call, 2)];
    if (c.dtype !== "bool" || x.dtype !== y.dtype)
      return call.fail(`bool, T, T; received ${c.dtype}, ${x.dtype}, ${y.dtype}`);
    const shape = broadcastShapes(c.shape, x.shape, y.shape);
    return shape === null ? call.fail("shapes that broadcast") : [{ dtype: x.dtype, shape }];
  },
  evaluate: (call) => {
    const { dtype, shape } = call.outputs[0] as OutputType;
    const [c, x, y] = [0, 1, 2].map((i) => broadcastData(argument(call, i), shape)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return [build(dtype, shape, (i) => (c[i] === 0 ? y[i] : x[i]) as number)];
  },
  vjp: ({ b, inputs, cotangents, wanted }) => {
    const [c, x, y] = inputs as [ValueInfo, ValueInfo, ValueInfo];
    const g = cotangents[0] as ValueInfo;
    return [
      null,
      wanted[1] ? sumTo(b, where(b, c, g, 0), x.shape) : null,
      wanted[2] ? sumTo(b, where(b, c, 0, g), y.shape) : null,
    ];
  },
  differentiable: "yes",
  note: "gradient to the chosen operand; none to the condition",
};

const clip: Operator = {
  name: "Clip",
  domain: "",
  since: 11,
  attributes: {},
  arity: [1, 3],
  shape: (call) => {
    const x = required(call, 0);
    for (const bound of call.inputs.slice(1))
      if (bound !== null && (bound.shape.length !== 0 || bound.dtype !== x.dtype))
        return call.fail(`bounds that are scalars of type ${x.dtype}`);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: ({ inputs, outputs }) => {
    const x = inputs[0] as NonNullable<(typeof inputs)[0]>;
    const low = inputs[1]?.data[0] ?? Number.NEGATIVE_INFINITY;
    const high = inputs[2]?.data[0] ?? Number.POSITIVE_INFINITY;
    const { dtype } = outputs[0] as OutputType;
    return [
      dense(
        dtype,
        x.shape,
        x.data.map((v) => Math.min(Math.max(v, low), high)),
      ),
    ];
  },
  vjp: ({ b, inputs, outputs, cotangents, wanted }) => {
    const [x, y, g] = [inputs[0] as ValueInfo, outputs[0] as ValueInfo, cotangents[0] as ValueInfo];
    if (wanted[1] || wanted[2]) {
      // Bounds that carry gradients receive it where they are active.
      const active = (i: number): ValueInfo | null =>
        wanted[i] && inputs[i]
          ? sumTo(b, where(b, equal(b, y, x), 0, where(b, equal(b, y, inputs[i]), g, 0)), [])
          : null;
      return [mul(b, g, cast(b, equal(b, x, y), g.dtype)), active(1), active(2)];
    }
    return [mul(b, g, cast(b, equal(b, x, y), g.dtype)), null, null];
  },
  differentiable: "piecewise",
  note: "derivative 1 on the bounds",
};

/** Entries of this family. */
export const logic: readonly Operator[] = [
  compare("Equal", 1, (x, y) => x === y),
  compare("Greater", 1, (x, y) => x > y),
  compare("GreaterOrEqual", 12, (x, y) => x >= y),
  compare("Less", 1, (x, y) => x < y),
  compare("LessOrEqual", 12, (x, y) => x <= y),
  compare("And", 1, (x, y) => x !== 0 && y !== 0),
  compare("Or", 1, (x, y) => x !== 0 || y !== 0),
  compare("Xor", 1, (x, y) => (x !== 0) !== (y !== 0)),
  unaryOperator({
    name: "Not",
    value: (x) => (x === 0 ? 1 : 0),
    note: "boolean result: gradients stop here",
  }),
  unaryOperator({
    name: "IsNaN",
    since: 9,
    value: (x) => (Number.isNaN(x) ? 1 : 0),
    dtype: () => "bool",
    note: "boolean result: gradients stop here",
  }),
  unaryOperator({
    name: "IsInf",
    since: 10,
    attributes: { detect_positive: "int", detect_negative: "int" },
    value: (x, a) =>
      (x === Number.POSITIVE_INFINITY && intOf(a, "detect_positive", 1) !== 0) ||
      (x === Number.NEGATIVE_INFINITY && intOf(a, "detect_negative", 1) !== 0)
        ? 1
        : 0,
    dtype: () => "bool",
    note: "boolean result: gradients stop here",
  }),
  {
    ...unaryOperator({
      name: "Cast",
      attributes: { to: "int", saturate: "int" },
      value: (x, a) => castNumber(x, dtypeOfCode.get(intOf(a, "to", 1)) ?? "float32"),
      dtype: (_, a) => dtypeOfCode.get(intOf(a, "to", 1)) ?? "float32",
      gradient: ({ b, x, g }) => cast(b, g, x.dtype),
      note: "gradient between float types; stops at integers and booleans",
    }),
    shape: (call) => {
      const x = required(call, 0);
      const dtype = dtypeOfCode.get(intOf(call.attributes, "to", 0));
      if (dtype === undefined)
        return call.fail(`attribute "to" naming a known type, received ${intOf(call.attributes, "to", 0)}`);
      return [{ dtype, shape: x.shape }];
    },
  },
  {
    ...unaryOperator({
      name: "CastLike",
      since: 15,
      attributes: { saturate: "int" },
      value: (x) => x,
    }),
    arity: [2, 2],
    shape: (call) => [{ dtype: required(call, 1).dtype, shape: required(call, 0).shape }],
    evaluate: (call) => {
      const [x, { dtype }] = [argument(call, 0), call.outputs[0] as OutputType];
      return [build(dtype, x.shape, (i) => castNumber(x.data[i] as number, dtype))];
    },
    vjp: ({ b, inputs, cotangents }) => {
      const [x, g] = [inputs[0] as ValueInfo, cotangents[0] as ValueInfo];
      return [isFloat(x.dtype) ? cast(b, g, x.dtype) : null, null];
    },
    differentiable: "yes",
  },
  whereOperator,
  clip,
];
