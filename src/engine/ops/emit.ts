/**
 * Typed helpers that append one operator to a builder. Numbers among the operands become scalar constants of the
 * other operand's type. Rules of differentiation are written with the same helpers.
 */
import { SpecError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { type DType, sizeOf, tensorOf } from "../tensor.ts";
import type { AttributeInput, Emitter } from "./definition.ts";
import { broadcastShapes, range, sameShape } from "./shapes.ts";

/** A value, or a number that becomes a constant. */
export type Operand = ValueInfo | number;

/** A helper of one tensor argument. */
export type UnaryHelper = (b: Emitter, x: ValueInfo) => ValueInfo;

/** A helper of two broadcast arguments. */
export type BinaryHelper = (b: Emitter, x: Operand, y: Operand) => ValueInfo;

/** Appends an operator with one output and returns it. */
export function one(
  b: Emitter,
  op: string,
  inputs: readonly (ValueInfo | null)[],
  attributes: Readonly<Record<string, AttributeInput>> = {},
): ValueInfo {
  return b.op(op, inputs, attributes)[0] as ValueInfo;
}

/** A scalar constant. */
export function scalar(b: Emitter, value: number, dtype: DType = "float32"): ValueInfo {
  return b.constant(tensorOf(dtype, [], [value]));
}

/** A list of int64 (axes, shapes, pads). */
export function ints(b: Emitter, values: readonly number[]): ValueInfo {
  return b.constant(tensorOf("int64", [values.length], values));
}

function unary(op: string): UnaryHelper {
  return (b, x) => one(b, op, [x]);
}

function operands(b: Emitter, x: Operand, y: Operand): [ValueInfo, ValueInfo] {
  if (typeof x !== "number") return [x, typeof y === "number" ? scalar(b, y, x.dtype) : y];
  if (typeof y !== "number") return [scalar(b, x, y.dtype), y];
  throw new SpecError(`an operator received two plain numbers (${x}, ${y}), expected at least one value`);
}

function binary(op: string): BinaryHelper {
  return (b, x, y) => one(b, op, operands(b, x, y));
}

/** Whether `value` is a known constant all of whose elements are `c`. */
function isAll(b: Emitter, value: ValueInfo, c: number): boolean {
  return b.known(value)?.data.every((v) => v === c) ?? false;
}

/** `other` when combining it with the neutral element `value` would leave it unchanged, else null. */
function unchanged(b: Emitter, value: ValueInfo, neutral: number, other: ValueInfo): ValueInfo | null {
  const shape = broadcastShapes(value.shape, other.shape);
  return shape !== null && sameShape(shape, other.shape) && isAll(b, value, neutral) ? other : null;
}

/** x + y; x + 0 is x. */
export const add: BinaryHelper = (b, x, y) => {
  const [p, q] = operands(b, x, y);
  return unchanged(b, p, 0, q) ?? unchanged(b, q, 0, p) ?? one(b, "Add", [p, q]);
};
/** x - y; x - 0 is x. */
export const sub: BinaryHelper = (b, x, y) => {
  const [p, q] = operands(b, x, y);
  return unchanged(b, q, 0, p) ?? one(b, "Sub", [p, q]);
};
/** x y, element by element; 1 x is x. */
export const mul: BinaryHelper = (b, x, y) => {
  const [p, q] = operands(b, x, y);
  return unchanged(b, p, 1, q) ?? unchanged(b, q, 1, p) ?? one(b, "Mul", [p, q]);
};
/** x / y, element by element; x / 1 is x. */
export const div: BinaryHelper = (b, x, y) => {
  const [p, q] = operands(b, x, y);
  return unchanged(b, q, 1, p) ?? one(b, "Div", [p, q]);
};
/** x^y, element by element. */
export const pow: BinaryHelper = binary("Pow");
/** The larger of two. */
export const maximum: BinaryHelper = binary("Max");
/** The smaller of two. */
export const minimum: BinaryHelper = binary("Min");
/** x > y, as bool. */
export const greater: BinaryHelper = binary("Greater");
/** x >= y, as bool. */
export const greaterOrEqual: BinaryHelper = binary("GreaterOrEqual");
/** x < y, as bool. */
export const less: BinaryHelper = binary("Less");
/** x <= y, as bool. */
export const lessOrEqual: BinaryHelper = binary("LessOrEqual");
/** x == y, as bool. */
export const equal: BinaryHelper = binary("Equal");

/** -x */
export const neg: UnaryHelper = unary("Neg");
/** |x| */
export const abs: UnaryHelper = unary("Abs");
/** Sign: -1, 0 or 1. */
export const sign: UnaryHelper = unary("Sign");
/** e^x */
export const exp: UnaryHelper = unary("Exp");
/** Natural logarithm. */
export const log: UnaryHelper = unary("Log");
/** Square root. */
export const sqrt: UnaryHelper = unary("Sqrt");
/** 1/x */
export const reciprocal: UnaryHelper = unary("Reciprocal");
/** Error function. */
export const erf: UnaryHelper = unary("Erf");
/** Sine. */
export const sin: UnaryHelper = unary("Sin");
/** Cosine. */
export const cos: UnaryHelper = unary("Cos");
/** Hyperbolic tangent. */
export const tanh: UnaryHelper = unary("Tanh");
/** 1 / (1 + e^-x) */
export const sigmoid: UnaryHelper = unary("Sigmoid");
/** max(x, 0) */
export const relu: UnaryHelper = unary("Relu");
/** log(1 + e^x) */
export const softplus: UnaryHelper = unary("Softplus");
/** The value itself under a new name. */
export const identity: UnaryHelper = unary("Identity");
/** Logical not. */
export const not: UnaryHelper = unary("Not");

/** x where `condition`, else y. */
export function where(b: Emitter, condition: ValueInfo, x: Operand, y: Operand): ValueInfo {
  return one(b, "Where", [condition, ...operands(b, x, y)]);
}

/** Converts the element type. */
export function cast(b: Emitter, x: ValueInfo, to: DType): ValueInfo {
  return x.dtype === to ? x : one(b, "Cast", [x], { to: DTYPE_CODES[to] });
}

/** ONNX TensorProto.DataType numbers. */
export const DTYPE_CODES: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};

