/**
 * One convolutional hidden layer at finite width ("local kernel renormalisation", Aiudi, Pacelli, Baglioni, Vezzani, Burioni and
 * Rotondo 2025, arXiv:2307.11807): f(x) = (1 / sqrt(N n)) sum_c sum_i v_ci phi(w_c . x_i / sqrt(patch size)) with N channels and n
 * patches. The order parameter is an n x n matrix that mixes the kernels of pairs of patches,
 * A = T + sum_ij Q_ij K_ij / (lambda n), S(Q) = tr Q - log det Q + (1/N) [ log det A + y^T A^{-1} y ]; at infinite width Q = 1 and
 * only kernels of equal patches are left. Averaging over Q is exact for linear units.
 */
import {
  type Estimate,
  exact,
  runSteps,
  runStepsInTurns,
  ShapeError,
  SpecError,
  type Steps,
  type WorkOptions,
} from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { identityMatrix, type Matrix } from "../../numerics/index.ts";
import { checkPrior, checkTargets } from "../finite-width/checks.ts";
import { requireInvertible } from "../finite-width/eigenbasis.ts";
import type { RegressionTask, Validity } from "../finite-width/index.ts";
import { dualOf } from "../kernels/index.ts";
import { convolutionProblem, mix } from "./convolution-problem.ts";
import { type MixtureOptions, type MixtureResult, sampleMatrixScales } from "./mixture.ts";
import { cutPatches, type PatchOptions, patchKernelSteps } from "./patches.ts";
import type { MatrixProblem, OutputPrediction } from "./problem.ts";
import { matrixSaddleSteps } from "./saddle.ts";

/** The network and its posterior. */
export interface ConvolutionOptions extends PatchOptions {
  readonly activation: Activation;
  /** Hidden channels N. */
  readonly channels: number;
  readonly temperature: number;
  /** Default 1. */
  readonly weightPrecision?: number;
  /** Default 1. */
  readonly readoutPrecision?: number;
  /** Bytes that kernels of patches may take. Default 2^30. */
  readonly memoryBytes?: number;
}

/** What the theory predicts. */
export interface ConvolutionResult {
  /** Patches n. */
  readonly patches: number;
  /** Q, [n, n]. */
  readonly scale: Matrix;
  readonly action: Estimate;
  readonly prediction: OutputPrediction;
  /** Q = 1. */
  readonly infiniteWidth: OutputPrediction;
  /** P / N. */
  readonly load: number;
  readonly validity: Validity;
  readonly warnings: readonly string[];
}

/**
 * Solves for Q and predicts mean, variance and errors of one output.
 *
 * @returns cost n^2 P^2 / 2 pair averages, then 2 P^3 / 3 + n^2 P^2 for every step of the minimisation.
 * @throws SpecError for options out of range or fewer channels than patches, ShapeError for sizes that do not fit, BudgetError for
 * kernels larger than `memoryBytes`, ConvergenceError for NaN or a singular kernel at T = 0 (with its rank).
 * @source Aiudi et al. 2025 (arXiv:2307.11807).
 * @example
 * ```ts
 * import { solveConvolutionAction } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const task = {
 *   inputs: { rows: 2, cols: 4, data: Float64Array.of(2, 0, 0, 0, 0, 2, 0, 0) },
 *   targets: Float64Array.of(1, -1),
 *   testInputs: { rows: 1, cols: 4, data: Float64Array.of(1, 1, 1, 1) },
 *   testTargets: Float64Array.of(0),
 * };
 * const network = { activation: resolveActivation("linear"), channels: 8, temperature: 0.1 };
 * const patches = { shape: [1, 2, 2], mask: 2 } as const;
 * solveConvolutionAction(task, { ...network, ...patches }, await loadKernels()).patches; // => 1
 * ```
 */
export function solveConvolutionAction(
  task: RegressionTask,
  options: ConvolutionOptions,
  algebra: LinearAlgebra,
): ConvolutionResult {
  return runSteps(convolutionSteps(task, options, algebra));
}

/**
 * As `solveConvolutionAction`, the same numbers: it gives way to the event loop between pieces of work, so that a signal can fire.
 *
 * @throws as `solveConvolutionAction`; InterruptedError when the signal fires.
 */
export function solveConvolutionActionInTurns(
  task: RegressionTask,
  options: ConvolutionOptions,
  algebra: LinearAlgebra,
  work: WorkOptions,
): Promise<ConvolutionResult> {
  return runStepsInTurns(convolutionSteps(task, options, algebra), work, "convolution action");
}

