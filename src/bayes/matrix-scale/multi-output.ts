/**
 * Several outputs at finite width ("kernel shape renormalisation", Pacelli et al. 2023, supplement; Li and Sompolinsky 2021 for
 * linear units): the kernel of D outputs is Q x K with a D x D order parameter,
 * S(Q) = tr Q - log det Q + (1/N) [ log det(T + Q x K) + y^T (T + Q x K)^{-1} y ].
 * At T = 0 Q has the eigenvectors of R = Y^T K^{-1} Y / P, and each eigenvalue solves the equation of one output. Several hidden layers
 * have matrices Q_l of the same eigenvectors with Q = prod_l Q_l and N_l (tr Q_l - log det Q_l) in the action; the data act on all alike,
 * so Q_l = 1 + W / N_l and one unknown is left, the matrix of the narrowest layer.
 */
import { type Estimate, runSteps, runStepsInTurns, type Steps, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { identityMatrix, type Matrix, zeros } from "../../numerics/index.ts";
import { requireInvertible } from "../finite-width/eigenbasis.ts";
import { type EigenTask, type Validity, validityOf } from "../finite-width/index.ts";
import { type MixtureOptions, type MixtureResult, sampleMatrixScales } from "./mixture.ts";
import { coldScale, warmScale } from "./output-scale.ts";
import {
  type MultiOutputOptions,
  type MultiOutputPrior,
  type MultiOutputTask,
  outputSteps,
  widthsOf,
} from "./outputs.ts";
import type { OutputPrediction } from "./problem.ts";

/** What the theory predicts for D outputs. */
export interface MultiOutputResult {
  /** Q, [D, D]. */
  readonly scale: Matrix;
  /** R = Y^T K^{-1} Y / P, [D, D]; null for a singular kernel. */
  readonly ratio: Matrix | null;
  readonly action: Estimate | null;
  readonly prediction: OutputPrediction;
  readonly infiniteWidth: OutputPrediction;
  readonly load: number;
  readonly validity: Validity;
  readonly warnings: readonly string[];
}

/**
 * Solves for the matrix Q and predicts mean, variance and errors of all outputs.
 *
 * @returns cost 9 P^3 and P D^2 for every step of the minimisation; at T = 0 in closed form.
 * @throws SpecError for as many outputs as hidden units or more, ShapeError for sizes that do not fit, ConvergenceError for NaN, a
 * singular kernel at T = 0 (with its rank), or targets of fewer dimensions than outputs at T = 0 and P >= N.
 * @source Pacelli et al. 2023, supplement; Li and Sompolinsky 2021.
 * @example
 * ```ts
 * import { solveMultiOutputAction } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const x = { rows: 2, cols: 2, data: Float64Array.of(Math.SQRT2, 0, 0, Math.SQRT2) };
 * const task = { inputs: x, targets: x, testInputs: x, testTargets: x };
 * const options = { activation: resolveActivation("linear"), width: 4, temperature: 0 };
 * solveMultiOutputAction(task, options, await loadKernels()).scale.data; // => [1, 0, 0, 1]
 * ```
 */
export function solveMultiOutputAction(
  task: MultiOutputTask,
  options: MultiOutputOptions,
  algebra: LinearAlgebra,
): MultiOutputResult {
  return runSteps(multiOutputSteps(task, options, algebra));
}

/**
 * As `solveMultiOutputAction`, the same numbers: it gives way to the event loop between pieces of work, so that a signal can fire.
 *
 * @throws as `solveMultiOutputAction`; InterruptedError when the signal fires.
 */
export function solveMultiOutputActionInTurns(
  task: MultiOutputTask,
  options: MultiOutputOptions,
  algebra: LinearAlgebra,
  work: WorkOptions,
): Promise<MultiOutputResult> {
  return runStepsInTurns(multiOutputSteps(task, options, algebra), work, "multi-output action");
}

function* multiOutputSteps(
  task: MultiOutputTask,
  options: MultiOutputOptions,
  algebra: LinearAlgebra,
): Steps<MultiOutputResult> {
  const { temperature, activation } = options;
  const widths = widthsOf(options);
  const [width, depth] = [Math.min(...widths), widths.length];
  const prepared = yield* outputSteps(task, options, algebra);
  const { eigen, components } = prepared;
  const outputs = task.targets.cols;
  const examples = task.targets.rows;
  const load = examples / width;
  const isFullRank = eigen.rank === examples;
  const ratio = isFullRank ? ratioOf(eigen, components) : null;
  requireInvertible(eigen, temperature, task.inputs);
  const solved =
    temperature === 0
      ? { scale: coldScale(ratio as Matrix, { widths, examples }, algebra), action: null }
      : yield* warmScale(prepared.problem, widths, algebra);
  const trace = ratio === null ? null : traceOf(ratio) / outputs;
  return {
    ...solved,
    ratio,
    prediction: prepared.problem.predict(solved.scale),
    infiniteWidth: prepared.problem.predict(identityMatrix(outputs)),
    load,
    validity: validityOf({ activation, depth, width, load, ratio: trace, isMixture: false }),
    warnings:
      4 * outputs > width
        ? [
            `${outputs} outputs on ${width} hidden units: the saddle point needs many units for each output, sampleMultiOutputMixture does not`,
          ]
        : [],
  };
}

/**
 * Averages over the posterior of Q instead of taking its most likely value: exact for linear units of any depth, width, number of
 * outputs and temperature above 0.
 *
 * @param options - `widths` of the hidden layers may differ.
 * @returns E Q, errors with Monte Carlo standard errors, and averaged predictions.
 * @throws as `solveMultiOutputAction`; SpecError at T = 0 for a singular kernel.
 * @source Zavatone-Veth and Pehlevan 2021.
 */
export async function sampleMultiOutputMixture(
  task: MultiOutputTask,
  options: MultiOutputPrior & { readonly widths: readonly number[] },
  algebra: LinearAlgebra,
  sampling: MixtureOptions,
): Promise<MixtureResult> {
  const { widths } = options;
  const { signal, onProgress } = sampling;
  const work = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const prepared = await runStepsInTurns(outputSteps(task, options, algebra), work, "matrix mixture");
  requireInvertible(prepared.eigen, options.temperature, task.inputs);
  return await sampleMatrixScales(prepared.problem, widths, sampling);
}

function ratioOf({ eigenvalues }: EigenTask, { rows, cols, data }: Matrix): Matrix {
  const out = zeros(cols, cols);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < cols; a++) {
      for (let b = 0; b < cols; b++) {
        const term = (data[i * cols + a] as number) * (data[i * cols + b] as number);
        out.data[a * cols + b] =
          (out.data[a * cols + b] as number) + term / (rows * (eigenvalues[i] as number));
      }
    }
  }
  return out;
}

function traceOf({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * (rows + 1)] as number;
  return sum;
}
