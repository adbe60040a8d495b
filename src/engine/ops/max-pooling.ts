/**
 * MaxPool and MaxUnpool. The gradient of MaxPool is sent to the positions that its second output records; windows
 * that do not overlap need no addition, which MaxUnpool does fastest.
 */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf, intsOf } from "./attributes.ts";
import type { Dense, Emitter, EvaluateCall, Operator, OutputType, VjpCall } from "./definition.ts";
import { dense } from "./dense.ts";
import { full, ints, one, reshape } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";
import { poolWindows } from "./pooling.ts";
import { range } from "./shapes.ts";
import { reach, statedWindows, WINDOW_ATTRIBUTES, type Windows, windowTable } from "./windows.ts";

function evaluateMaxPool(call: EvaluateCall): Dense[] {
  const x = argument(call, 0);
  const w = poolWindows(call.attributes, x.shape) as Windows;
  const table = windowTable(w);
  const [X, P, K] = [sizeOf(w.input), sizeOf(w.output), sizeOf(w.kernel)];
  const { dtype, shape } = call.outputs[0] as OutputType;
  const values = new Float64Array(sizeOf(shape));
  const positions = new Float64Array(values.length);
  for (let flat = 0; flat < values.length; flat++) {
    const [plane, p] = [Math.floor(flat / P), flat % P];
    let [best, at] = [Number.NEGATIVE_INFINITY, -1];
    for (let k = 0; k < K; k++) {
      const i = table[p * K + k] as number;
      const v = i < 0 ? Number.NEGATIVE_INFINITY : (x.data[plane * X + i] as number);
      if (v > best || (at < 0 && i >= 0)) [best, at] = [v, plane * X + i];
    }
    values[flat] = best;
    positions[flat] = at;
  }
  return [dense(dtype, shape, values), dense("int64", shape, positions)];
}

/** Whether no input element lies in two windows and no window hangs over the end: what MaxUnpool can undo. */
function isTiling(w: Windows): boolean {
  return w.kernel.every((k, i) => {
    const covered = reach(k, w.dilations[i] as number);
    const end = ((w.output[i] as number) - 1) * (w.strides[i] as number) + covered;
    return covered <= (w.strides[i] as number) && end <= (w.input[i] as number);
  });
}

/** Adds g back to the flat positions the maxima came from. */
function unpool(b: Emitter, g: ValueInfo, positions: ValueInfo, shape: readonly number[]): ValueInfo {
  const size = sizeOf(shape);
  const zeros = full(b, 0, [size], g.dtype);
  const flat = [reshape(b, positions, [sizeOf(g.shape)]), reshape(b, g, [sizeOf(g.shape)])];
  return reshape(b, one(b, "ScatterElements", [zeros, ...flat], { axis: 0, reduction: "add" }), shape);
}

function maxPoolVjp({ b, attributes, inputs, outputs, cotangents }: VjpCall): ValueInfo[] {
  const [x, g] = [inputs[0] as ValueInfo, cotangents[0] as ValueInfo];
  const w = poolWindows(attributes, x.shape) as Windows;
  const positions = b.sibling(outputs[0] as ValueInfo, 1);
  if (!isTiling(w)) return [unpool(b, g, positions, x.shape)];
  const { kernel, strides } = w;
  return [one(b, "MaxUnpool", [g, positions, ints(b, x.shape)], { kernel_shape: kernel, strides })];
}

const maxPool: Operator = {
  name: "MaxPool",
  domain: "",
  since: 1,
  attributes: { ...WINDOW_ATTRIBUTES, ceil_mode: "int", storage_order: "int" },
  arity: [1, 1],
  shape: (call) => {
    const x = required(call, 0);
    const w = poolWindows(call.attributes, x.shape);
    if (w === null || intOf(call.attributes, "storage_order", 0) !== 0)
      return call.fail("x [n, c, ...], a kernel_shape with a window that fits, and storage_order 0");
    const shape = [...x.shape.slice(0, 2), ...w.output];
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  evaluate: evaluateMaxPool,
  vjp: maxPoolVjp,
  differentiable: "piecewise",
  note: "a tie sends the gradient to the first maximum",
};

const maxUnpool: Operator = {
  name: "MaxUnpool",
  domain: "",
  since: 9,
  attributes: { kernel_shape: "ints", strides: "ints", pads: "ints" },
  arity: [2, 3],
  shape: (call) => {
    const x = required(call, 0);
    const rank = x.shape.length - 2;
    const kernel = intsOf(call.attributes, "kernel_shape");
    if (kernel?.length !== rank) return call.fail("a kernel_shape with one size per spatial axis");
    if (call.inputs[2]) return [{ dtype: x.dtype, shape: knownInts(call, 2, "an output shape") }];
    const { strides, before, after } = statedWindows(call.attributes, rank);
    const spatial = range(rank).map(
      (i) =>
        ((x.shape[i + 2] as number) - 1) * (strides[i] as number) +
        (kernel[i] as number) -
        (before[i] as number) -
        (after[i] as number),
    );
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...spatial] }];
  },
  evaluate: (call) => {
    const [x, positions] = [argument(call, 0), argument(call, 1)];
    const { dtype, shape } = call.outputs[0] as OutputType;
    const data = new Float64Array(sizeOf(shape));
    for (const [i, at] of positions.data.entries()) data[at] = x.data[i] as number;
    return [dense(dtype, shape, data)];
  },
  vjp: ({ b, inputs, cotangents }) => {
    const [x, positions] = inputs as [ValueInfo, ValueInfo];
    const g = cotangents[0] as ValueInfo;
    const size = [sizeOf(x.shape)];
    const read = one(b, "GatherElements", [reshape(b, g, [sizeOf(g.shape)]), reshape(b, positions, size)], {
      axis: 0,
    });
    return [reshape(b, read, x.shape), null];
  },
  differentiable: "yes",
  note: "positions index the whole output, as MaxPool records them",
};

/** Entries of this family. */
export const maxPooling: readonly Operator[] = [maxPool, maxUnpool];
