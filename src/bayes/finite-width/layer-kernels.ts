/**
 * Kernels of a regression task one layer at a time: the covariance of the inputs and the two-point map k of an activation,
 * k(C)(x, x') = E phi(u) phi(v) with (u, v) ~ N(0, C), for actions that rescale the kernel inside of the recursion.
 */
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import type { DualActivation } from "../kernels/index.ts";
import type { RegressionKernels, RegressionTask } from "./types.ts";

/** Covariances of one layer on training and test inputs; `diagonal` holds those of the test inputs. */
export type LayerKernels = RegressionKernels;

/** C = X X^T / (N0 precision), and the same between test and training inputs. */
export function inputKernels(
  { inputs, testInputs }: Pick<RegressionTask, "inputs" | "testInputs">,
  precision: number,
  algebra: LinearAlgebra,
): LayerKernels {
  const scale = 1 / (inputs.cols * precision);
  const times = (matrix: Matrix): Matrix => {
    for (let at = 0; at < matrix.data.length; at++) matrix.data[at] = scale * (matrix.data[at] as number);
    return matrix;
  };
  const diagonal = new Float64Array(testInputs.rows);
  testInputs.data.forEach((x, at) => {
    const m = Math.floor(at / testInputs.cols);
    diagonal[m] = (diagonal[m] as number) + scale * x * x;
  });
  return {
    train: times(algebra.gramOfRows(inputs)),
    cross: times(algebra.multiplyTransposedRight(testInputs, inputs)),
    diagonal,
  };
}

/** factor k(inner K) on all pairs. */
export function mapLayer(
  kernels: LayerKernels,
  dual: DualActivation,
  factor: number,
  inner = 1,
): LayerKernels {
  const own = diagonalOf(kernels.train);
  const { rows, cols, data } = kernels.cross;
  const cross = zeros(rows, cols);
  for (let at = 0; at < data.length; at++) {
    const c11 = inner * (kernels.diagonal[Math.floor(at / cols)] as number);
    cross.data[at] =
      factor * dual.pair(c11, inner * (data[at] as number), inner * (own[at % cols] as number)).value;
  }
  return {
    train: mapTrain(kernels.train, dual, factor, inner),
    cross,
    diagonal: kernels.diagonal.map((c) => factor * dual.pair(inner * c, inner * c, inner * c).value),
  };
}

/** factor k(inner K) on pairs of training inputs. */
export function mapTrain(train: Matrix, dual: DualActivation, factor: number, inner = 1): Matrix {
  const own = diagonalOf(train);
  const size = train.rows;
  const out = zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const c12 = inner * (train.data[i * size + j] as number);
      const { value } = dual.pair(inner * (own[i] as number), c12, inner * (own[j] as number));
      out.data[i * size + j] = factor * value;
      out.data[j * size + i] = factor * value;
    }
  }
  return out;
}

function diagonalOf({ rows, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * (rows + 1)] as number);
}

/** Central differences of sixth order: offsets in steps, and their weights. */
const OFFSETS = [-3, -2, -1, 1, 2, 3] as const;
const WEIGHTS = [-1 / 60, 3 / 20, -3 / 4, 3 / 4, -3 / 20, 1 / 60] as const;
/** Leaves h^6 / 140 = 5e-13 of the seventh derivative, and rounding of 1e-14. */
const STEP = 0.02;

/** d f / du at 0 of a matrix that depends smoothly on u; relative accuracy about 1e-12. */
export function slopeOf(f: (u: number) => Float64Array): Float64Array {
  const [first, ...others] = OFFSETS.map((offset) => f(offset * STEP));
  const sum = (first as Float64Array).map((value) => (value * WEIGHTS[0]) / STEP);
  others.forEach((values, k) => {
    const weight = (WEIGHTS[k + 1] as number) / STEP;
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + weight * (values[at] as number);
  });
  return sum;
}
