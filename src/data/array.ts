/**
 * Arrays as files store them: a shape and a typed array in row-major order. Every reader of this folder returns
 * this one structure; conversion to float32 happens only when a dataset is made.
 */

/** The typed arrays that IDX, npy and npz files can hold. */
export type NumericData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** A dense array; `data.length` is the product of `shape` (1 for a scalar, shape []). */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: NumericData;
}

/** Number of elements of a shape: the product of its sizes, 1 for []. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Writes `data[start .. start + out.length]` into `out`, as float32. */
export function copyAsFloat32(data: NumericData, start: number, out: Float32Array): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < out.length; i++) out[i] = Number(data[start + i]);
    return;
  }
  out.set(data.subarray(start, start + out.length));
}
