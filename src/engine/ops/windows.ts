/**
 * Sliding windows: the geometry shared by convolution and pooling, with the padding rules of ONNX (explicit,
 * SAME_UPPER, SAME_LOWER, VALID) and its rounding rules.
 */
import { sizeOf } from "../tensor.ts";
import { flagOf, intsOf, stringOf } from "./attributes.ts";
import type { Attributes, AttributeType } from "./definition.ts";
import { range, stridesOf } from "./shapes.ts";

/** A window that slides over the spatial axes of an input; lists have one entry per spatial axis. */
export interface Windows {
  /** Sizes of the axes the window slides over. */
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Number of window positions. */
  readonly output: readonly number[];
}

/** Attribute types of everything that slides. */
export const WINDOW_ATTRIBUTES: Readonly<Record<string, AttributeType>> = {
  kernel_shape: "ints",
  strides: "ints",
  dilations: "ints",
  pads: "ints",
  auto_pad: "string",
};

/** Sizes, strides, dilations and explicit pads as read from the attributes. */
interface Stated {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Strides, dilations and explicit pads of `rank` spatial axes, with their defaults. */
export function statedWindows(attributes: Attributes, rank: number): Stated {
  const pads = intsOf(attributes, "pads") ?? new Array<number>(2 * rank).fill(0);
  return {
    strides: intsOf(attributes, "strides") ?? new Array<number>(rank).fill(1),
    dilations: intsOf(attributes, "dilations") ?? new Array<number>(rank).fill(1),
    before: pads.slice(0, rank),
    after: pads.slice(rank),
  };
}

/** Length that a dilated kernel covers. */
export function reach(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** Windows of Conv and pooling over spatial sizes `input`; null when the window does not fit. */
export function windowsOf(
  attributes: Attributes,
  input: readonly number[],
  kernel: readonly number[],
): Windows | null {
  const rank = input.length;
  const { strides, dilations, before, after } = statedWindows(attributes, rank);
  if ([strides, dilations, before, after, kernel].some((list) => list.length !== rank)) return null;
  const mode = stringOf(attributes, "auto_pad", "NOTSET");
  const at = (list: readonly number[], i: number): number => list[i] as number;
  const sizes = range(rank).map((i) => {
    const covered = reach(at(kernel, i), at(dilations, i));
    if (mode === "SAME_UPPER" || mode === "SAME_LOWER") {
      const output = Math.ceil(at(input, i) / at(strides, i));
      const pad = Math.max(0, (output - 1) * at(strides, i) + covered - at(input, i));
      const small = Math.floor(pad / 2);
      return mode === "SAME_UPPER"
        ? { b: small, a: pad - small, output }
        : { b: pad - small, a: small, output };
    }
    const [b, a] = mode === "VALID" ? [0, 0] : [at(before, i), at(after, i)];
    const steps = (at(input, i) + b + a - covered) / at(strides, i);
    let output = (flagOf(attributes, "ceil_mode") ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window that would start in the padding behind the input is dropped (PyTorch, ONNX 22).
    if (flagOf(attributes, "ceil_mode") && (output - 1) * at(strides, i) >= at(input, i) + b) output--;
    return { b, a, output };
  });
  if (sizes.some(({ output }) => output < 1)) return null;
  return {
    input,
    kernel,
    strides,
    dilations,
    before: sizes.map((s) => s.b),
    after: sizes.map((s) => s.a),
    output: sizes.map((s) => s.output),
  };
}

/**
 * For every window position p and kernel element k the flat spatial input index it reads, -1 in the padding:
 * entry p K + k.
 */
export function windowTable(w: Windows): Int32Array {
  const inputStrides = stridesOf(w.input);
  const [outStrides, kernelStrides] = [stridesOf(w.output), stridesOf(w.kernel)];
  const [P, K] = [sizeOf(w.output), sizeOf(w.kernel)];
  const table = new Int32Array(P * K);
  for (let p = 0; p < P; p++)
    for (let k = 0; k < K; k++) {
      let at = 0;
      for (let i = 0; i < w.input.length && at >= 0; i++) {
        const step = Math.floor(p / (outStrides[i] as number)) % (w.output[i] as number);
        const tap = Math.floor(k / (kernelStrides[i] as number)) % (w.kernel[i] as number);
        const x =
          step * (w.strides[i] as number) + tap * (w.dilations[i] as number) - (w.before[i] as number);
        at = x < 0 || x >= (w.input[i] as number) ? -1 : at + x * (inputStrides[i] as number);
      }
      table[p * K + k] = at;
    }
  return table;
}

/** Offsets of every kernel element, in row-major order: [[0, 0], [0, 1], ...]. */
export function kernelOffsets(kernel: readonly number[]): number[][] {
  const strides = stridesOf(kernel);
  return range(sizeOf(kernel)).map((k) => kernel.map((n, i) => Math.floor(k / (strides[i] as number)) % n));
}
