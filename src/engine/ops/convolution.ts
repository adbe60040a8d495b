/**
 * Convolution over any number of spatial axes: shape, value, and gradients. The input gradient is a ConvTranspose,
 * the weight gradient a sum of matrix products over kernel taps (convolution-weights.ts).
 */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf } from "./attributes.ts";
import { convWeightGradient } from "./convolution-weights.ts";
import type {
  Attributes,
  Dense,
  Emitter,
  EvaluateCall,
  Operator,
  OutputType,
  VjpCall,
} from "./definition.ts";
import { dense } from "./dense.ts";
import { one, reduceSum } from "./emit.ts";
import { argument, required } from "./family.ts";
import { range } from "./shapes.ts";
import { reach, WINDOW_ATTRIBUTES, type Windows, windowsOf, windowTable } from "./windows.ts";

/** Windows of a convolution of x [n, c, ...] with w [m, c/group, ...]; null when they do not fit. */
export function convWindows(
  attributes: Attributes,
  x: readonly number[],
  w: readonly number[],
): Windows | null {
  const group = intOf(attributes, "group", 1);
  if (x.length < 3 || x.length !== w.length) return null;
  if ((w[1] as number) * group !== x[1] || (w[0] as number) % group !== 0) return null;
  return windowsOf(attributes, x.slice(2), w.slice(2));
}

/** Options of {@link conv}: one entry per spatial axis; pads are [before..., after...]. */
export interface ConvOptions {
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
  readonly group?: number;
}

/** Convolution (cross-correlation, as in every framework) of x [n, c, ...] with w [m, c/group, ...] and bias [m]. */
export function conv(
  b: Emitter,
  x: ValueInfo,
  w: ValueInfo,
  bias: ValueInfo | null = null,
  options: ConvOptions = {},
): ValueInfo {
  return one(b, "Conv", [x, w, bias], { kernel_shape: w.shape.slice(2), ...options });
}

/** The windows as explicit attributes, without auto_pad. */
export function explicitAttributes(w: Windows, group: number): Record<string, number | readonly number[]> {
  return {
    kernel_shape: w.kernel,
    strides: w.strides,
    dilations: w.dilations,
    pads: [...w.before, ...w.after],
    group,
  };
}

/** Attributes and extra rows of the ConvTranspose that undoes the windows' geometry. */
export function adjointAttributes(w: Windows, group: number): Record<string, number | readonly number[]> {
  const rest = range(w.input.length).map((i) => {
    const covered = reach(w.kernel[i] as number, w.dilations[i] as number);
    const full = ((w.output[i] as number) - 1) * (w.strides[i] as number) + covered;
    return (w.input[i] as number) + (w.before[i] as number) + (w.after[i] as number) - full;
  });
  const attributes = explicitAttributes(w, group);
  return rest.some((n) => n !== 0) ? { ...attributes, output_padding: rest } : attributes;
}

function evaluateConv(call: EvaluateCall): Dense[] {
  const [x, w, bias] = [argument(call, 0), argument(call, 1), call.inputs[2] ?? null];
  const windows = convWindows(call.attributes, x.shape, w.shape) as Windows;
  const table = windowTable(windows);
  const [n, c] = x.shape as [number, number];
  const [m, cg] = w.shape as [number, number];
  const perGroup = m / intOf(call.attributes, "group", 1);
  const [X, P, K] = [sizeOf(windows.input), sizeOf(windows.output), sizeOf(windows.kernel)];
  const data = new Float64Array(n * m * P);
  for (let s = 0; s < n; s++)
    for (let o = 0; o < m; o++) {
      const first = Math.floor(o / perGroup) * cg;
      for (let p = 0; p < P; p++) {
        let sum = bias ? (bias.data[o] as number) : 0;
        for (let q = 0; q < cg; q++)
          for (let k = 0; k < K; k++) {
            const at = table[p * K + k] as number;
            if (at >= 0)
              sum +=
                (w.data[(o * cg + q) * K + k] as number) * (x.data[(s * c + first + q) * X + at] as number);
          }
        data[(s * m + o) * P + p] = sum;
      }
    }
  return [dense(x.dtype, (call.outputs[0] as OutputType).shape, data)];
}

function convVjp({ b, attributes, inputs, cotangents, wanted }: VjpCall): (ValueInfo | null)[] {
  const [x, w] = inputs as [ValueInfo, ValueInfo];
  const g = cotangents[0] as ValueInfo;
  const group = intOf(attributes, "group", 1);
  const windows = convWindows(attributes, x.shape, w.shape) as Windows;
  const axes = [0, ...range(windows.input.length).map((i) => i + 2)];
  return [
    wanted[0] ? one(b, "ConvTranspose", [g, w], adjointAttributes(windows, group)) : null,
    wanted[1] ? convWeightGradient(b, x, g, windows, group) : null,
    inputs[2] && wanted[2] ? reduceSum(b, g, { axes }) : null,
  ];
}

const convolutionOperator: Operator = {
  name: "Conv",
  domain: "",
  since: 1,
  attributes: { ...WINDOW_ATTRIBUTES, group: "int" },
  arity: [2, 3],
  shape: (call) => {
    const [x, w] = [required(call, 0), required(call, 1)];
    const windows = convWindows(call.attributes, x.shape, w.shape);
    if (windows === null || x.dtype !== w.dtype)
      return call.fail("x [n, c, ...] and w [m, c/group, ...] of one type, with a window that fits");
    const m = w.shape[0] as number;
    const bias = call.inputs[2];
    if (bias && bias.shape.join() !== `${m}`) return call.fail(`a bias of shape [${m}]`);
    return [{ dtype: x.dtype, shape: [x.shape[0] as number, m, ...windows.output] }];
  },
  evaluate: evaluateConv,
  vjp: convVjp,
  differentiable: "yes",
  note: "any number of spatial axes, groups, dilations, auto_pad",
};

/** Entries of this family. */
export const convolution: readonly Operator[] = [convolutionOperator];
