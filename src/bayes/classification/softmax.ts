/**
 * Gaussian-process classification with several classes by Laplace's approximation (Williams and Barber 1998; Rasmussen and Williams
 * 2006, section 3.5): one latent function a class, all of the same kernel, and a softmax likelihood.
 */
import { SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, type RandomStream, zeros } from "../../numerics/index.ts";
import { averageSoftmax } from "./softmax-average.ts";
import { expand, newtonWeights, predictLatent } from "./softmax-newton.ts";
import { type ClassificationTask, type ClassifierOptions, checkClassification } from "./task.ts";

/** How to classify. */
export interface SoftmaxOptions extends ClassifierOptions {
  /** Classes C, at least 2. */
  readonly classes: number;
  /** Source of the draws that probabilities are averaged over. */
  readonly stream: RandomStream;
  /** Draws of the latent functions for every test input. Default 1000. */
  readonly draws?: number;
}

/** Answer of a classifier of several classes. */
export interface SoftmaxClassification {
  /** P(class), [M, C]. */
  readonly probability: Matrix;
  /** Standard error of each probability from the finite number of draws, [M, C]. */
  readonly stderr: Matrix;
  /** [M, C]. */
  readonly latentMean: Matrix;
  /** Covariance of the latent functions at every test input, [M, C C]. */
  readonly latentCovariance: Matrix;
  readonly logEvidence: number;
  /** Mode on the training inputs, [P, C]. */
  readonly trainLatent: Matrix;
  readonly iterations: number;
  readonly residual: number;
  readonly converged: boolean;
}

const MOST_HALVINGS = 30;

/**
 * Finds the mode by Newton's method and predicts.
 *
 * @returns cost of one iteration C + 1 factorisations of P^3 / 3; test inputs cost 2 C P^2 each and `draws` C^2. With two classes it is
 * the binary classifier of kernel 2 K.
 * @throws ShapeError for sizes that do not fit, SpecError for labels or classes out of range, ConvergenceError for NaN.
 * @source Rasmussen and Williams 2006, algorithms 3.3 and 3.4.
 * @example
 * ```ts
 * import { solveSoftmaxClassifier } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 *
 * const one = (value: number) => ({ rows: 1, cols: 1, data: Float64Array.of(value) });
 * const task = { train: one(1e-9), cross: one(0), diagonal: Float64Array.of(0), labels: [2] };
 * const options = { classes: 4, stream: createStream(1) };
 * solveSoftmaxClassifier(task, await loadKernels(), options).probability.data[0]; // => 0.25
 * ```
 */
export function solveSoftmaxClassifier(
  task: ClassificationTask,
  algebra: LinearAlgebra,
  { classes, stream, draws = 1000, tolerance = 1e-10, maxIterations = 200 }: SoftmaxOptions,
): SoftmaxClassification {
  if (!(Number.isInteger(classes) && classes >= 2 && Number.isInteger(draws) && draws >= 2)) {
    throw new SpecError(
      `softmax classifier: received ${classes} classes and ${draws} draws, expected whole numbers of at least 2`,
    );
  }
  checkClassification("softmax classifier", task, classes);
  const { train, labels } = task;
  const size = train.rows;
  const wanted = zeros(size, classes);
  for (let p = 0; p < size; p++) wanted.data[p * classes + (labels[p] as number)] = 1;
  let latent = zeros(size, classes);
  let weights = zeros(size, classes);
  let objective = logLikelihood(latent, wanted);
  let [iterations, residual] = [0, Number.POSITIVE_INFINITY];
  let state = expand(train, latent, algebra);
  for (; iterations < maxIterations && residual > tolerance; iterations++) {
    const full = newtonWeights(train, latent, wanted, state, algebra);
    let step = 1;
    let next = full;
    let nextLatent = algebra.multiply(train, next);
    let value = objectiveAt(nextLatent, next, wanted);
    for (let h = 0; h < MOST_HALVINGS && value < objective; h++) {
      step /= 2;
      next = {
        ...full,
        data: weights.data.map((old, at) => old + step * ((full.data[at] as number) - old)),
      };
      nextLatent = algebra.multiply(train, next);
      value = objectiveAt(nextLatent, next, wanted);
    }
    const largest = nextLatent.data.reduce((most, f) => Math.max(most, Math.abs(f)), 1);
    residual =
      nextLatent.data.reduce((most, f, at) => Math.max(most, Math.abs(f - (latent.data[at] as number))), 0) /
      largest;
    latent = nextLatent;
    weights = next;
    objective = value;
    state = expand(train, latent, algebra);
  }
  const predicted = predictLatent(task, wanted, state, algebra);
  return {
    ...averageSoftmax(predicted.latentMean, predicted.latentCovariance, stream, draws),
    ...predicted,
    logEvidence: objective - state.halfLogDeterminant,
    trainLatent: latent,
    iterations,
    residual,
    converged: residual <= tolerance,
  };
}

function objectiveAt(latent: Matrix, weights: Matrix, wanted: Matrix): number {
  const penalty = weights.data.reduce((sum, a, at) => sum + a * (latent.data[at] as number), 0);
  return logLikelihood(latent, wanted) - 0.5 * penalty;
}

function logLikelihood({ rows, cols, data }: Matrix, wanted: Matrix): number {
  let sum = 0;
  for (let p = 0; p < rows; p++) {
    const own = data.subarray(p * cols, (p + 1) * cols);
    const largest = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = own.reduce((rest, f) => rest + Math.exp(f - largest), 0);
    for (let c = 0; c < cols; c++) sum += (wanted.data[p * cols + c] as number) * (own[c] as number);
    sum -= largest + Math.log(total);
  }
  return sum;
}