/** Matrix product x w over the last two axes, leading axes broadcast. */
export function matmul(b: Emitter, x: ValueInfo, w: ValueInfo): ValueInfo {
  return one(b, "MatMul", [x, w]);
}

/** Options of {@link gemm}. */
export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

/** alpha A' B' + beta C for matrices, with A' = A or its transpose; C [n] or [m, n] is optional. */
export function gemm(
  b: Emitter,
  x: ValueInfo,
  w: ValueInfo,
  c: ValueInfo | null = null,
  { transA = false, transB = false, alpha = 1, beta = 1 }: GemmOptions = {},
): ValueInfo {
  const attributes: Record<string, AttributeInput> = {};
  if (transA) attributes.transA = 1;
  if (transB) attributes.transB = 1;
  if (alpha !== 1) attributes.alpha = alpha;
  if (beta !== 1) attributes.beta = beta;
  return one(b, "Gemm", c === null ? [x, w] : [x, w, c], attributes);
}

/** Same elements in another shape. */
export function reshape(b: Emitter, x: ValueInfo, shape: readonly number[]): ValueInfo {
  return sameShape(x.shape, shape) ? x : one(b, "Reshape", [x, ints(b, shape)]);
}

/** Axes permuted: output axis i is input axis perm[i]. */
export function transpose(b: Emitter, x: ValueInfo, perm: readonly number[]): ValueInfo {
  return perm.every((p, i) => p === i) ? x : one(b, "Transpose", [x], { perm });
}

/** The last two axes exchanged. */
export function swapLast(b: Emitter, x: ValueInfo): ValueInfo {
  const r = x.shape.length;
  return transpose(b, x, [...range(r - 2), r - 1, r - 2]);
}

