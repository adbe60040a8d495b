/**
 * Gaussian-process classification with several classes by Laplace's approximation (Williams and Barber 1998; Rasmussen and Williams
 * 2006, section 3.5): one latent function a class, all of the same kernel, and a softmax likelihood.
 */
import { SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import {
  identityMatrix,
  type Matrix,
  type RandomStream,
  transposeMatrix,
  zeros,
} from "../../numerics/index.ts";
import { scaleRows, solveWith } from "./laplace.ts";
import { averageSoftmax, softmaxRows } from "./softmax-average.ts";
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

/** What one Newton step needs: class probabilities, E_c = D_c^{1/2} B_c^{-1} D_c^{1/2}, and the factor of their sum. */
interface Expansion {
  readonly chance: Matrix;
  readonly blocks: readonly { readonly root: Float64Array; readonly factor: Matrix }[];
  readonly sumFactor: Matrix;
  /** log det(1 + K W) / 2. */
  readonly halfLogDeterminant: number;
}

function expand(train: Matrix, latent: Matrix, algebra: LinearAlgebra): Expansion {
  const size = train.rows;
  const classes = latent.cols;
  const chance = softmaxRows(latent);
  let halfLogDeterminant = 0;
  const sum = zeros(size, size);
  const blocks = Array.from({ length: classes }, (_, c) => {
    const root = Float64Array.from({ length: size }, (_, p) =>
      Math.sqrt(chance.data[p * classes + c] as number),
    );
    const b = { ...train, data: train.data.slice() };
    for (let at = 0; at < b.data.length; at++) {
      const [i, j] = [Math.floor(at / size), at % size];
      b.data[at] = (i === j ? 1 : 0) + (b.data[at] as number) * (root[i] as number) * (root[j] as number);
    }
    const factor = algebra.cholesky(b);
    for (let p = 0; p < size; p++) halfLogDeterminant += Math.log(factor.data[p * (size + 1)] as number);
    const half = algebra.solveTriangular(factor, "lower", diagonal(root));
    const e = algebra.gramOfColumns(half).data;
    for (let at = 0; at < e.length; at++) sum.data[at] = (sum.data[at] as number) + (e[at] as number);
    return { root, factor };
  });
  const sumFactor = algebra.cholesky(sum);
  for (let p = 0; p < size; p++) halfLogDeterminant += Math.log(sumFactor.data[p * (size + 1)] as number);
  return { chance, blocks, sumFactor, halfLogDeterminant };
}

/** E_c v. */
function applyBlock(
  { root, factor }: Expansion["blocks"][number],
  v: Float64Array,
  algebra: LinearAlgebra,
): Float64Array {
  const scaled = v.map((value, p) => (root[p] as number) * value);
  return solveWith(factor, scaled, algebra).map((value, p) => (root[p] as number) * value);
}

/** K^{-1} f after a full Newton step: b - E K b + E R (sum E)^{-1} R^T E K b with b = W f + y - pi. */
function newtonWeights(
  train: Matrix,
  latent: Matrix,
  wanted: Matrix,
  { chance, blocks, sumFactor }: Expansion,
  algebra: LinearAlgebra,
): Matrix {
  const { rows, cols } = latent;
  const b = zeros(rows, cols);
  for (let p = 0; p < rows; p++) {
    let mean = 0;
    for (let c = 0; c < cols; c++) {
      const at = p * cols + c;
      mean += (chance.data[at] as number) * (latent.data[at] as number);
    }
    for (let c = 0; c < cols; c++) {
      const at = p * cols + c;
      const pi = chance.data[at] as number;
      b.data[at] = pi * ((latent.data[at] as number) - mean) + (wanted.data[at] as number) - pi;
    }
  }
  const kb = algebra.multiply(train, b);
  const applied = blocks.map((block, c) => applyBlock(block, columnOf(kb, c), algebra));
  const total = new Float64Array(rows);
  for (const values of applied)
    for (let p = 0; p < rows; p++) total[p] = (total[p] as number) + (values[p] as number);
  const common = solveWith(sumFactor, total, algebra);
  const out = zeros(rows, cols);
  blocks.forEach((block, c) => {
    const back = applyBlock(block, common, algebra);
    for (let p = 0; p < rows; p++) {
      const at = p * cols + c;
      out.data[at] =
        (b.data[at] as number) - ((applied[c] as Float64Array)[p] as number) + (back[p] as number);
    }
  });
  return out;
}

/** Mean k_c^T (y - pi) and covariance of the latent functions at the test inputs. */
function predictLatent(
  { cross, diagonal: prior }: ClassificationTask,
  wanted: Matrix,
  { chance, blocks, sumFactor }: Expansion,
  algebra: LinearAlgebra,
): { latentMean: Matrix; latentCovariance: Matrix } {
  const { rows: size, cols: classes } = wanted;
  const gap = { ...wanted, data: wanted.data.map((y, at) => y - (chance.data[at] as number)) };
  const latentMean = algebra.multiply(cross, gap);
  const tests = cross.rows;
  const transposed = transposeMatrix(cross);
  // columns E_c k*
  const applied = blocks.map(({ root, factor }) => {
    const half = algebra.solveTriangular(factor, "lower", scaleRows(transposed, root));
    return scaleRows(algebra.solveTriangular(factor, "lower-transposed", half), root);
  });
  const solved = applied.map((e) => algebra.solveTriangular(sumFactor, "lower", e));
  const latentCovariance = zeros(tests, classes * classes);
  for (let m = 0; m < tests; m++) {
    for (let c = 0; c < classes; c++) {
      for (let d = 0; d <= c; d++) {
        let value = 0;
        for (let p = 0; p < size; p++) {
          const at = p * tests + m;
          value += ((solved[c] as Matrix).data[at] as number) * ((solved[d] as Matrix).data[at] as number);
          if (c === d) value -= (transposed.data[at] as number) * ((applied[c] as Matrix).data[at] as number);
        }
        if (c === d) value += prior[m] as number;
        latentCovariance.data[m * classes * classes + c * classes + d] = value;
        latentCovariance.data[m * classes * classes + d * classes + c] = value;
      }
    }
  }
  return { latentMean, latentCovariance };
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

function diagonal(values: Float64Array): Matrix {
  return scaleRows(identityMatrix(values.length), values);
}

function columnOf({ rows, cols, data }: Matrix, c: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, p) => data[p * cols + c] as number);
}
