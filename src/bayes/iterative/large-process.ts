/**
 * Gaussian-process regression on more inputs than a stored kernel allows: one run of conjugate gradients solves for the targets and
 * for the probes of the log determinant together.
 */
import { type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, type RandomStream, transposeMatrix, zeros } from "../../numerics/index.ts";
import { type ConjugateGradientResult, solveConjugateGradients } from "./conjugate-gradients.ts";
import { type LeftOut, leaveOut } from "./leave-one-out.ts";
import { estimateLogDeterminant } from "./log-determinant.ts";
import type { KernelOperator } from "./operator.ts";
import { prepareKernelPreconditioner } from "./preconditioner.ts";

/** A regression problem whose training kernel is an operator. */
export interface LargeProcessTask {
  /** K(X, X). */
  readonly kernel: KernelOperator;
  /** K(X*, X), [M, P]. */
  readonly cross: Matrix;
  /** K(x*, x*) of the test inputs whose variance is wanted: the first so many rows of `cross`; [] wants none. */
  readonly diagonal: Float64Array;
  /** y, [P, D]. */
  readonly targets: Matrix;
}

/** How to solve. */
export interface LargeProcessOptions extends WorkOptions {
  /** Source of the probes of the log determinant. */
  readonly stream: RandomStream;
  /** Columns of the preconditioner. Default 100. */
  readonly rank?: number;
  /** Random vectors for the log determinant, at least 2. Default 10. */
  readonly probes?: number;
  /** Examples to leave out one at a time, at least 2 and drawn at random unless they are all. Default 0: none. */
  readonly leaveOneOut?: number;
  /** Relative residual of every column. Default 1e-6. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** The posterior, and how well the equations were solved. */
export interface LargeProcessResult {
  /** [M, D]. */
  readonly mean: Matrix;
  /** Posterior variance on the inputs of `diagonal`, without the noise. */
  readonly variance: Float64Array;
  /** (K + s)^{-1} y, [P, D]. */
  readonly weights: Matrix;
  /** log p(y), summed over the outputs; its error is that of the log determinant. */
  readonly logEvidence: Estimate;
  readonly logDeterminant: Estimate;
  /** Predictions of examples left out; null where none were asked for. */
  readonly leaveOneOut: LeftOut | null;
  /** Largest |b - A x| / |b| over targets, probes and test inputs. */
  readonly residual: number;
  /** Most iterations of any column. */
  readonly iterations: number;
  /** Products with the kernel. */
  readonly products: number;
  readonly converged: boolean;
}

/** Test inputs whose variances are solved for at once. */
const BATCH = 64;

/**
 * Solves y = f(x) + noise with f ~ GP(0, K) as `solveGaussianProcess` does, without storing or factorising K.
 *
 * @param noise - variance s of the noise, above 0.
 * @returns memory of the operator and 8 P (rank + 5 (D + probes)) bytes; cost of one product with K for each iteration, and for each of
 * 64 test variances or examples left out as many again. A result with
 * `converged` false is a result: raise the rank of the preconditioner, the noise or the number of iterations.
 * @throws SpecError for options out of range, ShapeError for sizes that do not fit, ConvergenceError for NaN, InterruptedError
 * when the signal fires.
 * @source Gardner, Pleiss, Bindel, Weinberger and Wilson 2018.
 * @example
 * ```ts
 * import { matrixOperator, solveLargeGaussianProcess } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 *
 * const algebra = await loadKernels();
 * const one = (value: number) => ({ rows: 1, cols: 1, data: Float64Array.of(value) });
 * const task = { kernel: matrixOperator(one(1), algebra), cross: one(0.5), diagonal: Float64Array.of(1), targets: one(2) };
 * solveLargeGaussianProcess(task, 1, algebra, { stream: createStream(1) }).mean.data[0]; // => 0.5
 * ```
 */
export function solveLargeGaussianProcess(
  { kernel, cross, diagonal, targets }: LargeProcessTask,
  noise: number,
  algebra: LinearAlgebra,
  options: LargeProcessOptions,
): LargeProcessResult {
  const { stream, rank = 100, probes = 10, leaveOneOut = 0, ...stopping } = options;
  if (!(noise > 0 && Number.isInteger(probes) && probes >= 2)) {
    throw new SpecError(
      `large Gaussian process: received noise ${noise} and ${probes} probes, expected a variance above 0 and at least 2`,
      { hint: "solveGaussianProcess solves without noise" },
    );
  }
  if (diagonal.length > cross.rows) {
    throw new SpecError(
      `large Gaussian process: received ${diagonal.length} variances of ${cross.rows} test inputs`,
    );
  }
  const preconditioner = prepareKernelPreconditioner(kernel, noise, rank, algebra);
  const outputs = targets.cols;
  const solved = solveConjugateGradients(
    kernel,
    noise,
    besides(targets, preconditioner.sample(probes, stream)),
    preconditioner,
    stopping,
  );
  const weights = columnsOf(solved.solution, 0, outputs);
  const logDeterminant = estimateLogDeterminant(solved.tridiagonals.slice(outputs), preconditioner);
  const fit = targets.data.reduce((sum, y, at) => sum + y * (weights.data[at] as number), 0);
  const variance = new Float64Array(diagonal.length);
  const cost = { products: 0, residual: 0, iterations: 0, converged: true };
  const count = (one: ConjugateGradientResult): void => {
    cost.products += one.products;
    cost.residual = Math.max(cost.residual, ...one.residuals);
    cost.iterations = Math.max(cost.iterations, ...one.iterations);
    cost.converged &&= one.converged;
  };
  count(solved);
  for (let from = 0; from < diagonal.length; from += BATCH) {
    const to = Math.min(from + BATCH, diagonal.length);
    const rows = {
      rows: to - from,
      cols: cross.cols,
      data: cross.data.subarray(from * cross.cols, to * cross.cols),
    };
    const part = transposeMatrix(rows);
    const one = solveConjugateGradients(kernel, noise, part, preconditioner, stopping);
    for (let m = from; m < to; m++) {
      let explained = 0;
      for (let p = 0; p < part.rows; p++) {
        const at = p * part.cols + m - from;
        explained += (part.data[at] as number) * (one.solution.data[at] as number);
      }
      variance[m] = Math.max(0, (diagonal[m] as number) - explained);
    }
    count(one);
  }
  const problem = { kernel, noise, targets, weights, preconditioner };
  const leftOut =
    leaveOneOut === 0 ? null : leaveOut(problem, leaveOneOut, stream.fork("leave-one-out"), stopping, count);
  return {
    mean: algebra.multiply(cross, weights),
    variance,
    weights,
    logEvidence: {
      value: -0.5 * fit - 0.5 * outputs * (logDeterminant.value + targets.rows * Math.log(2 * Math.PI)),
      stderr: 0.5 * outputs * (logDeterminant.stderr as number),
      n: probes,
      method: logDeterminant.method,
    },
    logDeterminant,
    leaveOneOut: leftOut,
    ...cost,
  };
}

function besides(a: Matrix, b: Matrix): Matrix {
  const out = zeros(a.rows, a.cols + b.cols);
  for (let i = 0; i < a.rows; i++) {
    out.data.set(a.data.subarray(i * a.cols, (i + 1) * a.cols), i * out.cols);
    out.data.set(b.data.subarray(i * b.cols, (i + 1) * b.cols), i * out.cols + a.cols);
  }
  return out;
}

function columnsOf({ rows, cols, data }: Matrix, from: number, to: number): Matrix {
  const out = zeros(rows, to - from);
  for (let i = 0; i < rows; i++) out.data.set(data.subarray(i * cols + from, i * cols + to), i * out.cols);
  return out;
}
