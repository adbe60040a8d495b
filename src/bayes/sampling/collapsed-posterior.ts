/**
 * The posterior of the hidden weights of f(x) = v . phi(W x / sqrt(N0)) / sqrt(N) with the readout integrated analytically:
 * U(W) = l0 |W|^2 / 2 + y^T A^{-1} y / 2 + log det A / 2, A = T + Phi Phi^T / (l1 N). Given W the output is a Gaussian process of
 * kernel Phi Phi^T / (l1 N), so every sample of W predicts a mean and a variance.
 */
import { SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { identityMatrix, type Matrix, transposeMatrix } from "../../numerics/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";
import type { Potential } from "./hamiltonian.ts";

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
}

/** The target of the sampler, and what a state of it predicts. */
export interface CollapsedPosterior extends Potential {
  /** Errors at the hidden weights `state`, [N, N0] row by row. */
  errorsAt(state: Float64Array): ConditionalErrors;
}

/**
 * Prepares the posterior of a task.
 *
 * @throws SpecError unless width and precisions are positive and the temperature is above 0.
 * @returns cost of one evaluation: 4 P N N0 + 4 P^2 N + P^3 / 3 operations.
 */
export function collapsedPosterior(
  task: RegressionTask,
  network: CollapsedNetwork,
  algebra: LinearAlgebra,
): CollapsedPosterior {
  const { activation, width, temperature, weightPrecision, readoutPrecision } = network;
  if (
    !(Number.isInteger(width) && width >= 1 && temperature > 0 && weightPrecision > 0 && readoutPrecision > 0)
  ) {
    throw new SpecError(
      `sampler: received width ${width}, temperature ${temperature}, precisions ${weightPrecision} and ${readoutPrecision}; expected a whole width of at least 1, others above 0`,
    );
  }
  const { inputs, testInputs, testTargets } = task;
  const features = inputs.cols;
  const root = Math.sqrt(features);
  const prior = 1 / (readoutPrecision * width);
  const targets = { rows: inputs.rows, cols: 1, data: task.targets };
  const hidden = (x: Matrix, state: Float64Array): Matrix => {
    const h = algebra.multiplyTransposedRight(x, { rows: width, cols: features, data: state });
    for (let i = 0; i < h.data.length; i++) h.data[i] = (h.data[i] as number) / root;
    return h;
  };
  const factorAt = (phi: Matrix): Matrix => {
    const a = algebra.gramOfRows(phi);
    for (let i = 0; i < a.data.length; i++) a.data[i] = prior * (a.data[i] as number);
    for (let p = 0; p < a.rows; p++)
      a.data[p * (a.rows + 1)] = (a.data[p * (a.rows + 1)] as number) + temperature;
    return algebra.cholesky(a);
  };
  const solveWith = (factor: Matrix, b: Matrix): Matrix =>
    algebra.solveTriangular(factor, "lower-transposed", algebra.solveTriangular(factor, "lower", b));
  return {
    dimension: width * features,
    evaluate: (state, gradient) => {
      const h = hidden(inputs, state);
      const phi = { ...h, data: h.data.map((x) => activation.f(x)) };
      const factor = factorAt(phi);
      const b = solveWith(factor, targets).data;
      const solved = solveWith(factor, phi);
      let energy = 0;
      for (let p = 0; p < inputs.rows; p++) {
        energy +=
          Math.log(factor.data[p * (inputs.rows + 1)] as number) +
          0.5 * (b[p] as number) * (task.targets[p] as number);
      }
      const along = algebra.multiplyTransposedLeft(phi, { rows: inputs.rows, cols: 1, data: b }).data;
      for (let at = 0; at < solved.data.length; at++) {
        const slope =
          (solved.data[at] as number) - (b[Math.floor(at / width)] as number) * (along[at % width] as number);
        solved.data[at] = (prior * slope * activation.derivative(h.data[at] as number)) / root;
      }
      const back = algebra.multiplyTransposedLeft(solved, inputs).data;
      for (let i = 0; i < state.length; i++) {
        const w = state[i] as number;
        energy += 0.5 * weightPrecision * w * w;
        gradient[i] = (back[i] as number) + weightPrecision * w;
      }
      return energy;
    },
    errorsAt: (state) => {
      const phi = mapMatrix(hidden(inputs, state), activation.f);
      const test = mapMatrix(hidden(testInputs, state), activation.f);
      const factor = factorAt(phi);
      const cross = algebra.multiplyTransposedRight(test, phi);
      for (let at = 0; at < cross.data.length; at++) cross.data[at] = prior * (cross.data[at] as number);
      const b = solveWith(factor, targets);
      const mean = algebra.multiply(cross, b).data;
      const half = algebra.solveTriangular(factor, "lower", transposeMatrix(cross));
      const variance = mean.map((_, m) => {
        let own = 0;
        for (let n = 0; n < width; n++) own += prior * (test.data[m * width + n] as number) ** 2;
        for (let p = 0; p < inputs.rows; p++) own -= (half.data[p * mean.length + m] as number) ** 2;
        return Math.max(0, own);
      });
      let error = 0;
      for (let m = 0; m < mean.length; m++) {
        error +=
          (((testTargets[m] as number) - (mean[m] as number)) ** 2 + (variance[m] as number)) / mean.length;
      }
      return { error, trainError: trainErrorOf(factor, b.data, temperature, algebra), mean, variance };
    },
  };
}

/** E (y - f)^2 on the training set: T^2 |A^{-1} y|^2 + T tr(1 - T A^{-1}), divided by P. */
function trainErrorOf(factor: Matrix, b: Float64Array, temperature: number, algebra: LinearAlgebra): number {
  const size = factor.rows;
  const inverse = algebra.solveTriangular(factor, "lower", identityMatrix(size)).data;
  const trace = inverse.reduce((sum, value) => sum + value * value, 0);
  const fit = b.reduce((sum, value) => sum + (temperature * value) ** 2, 0);
  return (fit + temperature * (size - temperature * trace)) / size;
}

function mapMatrix({ rows, cols, data }: Matrix, f: (x: number) => number): Matrix {
  return { rows, cols, data: data.map((x) => f(x)) };
}
