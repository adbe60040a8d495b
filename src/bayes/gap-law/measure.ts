/** The gap of a least-squares readout, measured: fits on draws of P examples, errors on all others, residual on everything. */
import type { Estimate } from "../../base/index.ts";
import { ConvergenceError, ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, meanWithError, type RandomStream } from "../../numerics/index.ts";
import { planGapSizes } from "./plan.ts";

/** Features and targets of one output. */
export interface FeatureTask {
  /** [M, N]; M several times the largest P. */
  readonly features: Matrix;
  readonly targets: Float64Array;
}

/** Options of a measurement. */
export interface GapMeasurement {
  readonly examples: number;
  /** Draws of the training set. */
  readonly draws: number;
  readonly stream: RandomStream;
  /** Ridge of the loss sum of squares + ridge |w|^2, at least 0. Default 0. */
  readonly ridge?: number;
}

/** Measured errors beside the residual that the law needs. */
export interface MeasuredGap {
  readonly train: Estimate;
  readonly test: Estimate;
  readonly gap: Estimate;
  /** e, from a fit on all M examples, corrected for its own N / M. */
  readonly residual: number;
}

/**
 * Measures train and test error of least squares on random subsets of P examples.
 *
 * @throws ShapeError for sizes that do not fit, SpecError unless N < P (or a ridge), 2 P <= M and N < M; ConvergenceError for dependent features.
 * @returns errors with standard errors over draws. Cost draws P N^2 + M N^2.
 */
export function measureGap(
  { features, targets }: FeatureTask,
  { examples, draws, stream, ridge = 0 }: GapMeasurement,
  algebra: LinearAlgebra,
): MeasuredGap {
  const { rows, cols } = features;
  if (targets.length !== rows) {
    throw new ShapeError(
      `gap law: received ${rows} rows and ${targets.length} targets, expected equal numbers`,
    );
  }
  planGapSizes({ features: cols, rows, ridge, sizes: [examples] });
  if (!(draws >= 2 && ridge >= 0)) {
    throw new SpecError(
      `gap law: received ${draws} draws and ridge ${ridge}, expected at least 2 draws and a ridge of at least 0`,
    );
  }
  const all = Uint32Array.from({ length: rows }, (_, i) => i);
  const whole = fitReadout(features, targets, all, 0, algebra);
  const residual = errorOn(features, targets, all, whole) / (1 - cols / rows);
  const errors = Array.from({ length: draws }, (_, d) => {
    const order = stream.fork(d).permutation(rows);
    const chosen = order.subarray(0, examples);
    const readout = fitReadout(features, targets, chosen, ridge, algebra);
    return {
      train: errorOn(features, targets, chosen, readout),
      test: errorOn(features, targets, order.subarray(examples), readout),
    };
  });
  return {
    train: meanWithError(errors.map(({ train }) => train)),
    test: meanWithError(errors.map(({ test }) => test)),
    gap: meanWithError(errors.map(({ train, test }) => test - train)),
    residual,
  };
}

/** Least squares by the normal equations, in float64. */
export function fitReadout(
  { cols, data }: Matrix,
  targets: Float64Array,
  chosen: Uint32Array,
  ridge: number,
  algebra: LinearAlgebra,
): Float64Array {
  const x = { rows: chosen.length, cols, data: new Float64Array(chosen.length * cols) };
  const y = { rows: chosen.length, cols: 1, data: new Float64Array(chosen.length) };
  chosen.forEach((row, p) => {
    x.data.set(data.subarray(row * cols, (row + 1) * cols), p * cols);
    y.data[p] = targets[row] as number;
  });
  const gram = algebra.gramOfColumns(x);
  for (let k = 0; k < cols; k++) gram.data[k * (cols + 1)] = (gram.data[k * (cols + 1)] as number) + ridge;
  try {
    return algebra.solvePositiveDefinite(gram, algebra.multiplyTransposedLeft(x, y)).data;
  } catch (error) {
    if (!(error instanceof ConvergenceError)) throw error;
    throw new ConvergenceError(
      `gap law: the ${cols} features of ${chosen.length} examples are linearly dependent`,
      { hint: "some units may be off on all of them: take more examples, or a ridge above 0", cause: error },
    );
  }
}

function errorOn(
  { cols, data }: Matrix,
  targets: Float64Array,
  rows: Uint32Array,
  readout: Float64Array,
): number {
  let sum = 0;
  for (const row of rows) {
    let value = 0;
    for (let k = 0; k < cols; k++) value += (data[row * cols + k] as number) * (readout[k] as number);
    sum += (value - (targets[row] as number)) ** 2;
  }
  return sum / rows.length;
}
