/** Average, Lp and global pooling. Their adjoint spreads a gradient over windows: a ConvTranspose with ones. */
import type { ValueInfo } from "../ir.ts";
import { sizeOf, tensorOf } from "../tensor.ts";
import { flagOf, intOf, intsOf } from "./attributes.ts";
import type { Attributes, Differentiable, Emitter, Operator, OutputType, VjpCall } from "./definition.ts";
import { build } from "./dense.ts";
import {
  abs,
  cast,
  div,
  equal,
  expand,
  full,
  mul,
  one,
  pad,
  pow,
  reduceSum,
  reshape,
  sign,
  slice,
} from "./emit.ts";
import { argument, required } from "./family.ts";
import { range, reducedShape } from "./shapes.ts";
import { WINDOW_ATTRIBUTES, type Windows, windowsOf, windowTable } from "./windows.ts";

/** Windows of a pooling operator on [n, c, ...]; null when they do not fit. */
export function poolWindows(attributes: Attributes, x: readonly number[]): Windows | null {
  const kernel = intsOf(attributes, "kernel_shape");
  return kernel === null || x.length < 3 ? null : windowsOf(attributes, x.slice(2), kernel);
}

/** Sum over windows of the gradients of all windows an element lies in. g [n, c, ...output] -> [n, c, ...input] */
function spread(b: Emitter, g: ValueInfo, w: Windows): ValueInfo {
  const planes = reshape(b, g, [(g.shape[0] as number) * (g.shape[1] as number), 1, ...w.output]);
  const ones = full(b, 1, [1, 1, ...w.kernel], g.dtype);
  const sums = one(b, "ConvTranspose", [planes, ones], {
    kernel_shape: w.kernel,
    strides: w.strides,
    dilations: w.dilations,
  });
  const covered = sums.shape.slice(2);
  const rank = w.input.length;
  const ranges = range(rank).map((i) => {
    const start = w.before[i] as number;
    return { axis: i + 2, start, end: Math.min(covered[i] as number, start + (w.input[i] as number)) };
  });
  const whole = ranges.every((r, i) => r.start === 0 && r.end === covered[i]);
  const inside = whole ? sums : slice(b, sums, ranges);
  const missing = inside.shape.map((n, i) => (i < 2 ? 0 : (w.input[i - 2] as number) - n));
  const zeros = missing.map(() => 0);
  return reshape(b, pad(b, inside, zeros, missing), [...g.shape.slice(0, 2), ...w.input]);
}

/** Number of elements each window averages over, by flat window position. */
export function windowCounts(w: Windows, includePad: boolean): number[] {
  // Counting the padding means sliding over an input that contains it.
  const over: Windows = includePad
    ? {
        ...w,
        input: w.input.map((n, i) => n + (w.before[i] as number) + (w.after[i] as number)),
        before: w.before.map(() => 0),
      }
    : w;
  const table = windowTable(over);
  const K = sizeOf(w.kernel);
  return range(sizeOf(w.output)).map(
    (p) => table.subarray(p * K, (p + 1) * K).filter((at) => at >= 0).length,
  );
}

/** Reads every window of every channel: `f(values inside the input, window position)`. */
function pooled(
  name: string,
  since: number,
  extra: Operator["attributes"],
  value: (values: number[], p: number, w: Windows, attributes: Attributes) => number,
  vjp: (call: VjpCall, w: Windows) => ValueInfo,
  note: string,
): Operator {
  return {
    name,
    domain: "",
    since,
    attributes: { ...WINDOW_ATTRIBUTES, ceil_mode: "int", ...extra },
    arity: [1, 1],
    shape: (call) => {
      const x = required(call, 0);
      const w = poolWindows(call.attributes, x.shape);
      if (w === null) return call.fail("x [n, c, ...] and a kernel_shape with a window that fits");
      return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...w.output] }];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const w = poolWindows(call.attributes, x.shape) as Windows;
      const { dtype, shape } = call.outputs[0] as OutputType;
      const table = windowTable(w);
      const [X, P, K] = [sizeOf(w.input), sizeOf(w.output), sizeOf(w.kernel)];
      return [
        build(dtype, shape, (flat) => {
          const [plane, p] = [Math.floor(flat / P), flat % P];
          const inside = [...table.subarray(p * K, (p + 1) * K)].filter((at) => at >= 0);
          return value(
            inside.map((at) => x.data[plane * X + at] as number),
            p,
            w,
            call.attributes,
          );
        }),
      ];
    },
    vjp: (call) => [vjp(call, poolWindows(call.attributes, (call.inputs[0] as ValueInfo).shape) as Windows)],
    differentiable: "yes",
    note,
  };
}

