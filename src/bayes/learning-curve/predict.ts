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
  type EigenTask,
  type Prediction,
  predictAtScale,
  type RegressionTask,
  targetRatio,
  type Validity,
  validityOf,
} from "../finite-width/index.ts";
import { type DenseKernelSpec, solveDenseKernels, solveKernelDiagonal } from "../kernels/index.ts";
import { type SampledPosterior, samplePosterior } from "../sampling/index.ts";
import { type CurveForm, predictForm } from "./forms.ts";

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
  readonly form: CurveForm;
  /** Where the prediction at finite width was checked against sampling. */
  readonly validity: Validity;
  /** y^T K^{-1} y / P; null for a singular kernel. */
  readonly ratio: number | null;
  readonly sampled: (TestErrors & { readonly rHat: number; readonly effectiveSamples: number }) | null;
}

/** Options of a learning curve. */
export interface CurveOptions extends WorkOptions {
  /** Numbers of training examples: the first so many of the task. */
  readonly sizes: readonly number[];
  /** Default "vanilla". */
  readonly form?: CurveForm;
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
  const { sizes, form = "vanilla", sampling, onProgress } = options;
  if (sampling !== undefined) requireOneLayer(network.depth);
  const prepared = prepareLearningCurve(task, network, sizes, algebra);
  return sizes.map((examples, at) => {
    onProgress?.({ stage: "predicting", done: at, total: sizes.length, note: `${examples} examples` });
    const point = prepared.predict(examples, { ...network, form });
    if (sampling === undefined) return point;
    const work = { ...options, stage: `sampling, ${examples} examples` };
    return {
      ...point,
      sampled: sampleErrors(firstExamples(task, examples), network, sampling, work, algebra),
    };
  });
}

/** Throws SpecError for networks that the sampler does not cover. */
export function requireOneLayer(depth: number): void {
  if (depth === 1) return;
  throw new SpecError(`learning curve: sampling covers one hidden layer, received ${depth}`, {
    hint: "leave sampling out, or take a network with one hidden layer",
  });
}

/** Samples the posterior beside a prediction; the stream is forked by the number of examples. */
export function sampleErrors(
  task: RegressionTask,
  network: BayesianNetwork,
  sampling: CurveSampling,
  { stage, signal, onProgress }: WorkOptions & { readonly stage: string },
  algebra: LinearAlgebra,
): TestErrors & { readonly rHat: number; readonly effectiveSamples: number } {
  const sampled = samplePosterior(task, network, algebra, {
    ...sampling,
    stream: sampling.stream.fork(task.inputs.rows),
    ...(signal === undefined ? {} : { signal }),
    onProgress: ({ done, total }) => onProgress?.({ stage, done, total }),
  });
  return sampledErrors(sampled, task.testTargets);
}

/** A learning curve whose kernels are decomposed, so that other widths and temperatures cost next to nothing. */
export interface PreparedCurve {
  /**
   * The point of one of the prepared sizes; O(P M) operations.
   *
   * @throws ConvergenceError for a kernel that is singular at T = 0
   */
  predict(
    examples: number,
    setting: Pick<BayesianNetwork, "width" | "temperature"> & { readonly form?: CurveForm },
  ): CurvePoint & { readonly sampled: null };
  /** Eigenvalues of the training kernel at infinite width for one of the prepared sizes, descending. */
  eigenvalues(examples: number): Float64Array;
}

/**
 * Works out and decomposes the kernels of a learning curve, for any width and temperature.
 *
 * @param sizes - numbers of training examples: the first so many of the task; each costs 9 P^3 operations.
 * @throws SpecError for sizes out of range.
 * @source theory as in `solveDeepSaddle`.
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { resolveActivation } from "isinglass/networks";
 * import { loadKernels } from "isinglass/kernels";
 * import { drawTeacherTask, prepareLearningCurve } from "isinglass/bayes";
 *
 * const activation = resolveActivation("linear");
 * const task = drawTeacherTask({ stream: createStream(1), activation, inputs: 20, units: 10, examples: 10, tests: 50 });
 * const network = { activation, depth: 1, weightPrecision: 1, readoutPrecision: 1 };
 * const curve = prepareLearningCurve(task, network, [10], await loadKernels());
 * const wide = curve.predict(10, { width: 1e9, temperature: 0.1 });
 * Math.abs(wide.finiteWidth.error.value - wide.infiniteWidth.error.value) < 1e-6; // => true
 * ```
 */
export function prepareLearningCurve(
  task: RegressionTask,
  network: Omit<BayesianNetwork, "width" | "temperature">,
  sizes: readonly number[],
  algebra: LinearAlgebra,
): PreparedCurve {
  const { activation, depth, weightPrecision, readoutPrecision } = network;
  checkSizes(sizes, task.inputs.rows);
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
  const known = new Map<number, EigenTask>();
  const decomposed = (examples: number): EigenTask => {
    checkSizes([examples], largest);
    const eigen =
      known.get(examples) ??
      diagonalizeTask(
        { train: corner(train, examples, examples), cross: corner(cross, cross.rows, examples), diagonal },
        { train: task.targets.slice(0, examples), test: task.testTargets },
        algebra,
      );
    known.set(examples, eigen);
    return eigen;
  };
  return {
    predict: (examples, { width, temperature, form = "vanilla" }) => {
      const eigen = decomposed(examples);
      const own = { task: firstExamples(task, examples), eigen };
      const { q, prediction } = predictForm(form, own, { ...network, width, temperature }, algebra);
      const ratio = eigen.rank === examples ? targetRatio(eigen) : null;
      const load = examples / width;
      return {
        examples,
        infiniteWidth: errorsOf(predictAtScale(eigen, 1, temperature), task.testTargets),
        finiteWidth: errorsOf(prediction, task.testTargets),
        q,
        form,
        validity: validityOf({ activation, depth, width, load, ratio, isMixture: form === "mixture" }),
        ratio,
        sampled: null,
      };
    },
    eigenvalues: (examples) => decomposed(examples).eigenvalues.slice().sort().reverse(),
  };
}

/**
 * The task with the first so many training examples.
 *
 * @param examples - at most as many as the task has.
 * @throws ShapeError for more.
 * @example
 * ```ts
 * const x = { rows: 3, cols: 1, data: Float64Array.of(1, 2, 3) };
 * [...firstExamples({ inputs: x, targets: x.data, testInputs: x, testTargets: x.data }, 2).targets]; // => [1, 2]
 * ```
 */
export function firstExamples(task: RegressionTask, examples: number): RegressionTask {
  return { ...task, inputs: firstRows(task.inputs, examples), targets: task.targets.slice(0, examples) };
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

/**
 * Errors of samples in the form of predictions, with what tells how far the chains can be trusted.
 *
 * @param sampled - of `samplePosterior`, or of `sampleNetworkPosterior` with one output.
 * @param targets - of the test examples.
 * @returns the error with that of the sampler, all others with that of the finite test set.
 */
export function sampledErrors(
  sampled: Pick<SampledPosterior, "error" | "mean" | "variance">,
  targets: Float64Array,
): TestErrors & { readonly rHat: number; readonly effectiveSamples: number } {
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
