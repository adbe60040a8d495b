/**
 * Learning curves: what a Bayesian network predicts on test data against the number of training examples, at infinite width, at its
 * own width, and sampled.
 */
import { type Estimate, ShapeError, SpecError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { type Matrix, meanWithError, type RandomStream, zeros } from "../../numerics/index.ts";
import {
  diagonalizeTask,
  type Prediction,
  predictAtScale,
  type RegressionTask,
  solveDeepSaddle,
  targetRatio,
} from "../finite-width/index.ts";
import { type DenseKernelSpec, solveDenseKernels, solveKernelDiagonal } from "../kernels/index.ts";
import { type SampledPosterior, samplePosterior } from "../sampling/index.ts";

/** A Bayesian network: no biases, Gaussian priors of given precision, weights divided by the square root of the fan-in. */
export interface BayesianNetwork {
  readonly activation: Activation;
  /** Hidden layers, at least 1. */
  readonly depth: number;
  /** Units of every hidden layer. */
  readonly width: number;
  readonly temperature: number;
  /** Precision of the weights below the readout. */
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
}

/** Sampling beside the theory, for one hidden layer. */
export interface CurveSampling {
  readonly stream: RandomStream;
  readonly chains: number;
  readonly samples: number;
  readonly burnIn: number;
}

/** Errors of one prediction on the test set. */
export interface TestErrors {
  /** bias + spread, with the standard error over test examples. */
  readonly error: Estimate;
  /** Mean squared error of the mean prediction. */
  readonly bias: Estimate;
  /** Mean posterior variance. */
  readonly spread: Estimate;
  /** Share of test examples whose mean prediction has the sign of the target; of use for targets of both signs. */
  readonly accuracy: Estimate;
}

/** One point of a learning curve. */
export interface CurvePoint {
  readonly examples: number;
  readonly infiniteWidth: TestErrors;
  readonly finiteWidth: TestErrors;
  /** Scale of the kernel at finite width. */
  readonly q: number;
  /** y^T K^{-1} y / P; null for a singular kernel. */
  readonly ratio: number | null;
  readonly sampled: (TestErrors & { readonly rHat: number; readonly effectiveSamples: number }) | null;
}

/** Options of a learning curve. */
export interface CurveOptions extends WorkOptions {
  /** Numbers of training examples: the first so many of the task. */
  readonly sizes: readonly number[];
  readonly sampling?: CurveSampling;
}

/**
 * Predicts the learning curve of a network on a task.
 *
 * @param task - all training examples and the test set; targets of one output.
 * @returns one point for each size. Kernels are worked out once; each size costs 9 P^3 operations, and sampling
 * (chains (burn-in + samples) 15) gradients of 4 P N N0 + 5 P^2 N operations.
 * @throws SpecError for sizes out of range, or sampling of more than one hidden layer; ConvergenceError for a kernel that is
 * singular at T = 0.
 * @source theory as in `solveDeepSaddle`.
 */
export function predictLearningCurve(
  task: RegressionTask,
  network: BayesianNetwork,
  options: CurveOptions,
  algebra: LinearAlgebra,
): CurvePoint[] {
  const { sizes, sampling, onProgress, signal } = options;
  const { activation, depth, width, temperature, weightPrecision, readoutPrecision } = network;
  checkSizes(sizes, task.inputs.rows);
  if (sampling !== undefined && depth !== 1) {
    throw new SpecError(`learning curve: sampling covers one hidden layer, received ${depth}`, {
      hint: "leave sampling out, or take a network with one hidden layer",
    });
  }
  const hidden = { weightVariance: 1 / weightPrecision, biasVariance: 0 };
  const spec: DenseKernelSpec = {
    activations: Array.from({ length: depth }, () => activation),
    layers: [
      ...Array.from({ length: depth }, () => hidden),
      { weightVariance: 1 / readoutPrecision, biasVariance: 0 },
    ],
  };
  const largest = Math.max(...sizes);
  const inputs = firstRows(task.inputs, largest);
  const train = solveDenseKernels(spec, inputs, null, algebra).nngp;
  const cross = solveDenseKernels(spec, task.testInputs, inputs, algebra).nngp;
  const diagonal = solveKernelDiagonal(spec, task.testInputs);
  return sizes.map((examples, at) => {
    onProgress?.({ stage: "predicting", done: at, total: sizes.length, note: `${examples} examples` });
    const targets = task.targets.slice(0, examples);
    const eigen = diagonalizeTask(
      { train: corner(train, examples, examples), cross: corner(cross, cross.rows, examples), diagonal },
      { train: targets, test: task.testTargets },
      algebra,
    );
    const { q } = solveDeepSaddle(eigen, { depth, width, temperature });
    const sampled =
      sampling === undefined
        ? null
        : samplePosterior({ ...task, inputs: firstRows(inputs, examples), targets }, network, algebra, {
            ...sampling,
            stream: sampling.stream.fork(examples),
            ...(signal === undefined ? {} : { signal }),
            onProgress: ({ done, total }) =>
              onProgress?.({ stage: `sampling, ${examples} examples`, done, total }),
          });
    return {
      examples,
      infiniteWidth: errorsOf(predictAtScale(eigen, 1, temperature), task.testTargets),
      finiteWidth: errorsOf(predictAtScale(eigen, q, temperature), task.testTargets),
      q,
      ratio: eigen.rank === examples ? targetRatio(eigen) : null,
      sampled: sampled === null ? null : sampledErrors(sampled, task.testTargets),
    };
  });
}

function errorsOf(
  { mean, variance }: Pick<Prediction, "mean" | "variance">,
  targets: Float64Array,
): TestErrors {
  const squares = mean.map((value, m) => (value - (targets[m] as number)) ** 2);
  const over = (values: Float64Array, what: string): Estimate => ({
    ...meanWithError(values),
    method: `${what} over ${values.length} test examples`,
  });
  return {
    error: over(
      squares.map((square, m) => square + (variance[m] as number)),
      "mean of squared error plus variance",
    ),
    bias: over(squares, "mean squared error of the mean"),
    spread: over(variance, "mean posterior variance"),
    accuracy: over(
      mean.map((value, m) => (value * (targets[m] as number) > 0 ? 1 : 0)),
      "share of right signs",
    ),
  };
}

function sampledErrors(
  sampled: SampledPosterior,
  targets: Float64Array,
): TestErrors & { rHat: number; effectiveSamples: number } {
  const { error } = sampled;
  const overTest = errorsOf(sampled, targets);
  return {
    ...overTest,
    // the error of the sampler, not of the finite test set, which theory shares
    error: { value: error.value, stderr: error.stderr, n: error.n, method: error.method },
    rHat: error.rHat,
    effectiveSamples: error.effectiveSamples,
  };
}

function checkSizes(sizes: readonly number[], available: number): void {
  const wrong = sizes.find((size) => !(Number.isInteger(size) && size >= 1 && size <= available));
  if (sizes.length === 0 || wrong !== undefined) {
    throw new SpecError(
      `learning curve: received ${wrong ?? "no"} training examples, expected whole numbers from 1 to ${available}`,
    );
  }
}

function firstRows({ rows, cols, data }: Matrix, count: number): Matrix {
  if (count > rows) throw new ShapeError(`learning curve: received ${rows} rows, expected at least ${count}`);
  return { rows: count, cols, data: data.subarray(0, count * cols) };
}

function corner({ cols, data }: Matrix, rows: number, columns: number): Matrix {
  const out = zeros(rows, columns);
  for (let i = 0; i < rows; i++) out.data.set(data.subarray(i * cols, i * cols + columns), i * columns);
  return out;
}
