/**
 * Finite width where the order parameter is a matrix: hidden units with several outputs, or several patches, rescale the kernel by a
 * symmetric positive matrix Q, and A(Q) = T + (a linear function of Q). Its prior is that of a Wishart matrix of N degrees of
 * freedom divided by N, which is the identity at infinite width.
 */
import type { Matrix } from "../../numerics/index.ts";

/** What the theory needs to know of the data. */
export interface MatrixProblem {
  /** Rows of Q. */
  readonly size: number;
  /** E = log det A(Q) + y^T A(Q)^{-1} y; writes dE / dQ, symmetric. Infinity where A is not positive definite. */
  energy(q: Matrix, gradient: Float64Array): number;
  /** Predictions at Q. */
  predict(q: Matrix): OutputPrediction;
}

/** Predictions of D outputs; errors are mean squares over the test inputs, summed over the outputs. */
export interface OutputPrediction {
  /** [M, D]. */
  readonly mean: Matrix;
  /** [M, D]. */
  readonly variance: Matrix;
  /** Squared error of the mean. */
  readonly bias: number;
  /** Posterior variance. */
  readonly spread: number;
  /** bias + spread. */
  readonly error: number;
  /** On the training set, the posterior's variance included. */
  readonly trainError: number;
}
