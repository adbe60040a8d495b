/**
 * Leaving examples out one at a time without refitting, from columns of A^{-1} = (K + s)^{-1} that conjugate gradients solve for:
 * mean_i = y_i - [A^{-1} y]_i / [A^{-1}]_ii and variance 1 / [A^{-1}]_ii (Rasmussen and Williams 2006, equations 5.10 to 5.12). All
 * examples, or a random part of them, whose averages carry the error of the part.
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import { type Matrix, meanWithError, type RandomStream, zeros } from "../../numerics/index.ts";
import {
  type ConjugateGradientOptions,
  type ConjugateGradientResult,
  solveConjugateGradients,
} from "./conjugate-gradients.ts";
import type { KernelOperator } from "./operator.ts";
import type { Preconditioner } from "./preconditioner.ts";

/** Predictions of training examples from all others. */
export interface LeftOut {
  /** Rows of the examples left out, ascending. */
  readonly examples: Int32Array;
  /** [m, D]. */
  readonly mean: Matrix;
  /** Variance of the observation, m values. */
  readonly variance: Float64Array;
  /** Mean over examples and outputs of (y - mean)^2; its error is that of the drawn part, 0 where all were left out. */
  readonly error: Estimate;
  /** Mean over examples and outputs of log N(y; mean, variance). */
  readonly logDensity: Estimate;
}

/** Columns solved for at once. */
const BATCH = 64;

/** The equations: A = K + noise, and the solution for the targets. */
export interface LeaveOneOutProblem {
  readonly kernel: KernelOperator;
  readonly noise: number;
  /** y, [P, D]. */
  readonly targets: Matrix;
  /** A^{-1} y, [P, D]. */
  readonly weights: Matrix;
  readonly preconditioner: Preconditioner;
}

/**
 * Leaves out `count` examples, one at a time: all where there are not more.
 *
 * @param stream - draws which.
 * @param onSolved - told of every batch of columns, for the residual of the whole.
 * @returns cost of `count` columns of conjugate gradients.
 * @throws SpecError for a count below 2, as `solveConjugateGradients`.
 */
export function leaveOut(
  { kernel, noise, targets, weights, preconditioner }: LeaveOneOutProblem,
  count: number,
  stream: RandomStream,
  stopping: ConjugateGradientOptions,
  onSolved: (solved: ConjugateGradientResult) => void,
): LeftOut {
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new SpecError(
      `large Gaussian process: received ${count} examples to leave out, expected a whole number of at least 2`,
    );
  }
  const size = targets.rows;
  const examples =
    count >= size
      ? Int32Array.from({ length: size }, (_, i) => i)
      : Int32Array.from(stream.permutation(size).slice(0, count)).sort();
  const variance = new Float64Array(examples.length);
  for (let from = 0; from < examples.length; from += BATCH) {
    const part = examples.subarray(from, Math.min(from + BATCH, examples.length));
    const units = zeros(size, part.length);
    part.forEach((i, column) => {
      units.data[i * part.length + column] = 1;
    });
    const solved = solveConjugateGradients(kernel, noise, units, preconditioner, stopping);
    part.forEach((i, column) => {
      variance[from + column] = 1 / (solved.solution.data[i * part.length + column] as number);
    });
    onSolved(solved);
  }
  const outputs = targets.cols;
  const mean = zeros(examples.length, outputs);
  const squares = new Float64Array(examples.length);
  const densities = new Float64Array(examples.length);
  examples.forEach((i, m) => {
    const spread = variance[m] as number;
    for (let d = 0; d < outputs; d++) {
      const residual = (weights.data[i * outputs + d] as number) * spread;
      mean.data[m * outputs + d] = (targets.data[i * outputs + d] as number) - residual;
      squares[m] = (squares[m] as number) + residual ** 2 / outputs;
      const log = -0.5 * (residual ** 2 / spread + Math.log(2 * Math.PI * spread));
      densities[m] = (densities[m] as number) + log / outputs;
    }
  });
  return { examples, mean, variance, error: over(squares, size), logDensity: over(densities, size) };
}

/** Mean over a part of `size` examples drawn without replacement. */
function over(values: Float64Array, size: number): Estimate {
  const { value, stderr, n } = meanWithError(values);
  const share = Math.sqrt(1 - n / size);
  const method = n === size ? `all ${size} examples left out` : `${n} of ${size} examples left out`;
  return { value, stderr: n === size ? 0 : (stderr as number) * share, n, method };
}
