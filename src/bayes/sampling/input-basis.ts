/**
 * Principal coordinates of training inputs: hidden fields on the training set depend on a weight vector only through its
 * components along the span of the inputs, so the sampler moves these alone. All others keep their prior, and matter for test
 * inputs that leave the span.
 */
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";

/** Inputs in an orthonormal basis of the training inputs' span. */
export interface InputBasis {
  /** Training inputs, [P, r], r <= min(P, N0): columns by decreasing variance. */
  readonly inputs: Matrix;
  /** Test inputs along the same directions, [M, r]. */
  readonly testInputs: Matrix;
  /** What the test inputs have besides, [M, N0]; null when the span is everything. */
  readonly testRest: Matrix | null;
}

/** Directions whose singular value is smaller than this share of the largest are left out. */
const NEGLIGIBLE = 1e-12;

/** Rotates inputs into the principal directions of the training set. Cost of one thin SVD of [P, N0]. */
export function principalBasis(inputs: Matrix, testInputs: Matrix, algebra: LinearAlgebra): InputBasis {
  const { u, values, v } = algebra.svd(inputs);
  const largest = values[0] ?? 0;
  const rank = Math.max(1, values.filter((value) => value > NEGLIGIBLE * largest).length);
  const basis = leadingColumns(v, rank);
  const rotated = leadingColumns(u, rank);
  for (let i = 0; i < rotated.data.length; i++) {
    rotated.data[i] = (rotated.data[i] as number) * (values[i % rank] as number);
  }
  const along = algebra.multiply(testInputs, basis);
  if (rank === inputs.cols) return { inputs: rotated, testInputs: along, testRest: null };
  const back = algebra.multiplyTransposedRight(along, basis);
  const testRest = { ...back, data: testInputs.data.map((x, i) => x - (back.data[i] as number)) };
  return { inputs: rotated, testInputs: along, testRest };
}

function leadingColumns({ rows, cols, data }: Matrix, count: number): Matrix {
  const out = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * cols, i * cols + count), i * count);
  return { rows, cols: count, data: out };
}
