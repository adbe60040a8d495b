/**
 * Decoders of layers that slide a window over positions: the transposed convolution with the same window, cut to the
 * size of the input, and for layers that enlarge an image the convolution with the same window.
 */
import { type AttributeInput, type GraphBuilder, one, transpose, type Value } from "../../../engine/index.ts";
import type { DecoderParameter, DecoderPlan } from "../types.ts";
import type { DecoderActivation } from "./activation.ts";
import { toExamples } from "./linear.ts";

/** A window that slides over positions, one entry per axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Positions added in front of the input. */
  readonly before: readonly number[];
  readonly groups: number;
}

/** A window without padding, gaps or groups. */
export function plainWindow(kernel: readonly number[], strides: readonly number[]): Window {
  const axes = kernel.length;
  return {
    kernel,
    strides,
    dilations: new Array<number>(axes).fill(1),
    before: new Array<number>(axes).fill(0),
    groups: 1,
  };
}

function product(values: readonly number[]): number {
  return values.reduce((total, value) => total * value, 1);
}

function text(values: readonly number[]): string {
  return values.join("x");
}

/** Where a transposed convolution puts its output: window, and positions to cut off. */
interface Placement {
  readonly kernel: readonly number[];
  readonly pads: readonly number[];
}

/**
 * The output position p of the convolution saw inputs p s - before, ..., so the transposed one is cut by `before` in
 * front. Where the windows do not reach the end of the input, or leave gaps, the window of the decoder is larger.
 */
function place(window: Window, input: readonly number[], output: readonly number[]): Placement {
  const places = window.kernel.map((size, i) => {
    const [stride, dilation, before] = axisOf(window, i);
    const reached = ((output[i] as number) - 1) * stride + 1;
    const wanted = before + (input[i] as number);
    const missing = wanted - reached - (size - 1) * dilation;
    const kernel = Math.max(size + Math.ceil(Math.max(0, missing) / dilation), dilation === 1 ? stride : 1);
    return { kernel, after: reached + (kernel - 1) * dilation - wanted };
  });
  const kernel = places.map((axis) => axis.kernel);
  return { kernel, pads: [...window.before, ...places.map(({ after }) => after)] };
}

/** Stride, dilation and padding in front along one axis. */
function axisOf(window: Window, i: number): [number, number, number] {
  return [window.strides[i] as number, window.dilations[i] as number, window.before[i] as number];
}

/** One transposed convolution: its parameters, and how it is appended. */
export interface Convolution {
  readonly parameters: readonly DecoderParameter[];
  readonly description: string;
  append(b: GraphBuilder, y: Value, parameters: readonly Value[]): Value;
}

/** The transposed convolution from output [c', ...] to input [c, ...] of a layer with this window. */
export function transposedConvolution(
  input: readonly number[],
  output: readonly number[],
  window: Window,
  number = "",
): Convolution {
  const [channels, ...size] = input as [number, ...number[]];
  const [incoming, ...positions] = output as [number, ...number[]];
  const { kernel, pads } = place(window, size, positions);
  const perGroup = channels / window.groups;
  // PyTorch counts the fan-in of a transposed convolution by its output channels
  const fanIn = perGroup * product(kernel);
  const attributes: Record<string, AttributeInput> = {
    kernel_shape: kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads,
    group: window.groups,
  };
  const grouped = window.groups === 1 ? "" : ` in ${window.groups} groups`;
  return {
    parameters: [
      { name: `weight${number}`, shape: [incoming, perGroup, ...kernel], fanIn },
      { name: `bias${number}`, shape: [channels], fanIn },
    ],
    description: `transposed convolution ${text(kernel)}${grouped}, stride ${text(window.strides)}, cut to ${text(size)}`,
    append: (b, y, [weight, bias]) =>
      one(b, "ConvTranspose", [toExamples(b, y, output), weight as Value, bias as Value], attributes),
  };
}

/** A decoder of one transposed convolution. */
export function transposedPlan(
  input: readonly number[],
  output: readonly number[],
  window: Window,
  psi: DecoderActivation,
): DecoderPlan {
  const layer = transposedConvolution(input, output, window);
  return {
    kind: "transposed-convolution",
    parameters: layer.parameters,
    description: `${layer.description}, then ${psi.reason}`,
    build: (b, y, parameters) => psi.build(b, layer.append(b, y, parameters)),
  };
}

/** A decoder of one transposed convolution for images with the channels last, [..., c]. */
export function channelsLastPlan(
  input: readonly number[],
  output: readonly number[],
  psi: DecoderActivation,
): DecoderPlan {
  const first = (shape: readonly number[]): number[] => [shape.at(-1) as number, ...shape.slice(0, -1)];
  const ratio = input.slice(0, -1).map((count, i) => Math.max(1, Math.ceil(count / (output[i] as number))));
  const window: Window = {
    kernel: ratio,
    strides: ratio,
    dilations: ratio.map(() => 1),
    before: ratio.map(() => 0),
    groups: 1,
  };
  const layer = transposedConvolution(first(input), first(output), window);
  const axes = input.map((_, axis) => axis);
  return {
    kind: "transposed-convolution",
    parameters: layer.parameters,
    description: `${layer.description} (channels are the last axis), then ${psi.reason}`,
    build: (b, y, parameters) => {
      const image = transpose(b, y, [0, axes.length, ...axes.slice(1)]);
      const back = layer.append(b, image, parameters);
      return transpose(b, psi.build(b, back) as Value, [0, ...axes.slice(1).map((axis) => axis + 1), 1]);
    },
  };
}

/** A decoder of one convolution, for layers that enlarge an image. */
export function convolutionPlan(
  input: readonly number[],
  output: readonly number[],
  window: Window,
  psi: DecoderActivation,
): DecoderPlan {
  const [channels, ...size] = input as [number, ...number[]];
  const [incoming, ...positions] = output as [number, ...number[]];
  const after = size.map((count, i) => {
    const [stride, dilation, before] = axisOf(window, i);
    const reach = (count - 1) * stride + ((window.kernel[i] as number) - 1) * dilation + 1;
    return Math.max(0, reach - (positions[i] as number) - before);
  });
  const perGroup = incoming / window.groups;
  const fanIn = perGroup * product(window.kernel);
  const attributes: Record<string, AttributeInput> = {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.before, ...after],
    group: window.groups,
  };
  return {
    kind: "convolution",
    parameters: [
      { name: "weight", shape: [channels, perGroup, ...window.kernel], fanIn },
      { name: "bias", shape: [channels], fanIn },
    ],
    description: `convolution ${text(window.kernel)}, stride ${text(window.strides)}, then ${psi.reason}`,
    build: (b, y, [weight, bias]) =>
      psi.build(b, one(b, "Conv", [toExamples(b, y, output), weight as Value, bias as Value], attributes)),
  };
}
