/** Weight layers: dense, convolution, transposed convolution. Weights have PyTorch's layout. */
import { concat, gemm, one, slice, type ValueInfo } from "../../engine/index.ts";
import { type BuildContext, type Place, parameter } from "./context.ts";
import type { LayerKind } from "./types.ts";

/** W x + b, before anything follows. */
export interface Linear {
  readonly place: Place;
  readonly kind: LayerKind;
  readonly input: ValueInfo;
  readonly output: ValueInfo;
  readonly weight: string;
  readonly bias: string | null;
  readonly fanIn: number;
  readonly fanOut: number;
}

/** A window and how it moves. */
export interface Window {
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
}

/** [batch, ...] as [batch, features]; the batch size stays open in exported files. */
export function flatten(context: BuildContext, x: ValueInfo): ValueInfo {
  return x.shape.length === 2 ? x : one(context.b, "Flatten", [x], { axis: 1 });
}

function biasOf(context: BuildContext, name: string, size: number): ValueInfo | null {
  return context.spec.bias ? parameter(context, `${name}.bias`, [size], "bias") : null;
}

/** h = W x + b with W [width, features]. */
export function dense(context: BuildContext, x: ValueInfo, place: Place, width: number): Linear {
  const { b } = context;
  const input = flatten(context, x);
  const features = input.shape[1] as number;
  const weight = parameter(context, `${place.name}.weight`, [width, features], "weight");
  const bias = biasOf(context, place.name, width);
  return {
    place,
    kind: "dense",
    input,
    output: gemm(b, input, weight, bias, { transB: true }),
    weight: weight.name,
    bias: bias?.name ?? null,
    fanIn: features,
    fanOut: width,
  };
}

/** Positions added before and after an axis so that the output has size ceil(size / stride). */
function samePads(kernel: number): [number, number] {
  return [Math.floor((kernel - 1) / 2), Math.ceil((kernel - 1) / 2)];
}

/** Continues an image periodically: the last rows before the first, the first after the last, and columns alike. */
function wrap(context: BuildContext, x: ValueInfo, before: number, after: number): ValueInfo {
  return [2, 3].reduce((image, axis) => {
    const size = image.shape[axis] as number;
    const parts = [image];
    if (before > 0) parts.unshift(slice(context.b, image, [{ axis, start: size - before, end: size }]));
    if (after > 0) parts.push(slice(context.b, image, [{ axis, start: 0, end: after }]));
    return concat(context.b, parts, axis);
  }, x);
}

/** Convolution with W [channels, c_in, kernel, kernel]; the output has size ceil(size / stride). */
export function convolution(context: BuildContext, x: ValueInfo, place: Place, window: Window): Linear {
  const { channels, kernel, stride } = window;
  const incoming = x.shape[1] as number;
  const weight = parameter(context, `${place.name}.weight`, [channels, incoming, kernel, kernel], "weight");
  const bias = biasOf(context, place.name, channels);
  const [before, after] = samePads(kernel);
  const isCircular = context.spec.padding === "circular";
  const image = isCircular ? wrap(context, x, before, after) : x;
  const output = one(context.b, "Conv", bias === null ? [image, weight] : [image, weight, bias], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: isCircular ? [0, 0, 0, 0] : [before, before, after, after],
  });
  return {
    place,
    kind: "conv",
    input: x,
    output,
    weight: weight.name,
    bias: bias?.name ?? null,
    fanIn: incoming * kernel * kernel,
    fanOut: channels * kernel * kernel,
  };
}

/** Transposed convolution with W [c_in, channels, kernel, kernel]; the output has size times stride. */
export function transposedConvolution(
  context: BuildContext,
  x: ValueInfo,
  place: Place,
  window: Window,
): Linear {
  const { channels, kernel, stride } = window;
  const incoming = x.shape[1] as number;
  const weight = parameter(context, `${place.name}.weight`, [incoming, channels, kernel, kernel], "weight");
  const bias = biasOf(context, place.name, channels);
  const cut = Math.max(0, kernel - stride);
  const [before, after] = [Math.floor(cut / 2), Math.ceil(cut / 2)];
  const missing = Math.max(0, stride - kernel);
  const output = one(context.b, "ConvTranspose", bias === null ? [x, weight] : [x, weight, bias], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [before, before, after, after],
    ...(missing > 0 ? { output_padding: [missing, missing] } : {}),
  });
  return {
    place,
    kind: "conv-transpose",
    input: x,
    output,
    weight: weight.name,
    bias: bias?.name ?? null,
    // one output is reached from (kernel / stride)^2 positions on average
    fanIn: (incoming * kernel * kernel) / (stride * stride),
    fanOut: channels * kernel * kernel,
  };
}
