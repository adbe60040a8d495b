/** The oracle's arrays: making them, broadcasting them, and walking them by strides. Clarity before speed. */
import { roundHalfEven } from "../float16.ts";
import { type DType, isFloat, numbersOf, sizeOf, type Tensor, tensorOf } from "../tensor.ts";
import type { Dense } from "./definition.ts";
import { sameShape, stridesOf } from "./shapes.ts";

/** Wraps data that already has the right length. */
export function dense(dtype: DType, shape: readonly number[], data: ArrayLike<number>): Dense {
  return { dtype, shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/** A stored tensor as an oracle array. */
export function fromTensor(tensor: Tensor): Dense {
  return { dtype: tensor.dtype, shape: tensor.shape, data: numbersOf(tensor) };
}

/** An oracle array in the storage of its dtype (floats rounded to nearest). */
export function toTensor(value: Dense): Tensor {
  return tensorOf(value.dtype, value.shape, value.data);
}

/** A new array filled by the flat output index. */
export function build(dtype: DType, shape: readonly number[], f: (flat: number) => number): Dense {
  const data = new Float64Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = f(i);
  return { dtype, shape, data };
}

/**
 * Flat input index of every flat output index, where output index (i_0, ..., i_n) reads the input at
 * `offset` + sum of i_k * `strides[k]`.
 */
export function stridedIndices(shape: readonly number[], strides: readonly number[], offset = 0): Int32Array {
  const indices = new Int32Array(sizeOf(shape));
  const counter = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let flat = 0; flat < indices.length; flat++) {
    indices[flat] = at;
    for (let k = shape.length - 1; k >= 0; k--) {
      const next = (counter[k] as number) + 1;
      at += strides[k] as number;
      if (next < (shape[k] as number)) {
        counter[k] = next;
        break;
      }
      at -= next * (strides[k] as number);
      counter[k] = 0;
    }
  }
  return indices;
}

/** Elements repeated up to `shape` by broadcasting. */
export function broadcastData(value: Dense, shape: readonly number[]): Float64Array {
  if (sameShape(value.shape, shape)) return value.data;
  const own = stridesOf(value.shape);
  const offset = shape.length - value.shape.length;
  const strides = shape.map((_, k) =>
    k < offset || value.shape[k - offset] === 1 ? 0 : (own[k - offset] as number),
  );
  return gatherFlat(value.data, stridedIndices(shape, strides));
}

/** data[indices]. */
export function gatherFlat(data: Float64Array, indices: Int32Array): Float64Array {
  const result = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) result[i] = data[indices[i] as number] as number;
  return result;
}

/** Numbers of a dense array that is known to exist, as a plain list (axes, shapes, pads). */
export function listOf(value: Dense): number[] {
  return Array.from(value.data);
}

/** Brings a number into the range of an element type the way a C cast does (truncation, 0/1 for bool). */
export function castNumber(value: number, to: DType): number {
  if (isFloat(to)) return value;
  if (to === "bool") return value === 0 ? 0 : 1;
  if (to === "int64") return Math.trunc(value);
  if (to === "int32") return Math.trunc(value) | 0;
  if (to === "uint8") return Math.trunc(value) & 0xff;
  return (Math.trunc(value) << 24) >> 24;
}

export { roundHalfEven };
