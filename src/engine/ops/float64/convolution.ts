/**
 * Convolutions as matrix products (im2col): the shifted inputs of all kernel taps are stacked and multiplied with the
 * kernel at once. The transposed one first writes zeros between its inputs and flips the kernel.
 */
import type { ValueInfo } from "../../ir.ts";
import { sizeOf } from "../../tensor.ts";
import { intOf } from "../attributes.ts";
import { convWindows } from "../convolution.ts";
import { adjointWindows } from "../convolution-transpose.ts";
import { shifted } from "../convolution-weights.ts";
import type { Emitter } from "../definition.ts";
import { add, concat, matmul, pad, reshape, slice, transpose } from "../emit.ts";
import { range } from "../shapes.ts";
import { dilate } from "../slicing.ts";
import { kernelOffsets, reach, type Windows } from "../windows.ts";
import type { LoweringRule } from "./rule.ts";

/** x with the padding that the last window needs; windows that ceil_mode lets hang over included. */
export function padForWindows(b: Emitter, x: ValueInfo, w: Windows): ValueInfo {
  const after = w.input.map((n, i) => {
    const covered = reach(w.kernel[i] as number, w.dilations[i] as number);
    const end = ((w.output[i] as number) - 1) * (w.strides[i] as number) + covered;
    return Math.max(0, end - n - (w.before[i] as number));
  });
  return pad(b, x, [0, 0, ...w.before], [0, 0, ...after]);
}

/** Conv for given windows. x [n, c, ...], kernel [m, c/group, ...] -> [n, m, ...output] */
function convByProduct(b: Emitter, x: ValueInfo, kernel: ValueInfo, w: Windows, group: number): ValueInfo {
  const [n, c] = x.shape as [number, number];
  const m = kernel.shape[0] as number;
  const [K, P] = [sizeOf(w.kernel), sizeOf(w.output)];
  const padded = padForWindows(b, x, w);
  const taps = kernelOffsets(w.kernel).map((tap) => reshape(b, shifted(b, padded, w, tap), [n, c, 1, P]));
  const stacked = reshape(b, concat(b, taps, 2), [n, group, (c / group) * K, P]);
  const rows = reshape(b, kernel, [group, m / group, (c / group) * K]);
  return reshape(b, matmul(b, rows, stacked), [n, m, ...w.output]);
}

function withBias(b: Emitter, y: ValueInfo, bias: ValueInfo | null | undefined): ValueInfo {
  if (!bias) return y;
  return add(b, y, reshape(b, bias, [bias.shape[0] as number, ...range(y.shape.length - 2).map(() => 1)]));
}

const convRule: LoweringRule = ({ b, attributes, inputs }) => {
  const [x, kernel, bias] = inputs as [ValueInfo, ValueInfo, ValueInfo | null | undefined];
  const w = convWindows(attributes, x.shape, kernel.shape) as Windows;
  return withBias(b, convByProduct(b, x, kernel, w, intOf(attributes, "group", 1)), bias);
};

/** [c, m/group, ...] -> [m, c/group, ...] with every spatial axis reversed. */
function flipped(b: Emitter, kernel: ValueInfo, group: number): ValueInfo {
  const [c, mg, ...spatial] = kernel.shape as [number, number, ...number[]];
  const axes = spatial.map((_, i) => i + 2);
  const turned = slice(
    b,
    kernel,
    axes.map((axis) => ({ axis, start: -1, end: Number.MIN_SAFE_INTEGER, step: -1 })),
  );
  const grouped = reshape(b, turned, [group, c / group, mg, ...spatial]);
  const swapped = transpose(b, grouped, [0, 2, 1, ...axes.map((a) => a + 1)]);
  return reshape(b, swapped, [mg * group, c / group, ...spatial]);
}

const convTransposeRule: LoweringRule = ({ b, attributes, inputs }) => {
  const [x, kernel, bias] = inputs as [ValueInfo, ValueInfo, ValueInfo | null | undefined];
  const w = adjointWindows(attributes, x.shape, kernel.shape) as Windows;
  const group = intOf(attributes, "group", 1);
  const spread = w.strides.reduce((v, step, i) => dilate(b, v, i + 2, step), x);
  const covered = w.kernel.map((k, i) => reach(k, w.dilations[i] as number));
  const before = covered.map((r, i) => r - 1 - (w.before[i] as number));
  const after = covered.map(
    (r, i) => (w.input[i] as number) + r - 1 - (before[i] as number) - (spread.shape[i + 2] as number),
  );
  const padded = pad(b, spread, [0, 0, ...before], [0, 0, ...after]);
  const none = w.kernel.map(() => 0);
  const windows: Windows = {
    input: padded.shape.slice(2),
    output: w.input,
    kernel: w.kernel,
    strides: w.kernel.map(() => 1),
    dilations: w.dilations,
    before: none,
    after: none,
  };
  return withBias(b, convByProduct(b, padded, flipped(b, kernel, group), windows, group), bias);
};

/** Rules by operator. */
export const convolutionRules: Readonly<Record<string, LoweringRule>> = {
  Conv: convRule,
  ConvTranspose: convTransposeRule,
};
