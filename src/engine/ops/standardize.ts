/**
 * Subtracting a mean and dividing by a standard deviation: as operators, its gradient (Ioffe and Szegedy 2015), and
 * in plain numbers. The statistics are recomputed from operators in gradients, so these can be differentiated again.
 */
import type { ValueInfo } from "../ir.ts";
import { floatOf } from "./attributes.ts";
import type { Attributes, Dense, Emitter, VjpCall } from "./definition.ts";
import { add, div, mul, reduceMean, reduceSum, reshape, sqrt, sub } from "./emit.ts";
import { range } from "./shapes.ts";

/** Default of every normalisation in ONNX. */
const EPSILON = 1e-5;
export const epsilonOf = (attributes: Attributes): number => floatOf(attributes, "epsilon", EPSILON);

/** A per-channel list [c] shaped to broadcast over [n, c, ...]. */
export function perChannel(b: Emitter, v: ValueInfo, rank: number): ValueInfo {
  return reshape(b, v, [v.shape[0] as number, ...new Array<number>(rank - 2).fill(1)]);
}

/** All axes but the channel axis. */
export const acrossChannel = (rank: number): number[] => range(rank).filter((i) => i !== 1);

/** x minus mean, over standard deviation, with 1/std kept for gradients. */
export function standardized(
  b: Emitter,
  x: ValueInfo,
  axes: readonly number[],
  epsilon: number,
): { readonly hat: ValueInfo; readonly deviation: ValueInfo } {
  const centred = sub(b, x, reduceMean(b, x, { axes, keepdims: true }));
  const variance = reduceMean(b, mul(b, centred, centred), { axes, keepdims: true });
  const deviation = sqrt(b, add(b, variance, epsilon));
  return { hat: div(b, centred, deviation), deviation };
}

/** dL/dx of x -> (x - mean)/std, given dL/d(hat): Ioffe and Szegedy 2015, section 3. */
export function standardizedVjp(
  b: Emitter,
  { hat, deviation }: { readonly hat: ValueInfo; readonly deviation: ValueInfo },
  g: ValueInfo,
  axes: readonly number[],
): ValueInfo {
  const mean = reduceMean(b, g, { axes, keepdims: true });
  const slope = reduceMean(b, mul(b, g, hat), { axes, keepdims: true });
  return div(b, sub(b, sub(b, g, mean), mul(b, hat, slope)), deviation);
}

/** Mean and (biased) variance of a block. */
export function moments(block: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = block.reduce((s, v) => s + v, 0) / block.length;
  return { mean, variance: block.reduce((s, v) => s + (v - mean) ** 2, 0) / block.length };
}

/** Normalises consecutive blocks of `size` elements; returns the result with mean and 1/std per block. */
export function standardizeBlocks(
  x: Dense,
  size: number,
  epsilon: number,
): { readonly data: Float64Array; readonly means: Float64Array; readonly inverses: Float64Array } {
  const count = x.data.length / size;
  const [data, means, inverses] = [
    new Float64Array(x.data.length),
    new Float64Array(count),
    new Float64Array(count),
  ];
  for (let k = 0; k < count; k++) {
    const block = x.data.subarray(k * size, (k + 1) * size);
    const { mean, variance } = moments(block);
    const inverse = 1 / Math.sqrt(variance + epsilon);
    means[k] = mean;
    inverses[k] = inverse;
    for (let i = 0; i < size; i++) data[k * size + i] = ((block[i] as number) - mean) * inverse;
  }
  return { data, means, inverses };
}

/** Gradients of scale and bias when y = hat scale + bias per channel. */
export function affineVjp(
  { b, wanted }: VjpCall,
  g: ValueInfo,
  hat: ValueInfo,
  axes: readonly number[],
): (ValueInfo | null)[] {
  return [
    wanted[1] ? reduceSum(b, mul(b, g, hat), { axes }) : null,
    wanted[2] ? reduceSum(b, g, { axes }) : null,
  ];
}
