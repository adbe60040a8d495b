/** ConvTranspose, the adjoint of Conv with respect to its input; its own gradients are a Conv and a weight product. */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf, intsOf, stringOf } from "./attributes.ts";
import { explicitAttributes } from "./convolution.ts";
import { convWeightGradient } from "./convolution-weights.ts";
import type { Attributes, Dense, EvaluateCall, Operator, OutputType, VjpCall } from "./definition.ts";
import { dense } from "./dense.ts";
import { one, reduceSum } from "./emit.ts";
import { argument, required } from "./family.ts";
import { range } from "./shapes.ts";
import { reach, statedWindows, WINDOW_ATTRIBUTES, type Windows, windowTable } from "./windows.ts";

/**
 * The convolution whose adjoint this is: its windows slide over the *output* of ConvTranspose, one position per
 * element of its input. null when the shapes do not fit.
 */
export function adjointWindows(
  attributes: Attributes,
  x: readonly number[],
  w: readonly number[],
): Windows | null {
  const rank = x.length - 2;
  if (rank < 1 || x.length !== w.length || x[1] !== w[0]) return null;
  const stated = statedWindows(attributes, rank);
  const extra = intsOf(attributes, "output_padding") ?? new Array<number>(rank).fill(0);
  const target = intsOf(attributes, "output_shape")?.slice(-rank) ?? null;
  const mode = stringOf(attributes, "auto_pad", "NOTSET");
  const [kernel, output] = [w.slice(2), x.slice(2)];
  const sizes = range(rank).map((i) => {
    const at = (list: readonly number[]): number => list[i] as number;
    const covered = reach(at(kernel), at(stated.dilations));
    const full = (at(output) - 1) * at(stated.strides) + covered + at(extra);
    const wanted = target ? at(target) : mode.startsWith("SAME") ? at(output) * at(stated.strides) : null;
    if (wanted === null) {
      const [before, after] = mode === "VALID" ? [0, 0] : [at(stated.before), at(stated.after)];
      return { before, after, input: full - before - after };
    }
    const total = Math.max(0, full - wanted);
    const half = Math.floor(total / 2);
    const [before, after] = mode === "SAME_UPPER" ? [half, total - half] : [total - half, half];
    return { before, after, input: Math.max(wanted, full - total) };
  });
  if (sizes.some((s) => s.input < 1)) return null;
  return {
    kernel,
    output,
    strides: stated.strides,
    dilations: stated.dilations,
    input: sizes.map((s) => s.input),
    before: sizes.map((s) => s.before),
    after: sizes.map((s) => s.after),
  };
}

function evaluateTransposed(call: EvaluateCall): Dense[] {
  const [x, w, bias] = [argument(call, 0), argument(call, 1), call.inputs[2] ?? null];
  const windows = adjointWindows(call.attributes, x.shape, w.shape) as Windows;
  const table = windowTable(windows);
  const group = intOf(call.attributes, "group", 1);
  const [n, c] = x.shape as [number, number];
  const mg = w.shape[1] as number;
  const [Y, P, K] = [sizeOf(windows.input), sizeOf(windows.output), sizeOf(windows.kernel)];
  const m = mg * group;
  const data = new Float64Array(n * m * Y);
  if (bias) for (let i = 0; i < data.length; i++) data[i] = bias.data[Math.floor(i / Y) % m] as number;
  for (let s = 0; s < n; s++)
    for (let q = 0; q < c; q++) {
      const first = Math.floor(q / (c / group)) * mg;
      for (let p = 0; p < P; p++) {
        const v = x.data[(s * c + q) * P + p] as number;
        for (let o = 0; o < mg; o++)
          for (let k = 0; k < K; k++) {
            const at = table[p * K + k] as number;
            const to = (s * m + first + o) * Y + at;
            if (at >= 0) data[to] = (data[to] as number) + v * (w.data[(q * mg + o) * K + k] as number);
          }
      }
    }
  return [dense(x.dtype, (call.outputs[0] as OutputType).shape, data)];
}

function transposedVjp({ b, attributes, inputs, cotangents, wanted }: VjpCall): (ValueInfo | null)[] {
  const [x, w] = inputs as [ValueInfo, ValueInfo];
  const g = cotangents[0] as ValueInfo;
  const group = intOf(attributes, "group", 1);
  const windows = adjointWindows(attributes, x.shape, w.shape) as Windows;
  const axes = [0, ...range(windows.input.length).map((i) => i + 2)];
  return [
    wanted[0] ? one(b, "Conv", [g, w], explicitAttributes(windows, group)) : null,
    wanted[1] ? convWeightGradient(b, g, x, windows, group) : null,
    inputs[2] && wanted[2] ? reduceSum(b, g, { axes }) : null,
  ];
}

/** Entries of this family. */
export const transposedConvolution: readonly Operator[] = [
  {
    name: "ConvTranspose",
    domain: "",
    since: 1,
    attributes: { ...WINDOW_ATTRIBUTES, group: "int", output_padding: "ints", output_shape: "ints" },
    arity: [2, 3],
    shape: (call) => {
      const [x, w] = [required(call, 0), required(call, 1)];
      const windows = adjointWindows(call.attributes, x.shape, w.shape);
      const group = intOf(call.attributes, "group", 1);
      if (windows === null || x.dtype !== w.dtype || (x.shape[1] as number) % group !== 0)
        return call.fail("x [n, c, ...] and w [c, m/group, ...] of one type, with a positive output size");
      const m = (w.shape[1] as number) * group;
      const bias = call.inputs[2];
      if (bias && bias.shape.join() !== `${m}`) return call.fail(`a bias of shape [${m}]`);
      return [{ dtype: x.dtype, shape: [x.shape[0] as number, m, ...windows.input] }];
    },
    evaluate: evaluateTransposed,
    vjp: transposedVjp,
    differentiable: "yes",
    note: "any number of spatial axes, groups, dilations, output_padding, output_shape, auto_pad",
  },
];
