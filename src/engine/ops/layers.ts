/** Typed helpers for the operators that networks are made of; the elementary ones are in emit.ts. */
import type { ValueInfo } from "../ir.ts";
import { tensorOf } from "../tensor.ts";
import type { AttributeInput, Emitter } from "./definition.ts";
import { ints, one, scalar } from "./emit.ts";

/** Settings of a sliding window, one entry per spatial axis; pads are [before..., after...]. */
export interface WindowOptions {
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
  /** Round the number of window positions up instead of down. */
  readonly ceilMode?: boolean;
}

function windowAttributes(
  kernel: readonly number[],
  { ceilMode = false, ...rest }: WindowOptions,
): Record<string, AttributeInput> {
  const attributes: Record<string, AttributeInput> = { kernel_shape: kernel, strides: kernel, ...rest };
  return ceilMode ? { ...attributes, ceil_mode: 1 } : attributes;
}

/** Largest element of every window of x [n, c, ...]; strides default to the kernel. */
export function maxPool(
  b: Emitter,
  x: ValueInfo,
  kernel: readonly number[],
  options: WindowOptions = {},
): ValueInfo {
  return one(b, "MaxPool", [x], windowAttributes(kernel, options));
}

/** Mean of every window of x [n, c, ...]; strides default to the kernel; padding is not counted. */
export function averagePool(
  b: Emitter,
  x: ValueInfo,
  kernel: readonly number[],
  options: WindowOptions = {},
): ValueInfo {
  return one(b, "AveragePool", [x], windowAttributes(kernel, options));
}

/** Mean over all spatial axes: [n, c, ...] -> [n, c, 1, ...]. */
export function globalAveragePool(b: Emitter, x: ValueInfo): ValueInfo {
  return one(b, "GlobalAveragePool", [x]);
}

/** Per-channel scale, bias and statistics of a normalisation, each [c]. */
export interface ChannelStatistics {
  readonly scale: ValueInfo;
  readonly bias: ValueInfo;
  readonly mean: ValueInfo;
  readonly variance: ValueInfo;
}

/** (x - mean)/sqrt(variance + epsilon) scale + bias per channel of x [n, c, ...], with fixed statistics. */
export function batchNormalization(
  b: Emitter,
  x: ValueInfo,
  { scale, bias, mean, variance }: ChannelStatistics,
  epsilon = 1e-5,
): ValueInfo {
  return one(b, "BatchNormalization", [x, scale, bias, mean, variance], { epsilon });
}

/** Results of batch normalisation with the statistics of the batch. */
export interface TrainedNormalization {
  readonly y: ValueInfo;
  /** momentum mean + (1 - momentum) (mean of the batch), and the same for the variance. */
  readonly mean: ValueInfo;
  readonly variance: ValueInfo;
}

/** Batch normalisation as in training: with mean and variance of the batch, which also update the running ones. */
export function batchNormalizationTraining(
  b: Emitter,
  x: ValueInfo,
  { scale, bias, mean, variance }: ChannelStatistics,
  { epsilon = 1e-5, momentum = 0.9 }: { readonly epsilon?: number; readonly momentum?: number } = {},
): TrainedNormalization {
  const outputs = b.op(
    "BatchNormalization",
    [x, scale, bias, mean, variance],
    { epsilon, momentum, training_mode: 1 },
    { outputs: 3 },
  ) as [ValueInfo, ValueInfo, ValueInfo];
  return { y: outputs[0], mean: outputs[1], variance: outputs[2] };
}

/** Normalises over the axes from `axis` on (default the last), then scales and shifts by scale and bias. */
export function layerNormalization(
  b: Emitter,
  x: ValueInfo,
  scale: ValueInfo,
  bias: ValueInfo | null = null,
  { axis = -1, epsilon = 1e-5 }: { readonly axis?: number; readonly epsilon?: number } = {},
): ValueInfo {
  return one(b, "LayerNormalization", [x, scale, bias], { axis, epsilon });
}

/** x where x >= 0, else alpha x. */
export function leakyRelu(b: Emitter, x: ValueInfo, alpha = 0.01): ValueInfo {
  return one(b, "LeakyRelu", [x], { alpha });
}

/** x where x > 0, else alpha (e^x - 1). */
export function elu(b: Emitter, x: ValueInfo, alpha = 1): ValueInfo {
  return one(b, "Elu", [x], { alpha });
}

/** x Phi(x) with the Gaussian distribution Phi, or its tanh approximation. */
export function gelu(b: Emitter, x: ValueInfo, approximate: "none" | "tanh" = "none"): ValueInfo {
  return one(b, "Gelu", [x], approximate === "none" ? {} : { approximate });
}

/** x kept between two numbers. */
export function clip(b: Emitter, x: ValueInfo, low: number | null, high: number | null): ValueInfo {
  const bound = (v: number | null): ValueInfo | null => (v === null ? null : scalar(b, v, x.dtype));
  return one(b, "Clip", [x, bound(low), bound(high)]);
}

/** [n, ...] -> [n, rest]; `axis` is the first that joins the rest. */
export function flatten(b: Emitter, x: ValueInfo, axis = 1): ValueInfo {
  return one(b, "Flatten", [x], { axis });
}

/** A new axis of size 1 at each of the given positions of the result. */
export function unsqueeze(b: Emitter, x: ValueInfo, axes: readonly number[]): ValueInfo {
  return one(b, "Unsqueeze", [x, ints(b, axes)]);
}

/** Removes axes of size 1. */
export function squeeze(b: Emitter, x: ValueInfo, axes: readonly number[]): ValueInfo {
  return one(b, "Squeeze", [x, ints(b, axes)]);
}

/** Slices of x at integer indices along an axis; a list of indices becomes a constant. */
export function gather(
  b: Emitter,
  x: ValueInfo,
  indices: ValueInfo | readonly number[],
  axis = 0,
): ValueInfo {
  const at = "name" in indices ? indices : b.constant(tensorOf("int64", [indices.length], indices));
  return one(b, "Gather", [x, at], { axis });
}

/** Consecutive parts of the given sizes along an axis. */
export function split(b: Emitter, x: ValueInfo, sizes: readonly number[], axis = 0): ValueInfo[] {
  return b.op("Split", [x, ints(b, sizes)], { axis }, { outputs: sizes.length });
}

/** Einstein summation, "ij,jk->ik" and the like. */
export function einsum(b: Emitter, equation: string, operands: readonly ValueInfo[]): ValueInfo {
  return one(b, "Einsum", operands, { equation });
}
