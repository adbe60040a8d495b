/** Symmetric eigenvalues and eigenvectors: reduce to tridiagonal form, solve that, transform back. */
import { type Matrix, tridiagonalEigenvalues } from "../numerics/index.ts";
import type { Core } from "./core.ts";
import { divideAndConquerSteps } from "./divide-and-conquer.ts";
import type { Steps } from "./product.ts";
import { backTransformSteps, tridiagonalSteps } from "./tridiagonal.ts";

/** Outside these magnitudes squares over- or underflow, so the matrix is scaled by a power of two. */
const SMALL = 2 ** -400;
const LARGE = 2 ** 400;

/** Reflectors per block of the back-transformation, by the size of the matrix. */
export type BlockWidth = (n: number) => number;

/** Narrow blocks for products done here; wide ones from n = `from` on for a provider, which needs depth. */
export function blocksWideFrom(from: number): BlockWidth {
  return (n) => (n < from ? 64 : 256);
}

/** Eigenvalues ascending, and eigenvectors as columns when asked for. */
export interface EigenSymmetric {
  readonly values: Float64Array;
  /** Column j belongs to `values[j]`; null when not asked for. */
  readonly vectors: Matrix | null;
}

/** Solves for the n x n matrix already at `a` (upper triangle; destroyed), whose largest entry is `size`. */
export function* eigenSteps(
  core: Core,
  n: number,
  a: number,
  size: number,
  wantVectors: boolean,
  blockWidth: BlockWidth,
): Steps<EigenSymmetric> {
  const scale = scaleFor(size);
  if (scale !== 1) core.wasm.scale(n * n, scale, a);
  const { diagonal, offDiagonal, tau } = yield* tridiagonalSteps(core, n, a);
  if (!wantVectors)
    return { values: rescale(tridiagonalEigenvalues(diagonal, offDiagonal), scale), vectors: null };
  const q = core.allocateDoubles(n * n);
  const order = yield* divideAndConquerSteps(core, diagonal, offDiagonal, q);
  yield* backTransformSteps(core, n, a, tau, q, n, blockWidth(n));
  const rows = core.allocate(n * 4);
  core.integers(rows, n).set(order);
  core.wasm.transposeRows(n, n, q, n, rows, a, n);
  const values = Float64Array.from(order, (i) => diagonal[i] as number);
  return { values: rescale(values, scale), vectors: { rows: n, cols: n, data: core.pull(a, n * n) } };
}

function rescale(values: Float64Array, scale: number): Float64Array {
  return scale === 1 ? values : values.map((value) => value / scale);
}

/** 1, or a power of two that brings a largest entry near 1 when squares of entries would over- or underflow. */
export function scaleFor(size: number): number {
  if (size === 0 || (size > SMALL && size < LARGE)) return 1;
  return 2 ** Math.max(-1022, Math.min(1022, -Math.round(Math.log2(size))));
}
