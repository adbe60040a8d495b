/** Resize (nearest, linear, cubic): one product with an interpolation matrix per axis that changes. */
import type { ValueInfo } from "../ir.ts";
import { tensorOf } from "../tensor.ts";
import { intOf, stringOf } from "./attributes.ts";
import type { Attributes, Dense, Emitter, Operator } from "./definition.ts";
import { dense, listOf } from "./dense.ts";
import { matmul, transpose } from "./emit.ts";
import { argument, required } from "./family.ts";
import { type AxisStep, type ResizePlan, resizePlan } from "./interpolation.ts";
import { range, splitAt } from "./shapes.ts";

/** Settings of the operator that are not covered. */
const REFUSED_ATTRIBUTES = ["antialias", "exclude_outside"];

/** The plan, with `read` giving the constant inputs; an empty list counts as absent. */
function planOf(
  attributes: Attributes,
  shape: readonly number[],
  read: (i: number) => Dense | null,
): ResizePlan | null {
  const list = (i: number): number[] | null => {
    const value = read(i);
    return value && value.data.length > 0 ? listOf(value) : null;
  };
  return resizePlan(attributes, shape, list(2), list(3));
}

/** Appends products along the changed axes; `adjoint` multiplies with the transposed matrices. */
function multiplyAxes(b: Emitter, x: ValueInfo, steps: readonly AxisStep[], adjoint: boolean): ValueInfo {
  return steps.reduce((v, step) => multiplyAxis(b, v, step, adjoint), x);
}

function multiplyAxis(b: Emitter, x: ValueInfo, step: AxisStep, adjoint: boolean): ValueInfo {
  const { axis, n, m, matrix } = step;
  const rank = x.shape.length;
  const columns = adjoint ? matrix : matrix.map((_, i) => matrix[(i % m) * n + Math.floor(i / m)] as number);
  const weights = b.constant(tensorOf(x.dtype, adjoint ? [m, n] : [n, m], columns));
  const last = [...range(rank).filter((i) => i !== axis), axis];
  const back = range(rank).map((i) => (i === axis ? rank - 1 : i < axis ? i : i - 1));
  return transpose(b, matmul(b, transpose(b, x, last), weights), back);
}

/** Resize written as matrix products. */
export function resizeByProducts(
  b: Emitter,
  attributes: Attributes,
  inputs: readonly (ValueInfo | null)[],
): ValueInfo {
  const x = inputs[0] as ValueInfo;
  const plan = planOf(attributes, x.shape, (i) => (inputs[i] ? b.stored(inputs[i]) : null)) as ResizePlan;
  return multiplyAxes(b, x, plan.steps, false);
}

function applyDense(x: Dense, { axis, n, m, matrix }: AxisStep): Dense {
  const { outer, inner } = splitAt(x.shape, axis);
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
    const plan = planOf(call.attributes, x.shape, (i) => call.known(i));
    if (plan === null)
      return call.fail("known scales or sizes, one per axis, and the aspect ratio policy stretch");
    return [{ dtype: x.dtype, shape: plan.shape }];
  },
  evaluate: (call) => {
    const x = argument(call, 0);
    const plan = planOf(call.attributes, x.shape, (i) => call.inputs[i] ?? null) as ResizePlan;
    return [plan.steps.reduce(applyDense, x)];
  },
  vjp: ({ b, attributes, inputs, cotangents }) => {
    const x = inputs[0] as ValueInfo;
    const plan = planOf(attributes, x.shape, (i) => (inputs[i] ? b.stored(inputs[i]) : null)) as ResizePlan;
    const g = multiplyAxes(b, cotangents[0] as ValueInfo, plan.steps, true);
    return [g, ...inputs.slice(1).map(() => null)];
  },
  differentiable: "yes",
  note: "nearest, linear, cubic; no antialias, exclude_outside or tf_crop_and_resize",
};

/** Entries of this family. */
export const resampling: readonly Operator[] = [resizeOperator];
