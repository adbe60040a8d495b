/**
 * Learning curves prepared: kernels worked out and decomposed once, so that the points of any size, width and temperature cost next to
 * nothing.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import { requireInvertible } from "../finite-width/eigenbasis.ts";
import {
  diagonalizeTask,
  type EigenTask,
  predictAtScale,
  type RegressionTask,
  targetRatio,
  type Validity,
  validityOf,
} from "../finite-width/index.ts";
import { type DenseKernelSpec, solveDenseNngp, solveKernelDiagonal } from "../kernels/index.ts";
import { errorsOf, type SampledErrors, type TestErrors } from "./errors.ts";
import { type CurveForm, predictForm } from "./forms.ts";

/** A Bayesian network: no biases, Gaussian priors of given precision, weights divided by the square root of the fan-in. */
export interface BayesianNetwork {
  readonly activation: Activation;
  /** Hidden layers, at least 1. */
  readonly depth: number;
  /** Units of every hidden layer, of the narrowest where `widths` says that they differ. */
  readonly width: number;
  /** Units of every hidden layer from below, where they differ. */
  readonly widths?: readonly number[];
  readonly temperature: number;
  /** Precision of the weights below the readout. */
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
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
  readonly sampled: SampledErrors | null;
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
    setting: Pick<BayesianNetwork, "width" | "widths" | "temperature"> & { readonly form?: CurveForm },
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
  network: Omit<BayesianNetwork, "width" | "widths" | "temperature">,
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
  const train = solveDenseNngp(spec, inputs, null, algebra);
  const cross = solveDenseNngp(spec, task.testInputs, inputs, algebra);
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
    predict: (examples, { temperature, form = "vanilla", ...units }) => {
      const widths = hiddenWidths({ depth, ...units });
      const width = Math.min(...widths);
      const eigen = decomposed(examples);
      const own = { task: firstExamples(task, examples), eigen };
      requireInvertible(eigen, temperature, own.task.inputs);
      const setting = { activation, weightPrecision, readoutPrecision, widths, temperature };
      const { q, prediction } = predictForm(form, own, setting, algebra);
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
 * Units of every hidden layer of a network, from below.
 *
 * @throws SpecError for `widths` of another number than `depth`.
 * @example
 * ```ts
 * hiddenWidths({ depth: 2, width: 20 }); // => [20, 20]
 * ```
 */
export function hiddenWidths({
  depth,
  width,
  widths,
}: Pick<BayesianNetwork, "depth" | "width" | "widths">): readonly number[] {
  if (widths === undefined) return new Array<number>(depth).fill(width);
  if (widths.length === depth) return widths;
  throw new SpecError(
    `learning curve: received ${widths.length} widths, expected one for each of ${depth} hidden layers`,
  );
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
