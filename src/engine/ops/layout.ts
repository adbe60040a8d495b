/** Operators that rearrange or repeat elements without computing: Reshape, Transpose, Expand and their kin. */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { flagOf, intOf, intsOf } from "./attributes.ts";
import type { Attributes, Dense, Operator, OutputType, ShapeCall, VjpRule } from "./definition.ts";
import { broadcastData, dense, gatherFlat, listOf, stridedIndices } from "./dense.ts";
import { reduceSum, reshape, sumTo, transpose } from "./emit.ts";
import { argument, required } from "./family.ts";
import { broadcastShapes, inversePermutation, normalizeAxes, range, stridesOf } from "./shapes.ts";

/** Integers of a required constant input. */
export function knownInts(call: ShapeCall, i: number, what: string): number[] {
  const value = call.known(i);
  return value === null ? call.fail(`${what} (input ${i}) that is a known constant`) : listOf(value);
}

const reshapeVjp: VjpRule = ({ b, inputs, cotangents }) => [
  reshape(b, cotangents[0] as ValueInfo, (inputs[0] as ValueInfo).shape),
];

/** An operator that keeps the row-major order of its elements and only renames the axes. */
function relabel(
  name: string,
  since: number,
  attributes: Operator["attributes"],
  arity: Operator["arity"],
  target: (call: ShapeCall, shape: readonly number[]) => readonly number[],
  note = "",
): Operator {
  return {
    name,
    domain: "",
    since,
    attributes,
    arity,
    shape: (call) => {
      const x = required(call, 0);
      const shape = target(call, x.shape);
      if (sizeOf(shape) !== sizeOf(x.shape)) return call.fail(`${sizeOf(x.shape)} elements, not [${shape}]`);
      return [{ dtype: x.dtype, shape }];
    },
    evaluate: (call) => [
      dense(argument(call, 0).dtype, (call.outputs[0] as OutputType).shape, argument(call, 0).data),
    ],
    vjp: reshapeVjp,
    differentiable: "yes",
    note,
  };
}

/** Target of Reshape: 0 copies a size (unless allowzero), one -1 is inferred. */
function reshapeTarget(call: ShapeCall, from: readonly number[]): number[] {
  const wish = knownInts(call, 1, "a shape");
  const copyZero = !flagOf(call.attributes, "allowzero");
  const shape = wish.map((n, i) => (n === 0 && copyZero ? (from[i] ?? 0) : n));
  const hole = shape.indexOf(-1);
  if (hole < 0) return shape;
  const rest = shape.reduce((p, n, i) => (i === hole ? p : p * n), 1);
  const size = rest === 0 ? 0 : sizeOf(from) / rest;
  if (!Number.isInteger(size) || shape.indexOf(-1, hole + 1) >= 0)
    return call.fail(`a shape that fits ${sizeOf(from)} elements, not [${wish}]`);
  shape[hole] = size;
  return shape;
}

/** Axes of Squeeze and Unsqueeze: input 1 since opset 13, attribute before; null when neither is given. */
function axesArgument(call: ShapeCall): readonly number[] | null {
  return call.inputs[1] ? knownInts(call, 1, "axes") : intsOf(call.attributes, "axes");
}

function squeezed(call: ShapeCall, from: readonly number[]): number[] {
  const given = axesArgument(call);
  const axes =
    given === null ? range(from.length).filter((i) => from[i] === 1) : normalizeAxes(given, from.length);
  if (axes === null || axes.some((a) => from[a] !== 1)) return call.fail(`axes of size 1, not [${given}]`);
  return from.filter((_, i) => !axes.includes(i));
}

function unsqueezed(call: ShapeCall, from: readonly number[]): number[] {
  const given = axesArgument(call) ?? [];
  const axes = normalizeAxes(given, from.length + given.length);
  if (axes === null) return call.fail(`axes of the result, not [${given}]`);
  const rest = [...from];
  return range(from.length + axes.length).map((i) => (axes.includes(i) ? 1 : (rest.shift() as number)));
}

function permutationOf(attributes: Attributes, rank: number): number[] {
  return [...(intsOf(attributes, "perm") ?? range(rank).reverse())];
}

/** Transpose of an oracle array. */
export function transposeDense(x: Dense, perm: readonly number[]): Dense {
  const strides = stridesOf(x.shape);
  const shape = perm.map((p) => x.shape[p] as number);
  const indices = stridedIndices(
    shape,
    perm.map((p) => strides[p] as number),
  );
  return dense(x.dtype, shape, gatherFlat(x.data, indices));
}

