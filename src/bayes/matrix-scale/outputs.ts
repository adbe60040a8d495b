/** The data of several outputs in the eigenbasis of their kernel, where A(Q) = T + Q x K is a D x D matrix for every eigenvalue. */
import { ConvergenceError, ShapeError, SpecError, type Steps } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { type Matrix, multiplyMatrices, transposeMatrix, zeros } from "../../numerics/index.ts";
import { checkPrior } from "../finite-width/checks.ts";
import { diagonalizeTask, type EigenTask, type Prediction, predictAtScale } from "../finite-width/index.ts";
import { solveDenseNngp, solveKernelDiagonal } from "../kernels/index.ts";
import type { MatrixProblem, OutputPrediction } from "./problem.ts";

/** A regression task with D outputs. */
export interface MultiOutputTask {
  /** X, [P, N0]. */
  readonly inputs: Matrix;
  /** Y, [P, D]. */
  readonly targets: Matrix;
  /** [M, N0]. */
  readonly testInputs: Matrix;
  /** [M, D]. */
  readonly testTargets: Matrix;
}

/** The network's prior, but for its widths. */
export interface MultiOutputPrior {
  readonly activation: Activation;
  readonly temperature: number;
  /** Default 1. */
  readonly weightPrecision?: number;
  /** Default 1. */
  readonly readoutPrecision?: number;
}

/** Hidden layers of one width (more units than outputs; depth 1 by default), or the units of each. */
export type HiddenWidths =
  | { readonly width: number; readonly depth?: number }
  | { readonly widths: readonly number[] };

/** The network and its posterior. */
export type MultiOutputOptions = MultiOutputPrior & HiddenWidths;

/** Units of every hidden layer; throws SpecError for a depth that is no whole number of at least 1. */
export function widthsOf(hidden: HiddenWidths): readonly number[] {
  if ("widths" in hidden) return hidden.widths;
  const { width, depth = 1 } = hidden;
  if (!(Number.isInteger(depth) && depth >= 1)) {
    throw new SpecError(
      `multi-output action: received depth ${depth}, expected a whole number of at least 1`,
    );
  }
  return Array.from({ length: depth }, () => width);
}

/** The kernel of one output in its eigenbasis, and the problem of the matrix. */
export interface PreparedOutputs {
  readonly eigen: EigenTask;
  /** Targets in the eigenbasis of K, [P, D]. */
  readonly components: Matrix;
  readonly problem: MatrixProblem;
  /** Predictions at Q in its eigenvectors, where outputs are independent. */
  independent(q: Matrix): IndependentOutputs;
  /** The same as predictions of the outputs themselves. */
  together(independent: IndependentOutputs): OutputPrediction;
}

/** D combinations of the outputs that are independent of each other. */
export interface IndependentOutputs {
  /** Combinations as columns, [D, D], orthogonal. */
  readonly vectors: Matrix;
  readonly parts: readonly Prediction[];
}

/**
 * Works out kernels and decomposes them, in steps.
 *
 * @throws as `solveMultiOutputAction`.
 */
export function* outputSteps(
  task: MultiOutputTask,
  options: MultiOutputOptions,
  algebra: LinearAlgebra,
): Steps<PreparedOutputs> {
  const { activation, temperature, weightPrecision = 1, readoutPrecision = 1 } = options;
  const widths = widthsOf(options);
  const [width, depth] = [Math.min(...widths), widths.length];
  checkPrior("multi-output action", { temperature, weightPrecision, readoutPrecision });
  checkOutputs(task, width, depth);
  const hidden = { weightVariance: 1 / weightPrecision, biasVariance: 0 };
  const spec = {
    activations: Array.from({ length: depth }, () => activation),
    layers: [
      ...Array.from({ length: depth }, () => hidden),
      { weightVariance: 1 / readoutPrecision, biasVariance: 0 },
    ],
  };
  yield { stage: "kernel", done: 0, total: 2 };
  const kernels = {
    train: solveDenseNngp(spec, task.inputs, null, algebra),
    cross: solveDenseNngp(spec, task.testInputs, task.inputs, algebra),
    diagonal: solveKernelDiagonal(spec, task.testInputs),
  };
  yield { stage: "eigenvectors", done: 1, total: 2 };
  const eigen = diagonalizeTask(
    kernels,
    { train: columnOf(task.targets, 0), test: columnOf(task.testTargets, 0) },
    algebra,
  );
  const components = algebra.multiplyTransposedLeft(eigen.vectors, task.targets);
  const setting = { eigen, components, testTargets: task.testTargets, temperature };
  return { eigen, components, ...outputProblem(setting, algebra) };
}

