/** Where integer indices point: flat positions in row-major arrays. Negative indices count from the end. */
import type { Dense } from "./definition.ts";
import { stridesOf } from "./shapes.ts";

/** An index brought into 0..n-1. */
export function wrapIndex(index: number, n: number): number {
  return index < 0 ? index + n : index;
}

/** Flat position in `shape` that element `flat` of `indices` addresses along `axis`. */
export function elementAt(shape: readonly number[], indices: Dense, axis: number, flat: number): number {
  const strides = stridesOf(shape);
  let at = 0;
  let rest = flat;
  for (const [k, stride] of stridesOf(indices.shape).entries()) {
    const i = Math.floor(rest / stride);
    rest -= i * stride;
    const position = k === axis ? wrapIndex(indices.data[flat] as number, shape[k] as number) : i;
    at += position * (strides[k] as number);
  }
  return at;
}

/** Flat offset in `shape` of the block that row `row` of `indices` [..., q] addresses. */
export function blockAt(
  shape: readonly number[],
  indices: Dense,
  row: number,
  batch: number,
  batchDims: number,
): number {
  const q = indices.shape.at(-1) as number;
  const strides = stridesOf(shape);
  let at = batchDims === 0 ? 0 : batch * (strides[batchDims - 1] as number);
  for (let k = 0; k < q; k++) {
    const axis = batchDims + k;
    at += wrapIndex(indices.data[row * q + k] as number, shape[axis] as number) * (strides[axis] as number);
  }
  return at;
}
