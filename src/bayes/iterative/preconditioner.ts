/**
 * The preconditioner P = L L^T + d of a kernel plus noise (Gardner et al. 2018): a partial Cholesky factor and a shift,
 * inverted by the formula of Sherman, Morrison and Woodbury in O(n k) for every column.
 */
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, type RandomStream, zeros } from "../../numerics/index.ts";
import type { KernelOperator } from "./operator.ts";
import { pivotedCholesky } from "./pivoted-cholesky.ts";

/** A positive definite matrix that is easily inverted. */
export interface Preconditioner {
  /** Columns of L. */
  readonly rank: number;
  /** log det P. */
  readonly logDeterminant: number;
  /** P^{-1} B. */
  solve(b: Matrix): Matrix;
  /** `count` columns drawn from N(0, P). */
  sample(count: number, stream: RandomStream): Matrix;
}

/**
 * Prepares P for K + noise. The shift is the noise, and what the factor leaves of the mean diagonal where that is more.
 *
 * @param rank - columns of the partial factor; 0 leaves a multiple of the identity.
 */
export function prepareKernelPreconditioner(
  kernel: KernelOperator,
  noise: number,
  rank: number,
  algebra: LinearAlgebra,
): Preconditioner {
  const { factor, residualTrace } = pivotedCholesky(kernel, rank);
  const { size, diagonal } = kernel;
  const mean = diagonal.reduce((sum, value) => sum + value, 0) / size;
  const shift = Math.max(noise, residualTrace / size, Number.EPSILON * mean, Number.MIN_VALUE);
  const columns = factor.cols;
  const scale = 1 / shift;
  if (columns === 0) {
    return {
      rank: 0,
      logDeterminant: size * Math.log(shift),
      solve: ({ rows, cols, data }) => ({ rows, cols, data: data.map((value) => scale * value) }),
      sample: (count, stream) => drawShift(size, count, shift, stream),
    };
  }
  const inner = algebra.gramOfColumns(factor);
  for (let c = 0; c < columns; c++) {
    inner.data[c * (columns + 1)] = (inner.data[c * (columns + 1)] as number) + shift;
  }
  const root = algebra.cholesky(inner);
  let logDeterminant = (size - columns) * Math.log(shift);
  for (let c = 0; c < columns; c++) logDeterminant += 2 * Math.log(root.data[c * (columns + 1)] as number);
  return {
    rank: columns,
    logDeterminant,
    solve: (b) => {
      const half = algebra.solveTriangular(root, "lower", algebra.multiplyTransposedLeft(factor, b));
      const along = algebra.multiply(factor, algebra.solveTriangular(root, "lower-transposed", half));
      return {
        rows: b.rows,
        cols: b.cols,
        data: b.data.map((value, at) => scale * (value - (along.data[at] as number))),
      };
    },
    sample: (count, stream) => {
      const out = drawShift(size, count, shift, stream);
      const inside = zeros(columns, count);
      stream.fillNormal(inside.data);
      const along = algebra.multiply(factor, inside).data;
      for (let at = 0; at < along.length; at++)
        out.data[at] = (out.data[at] as number) + (along[at] as number);
      return out;
    },
  };
}

function drawShift(size: number, count: number, shift: number, stream: RandomStream): Matrix {
  const out = zeros(size, count);
  stream.fillNormal(out.data, Math.sqrt(shift));
  return out;
}
