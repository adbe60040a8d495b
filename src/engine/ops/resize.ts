/**
 * Resampling of spatial axes: Resize (nearest, linear, cubic) as one interpolation matrix per axis, and the exchange
 * of channels and space.
 */
import type { ValueInfo } from "../ir.ts";
import { tensorOf } from "../tensor.ts";
import { floatOf, intOf, intsOf, stringOf } from "./attributes.ts";
import type { Attributes, Dense, Emitter, Operator, ShapeCall } from "./definition.ts";
import { dense, listOf } from "./dense.ts";
import { matmul, reshape, transpose } from "./emit.ts";
import { argument, required } from "./family.ts";
import { knownInts, transposeDense } from "./layout.ts";
import { range, splitAt } from "./shapes.ts";

/** Position in the input of output position i, by the coordinate_transformation_mode. */
function coordinate(mode: string, i: number, n: number, m: number, scale: number): number {
  switch (mode) {
    case "asymmetric":
      return i / scale;
    case "align_corners":
      return m === 1 ? 0 : (i * (n - 1)) / (m - 1);
    case "pytorch_half_pixel":
      return m === 1 ? 0 : (i + 0.5) / scale - 0.5;
    case "half_pixel_symmetric": {
      const adjustment = m / (scale * n);
      return (n / 2) * (1 - adjustment) + (i + 0.5) / scale - 0.5;
    }
    default:
      return (i + 0.5) / scale - 0.5;
  }
}

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys' cubic convolution kernel (1981) with parameter a, at distances around fraction t. */
function cubicWeights(t: number, a: number): number[] {
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return [far(1 + t), near(t), near(1 - t), far(2 - t)];
}

/** [m, n] matrix that interpolates an axis of n to m, row-major. */
function interpolationMatrix(attributes: Attributes, n: number, m: number, scale: number): Float64Array {
  const matrix = new Float64Array(m * n);
  const mode = stringOf(attributes, "mode", "nearest");
  const transformation = stringOf(attributes, "coordinate_transformation_mode", "half_pixel");
  const nearest = NEAREST[stringOf(attributes, "nearest_mode", "round_prefer_floor")] as (
    x: number,
  ) => number;
  const put = (row: number, column: number, weight: number): void => {
    const at = row * n + Math.min(Math.max(column, 0), n - 1);
    matrix[at] = (matrix[at] as number) + weight;
  };
  for (let i = 0; i < m; i++) {
    const x = coordinate(transformation, i, n, m, scale);
    const floor = Math.floor(x);
    const t = x - floor;
    if (mode === "nearest") put(i, nearest(x), 1);
    else if (mode === "cubic") {
      const weights = cubicWeights(t, floatOf(attributes, "cubic_coeff_a", -0.75));
      for (const [k, weight] of weights.entries()) put(i, floor - 1 + k, weight);
    } else {
      put(i, floor, 1 - t);
      put(i, floor + 1, t);
    }
  }
  return matrix;
}

interface ResizePlan {
  readonly shape: readonly number[];
  readonly scales: readonly number[];
}

/** Output shape and scale of every axis, from the scales (input 2) or the sizes (input 3). */
function planOf(
  attributes: Attributes,
  shape: readonly number[],
  scales: readonly number[] | null,
  sizes: readonly number[] | null,
): ResizePlan | null {
  const axes = intsOf(attributes, "axes") ?? range(shape.length);
  const given = sizes ?? scales;
  if (
    given?.length !== axes.length ||
    stringOf(attributes, "keep_aspect_ratio_policy", "stretch") !== "stretch"
  )
    return null;
  const factor = shape.map(() => 1);
  const target = [...shape];
  for (const [i, axis] of axes.entries()) {
    const n = shape[axis] as number;
    target[axis] = sizes ? (sizes[i] as number) : Math.floor(n * (given[i] as number));
    factor[axis] = sizes ? (sizes[i] as number) / n : (given[i] as number);
  }
  return { shape: target, scales: factor };
}

const REFUSED_ATTRIBUTES = ["antialias", "exclude_outside"];

function knownList(call: ShapeCall, i: number): number[] | null {
  const value = call.inputs[i];
  return value && value.shape[0] !== 0 ? knownInts(call, i, "scales or sizes") : null;
}

/** x with axis `axis` multiplied by a matrix [m, n]. */
function applyDense(x: Dense, axis: number, matrix: Float64Array, m: number): Dense {
  const { outer, n, inner } = splitAt(x.shape, axis);
  const data = new Float64Array(outer * m * inner);
  for (let o = 0; o < outer; o++)
    for (let r = 0; r < m; r++)
      for (let k = 0; k < n; k++) {
        const weight = matrix[r * n + k] as number;
        if (weight === 0) continue;
        for (let i = 0; i < inner; i++) {
          const at = (o * m + r) * inner + i;
          data[at] = (data[at] as number) + weight * (x.data[(o * n + k) * inner + i] as number);
        }
      }
  return dense(x.dtype, x.shape.with(axis, m), data);
}

/** g with axis `axis` multiplied by the transposed matrix: [..., m, ...] -> [..., n, ...]. */
function applyAdjoint(b: Emitter, g: ValueInfo, axis: number, matrix: Float64Array, n: number): ValueInfo {
  const m = g.shape[axis] as number;
  const weights = b.constant(tensorOf(g.dtype, [m, n], matrix));
  const last = [...range(g.shape.length).filter((i) => i !== axis), axis];
  const product = matmul(b, transpose(b, g, last), weights);
  const back = range(g.shape.length).map((i) => (i === axis ? g.shape.length - 1 : i < axis ? i : i - 1));
  return transpose(b, product, back);
}

