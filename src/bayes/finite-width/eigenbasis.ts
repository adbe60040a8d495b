/**
 * Regression in the eigenbasis of the kernel: one decomposition, after which the predictor for any scale q of the kernel and
 * any temperature costs O(P) a test point. With K = U diag(k) U^T, c = U^T y and M = K* U:
 * mean = q M (c / (T + q k)), variance = q k** - q^2 sum_i M_i^2 / (T + q k_i).
 */
import { ConvergenceError, ShapeError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { describeDuplicates } from "./duplicates.ts";
import type { Prediction, RegressionKernels, RegressionTargets } from "./types.ts";

/** A task in the eigenbasis of its training kernel. */
export interface EigenTask {
  /** Eigenvalues, those below rounding set to 0. */
  readonly eigenvalues: Float64Array;
  /** Eigenvectors of the training kernel as columns, [P, P]. */
  readonly vectors: Matrix;
  /** Components of the training targets. */
  readonly components: Float64Array;
  /** K* U, [M, P]. */
  readonly cross: Matrix;
  readonly diagonal: Float64Array;
  readonly testTargets: Float64Array;
  readonly rank: number;
}

/**
 * Decomposes a task.
 *
 * @throws ShapeError when sizes do not fit or there are no training examples; ConvergenceError when the matrix has a negative
 * eigenvalue beyond rounding, and so is no kernel.
 */
export function diagonalizeTask(
  kernels: RegressionKernels,
  targets: RegressionTargets,
  algebra: LinearAlgebra,
): EigenTask {
  const { train, cross, diagonal } = kernels;
  const examples = targets.train.length;
  if (examples === 0)
    throw new ShapeError("regression: received no training examples, expected at least one");
  if (train.rows !== examples || train.cols !== examples || cross.cols !== examples) {
    throw new ShapeError(
      `regression: received kernels [${train.rows}, ${train.cols}] and [${cross.rows}, ${cross.cols}] for ${examples} targets`,
    );
  }
  if (cross.rows !== diagonal.length || cross.rows !== targets.test.length) {
    throw new ShapeError(
      `regression: received ${cross.rows} test rows, ${diagonal.length} variances and ${targets.test.length} targets, expected equal numbers`,
    );
  }
  const { values, vectors } = algebra.eigenSymmetric(train);
  if (vectors === null) throw new Error("internal: no eigenvectors");
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const rounding = examples * Number.EPSILON * largest;
  const eigenvalues = values.map((value) => {
    if (value < -100 * rounding) {
      throw new ConvergenceError(
        `regression: the kernel matrix has the eigenvalue ${value}, expected none below 0`,
      );
    }
    return value > rounding ? value : 0;
  });
  const column = { rows: examples, cols: 1, data: targets.train };
  return {
    eigenvalues,
    vectors,
    components: algebra.multiplyTransposedLeft(vectors, column).data,
    cross: algebra.multiply(cross, vectors),
    diagonal,
    testTargets: targets.test,
    rank: eigenvalues.filter((value) => value > 0).length,
  };
}

/**
 * Throws ConvergenceError where T = 0 and the kernel is singular: interpolation is then not defined, or depends on nothing
 * but rounding. Given the inputs, the error names equal ones.
 */
export function requireInvertible(
  { rank, eigenvalues }: Pick<EigenTask, "rank" | "eigenvalues">,
  temperature: number,
  inputs?: Matrix,
): void {
  if (temperature > 0 || rank === eigenvalues.length) return;
  const equal = inputs === undefined ? null : describeDuplicates(inputs);
  throw new ConvergenceError(
    `regression: the kernel of ${eigenvalues.length} training inputs has rank ${rank}, expected full rank at temperature 0${equal === null ? "" : `; ${equal}`}`,
    {
      hint:
        equal === null
          ? "remove duplicated or linearly dependent inputs, take fewer examples, or choose a temperature above 0"
          : "remove one of each pair, or choose a temperature above 0",
      data: { rank, examples: eigenvalues.length },
    },
  );
}

/** Predictions of the Gaussian process of kernel q K at temperature (noise variance) T. */
export function predictAtScale(task: EigenTask, q: number, temperature: number): Prediction {
  const { eigenvalues, components, cross, diagonal, testTargets } = task;
  const size = eigenvalues.length;
  const inverse = eigenvalues.map((k) => 1 / (temperature + q * k));
  const mean = new Float64Array(cross.rows);
  const variance = new Float64Array(cross.rows);
  for (let m = 0; m < cross.rows; m++) {
    let value = 0;
    let explained = 0;
    for (let i = 0; i < size; i++) {
      const entry = cross.data[m * size + i] as number;
      const weight = entry * (inverse[i] as number);
      value += weight * (components[i] as number);
      explained += entry * weight;
    }
    mean[m] = q * value;
    variance[m] = Math.max(0, q * (diagonal[m] as number) - q * q * explained);
  }
  let residual = 0;
  let freedom = 0;
  for (let i = 0; i < size; i++) {
    residual += (temperature * (components[i] as number) * (inverse[i] as number)) ** 2;
    freedom += temperature * q * (eigenvalues[i] as number) * (inverse[i] as number);
  }
  const bias = average(mean.map((value, m) => (value - (testTargets[m] as number)) ** 2));
  const spread = average(variance);
  return { mean, variance, bias, spread, error: bias + spread, trainError: (residual + freedom) / size };
}

/** Mean of the entries; NaN when there are none. */
export function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
