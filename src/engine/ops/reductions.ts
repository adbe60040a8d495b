/**
 * Reductions over axes. Axes come as a second input (opset 18 and later; 13 for ReduceSum) or as an attribute
 * (before); both are read.
 */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { flagOf, intsOf } from "./attributes.ts";
import type {
  Attributes,
  Dense,
  Differentiable,
  Emitter,
  Operator,
  OutputType,
  VjpCall,
} from "./definition.ts";
import { dense, gatherFlat, listOf, stridedIndices } from "./dense.ts";
import { cast, div, equal, exp, expand, mul, reduceSum, reshape, sign, sub } from "./emit.ts";
import { argument, required } from "./family.ts";
import { normalizeAxes, range, reducedShape, stridesOf } from "./shapes.ts";

/** What the derivative of a reduction may use: y and g have size 1 on the reduced axes. */
interface ReduceGradient {
  readonly b: Emitter;
  readonly x: ValueInfo;
  readonly y: ValueInfo;
  readonly g: ValueInfo;
  readonly axes: readonly number[];
  /** Number of elements that one result combines. */
  readonly count: number;
}

interface ReduceSpec {
  readonly name: string;
  readonly value: (elements: Float64Array) => number;
  readonly gradient: (call: ReduceGradient) => ValueInfo;
  readonly differentiable?: Differentiable;
  readonly note?: string;
}

const sumOf = (v: Float64Array): number => v.reduce((p, q) => p + q, 0);
const logSumExpOf = (v: Float64Array): number => {
  const top = v.reduce((p, q) => Math.max(p, q), Number.NEGATIVE_INFINITY);
  return Number.isFinite(top) ? top + Math.log(v.reduce((s, x) => s + Math.exp(x - top), 0)) : top;
};

/** Axes of a reduction, null when out of range. */
function axesOf(attributes: Attributes, given: Dense | null, rank: number): number[] | null {
  const axes = given === null ? intsOf(attributes, "axes") : listOf(given);
  if (axes === null || axes.length === 0)
    return flagOf(attributes, "noop_with_empty_axes") ? [] : range(rank);
  return normalizeAxes(axes, rank);
}

/** Groups the elements that are combined, one row per result in row-major order, and maps each row. */
export function reduceDense(
  x: Dense,
  axes: readonly number[],
  output: OutputType,
  f: (elements: Float64Array) => number,
): Dense {
  const strides = stridesOf(x.shape);
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const pick = (from: readonly number[], of: readonly number[]): number[] => from.map((i) => of[i] as number);
  const starts = stridedIndices(pick(kept, x.shape), pick(kept, strides));
  const inner = stridedIndices(pick(axes, x.shape), pick(axes, strides));
  const data = new Float64Array(starts.length);
  for (let r = 0; r < starts.length; r++) {
    const start = starts[r] as number;
    data[r] = f(
      gatherFlat(
        x.data,
        inner.map((i) => i + start),
      ),
    );
  }
  return dense(output.dtype, output.shape, data);
}

function reduction(spec: ReduceSpec): Operator {
  return {
    name: spec.name,
    domain: "",
    since: 1,
    attributes: { axes: "ints", keepdims: "int", noop_with_empty_axes: "int" },
    arity: [1, 2],
    shape: (call) => {
      const x = required(call, 0);
      const given = call.inputs[1] ? call.known(1) : null;
      if (call.inputs[1] && given === null) return call.fail("axes that are a known constant");
      const axes = axesOf(call.attributes, given, x.shape.length);
      if (axes === null) return call.fail(`axes within -${x.shape.length}..${x.shape.length - 1}`);
      const keepdims = flagOf(call.attributes, "keepdims", true);
      return [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, keepdims) }];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const axes = axesOf(call.attributes, call.inputs[1] ?? null, x.shape.length) ?? [];
      return [reduceDense(x, axes, call.outputs[0] as OutputType, spec.value)];
    },
    vjp: (call) => [reductionVjp(call, spec.gradient), null],
    differentiable: spec.differentiable ?? "yes",
    note: spec.note ?? "",
  };
}

function reductionVjp(call: VjpCall, gradient: ReduceSpec["gradient"]): ValueInfo {
  const { b, attributes, inputs, outputs, cotangents } = call;
  const x = inputs[0] as ValueInfo;
  const given = inputs[1] ? b.known(inputs[1]) : null;
  const axes = axesOf(attributes, given, x.shape.length) ?? [];
  const kept = reducedShape(x.shape, axes, true);
  const y = reshape(b, outputs[0] as ValueInfo, kept);
  const g = reshape(b, cotangents[0] as ValueInfo, kept);
  return gradient({ b, x, y, g, axes, count: sizeOf(x.shape) / Math.max(1, sizeOf(kept)) });
}

/** Gradient of max and min: shared equally by the elements that attain it (PyTorch's amax, amin). */
function extremumGradient({ b, x, y, g, axes }: ReduceGradient): ValueInfo {
  const mask = cast(b, equal(b, x, y), x.dtype);
  return mul(b, mask, div(b, g, reduceSum(b, mask, { axes, keepdims: true })));
}

/** Entries of this family. */
export const reductions: readonly Operator[] = [
  reduction({ name: "ReduceSum", value: sumOf, gradient: ({ b, x, g }) => expand(b, g, x.shape) }),
  reduction({
    name: "ReduceMean",
    value: (v) => sumOf(v) / v.length,
    gradient: ({ b, x, g, count }) => expand(b, mul(b, g, 1 / count), x.shape),
  }),
  reduction({
    name: "ReduceMax",
    value: (v) => v.reduce((p, q) => Math.max(p, q), Number.NEGATIVE_INFINITY),
    gradient: extremumGradient,
    differentiable: "piecewise",
    note: "ties share the gradient equally",
  }),
  reduction({
    name: "ReduceMin",
    value: (v) => v.reduce((p, q) => Math.min(p, q), Number.POSITIVE_INFINITY),
    gradient: extremumGradient,
    differentiable: "piecewise",
    note: "ties share the gradient equally",
  }),
  reduction({
    name: "ReduceProd",
    value: (v) => v.reduce((p, q) => p * q, 1),
    gradient: ({ b, x, y, g }) => mul(b, g, div(b, y, x)),
    note: "derivative y/x: elements must not be 0",
  }),
  reduction({
    name: "ReduceL1",
    value: (v) => v.reduce((s, x) => s + Math.abs(x), 0),
    gradient: ({ b, x, g }) => mul(b, g, sign(b, x)),
    differentiable: "piecewise",
  }),
  reduction({
    name: "ReduceL2",
    value: (v) => Math.sqrt(v.reduce((s, x) => s + x * x, 0)),
    gradient: ({ b, x, y, g }) => mul(b, x, div(b, g, y)),
    note: "no derivative at 0",
  }),
  reduction({
    name: "ReduceSumSquare",
    value: (v) => v.reduce((s, x) => s + x * x, 0),
    gradient: ({ b, x, g }) => mul(b, mul(b, g, 2), x),
  }),
  reduction({
    name: "ReduceLogSum",
    value: (v) => Math.log(sumOf(v)),
    gradient: ({ b, x, y, g }) => expand(b, div(b, g, exp(b, y)), x.shape),
  }),
  reduction({
    name: "ReduceLogSumExp",
    value: logSumExpOf,
    gradient: ({ b, x, y, g }) => mul(b, g, exp(b, sub(b, x, y))),
  }),
];