const resizeOperator: Operator = {
  name: "Resize",
  domain: "",
  since: 11,
  attributes: {
    mode: "string",
    coordinate_transformation_mode: "string",
    nearest_mode: "string",
    cubic_coeff_a: "float",
    extrapolation_value: "float",
    exclude_outside: "int",
    antialias: "int",
    axes: "ints",
    keep_aspect_ratio_policy: "string",
  },
  arity: [1, 4],
  shape: (call) => {
    const x = required(call, 0);
    const refused = REFUSED_ATTRIBUTES.find((name) => intOf(call.attributes, name, 0) !== 0);
    const crop = stringOf(call.attributes, "coordinate_transformation_mode", "") === "tf_crop_and_resize";
    if (refused !== undefined || crop)
      return call.fail(`no ${refused ?? "tf_crop_and_resize"}, which is not covered`);
    const plan = planOf(call.attributes, x.shape, knownList(call, 2), knownList(call, 3));
    if (plan === null) return call.fail("one scale or size per axis, aspect ratio policy stretch");
    return [{ dtype: x.dtype, shape: plan.shape }];
  },
  evaluate: (call) => {
    let x = argument(call, 0);
    const list = (i: number): number[] | null => {
      const value = call.inputs[i];
      return value && value.data.length > 0 ? listOf(value) : null;
    };
    const plan = planOf(call.attributes, x.shape, list(2), list(3)) as ResizePlan;
    for (const [axis, m] of plan.shape.entries()) {
      const n = x.shape[axis] as number;
      const scale = plan.scales[axis] as number;
      if (m !== n || scale !== 1)
        x = applyDense(x, axis, interpolationMatrix(call.attributes, n, m, scale), m);
    }
    return [x];
  },
  vjp: ({ b, attributes, inputs, cotangents }) => {
    const x = inputs[0] as ValueInfo;
    const list = (i: number): number[] | null => {
      const value = inputs[i] ? b.known(inputs[i]) : null;
      return value && value.data.length > 0 ? listOf(value) : null;
    };
    const plan = planOf(attributes, x.shape, list(2), list(3)) as ResizePlan;
    let g = cotangents[0] as ValueInfo;
    for (const [axis, m] of plan.shape.entries()) {
      const n = x.shape[axis] as number;
      const scale = plan.scales[axis] as number;
      if (m !== n || scale !== 1)
        g = applyAdjoint(b, g, axis, interpolationMatrix(attributes, n, m, scale), n);
    }
    return [g, ...inputs.slice(1).map(() => null)];
  },
  differentiable: "yes",
  note: "nearest, linear, cubic; no antialias, exclude_outside or tf_crop_and_resize",
};

/** Reshape, permutation and reshape that move blocks between channels and space. */
interface Exchange {
  readonly from: readonly number[];
  readonly perm: readonly number[];
  readonly to: readonly number[];
}

function depthToSpacePlan(attributes: Attributes, shape: readonly number[]): Exchange | null {
  const s = intOf(attributes, "blocksize", 1);
  const [n, c, h, w] = shape as [number, number, number, number];
  if (shape.length !== 4 || c % (s * s) !== 0) return null;
  const k = c / (s * s);
  const to = [n, k, h * s, w * s];
  return stringOf(attributes, "mode", "DCR") === "CRD"
    ? { from: [n, k, s, s, h, w], perm: [0, 1, 4, 2, 5, 3], to }
    : { from: [n, s, s, k, h, w], perm: [0, 3, 4, 1, 5, 2], to };
}

function spaceToDepthPlan(attributes: Attributes, shape: readonly number[]): Exchange | null {
  const s = intOf(attributes, "blocksize", 1);
  const [n, c, h, w] = shape as [number, number, number, number];
  if (shape.length !== 4 || h % s !== 0 || w % s !== 0) return null;
  return {
    from: [n, c, h / s, s, w / s, s],
    perm: [0, 3, 5, 1, 2, 4],
    to: [n, c * s * s, h / s, w / s],
  };
}

function exchange(
  name: string,
  attributes: Operator["attributes"],
  planOfShape: (attributes: Attributes, shape: readonly number[]) => Exchange | null,
): Operator {
  return {
    name,
    domain: "",
    since: 1,
    attributes,
    arity: [1, 1],
    shape: (call) => {
      const x = required(call, 0);
      const plan = planOfShape(call.attributes, x.shape);
      return plan === null
        ? call.fail("x [n, c, h, w] divisible by the block")
        : [{ dtype: x.dtype, shape: plan.to }];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const { from, perm, to } = planOfShape(call.attributes, x.shape) as Exchange;
      return [dense(x.dtype, to, transposeDense({ ...x, shape: from }, perm).data)];
    },
    vjp: ({ b, attributes: a, inputs, cotangents }) => {
      const x = inputs[0] as ValueInfo;
      const { from, perm } = planOfShape(a, x.shape) as Exchange;
      const g = reshape(
        b,
        cotangents[0] as ValueInfo,
        perm.map((p) => from[p] as number),
      );
      const back = perm.map((_, i) => perm.indexOf(i));
      return [reshape(b, transpose(b, g, back), x.shape)];
    },
    differentiable: "yes",
    note: "",
  };
}

/** Entries of this family. */
export const resampling: readonly Operator[] = [
  resizeOperator,
  exchange("DepthToSpace", { blocksize: "int", mode: "string" }, depthToSpacePlan),
  exchange("SpaceToDepth", { blocksize: "int" }, spaceToDepthPlan),
];