/** Repeated by broadcasting up to `shape`. */
export function expand(b: Emitter, x: ValueInfo, shape: readonly number[]): ValueInfo {
  return sameShape(x.shape, shape) ? x : one(b, "Expand", [x, ints(b, shape)]);
}

/** All elements equal to `value`. */
export function full(b: Emitter, value: number, shape: readonly number[], dtype: DType): ValueInfo {
  return expand(b, scalar(b, value, dtype), shape);
}

/** Options of reductions. */
export interface ReduceOptions {
  /** Default: all axes. */
  readonly axes?: readonly number[];
  readonly keepdims?: boolean;
}

/** A helper of one argument reduced over axes. */
export type ReduceHelper = (b: Emitter, x: ValueInfo, options?: ReduceOptions) => ValueInfo;

function reduce(op: string): ReduceHelper {
  return (b, x, { axes, keepdims = false } = {}) =>
    one(b, op, axes === undefined ? [x] : [x, ints(b, axes)], { keepdims: keepdims ? 1 : 0 });
}

/** Sum over axes. */
export const reduceSum: ReduceHelper = reduce("ReduceSum");
/** Mean over axes. */
export const reduceMean: ReduceHelper = reduce("ReduceMean");
/** Largest element over axes. */
export const reduceMax: ReduceHelper = reduce("ReduceMax");
/** Smallest element over axes. */
export const reduceMin: ReduceHelper = reduce("ReduceMin");
/** log sum exp over axes. */
export const reduceLogSumExp: ReduceHelper = reduce("ReduceLogSumExp");

/** softmax over one axis (default the last). */
export function softmax(b: Emitter, x: ValueInfo, axis = -1): ValueInfo {
  return one(b, "Softmax", [x], { axis });
}

/** log softmax over one axis (default the last). */
export function logSoftmax(b: Emitter, x: ValueInfo, axis = -1): ValueInfo {
  return one(b, "LogSoftmax", [x], { axis });
}

/** Joined along an axis. */
export function concat(b: Emitter, parts: readonly ValueInfo[], axis: number): ValueInfo {
  return parts.length === 1 ? (parts[0] as ValueInfo) : one(b, "Concat", parts, { axis });
}

/** One interval of {@link slice}: `end` is exclusive, steps may be negative, as in ONNX. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

/** Elements start, start + step, ... < end of the given axes. */
export function slice(b: Emitter, x: ValueInfo, ranges: readonly SliceRange[]): ValueInfo {
  const column = (f: (r: SliceRange) => number): ValueInfo => ints(b, ranges.map(f));
  const inputs = [x, column((r) => r.start), column((r) => r.end), column((r) => r.axis)];
  if (ranges.some((r) => (r.step ?? 1) !== 1)) inputs.push(column((r) => r.step ?? 1));
  return one(b, "Slice", inputs);
}

/** Zeros around: `before[i]` and `after[i]` elements on axis i. */
export function pad(
  b: Emitter,
  x: ValueInfo,
  before: readonly number[],
  after: readonly number[],
): ValueInfo {
  if ([...before, ...after].every((n) => n === 0)) return x;
  return one(b, "Pad", [x, ints(b, [...before, ...after])]);
}

/** Sums a broadcast gradient back to the shape of the operand it belongs to. */
export function sumTo(b: Emitter, g: ValueInfo, shape: readonly number[]): ValueInfo {
  if (sameShape(g.shape, shape)) return g;
  const offset = g.shape.length - shape.length;
  const axes = range(g.shape.length).filter(
    (i) => i < offset || (shape[i - offset] === 1 && g.shape[i] !== 1),
  );
  const reduced = axes.length === 0 ? g : reduceSum(b, g, { axes });
  return reshape(b, reduced, shape);
}

/** Number of elements of a value. */
export function countOf(x: ValueInfo): number {
  return sizeOf(x.shape);
}
