/** The public interface of dense float64 linear algebra. */
import type { LogDeterminant, Matrix, QrFactors, SvdFactors } from "../numerics/index.ts";
import type { EigenSymmetric } from "./eigen.ts";
import type { GemmProvider } from "./gemm-provider.ts";
import type { SimdKind } from "./module.ts";
import type { TriangularKind } from "./triangular.ts";
import type { WideKernels } from "./wide.ts";

/** Options of `eigenSymmetric`. */
export interface EigenOptions {
  /** Whether eigenvectors are wanted; without them it costs a quarter. Default true. */
  readonly vectors?: boolean;
}

/**
 * Dense linear algebra. Arguments are never changed. Every function throws ShapeError for empty matrices or sizes that do not
 * fit, and ConvergenceError naming the entry when one is NaN or infinite. Errors are of the size of LAPACK's.
 */
export interface LinearAlgebra {
  /**
   * C = A B, [m, k] times [k, n]. Cost 2 m n k operations.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
   * const b = { rows: 2, cols: 1, data: Float64Array.of(3, 4) };
   * k.multiply(a, b).data; // => [11]
   * ```
   */
  multiply(a: Matrix, b: Matrix): Matrix;
  /**
   * C = A^T B, [k, m] and [k, n].
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 1, data: Float64Array.of(1, 2) };
   * k.multiplyTransposedLeft(a, a).data; // => [5]
   * ```
   */
  multiplyTransposedLeft(a: Matrix, b: Matrix): Matrix;
  /**
   * C = A B^T, [m, k] and [n, k].
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
   * k.multiplyTransposedRight(a, a).data; // => [5]
   * ```
   */
  multiplyTransposedRight(a: Matrix, b: Matrix): Matrix;
  /**
   * The symmetric A A^T of inner products between rows, [m, k] to [m, m]: half the cost of a product.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 1, data: Float64Array.of(1, 2) };
   * k.gramOfRows(a).data; // => [1, 2, 2, 4]
   * ```
   */
  gramOfRows(a: Matrix): Matrix;
  /**
   * The symmetric A^T A of inner products between columns, [k, n] to [n, n]: half the cost of a product.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 1, data: Float64Array.of(1, 2) };
   * k.gramOfColumns(a).data; // => [5]
   * ```
   */
  gramOfColumns(a: Matrix): Matrix;
  /**
   * Lower triangular L with A = L L^T. Cost n^3 / 3.
   * @throws SpecError when A is not symmetric; ConvergenceError naming the pivot when A is not positive definite.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * k.cholesky({ rows: 2, cols: 2, data: Float64Array.of(4, 2, 2, 10) }).data; // => [2, 0, 1, 3]
   * ```
   */
  cholesky(a: Matrix): Matrix;
  /**
   * X with A X = B for symmetric positive definite A [n, n] and B [n, r], by Cholesky; throws like `cholesky`.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 2, data: Float64Array.of(2, 1, 1, 2) };
   * const b = { rows: 2, cols: 1, data: Float64Array.of(3, 3) };
   * k.solvePositiveDefinite(a, b).data; // => [1, 1]
   * ```
   */
  solvePositiveDefinite(a: Matrix, b: Matrix): Matrix;
  /**
   * X with A X = B for a general square A [n, n] and B [n, r], by LU with partial pivoting. Cost 2/3 n^3.
   * @throws ConvergenceError when A is exactly singular.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 2, data: Float64Array.of(0, 2, 4, 0) };
   * const b = { rows: 2, cols: 1, data: Float64Array.of(2, 4) };
   * k.solve(a, b).data; // => [1, 1]
   * ```
   */
  solve(a: Matrix, b: Matrix): Matrix;
  /**
   * X with T X = B, where T is one triangle of `t` (the other is not read), as it is or transposed. Cost n^2 r.
   * @throws ConvergenceError when a diagonal entry is 0.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const t = { rows: 2, cols: 2, data: Float64Array.of(1, 0, 1, 2) };
   * const b = { rows: 2, cols: 1, data: Float64Array.of(1, 3) };
   * k.solveTriangular(t, "lower", b).data; // => [1, 1]
   * ```
   */
  solveTriangular(t: Matrix, kind: TriangularKind, b: Matrix): Matrix;
  /**
   * Sign and log |det A| of a square matrix, by LU: no over- or underflow. Sign 0 when it is exactly singular.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 2, data: Float64Array.of(0, 1, 1, 0) };
   * k.logDeterminant(a).sign; // => -1
   * ```
   */
  logDeterminant(a: Matrix): LogDeterminant;
  /**
   * Thin A = Q R with a non-negative diagonal of R, Q [m, p], R [p, n], p = min(m, n). Cost 4 m n^2 - 4/3 n^3.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * k.qr({ rows: 2, cols: 1, data: Float64Array.of(3, 4) }).r.data; // => [5]
   * ```
   */
  qr(a: Matrix): QrFactors;
  /**
   * Eigenvalues of a symmetric matrix, ascending, and eigenvectors as columns: A V = V diag(values). Householder reduction, then
   * divide and conquer (with vectors) or QL (without). |A V - V D| stays below 1e-13 |A|; cost 4/3 n^3 and about 4 n^3 more with
   * vectors.
   * @throws SpecError when A is not symmetric.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * const a = { rows: 2, cols: 2, data: Float64Array.of(2, 1, 1, 2) };
   * k.eigenSymmetric(a, { vectors: false }).values; // => [1, 3]
   * ```
   */
  eigenSymmetric(a: Matrix, options?: EigenOptions): EigenSymmetric;
  /**
   * Singular values of any matrix, descending. Cost 8/3 n^3 for a square one.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * k.singularValues({ rows: 1, cols: 2, data: Float64Array.of(3, 4) }); // => [5]
   * ```
   */
  singularValues(a: Matrix): Float64Array;
  /**
   * Thin SVD A = U diag(values) V^T with orthonormal columns, values descending. About 20 n^3 for a square matrix.
   * @example
   * ```ts
   * import { loadKernels } from "isinglass/kernels";
   * const k = await loadKernels();
   * k.svd({ rows: 2, cols: 2, data: Float64Array.of(0, 2, 1, 0) }).values; // => [2, 1]
   * ```
   */
  svd(a: Matrix): SvdFactors;
}

/** The same functions with promises, their large products done by a provider. */
export type OffloadedLinearAlgebra = {
  readonly [K in keyof LinearAlgebra]: (
    ...args: Parameters<LinearAlgebra[K]>
  ) => Promise<ReturnType<LinearAlgebra[K]>>;
};

/** Loaded kernels. */
export interface Kernels extends LinearAlgebra {
  /** Which instructions the module was compiled for. */
  readonly simd: SimdKind;
  /** Threads that share large matrices. */
  readonly threads: number;
  /** The same functions with their large products handed to `provider`. */
  offload(provider: GemmProvider): OffloadedLinearAlgebra;
  /** Kernel matrices of wide networks; `solveKernels` in isinglass/bayes prepares its jobs. */
  readonly wide: WideKernels;
  /** Stops the threads. The kernels must not be used afterwards; without threads there is nothing to stop. */
  release(): Promise<void>;
}

/** Options of `loadKernels`. */
export interface KernelOptions {
  /** Threads for large matrices, the calling one included; needs shared memory. Default 1. */
  readonly threads?: number;
  /** One thread and no fused multiply-add: the same bits on every machine, at about half the speed. Default false. */
  readonly deterministic?: boolean;
}
