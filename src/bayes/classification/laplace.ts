/**
 * Binary Gaussian-process classification with a logistic likelihood by Laplace's approximation (Rasmussen and Williams 2006, section
 * 3.4): the posterior of the latent function is replaced by the Gaussian at its mode. Fast; its probabilities are too moderate when
 * latent values are large, where `solveExpectationPropagation` is better.
 */
import type { LinearAlgebra } from "../../kernels/index.ts";
import { gaussianRule, type Matrix, transposeMatrix } from "../../numerics/index.ts";
import {
  type BinaryClassification,
  type ClassificationTask,
  type ClassifierOptions,
  checkClassification,
} from "./task.ts";

/** Halvings of a Newton step that does not raise the posterior. */
const MOST_HALVINGS = 30;

/**
 * Finds the mode of log p(y | f) - f^T K^{-1} f / 2 by Newton's method and predicts.
 *
 * @returns probabilities averaged over the Gaussian by quadrature (error below 1e-9), and the approximate evidence. Cost about
 * 8 iterations of P^3 / 3.
 * @throws ShapeError for sizes that do not fit, SpecError for labels other than 0 and 1, ConvergenceError for NaN.
 * @source Rasmussen and Williams 2006, algorithms 3.1 and 3.2.
 * @example
 * ```ts
 * import { solveLaplaceClassifier } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const train = { rows: 2, cols: 2, data: Float64Array.of(1, 0, 0, 1) };
 * const cross = { rows: 1, cols: 2, data: Float64Array.of(0.5, 0.5) };
 * const task = { train, cross, diagonal: Float64Array.of(1), labels: [0, 1] };
 * solveLaplaceClassifier(task, await loadKernels()).probability[0]; // => 0.5
 * ```
 */
export function solveLaplaceClassifier(
  task: ClassificationTask,
  algebra: LinearAlgebra,
  { tolerance = 1e-10, maxIterations = 200 }: ClassifierOptions = {},
): BinaryClassification {
  checkClassification("Laplace classifier", task, 2);
  const { train, cross, diagonal } = task;
  const size = train.rows;
  const signs = Float64Array.from(task.labels, (label) => 2 * label - 1);
  let latent: Float64Array = new Float64Array(size);
  let weights: Float64Array = new Float64Array(size);
  let objective = logLikelihood(signs, latent);
  let [iterations, residual] = [0, Number.POSITIVE_INFINITY];
  let state = expand(train, signs, latent, algebra);
  for (; iterations < maxIterations && residual > tolerance; iterations++) {
    // a = b - W^{1/2} B^{-1} W^{1/2} K b with b = W f + gradient
    const b = latent.map((f, p) => (state.curvature[p] as number) * f + (state.gradient[p] as number));
    const kb = algebra.multiply(train, column(b)).data;
    const inner = solveWith(
      state.factor,
      kb.map((value, p) => (state.root[p] as number) * value),
      algebra,
    );
    const full = b.map((value, p) => value - (state.root[p] as number) * (inner[p] as number));
    let step = 1;
    let next = full;
    let nextLatent = algebra.multiply(train, column(next)).data;
    let value = objectiveAt(signs, nextLatent, next);
    for (let h = 0; h < MOST_HALVINGS && value < objective; h++) {
      step /= 2;
      next = weights.map((old, p) => old + step * ((full[p] as number) - old));
      nextLatent = algebra.multiply(train, column(next)).data;
      value = objectiveAt(signs, nextLatent, next);
    }
    const size = nextLatent.reduce((most, f) => Math.max(most, Math.abs(f)), 1);
    residual =
      nextLatent.reduce((most, f, p) => Math.max(most, Math.abs(f - (latent[p] as number))), 0) / size;
    latent = nextLatent;
    weights = next;
    objective = value;
    state = expand(train, signs, latent, algebra);
  }
  let logEvidence = objective;
  for (let p = 0; p < size; p++) logEvidence -= Math.log(state.factor.data[p * (size + 1)] as number);
  const latentMean = algebra.multiply(cross, column(state.gradient)).data;
  const half = algebra.solveTriangular(
    state.factor,
    "lower",
    scaleRows(transposeMatrix(cross), state.root),
  ).data;
  const latentVariance = diagonal.map((own, m) => {
    let explained = 0;
    for (let p = 0; p < size; p++) explained += (half[p * cross.rows + m] as number) ** 2;
    return Math.max(0, own - explained);
  });
  return {
    probability: latentMean.map((mean, m) => averageLogistic(mean, latentVariance[m] as number)),
    latentMean,
    latentVariance,
    logEvidence,
    trainLatent: latent,
    iterations,
    residual,
    converged: residual <= tolerance,
  };
}

