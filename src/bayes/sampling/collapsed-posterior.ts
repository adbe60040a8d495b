/**
 * The posterior of the hidden weights of f(x) = v . phi(W x / sqrt(N0)) / sqrt(N) with the readout integrated analytically:
 * U(W) = l0 |W|^2 / 2 + y^T A^{-1} y / 2 + log det A / 2, A = T + Phi Phi^T / (l1 N). Given W the output is a Gaussian process of
 * kernel Phi Phi^T / (l1 N), so every sample of W predicts a mean and a variance. A state holds the weights along the principal
 * directions of the training inputs; all other directions keep their prior.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import type { Matrix, RandomStream } from "../../numerics/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";
import type { Potential } from "./hamiltonian.ts";
import { principalBasis } from "./input-basis.ts";
import { type Conditional, column, conditionReadout, inner, scaled } from "./readout.ts";

/** The network of the posterior. */
export interface CollapsedNetwork {
  readonly activation: Activation;
  readonly width: number;
  /** Above 0. */
  readonly temperature: number;
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
}

/** Errors of the conditional Gaussian process of one W. */
export interface ConditionalErrors {
  /** Mean over the test inputs of (y* - m)^2 + v. */
  readonly error: number;
  /** Mean squared training error, the variance of the readout included. */
  readonly trainError: number;
  /** Conditional mean and variance on every test input. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Fields of the hidden units on the training inputs, [P, N]. */
  readonly fields: Matrix;
}

/** The target of the sampler, and what a state of it predicts. */
export interface CollapsedPosterior extends Potential {
  /** Directions of the inputs that the state holds; `dimension` is this times the width. */
  readonly rank: number;
  /** Errors at `state`, [N, rank] row by row; `stream` draws the weights along all other directions from their prior. */
  errorsAt(state: Float64Array, stream: RandomStream): ConditionalErrors;
}

/** Mean square of the weights beyond which a state has no weight in float64. */
const FARTHEST = 1e12;

/** Null where A is not positive definite in float64. */
function conditionOrNull(condition: () => Conditional): Conditional | null {
  try {
    return condition();
  } catch (error) {
    if (error instanceof ConvergenceError) return null;
    throw error;
  }
}

/**
 * Prepares the posterior of a task.
 *
 * @throws SpecError unless width and precisions are positive and the temperature is above 0.
 * @returns cost of one evaluation, r = rank of the inputs: 4 P N r + 3 P N min(P, N) + min(P, N)^3 / 3 operations.
 */
export function collapsedPosterior(
  task: RegressionTask,
  network: CollapsedNetwork,
  algebra: LinearAlgebra,
): CollapsedPosterior {
  checkNetwork(network);
  const { activation, width, weightPrecision, readoutPrecision } = network;
  const { inputs, testInputs, testRest } = principalBasis(task.inputs, task.testInputs, algebra);
  const rank = inputs.cols;
  const root = Math.sqrt(task.inputs.cols);
  const prior = 1 / (readoutPrecision * width);
  const hidden = (x: Matrix, state: Float64Array): Matrix =>
    scaled(algebra.multiplyTransposedRight(x, { rows: width, cols: rank, data: state }), 1 / root);
  const condition = (phi: Matrix): Conditional =>
    conditionReadout(phi, task.targets, { prior, temperature: network.temperature }, algebra);
  return {
    dimension: width * rank,
    period: rank,
    rank,
    evaluate: (state, gradient) => {
      // a trajectory that runs away leaves the range of the factorisation before it overflows
      if (!(inner(state, state) < FARTHEST * state.length)) return Number.POSITIVE_INFINITY;
      const h = hidden(inputs, state);
      const phi = mapMatrix(h, activation.f);
      const conditioned = conditionOrNull(() => condition(phi));
      if (conditioned === null) return Number.POSITIVE_INFINITY;
      const { residual, solvedFeatures, logDeterminant } = conditioned;
      const along = algebra.multiplyTransposedLeft(phi, column(residual)).data;
      const slopes = solvedFeatures();
      for (let p = 0, at = 0; p < phi.rows; p++) {
        const b = residual[p] as number;
        for (let n = 0; n < width; n++, at++) {
          const slope = (slopes.data[at] as number) - b * (along[n] as number);
          slopes.data[at] = (prior * slope * activation.derivative(h.data[at] as number)) / root;
        }
      }
      const back = algebra.multiplyTransposedLeft(slopes, inputs).data;
      let energy = 0.5 * (logDeterminant + inner(residual, task.targets));
      for (let i = 0; i < state.length; i++) {
        const w = state[i] as number;
        energy += 0.5 * weightPrecision * w * w;
        gradient[i] = (back[i] as number) + weightPrecision * w;
      }
      return energy;
    },
    errorsAt: (state, stream) => {
      const trainFields = hidden(inputs, state);
      const phi = mapMatrix(trainFields, activation.f);
      const fields = hidden(testInputs, state);
      if (testRest !== null) {
        const rest = new Float64Array(width * testRest.cols);
        stream.fillNormal(rest, 1 / Math.sqrt(weightPrecision) / root);
        const added = algebra.multiplyTransposedRight(testRest, {
          rows: width,
          cols: testRest.cols,
          data: rest,
        });
        for (let i = 0; i < fields.data.length; i++)
          fields.data[i] = (fields.data[i] as number) + (added.data[i] as number);
      }
      const test = mapMatrix(fields, activation.f);
      const { residual, inverseTrace, variances } = condition(phi);
      const readout = scaled(algebra.multiplyTransposedLeft(phi, column(residual)), prior);
      const mean = algebra.multiply(test, readout).data;
      const variance = variances(test);
      const error =
        mean.reduce(
          (sum, m, i) => sum + ((task.testTargets[i] as number) - m) ** 2 + (variance[i] as number),
          0,
        ) / mean.length;
      const { temperature } = network;
      const trainError =
        (temperature ** 2 * inner(residual, residual) +
          temperature * (phi.rows - temperature * inverseTrace())) /
        phi.rows;
      return { error, trainError, mean, variance, fields: trainFields };
    },
  };
}

function checkNetwork({ width, temperature, weightPrecision, readoutPrecision }: CollapsedNetwork): void {
  if (
    !(Number.isInteger(width) && width >= 1 && temperature > 0 && weightPrecision > 0 && readoutPrecision > 0)
  ) {
    throw new SpecError(
      `sampler: received width ${width}, temperature ${temperature}, precisions ${weightPrecision} and ${readoutPrecision}; expected a whole width of at least 1, others above 0`,
    );
  }
}

function mapMatrix({ rows, cols, data }: Matrix, f: (x: number) => number): Matrix {
  return { rows, cols, data: data.map((x) => f(x)) };
}