const transposeOperator: Operator = {
  name: "Transpose",
  domain: "",
  since: 1,
  attributes: { perm: "ints" },
  arity: [1, 1],
  shape: (call) => {
    const x = required(call, 0);
    const perm = permutationOf(call.attributes, x.shape.length);
    if (normalizeAxes(perm, x.shape.length)?.length !== x.shape.length)
      return call.fail(`a permutation of ${x.shape.length} axes, not [${perm}]`);
    return [{ dtype: x.dtype, shape: perm.map((p) => x.shape[p] as number) }];
  },
  evaluate: (call) => {
    const x = argument(call, 0);
    return [transposeDense(x, permutationOf(call.attributes, x.shape.length))];
  },
  vjp: ({ b, inputs, attributes, cotangents }) => {
    const perm = permutationOf(attributes, (inputs[0] as ValueInfo).shape.length);
    return [transpose(b, cotangents[0] as ValueInfo, inversePermutation(perm))];
  },
  differentiable: "yes",
  note: "",
};

const expandOperator: Operator = {
  name: "Expand",
  domain: "",
  since: 8,
  attributes: {},
  arity: [2, 2],
  shape: (call) => {
    const x = required(call, 0);
    const wish = knownInts(call, 1, "a shape");
    const shape = broadcastShapes(x.shape, wish);
    return shape === null ? call.fail(`a shape that broadcasts, not [${wish}]`) : [{ dtype: x.dtype, shape }];
  },
  evaluate: (call) => {
    const { dtype, shape } = call.outputs[0] as OutputType;
    return [dense(dtype, shape, broadcastData(argument(call, 0), shape))];
  },
  vjp: ({ b, inputs, cotangents }) => [
    sumTo(b, cotangents[0] as ValueInfo, (inputs[0] as ValueInfo).shape),
    null,
  ],
  differentiable: "yes",
  note: "",
};

const tile: Operator = {
  name: "Tile",
  domain: "",
  since: 6,
  attributes: {},
  arity: [2, 2],
  shape: (call) => {
    const x = required(call, 0);
    const repeats = knownInts(call, 1, "repeats");
    if (repeats.length !== x.shape.length) return call.fail("one repeat per axis");
    return [{ dtype: x.dtype, shape: x.shape.map((n, i) => n * (repeats[i] as number)) }];
  },
  evaluate: (call) => {
    const [x, { dtype, shape }] = [argument(call, 0), call.outputs[0] as OutputType];
    // Index (r_0, i_0, r_1, i_1, ...) with stride 0 on every repeat axis.
    const strides = stridesOf(x.shape);
    const pairs = x.shape.flatMap((n, i) => [(shape[i] as number) / Math.max(n, 1), n]);
    const indices = stridedIndices(
      pairs,
      strides.flatMap((s) => [0, s]),
    );
    return [dense(dtype, shape, gatherFlat(x.data, indices))];
  },
  vjp: ({ b, inputs, outputs, cotangents }) => {
    const [x, y] = [inputs[0] as ValueInfo, outputs[0] as ValueInfo];
    const pairs = x.shape.flatMap((n, i) => [(y.shape[i] as number) / Math.max(n, 1), n]);
    const axes = range(x.shape.length).map((i) => 2 * i);
    return [reduceSum(b, reshape(b, cotangents[0] as ValueInfo, pairs), { axes }), null];
  },
  differentiable: "yes",
  note: "",
};

/** Entries of this family. */
export const layout: readonly Operator[] = [
  relabel("Reshape", 5, { allowzero: "int" }, [2, 2], reshapeTarget),
  relabel("Flatten", 1, { axis: "int" }, [1, 1], (call, from) => {
    const axis = intOf(call.attributes, "axis", 1);
    const at = axis < 0 ? axis + from.length : axis;
    return [sizeOf(from.slice(0, at)), sizeOf(from.slice(at))];
  }),
  relabel("Squeeze", 1, { axes: "ints" }, [1, 2], squeezed),
  relabel("Unsqueeze", 1, { axes: "ints" }, [1, 2], unsqueezed),
  relabel(
    "Dropout",
    1,
    { ratio: "float", seed: "int" },
    [1, 3],
    (call, from) => {
      if (call.inputs[2] && (call.known(2)?.data[0] ?? 1) !== 0) return call.fail("training_mode false");
      return from;
    },
    "inference only: the identity",
  ),
  transposeOperator,
  expandOperator,
  tile,
];
