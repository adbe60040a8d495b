/** The problem that finite-width theory is solved for, and its answer. */
import type { Activation } from "../../networks/index.ts";
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

/** A regression task with one output. */
export interface RegressionTask {
  /** X, [P, N0]. */
  readonly inputs: Matrix;
  readonly targets: Float64Array;
  /** Test inputs, [M, N0]. */
  readonly testInputs: Matrix;
  readonly testTargets: Float64Array;
}

/** Which form of the theory: a saddle point with one or two order parameters, or the integral over the scale. */
export type ActionMethod = "saddle" | "two-parameter" | "mixture";

/** The network and its posterior. */
export interface EffectiveActionOptions {
  readonly activation: Activation;
  /** Hidden units N. */
  readonly width: number;
  /** Likelihood noise variance T: the posterior weights squared errors by 1 / (2 T). At least 0. */
  readonly temperature: number;
  /** Prior precision of the hidden weights; weights are divided by sqrt(N0). Default 1. */
  readonly weightPrecision?: number;
  /** Prior precision of the readout. Default 1. */
  readonly readoutPrecision?: number;
  /** Default "saddle". */
  readonly method?: ActionMethod;
}
