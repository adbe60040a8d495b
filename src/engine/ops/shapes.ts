/** Shape arithmetic shared by the operators: broadcasting, axes, strides. All functions are pure. */
import { sizeOf } from "../tensor.ts";

/**
 * The common shape under ONNX (NumPy) broadcasting: aligned at the right, sizes equal or 1; null when none exists.
 * @example
 * ```ts
 * broadcastShapes([2, 1, 4], [3, 1]); // => [2, 3, 4]
 * ```
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] | null {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (const [i, n] of shape.entries()) {
      const have = result[offset + i] as number;
      if (have === 1) result[offset + i] = n;
      else if (n !== 1 && n !== have) return null;
    }
  }
  return result;
}

/** Axes brought into 0..rank-1 and sorted; null when one is out of range or doubled. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] | null {
  const result = axes.map((a) => (a < 0 ? a + rank : a));
  if (result.some((a) => a < 0 || a >= rank || !Number.isInteger(a))) return null;
  if (new Set(result).size !== result.length) return null;
  return result.sort((p, q) => p - q);
}

/** One axis brought into 0..rank-1; null when out of range. */
export function normalizeAxis(axis: number, rank: number): number | null {
  return normalizeAxes([axis], rank)?.[0] ?? null;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--)
    strides[i] = (strides[i + 1] as number) * (shape[i + 1] as number);
  return strides;
}

/** Shape after reducing `axes` (already normalised), with size 1 left in place when `keepdims`. */
export function reducedShape(shape: readonly number[], axes: readonly number[], keepdims: boolean): number[] {
  const gone = new Set(axes);
  return keepdims ? shape.map((n, i) => (gone.has(i) ? 1 : n)) : shape.filter((_, i) => !gone.has(i));
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** 0, 1, ..., n - 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** Inverse of a permutation of 0..n-1. */
export function inversePermutation(perm: readonly number[]): number[] {
  const inverse = new Array<number>(perm.length).fill(0);
  for (const [i, p] of perm.entries()) inverse[p] = i;
  return inverse;
}

/** Sizes before, at and after an axis: the [outer, n, inner] view of a row-major array. */
export function splitAt(
  shape: readonly number[],
  axis: number,
): { readonly outer: number; readonly n: number; readonly inner: number } {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    n: shape[axis] ?? 1,
    inner: sizeOf(shape.slice(axis + 1)),
  };
}
