/** Slice with any steps, and the zeros between elements that its gradient needs. */
import type { ValueInfo } from "../ir.ts";
import type { Dense, Emitter, Operator, VjpCall } from "./definition.ts";
import { dense, gatherFlat, listOf, stridedIndices } from "./dense.ts";
import { pad, reshape, slice } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts } from "./layout.ts";
import { normalizeAxis, stridesOf } from "./shapes.ts";

/** One axis of a Slice after clamping: elements start, start + step, ... (count of them). */
interface Interval {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Clamps as ONNX does: negative positions count from the end, out-of-range ones stop at the border. */
function intervalOf(n: number, start: number, end: number, step: number): Interval {
  const from = start < 0 ? start + n : start;
  const to = end < 0 ? end + n : end;
  if (step > 0) {
    const a = Math.min(Math.max(from, 0), n);
    const z = Math.min(Math.max(to, 0), n);
    return { start: a, step, count: Math.max(0, Math.ceil((z - a) / step)) };
  }
  const a = Math.min(Math.max(from, 0), n - 1);
  const z = Math.min(Math.max(to, -1), n - 1);
  return { start: a, step, count: Math.max(0, Math.ceil((a - z) / -step)) };
}

/** Intervals of all axes; `lists` are starts, ends, axes, steps as numbers, null when absent. */
function intervalsOf(
  shape: readonly number[],
  [starts, ends, axes, steps]: readonly (readonly number[] | null)[],
): Interval[] | null {
  const result = shape.map((n): Interval => ({ start: 0, step: 1, count: n }));
  for (const [i, start] of (starts ?? []).entries()) {
    const axis = normalizeAxis(axes?.[i] ?? i, shape.length);
    const step = steps?.[i] ?? 1;
    if (axis === null || step === 0) return null;
    result[axis] = intervalOf(shape[axis] as number, start, ends?.[i] as number, step);
  }
  return result;
}

function sliceLists(get: (i: number) => readonly number[] | null): (readonly number[] | null)[] {
  return [1, 2, 3, 4].map(get);
}

/** Adjoint of taking `count` elements from `start` in steps: zeros everywhere else. */
function placeAlong(b: Emitter, g: ValueInfo, axis: number, n: number, interval: Interval): ValueInfo {
  const { count } = interval;
  const { start, step, forward } =
    interval.step > 0
      ? { ...interval, forward: g }
      : {
          start: interval.start + (count - 1) * interval.step,
          step: -interval.step,
          forward: slice(b, g, [{ axis, start: -1, end: Number.MIN_SAFE_INTEGER, step: -1 }]),
        };
  const spread = dilate(b, forward, axis, step);
  const before = g.shape.map((_, k) => (k === axis ? start : 0));
  const after = g.shape.map((_, k) => (k === axis ? n - start - (spread.shape[axis] as number) : 0));
  return pad(b, spread, before, after);
}

/** Inserts step - 1 zeros between neighbours along an axis: length n becomes (n - 1) step + 1. */
export function dilate(b: Emitter, x: ValueInfo, axis: number, step: number): ValueInfo {
  const n = x.shape[axis] as number;
  if (step === 1 || n <= 1) return x;
  const column = reshape(b, x, x.shape.toSpliced(axis + 1, 0, 1));
  const zeros = column.shape.map(() => 0);
  const padded = pad(b, column, zeros, zeros.with(axis + 1, step - 1));
  const joined = reshape(b, padded, x.shape.with(axis, n * step));
  return slice(b, joined, [{ axis, start: 0, end: (n - 1) * step + 1 }]);
}

function sliceVjp({ b, inputs, cotangents }: VjpCall): (ValueInfo | null)[] {
  const x = inputs[0] as ValueInfo;
  const lists = sliceLists((i) => {
    const value = inputs[i];
    return value ? listOf(b.known(value) as Dense) : null;
  });
  const intervals = intervalsOf(x.shape, lists) as Interval[];
  let g = cotangents[0] as ValueInfo;
  const plain = intervals.every(({ step }) => step === 1);
  if (plain) {
    const before = intervals.map((v) => v.start);
    const after = intervals.map((v, k) => (x.shape[k] as number) - v.start - v.count);
    return [pad(b, g, before, after), ...inputs.slice(1).map(() => null)];
  }
  for (const [axis, interval] of intervals.entries())
    if (interval.count !== x.shape[axis] || interval.step !== 1)
      g = placeAlong(b, g, axis, x.shape[axis] as number, interval);
  return [g, ...inputs.slice(1).map(() => null)];
}

const sliceOperator: Operator = {
  name: "Slice",
  domain: "",
  since: 10,
  attributes: {},
  arity: [3, 5],
  shape: (call) => {
    const x = required(call, 0);
    const lists = sliceLists((i) =>
      call.inputs[i] ? knownInts(call, i, "starts, ends, axes, steps") : null,
    );
    const intervals = intervalsOf(x.shape, lists);
    if (intervals === null)
      return call.fail(`axes within the rank ${x.shape.length} and steps that are not 0`);
    return [{ dtype: x.dtype, shape: intervals.map((v) => v.count) }];
  },
  evaluate: (call) => {
    const x = argument(call, 0);
    const lists = sliceLists((i) => (call.inputs[i] ? listOf(call.inputs[i]) : null));
    const intervals = intervalsOf(x.shape, lists) as Interval[];
    const strides = stridesOf(x.shape);
    const start = intervals.reduce((sum, v, k) => sum + v.start * (strides[k] as number), 0);
    const shape = intervals.map((v) => v.count);
    const indices = stridedIndices(
      shape,
      intervals.map((v, k) => v.step * (strides[k] as number)),
      start,
    );
    return [dense(x.dtype, shape, gatherFlat(x.data, indices))];
  },
  vjp: sliceVjp,
  differentiable: "yes",
  note: "starts, ends, axes and steps must be known",
};

/** Entries of this family. */
export const slicing: readonly Operator[] = [sliceOperator];