function* convolutionSteps(
  task: RegressionTask,
  options: ConvolutionOptions,
  algebra: LinearAlgebra,
): Steps<ConvolutionResult> {
  const { activation, channels } = options;
  const { problem, patches } = yield* prepareConvolution(task, options, algebra);
  const { q, action } = yield* matrixSaddleSteps(problem, channels);
  const load = task.inputs.rows / channels;
  const isLinear = activation.name === "linear";
  return {
    patches,
    scale: q,
    action: exact(action, "minimum of S over Q"),
    prediction: problem.predict(q),
    infiniteWidth: problem.predict(identityMatrix(patches)),
    load,
    validity: {
      region: isLinear
        ? "linear units: the saddle point leaves out terms of relative order n / N"
        : "erf on random inputs, 4 patches: 10 percent low with 20 channels and 4 percent with 60, where infinite width is 1 percent low; averaged over Q 4 and 1.5 percent low",
      isInside: isLinear ? channels >= 10 * patches : channels >= 15 * patches && load <= 1.5,
    },
    warnings:
      4 * patches > channels
        ? [
            `${patches} patches on ${channels} channels: the saddle point needs many channels for each patch, sampleConvolutionMixture does not`,
          ]
        : [],
  };
}

/**
 * Averages over the posterior of Q: exact for linear units at every number of channels and patches.
 *
 * @throws as `solveConvolutionAction`; SpecError for fewer channels than patches.
 * @source the prior of Q is that of a Wishart matrix of N degrees of freedom over N (Gaussian integration over the readout).
 */
export async function sampleConvolutionMixture(
  task: RegressionTask,
  options: ConvolutionOptions,
  algebra: LinearAlgebra,
  sampling: MixtureOptions,
): Promise<MixtureResult> {
  const { signal, onProgress } = sampling;
  const work = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const { problem } = await runStepsInTurns(
    prepareConvolution(task, options, algebra),
    work,
    "matrix mixture",
  );
  return await sampleMatrixScales(problem, [options.channels], sampling);
}

function* prepareConvolution(
  task: RegressionTask,
  options: ConvolutionOptions,
  algebra: LinearAlgebra,
): Steps<{ readonly problem: MatrixProblem; readonly patches: number }> {
  const { activation, channels, temperature, weightPrecision = 1, readoutPrecision = 1 } = options;
  const { memoryBytes = 2 ** 30 } = options;
  checkPrior("convolution action", { temperature, weightPrecision, readoutPrecision });
  checkSizes(task);
  checkTargets(task);
  const train = cutPatches(task.inputs, options);
  const test = cutPatches(task.testInputs, options);
  const patches = train.length;
  if (!(channels >= patches && Number.isFinite(channels))) {
    throw new SpecError(
      `convolution action: received ${channels} channels for ${patches} patches, expected no fewer channels than patches`,
      { hint: "take more channels, or a larger mask" },
    );
  }
  const setting = { dual: dualOf(activation), precision: weightPrecision, memoryBytes };
  const kernels = yield* patchKernelSteps(train, test, setting, algebra);
  const factor = 1 / (readoutPrecision * patches);
  const problem = convolutionProblem(kernels, { task, temperature, factor }, algebra);
  if (temperature === 0) requireFullRank(mix(kernels.train, identityMatrix(patches), factor), task, algebra);
  return { problem, patches };
}

function requireFullRank(train: Float64Array, { inputs }: RegressionTask, algebra: LinearAlgebra): void {
  const size = inputs.rows;
  const { values } = algebra.eigenSymmetric({ rows: size, cols: size, data: train }, { vectors: false });
  const rounding = size * Number.EPSILON * (values.at(-1) as number);
  const rank = values.filter((value) => value > rounding).length;
  requireInvertible({ rank, eigenvalues: values }, 0, inputs);
}

function checkSizes({ inputs, targets, testInputs, testTargets }: RegressionTask): void {
  if (targets.length === 0) {
    throw new ShapeError("convolution action: received no training examples, expected at least one");
  }
  if (inputs.rows !== targets.length || testInputs.rows !== testTargets.length || testTargets.length === 0) {
    throw new ShapeError(
      `convolution action: received ${inputs.rows} and ${testInputs.rows} inputs for ${targets.length} and ${testTargets.length} targets, expected equal numbers and a test input`,
    );
  }
}
