/** Cutting and joining along axes: Concat, Split, Slice. */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf } from "./attributes.ts";
import type { Operator, OutputType, ShapeCall } from "./definition.ts";
import { dense, gatherFlat, stridedIndices } from "./dense.ts";
import { concat, full, ints, slice } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";
import { normalizeAxis, sameShape, splitAt, stridesOf } from "./shapes.ts";

const axisOf = (
  call: { readonly attributes: ShapeCall["attributes"] },
  rank: number,
  fallback: number,
): number => normalizeAxis(intOf(call.attributes, "axis", fallback), rank) ?? -1;

/** Offsets of consecutive parts: 0, n_0, n_0 + n_1, ... */
function offsetsOf(sizes: readonly number[]): number[] {
  let sum = 0;
  return sizes.map((n) => {
    sum += n;
    return sum - n;
  });
}

const concatOperator: Operator = {
  name: "Concat",
  domain: "",
  since: 4,
  attributes: { axis: "int" },
  arity: [1, Number.POSITIVE_INFINITY],
  shape: (call) => {
    const first = required(call, 0);
    const axis = axisOf(call, first.shape.length, 0);
    if (axis < 0) return call.fail(`an axis within -${first.shape.length}..${first.shape.length - 1}`);
    const parts = call.inputs.map((_, i) => required(call, i));
    for (const part of parts)
      if (part.dtype !== first.dtype || !sameShape(part.shape.with(axis, 0), first.shape.with(axis, 0)))
        return call.fail(`equal types and equal shapes outside axis ${axis}`);
    const n = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, n) }];
  },
  evaluate: (call) => {
    const { dtype, shape } = call.outputs[0] as OutputType;
    const axis = axisOf(call, shape.length, 0);
    const { outer, n, inner } = splitAt(shape, axis);
    const data = new Float64Array(sizeOf(shape));
    let offset = 0;
    for (let i = 0; i < call.inputs.length; i++) {
      const part = argument(call, i);
      const size = (part.shape[axis] as number) * inner;
      for (let o = 0; o < outer; o++)
        data.set(part.data.subarray(o * size, (o + 1) * size), o * n * inner + offset);
      offset += size;
    }
    return [dense(dtype, shape, data)];
  },
  vjp: (call) => {
    const { b, inputs, cotangents, wanted } = call;
    const g = cotangents[0] as ValueInfo;
    const axis = axisOf(call, g.shape.length, 0);
    const sizes = inputs.map((x) => (x as ValueInfo).shape[axis] as number);
    if (inputs.length > 1 && wanted.every(Boolean))
      return b.op("Split", [g, ints(b, sizes)], { axis }, { outputs: sizes.length });
    const offsets = offsetsOf(sizes);
    return inputs.map((_, i) => {
      const start = offsets[i] as number;
      return wanted[i] ? slice(b, g, [{ axis, start, end: start + (sizes[i] as number) }]) : null;
    });
  },
  differentiable: "yes",
  note: "",
};

/** Sizes of the parts of Split: given, or as equal as possible with the last one smaller. */
function splitSizes(call: ShapeCall, n: number): number[] {
  if (call.inputs[1]) return knownInts(call, 1, "part sizes");
  const parts = intOf(call.attributes, "num_outputs", call.outputs);
  const size = Math.ceil(n / parts);
  return Array.from({ length: parts }, (_, i) => Math.min(size, n - i * size));
}

const split: Operator = {
  name: "Split",
  domain: "",
  since: 2,
  attributes: { axis: "int", num_outputs: "int" },
  arity: [1, 2],
  shape: (call) => {
    const x = required(call, 0);
    const axis = axisOf(call, x.shape.length, 0);
    if (axis < 0) return call.fail(`an axis within -${x.shape.length}..${x.shape.length - 1}`);
    const sizes = splitSizes(call, x.shape[axis] as number);
    if (sizes.reduce((p, q) => p + q, 0) !== x.shape[axis] || sizes.some((n) => n < 0))
      return call.fail(`part sizes that add up to ${x.shape[axis]}, not [${sizes}]`);
    return sizes.map((n) => ({ dtype: x.dtype, shape: x.shape.with(axis, n) }));
  },
  evaluate: (call) => {
    const x = argument(call, 0);
    const axis = axisOf(call, x.shape.length, 0);
    const strides = stridesOf(x.shape);
    const offsets = offsetsOf(call.outputs.map((o) => o.shape[axis] as number));
    return call.outputs.map(({ dtype, shape }, i) => {
      const start = (offsets[i] as number) * (strides[axis] as number);
      return dense(dtype, shape, gatherFlat(x.data, stridedIndices(shape, strides, start)));
    });
  },
  vjp: (call) => {
    const { b, outputs, cotangents } = call;
    const axis = axisOf(call, (outputs[0] as ValueInfo).shape.length, 0);
    const parts = outputs.map((y, i) => cotangents[i] ?? full(b, 0, y.shape, y.dtype));
    return [concat(b, parts, axis), null];
  },
  differentiable: "yes",
  note: "",
};

/** Entries of this family. */
export const joining: readonly Operator[] = [concatOperator, split];