/** The likelihood's gradient and curvature at f, and the factor of B = 1 + W^{1/2} K W^{1/2}. */
function expand(
  train: Matrix,
  signs: Float64Array,
  latent: Float64Array,
  algebra: LinearAlgebra,
): { gradient: Float64Array; curvature: Float64Array; root: Float64Array; factor: Matrix } {
  const size = train.rows;
  const chance = latent.map(logistic);
  const gradient = chance.map((p, i) => ((signs[i] as number) + 1) / 2 - p);
  const curvature = chance.map((p) => p * (1 - p));
  const root = curvature.map(Math.sqrt);
  const b = { ...train, data: train.data.slice() };
  for (let at = 0; at < b.data.length; at++) {
    const [i, j] = [Math.floor(at / size), at % size];
    b.data[at] = (i === j ? 1 : 0) + (b.data[at] as number) * (root[i] as number) * (root[j] as number);
  }
  return { gradient, curvature, root, factor: algebra.cholesky(b) };
}

function objectiveAt(signs: Float64Array, latent: Float64Array, weights: Float64Array): number {
  return (
    logLikelihood(signs, latent) - 0.5 * weights.reduce((sum, a, p) => sum + a * (latent[p] as number), 0)
  );
}

/** sum_p -log(1 + exp(-y f)), without overflow. */
function logLikelihood(signs: Float64Array, latent: Float64Array): number {
  return latent.reduce((sum, f, p) => {
    const margin = (signs[p] as number) * f;
    return sum - Math.max(0, -margin) - Math.log1p(Math.exp(-Math.abs(margin)));
  }, 0);
}

/** 1 / (1 + exp(-x)). */
export function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

const moderate = gaussianRule();
/** The trapezoid rule of spacing h leaves exp(-2 pi^2 / (h s)) for a logistic of slope s: this times s keeps it below 1e-9. */
const SPACING_TIMES_SLOPE = 0.9;
const DEFAULT_SPACING = 1 / 16;

/** E logistic(f), f ~ N(mean, variance). */
export function averageLogistic(mean: number, variance: number): number {
  const deviation = Math.sqrt(variance);
  const spacing = SPACING_TIMES_SLOPE / deviation;
  const { nodes, weights } = spacing >= DEFAULT_SPACING ? moderate : gaussianRule({ spacing });
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    sum += (weights[i] as number) * logistic(mean + deviation * (nodes[i] as number));
  }
  return sum;
}

/** B^{-1} v from its factor. */
export function solveWith(factor: Matrix, v: Float64Array, algebra: LinearAlgebra): Float64Array {
  const half = algebra.solveTriangular(factor, "lower", column(v));
  return algebra.solveTriangular(factor, "lower-transposed", half).data;
}

/** A vector as a matrix of one column. */
export function column(data: Float64Array): Matrix {
  return { rows: data.length, cols: 1, data };
}

/** diag(factors) A. */
export function scaleRows({ rows, cols, data }: Matrix, factors: Float64Array): Matrix {
  return { rows, cols, data: data.map((value, at) => value * (factors[Math.floor(at / cols)] as number)) };
}
