/** Operators that make tensors from shapes and numbers: Constant, Shape, Range, OneHot, Trilu and their kin. */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { flagOf, intOf, tensorAttribute } from "./attributes.ts";
import type { Attributes, Dense, Operator, OutputType } from "./definition.ts";
import { build, dense, fromTensor } from "./dense.ts";
import { one } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";
import { splitAt } from "./shapes.ts";

const SHAPE_NOTE = "known when the graph is built: gradients stop here";

/** The tensor of a Constant node, whichever attribute holds it. */
function constantOf(attributes: Attributes): Dense | null {
  const tensor = tensorAttribute(attributes, "value");
  if (tensor !== null) return fromTensor(tensor);
  const { value_int, value_ints, value_float, value_floats } = attributes;
  if (value_int?.type === "int") return dense("int64", [], [value_int.value]);
  if (value_float?.type === "float") return dense("float32", [], [value_float.value]);
  if (value_ints?.type === "ints") return dense("int64", [value_ints.value.length], value_ints.value);
  if (value_floats?.type === "floats")
    return dense("float32", [value_floats.value.length], value_floats.value);
  return null;
}

function shapeSlice(attributes: Attributes, shape: readonly number[]): number[] {
  return shape.slice(intOf(attributes, "start", 0), intOf(attributes, "end", shape.length));
}

/** An operator whose value depends on the shape of its input only. */
function fromShape(
  name: string,
  attributes: Operator["attributes"],
  value: (attributes: Attributes, shape: readonly number[]) => Dense,
): Operator {
  return {
    name,
    domain: "",
    since: 1,
    attributes,
    arity: [1, 1],
    shape: (call) => [value(call.attributes, required(call, 0).shape)],
    fold: (call) => [value(call.attributes, required(call, 0).shape)],
    evaluate: (call) => [value(call.attributes, argument(call, 0).shape)],
    vjp: null,
    differentiable: "no",
    note: SHAPE_NOTE,
  };
}

const constant: Operator = {
  name: "Constant",
  domain: "",
  since: 1,
  attributes: {
    value: "tensor",
    value_int: "int",
    value_ints: "ints",
    value_float: "float",
    value_floats: "floats",
  },
  arity: [0, 0],
  shape: (call) => {
    const value = constantOf(call.attributes);
    return value === null ? call.fail("an attribute value, value_int(s) or value_float(s)") : [value];
  },
  fold: (call) => {
    const value = constantOf(call.attributes);
    return value === null ? null : [value];
  },
  evaluate: (call) => [constantOf(call.attributes) as Dense],
  vjp: null,
  differentiable: "no",
  note: "becomes an initializer",
};

const constantOfShape: Operator = {
  name: "ConstantOfShape",
  domain: "",
  since: 9,
  attributes: { value: "tensor" },
  arity: [1, 1],
  shape: (call) => [
    {
      dtype: tensorAttribute(call.attributes, "value")?.dtype ?? "float32",
      shape: knownInts(call, 0, "a shape"),
    },
  ],
  evaluate: (call) => {
    const { dtype, shape } = call.outputs[0] as OutputType;
    const tensor = tensorAttribute(call.attributes, "value");
    const value = tensor === null ? 0 : (fromTensor(tensor).data[0] as number);
    return [build(dtype, shape, () => value)];
  },
  vjp: null,
  differentiable: "no",
  note: SHAPE_NOTE,
};

const rangeOperator: Operator = {
  name: "Range",
  domain: "",
  since: 11,
  attributes: {},
  arity: [3, 3],
  shape: (call) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => knownInts(call, i, "a number")[0] as number) as [
      number,
      number,
      number,
    ];
    return [{ dtype: required(call, 0).dtype, shape: [Math.max(0, Math.ceil((limit - start) / delta))] }];
  },
  evaluate: (call) => {
    const [start, delta] = [argument(call, 0).data[0] as number, argument(call, 2).data[0] as number];
    const { dtype, shape } = call.outputs[0] as OutputType;
    return [build(dtype, shape, (i) => start + i * delta)];
  },
  vjp: null,
  differentiable: "no",
  note: SHAPE_NOTE,
};

const oneHot: Operator = {
  name: "OneHot",
  domain: "",
  since: 9,
  attributes: { axis: "int" },
  arity: [3, 3],
  shape: (call) => {
    const indices = required(call, 0);
    const depth = knownInts(call, 1, "the depth")[0] as number;
    const axis = intOf(call.attributes, "axis", -1);
    const at = axis < 0 ? axis + indices.shape.length + 1 : axis;
    return [{ dtype: required(call, 2).dtype, shape: indices.shape.toSpliced(at, 0, depth) }];
  },
  evaluate: (call) => {
    const [indices, values] = [argument(call, 0), argument(call, 2)];
    const { dtype, shape } = call.outputs[0] as OutputType;
    const axis = intOf(call.attributes, "axis", -1);
    const { n, inner } = splitAt(shape, axis < 0 ? axis + shape.length : axis);
    const [off, on] = values.data as unknown as [number, number];
    return [
      build(dtype, shape, (flat) => {
        const hot = indices.data[Math.floor(flat / (n * inner)) * inner + (flat % inner)] as number;
        return Math.floor(flat / inner) % n === (hot < 0 ? hot + n : hot) ? on : off;
      }),
    ];
  },
  vjp: null,
  differentiable: "no",
  note: "integer input: gradients stop here",
};

const eyeLike: Operator = {
  name: "EyeLike",
  domain: "",
  since: 9,
  attributes: { k: "int", dtype: "int" },
  arity: [1, 1],
  shape: (call) => {
    const x = required(call, 0);
    if (x.shape.length !== 2 || call.attributes.dtype !== undefined)
      return call.fail("a matrix, and no attribute dtype (use Cast)");
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (call) => {
    const { dtype, shape } = call.outputs[0] as OutputType;
    const columns = shape[1] as number;
    const k = intOf(call.attributes, "k", 0);
    return [build(dtype, shape, (i) => ((i % columns) - Math.floor(i / columns) === k ? 1 : 0))];
  },
  vjp: () => [null],
  differentiable: "piecewise",
  note: "derivative zero",
};

const trilu: Operator = {
  name: "Trilu",
  domain: "",
  since: 14,
  attributes: { upper: "int" },
  arity: [1, 2],
  shape: (call) => {
    const x = required(call, 0);
    return x.shape.length < 2 ? call.fail("at least two axes") : [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (call) => {
    const x = argument(call, 0);
    const k = call.inputs[1]?.data[0] ?? 0;
    const upper = flagOf(call.attributes, "upper", true);
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    return [
      build(x.dtype, x.shape, (flat) => {
        const offset = (flat % columns) - (Math.floor(flat / columns) % rows);
        return (upper ? offset >= k : offset <= k) ? (x.data[flat] as number) : 0;
      }),
    ];
  },
  vjp: ({ b, attributes, inputs, cotangents }) => {
    const g = cotangents[0] as ValueInfo;
    return [one(b, "Trilu", inputs[1] ? [g, inputs[1]] : [g], { ...attributes }), null];
  },
  differentiable: "yes",
  note: "",
};

/** Entries of this family. */
export const generation: readonly Operator[] = [
  constant,
  constantOfShape,
  rangeOperator,
  oneHot,
  eyeLike,
  trilu,
  fromShape("Shape", { start: "int", end: "int" }, (attributes, shape) => {
    const list = shapeSlice(attributes, shape);
    return dense("int64", [list.length], list);
  }),
  fromShape("Size", {}, (_, shape) => dense("int64", [], [sizeOf(shape)])),
];
