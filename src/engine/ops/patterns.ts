/** Fixed patterns: one-hot codes, the identity matrix, triangles. */
import type { ValueInfo } from "../ir.ts";
import { flagOf, intOf } from "./attributes.ts";
import type { Operator, OutputType } from "./definition.ts";
import { build } from "./dense.ts";
import { one } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";
import { splitAt } from "./shapes.ts";

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
export const patterns: readonly Operator[] = [oneHot, eyeLike, trilu];
