/** The problem that finite-width theory is solved for, and its answer. */
import type { Matrix } from "../../numerics/index.ts";

/** Kernels of a regression task, without the likelihood's temperature. */
export interface RegressionKernels {
  /** K(x, x') of the outputs of an infinitely wide network on the training inputs, [P, P]. */
  readonly train: Matrix;
  /** K(x*, x) between test and training inputs, [M, P]. */
  readonly cross: Matrix;
  /** K(x*, x*) of every test input. */
  readonly diagonal: Float64Array;
}

/** Targets of one output. */
export interface RegressionTargets {
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/** Predictions of a posterior on the test inputs, and its errors (mean squares without a factor 1/2). */
export interface Prediction {
  /** Posterior mean of the output for every test input. */
  readonly mean: Float64Array;
  /** Posterior variance of the output for every test input. */
  readonly variance: Float64Array;
  /** Mean of (y* - mean)^2 over the test inputs. */
  readonly bias: number;
  /** Mean of the posterior variance over the test inputs. */
  readonly spread: number;
  /** bias + spread: the mean squared error of a sample of the posterior. */
  readonly error: number;
  /** Mean squared error on the training set, the posterior's variance included. */
  readonly trainError: number;
}