const averagePool = pooled(
  "AveragePool",
  7,
  { count_include_pad: "int" },
  (values, p, w, a) =>
    values.reduce((s, v) => s + v, 0) / (windowCounts(w, flagOf(a, "count_include_pad"))[p] as number),
  ({ b, attributes, cotangents }, w) => {
    const g = cotangents[0] as ValueInfo;
    const counts = windowCounts(w, flagOf(attributes, "count_include_pad"));
    const same = counts.every((n) => n === counts[0]);
    const scale = tensorOf(
      g.dtype,
      same ? [] : w.output,
      same ? [1 / (counts[0] as number)] : counts.map((n) => 1 / n),
    );
    return spread(b, mul(b, g, b.constant(scale)), w);
  },
  "count_include_pad, ceil_mode, dilations",
);

const lpPool = pooled(
  "LpPool",
  18,
  { p: "int" },
  (values, _, __, a) => {
    const p = intOf(a, "p", 2);
    return values.reduce((s, v) => s + Math.abs(v) ** p, 0) ** (1 / p);
  },
  ({ b, attributes, inputs, outputs, cotangents }, w) => {
    const [x, y, g] = [inputs[0] as ValueInfo, outputs[0] as ValueInfo, cotangents[0] as ValueInfo];
    const p = intOf(attributes, "p", 2);
    const shared = spread(b, div(b, g, pow(b, y, p - 1)), w);
    return mul(b, shared, p === 2 ? x : mul(b, sign(b, x), pow(b, abs(b, x), p - 1)));
  },
  "windows must not be all zero for the derivative",
);

/** Global pooling over all spatial axes. */
function globalPool(
  name: string,
  value: (values: Float64Array) => number,
  vjp: (call: VjpCall, axes: number[]) => ValueInfo,
  differentiable: Differentiable,
  note: string,
): Operator {
  const spatial = (shape: readonly number[]): number[] => range(shape.length).slice(2);
  return {
    name,
    domain: "",
    since: 1,
    attributes: {},
    arity: [1, 1],
    shape: (call) => {
      const x = required(call, 0);
      if (x.shape.length < 3) return call.fail("x [n, c, ...] with at least one spatial axis");
      return [{ dtype: x.dtype, shape: reducedShape(x.shape, spatial(x.shape), true) }];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const size = sizeOf(x.shape.slice(2));
      const { dtype, shape } = call.outputs[0] as OutputType;
      return [build(dtype, shape, (i) => value(x.data.subarray(i * size, (i + 1) * size)))];
    },
    vjp: (call) => [vjp(call, spatial((call.inputs[0] as ValueInfo).shape))],
    differentiable,
    note,
  };
}

/** Entries of this family. */
export const pooling: readonly Operator[] = [
  averagePool,
  lpPool,
  globalPool(
    "GlobalAveragePool",
    (v) => v.reduce((p, q) => p + q, 0) / v.length,
    ({ b, inputs, cotangents }) => {
      const x = inputs[0] as ValueInfo;
      const scaled = mul(b, cotangents[0] as ValueInfo, 1 / sizeOf(x.shape.slice(2)));
      return expand(b, scaled, x.shape);
    },
    "yes",
    "",
  ),
  globalPool(
    "GlobalMaxPool",
    (v) => v.reduce((p, q) => Math.max(p, q), Number.NEGATIVE_INFINITY),
    ({ b, inputs, outputs, cotangents }, axes) => {
      const [x, y] = [inputs[0] as ValueInfo, outputs[0] as ValueInfo];
      const mask = cast(b, equal(b, x, y), x.dtype);
      const count = reduceSum(b, mask, { axes, keepdims: true });
      return mul(b, mask, div(b, cotangents[0] as ValueInfo, count));
    },
    "piecewise",
    "ties share the gradient equally",
  ),
];
