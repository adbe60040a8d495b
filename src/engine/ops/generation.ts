import { sizeOf } from "../tensor.ts";
import { intOf, tensorAttribute } from "./attributes.ts";
import type { Attributes, Dense, Operator, OutputType } from "./definition.ts";
import { build, dense, fromTensor } from "./dense.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";

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

/** Entries of this family. */
export const generation: readonly Operator[] = [
  constant,
  constantOfShape,
  rangeOperator,
  fromShape("Shape", { start: "int", end: "int" }, (attributes, shape) => {
    const list = shapeSlice(attributes, shape);
    return dense("int64", [list.length], list);
  }),
  fromShape("Size", {}, (_, shape) => dense("int64", [], [sizeOf(shape)])),
];