/** Works in the eigenvectors of Q, where outputs are independent. */
function outputProblem(
  setting: {
    readonly eigen: EigenTask;
    readonly components: Matrix;
    readonly testTargets: Matrix;
    readonly temperature: number;
  },
  algebra: LinearAlgebra,
): Pick<PreparedOutputs, "problem" | "independent" | "together"> {
  const { eigen, components, testTargets, temperature } = setting;
  const size = components.cols;
  const rotate = (q: Matrix): { values: Float64Array; vectors: Matrix } => {
    const { values, vectors } = algebra.eigenSymmetric(q);
    if (vectors === null) throw new Error("internal: no eigenvectors");
    return { values, vectors };
  };
  const independent = (q: Matrix): IndependentOutputs => {
    const { values, vectors } = rotate(q);
    const own = multiplyMatrices(components, vectors);
    const ownTargets = multiplyMatrices(testTargets, vectors);
    const parts = Array.from(values, (value, a) =>
      predictAtScale(
        { ...eigen, components: columnOf(own, a), testTargets: columnOf(ownTargets, a) },
        Math.max(0, value),
        temperature,
      ),
    );
    return { vectors, parts };
  };
  const together = (found: IndependentOutputs): OutputPrediction => combine(found, testTargets.rows);
  return {
    independent,
    together,
    problem: {
      size,
      energy: (q, gradient) => {
        const { values, vectors } = rotate(q);
        if (!((values[0] as number) > 0)) return Number.POSITIVE_INFINITY;
        const { energy, slope } = energyInBasis(
          eigen.eigenvalues,
          multiplyMatrices(components, vectors),
          values,
          temperature,
        );
        gradient.set(multiplyMatrices(multiplyMatrices(vectors, slope), transposeMatrix(vectors)).data);
        return energy;
      },
      predict: (q) => together(independent(q)),
    },
  };
}

/** Means and variances of the outputs from those of their independent combinations. */
function combine({ vectors, parts }: IndependentOutputs, rows: number): OutputPrediction {
  const size = parts.length;
  const means = zeros(rows, size);
  const variance = zeros(rows, size);
  let [bias, spread, trainError] = [0, 0, 0];
  parts.forEach((one, a) => {
    bias += one.bias;
    spread += one.spread;
    trainError += one.trainError;
    for (let m = 0; m < rows; m++) {
      means.data[m * size + a] = one.mean[m] as number;
      for (let d = 0; d < size; d++) {
        const share = (vectors.data[d * size + a] as number) ** 2;
        variance.data[m * size + d] =
          (variance.data[m * size + d] as number) + share * (one.variance[m] as number);
      }
    }
  });
  const mean = multiplyMatrices(means, transposeMatrix(vectors));
  return { mean, variance, bias, spread, error: bias + spread, trainError };
}

/** E and dE / dQ in the eigenvectors of Q. */
function energyInBasis(
  eigenvalues: Float64Array,
  components: Matrix,
  scales: Float64Array,
  temperature: number,
): { energy: number; slope: Matrix } {
  const size = scales.length;
  const slope = zeros(size, size);
  const solved = new Float64Array(size);
  let energy = 0;
  for (let i = 0; i < eigenvalues.length; i++) {
    const k = eigenvalues[i] as number;
    for (let a = 0; a < size; a++) {
      const shifted = temperature + k * (scales[a] as number);
      const c = components.data[i * size + a] as number;
      solved[a] = c / shifted;
      energy += Math.log(shifted) + (c * c) / shifted;
      slope.data[a * (size + 1)] = (slope.data[a * (size + 1)] as number) + k / shifted;
    }
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        slope.data[a * size + b] =
          (slope.data[a * size + b] as number) - k * (solved[a] as number) * (solved[b] as number);
      }
    }
  }
  return { energy, slope };
}

function columnOf({ rows, cols, data }: Matrix, at: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + at] as number);
}

function checkOutputs(
  { inputs, targets, testInputs, testTargets }: MultiOutputTask,
  width: number,
  depth: number,
): void {
  const outputs = targets.cols;
  if (targets.rows === 0)
    throw new ShapeError("multi-output action: received no training examples, expected at least one");
  if (inputs.rows !== targets.rows || testInputs.rows !== testTargets.rows || testTargets.cols !== outputs) {
    throw new ShapeError(
      `multi-output action: received X [${inputs.rows}, ${inputs.cols}], Y [${targets.rows}, ${outputs}], X* [${testInputs.rows}, ${testInputs.cols}], Y* [${testTargets.rows}, ${testTargets.cols}]; expected as many rows of targets as of inputs, and equal outputs`,
    );
  }
  if (!(Number.isInteger(depth) && depth >= 1 && width > outputs && Number.isFinite(width))) {
    throw new SpecError(
      `multi-output action: received ${outputs} outputs, width ${width} and depth ${depth}; expected fewer outputs than hidden units, and a depth of at least 1`,
      { hint: "take a wider network, or predict fewer outputs at a time" },
    );
  }
  for (const [name, { cols, data }] of [
    ["Y", targets],
    ["Y*", testTargets],
  ] as const) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new ConvergenceError(
        `multi-output action: received ${data[at]} in ${name}[${Math.floor(at / cols)}, ${at % cols}], expected finite targets`,
      );
    }
  }
}
