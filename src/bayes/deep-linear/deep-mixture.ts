/**
 * A network of several hidden layers averaged over the scale of its kernel, from data to predictions: exact at every width for linear
 * units, and the better average of the vanilla form for others.
 */
import { type Estimate, exact } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { checkPrior, checkTargets } from "../finite-width/checks.ts";
import { requireInvertible } from "../finite-width/eigenbasis.ts";
import {
  type DeepActionOptions,
  diagonalizeTask,
  type Prediction,
  predictAtScale,
  predictOverScales,
  type RegressionTask,
  targetRatio,
  type Validity,
  validityOf,
} from "../finite-width/index.ts";
import { solveDenseNngp, solveKernelDiagonal } from "../kernels/index.ts";
import { solveDeepScaleDistribution } from "./mixture.ts";

/** What the average predicts. */
export interface DeepMixtureResult {
  /** E q over the posterior. */
  readonly q: Estimate;
  /** log p(y) at these widths. */
  readonly logEvidence: number;
  readonly prediction: Prediction;
  readonly infiniteWidth: Prediction;
  /** P / N of the narrowest layer. */
  readonly load: number;
  readonly ratio: number | null;
  readonly validity: Validity;
}

/**
 * Averages predictions over the posterior of the scale q, a product of independent chi-squared variables over the widths.
 *
 * @returns cost 9 P^3 and one convolution of densities for each layer.
 * @throws SpecError for widths or precisions out of range, ConvergenceError for NaN or a singular kernel at T = 0 (with its rank).
 * @source Zavatone-Veth and Pehlevan 2021.
 * @example
 * ```ts
 * import { solveDeepMixture } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const x = { rows: 1, cols: 1, data: Float64Array.of(1) };
 * const task = { inputs: x, targets: Float64Array.of(0), testInputs: x, testTargets: Float64Array.of(0) };
 * const options = { activation: resolveActivation("linear"), widths: [50, 80], temperature: 1e9 };
 * solveDeepMixture(task, options, await loadKernels()).q.value; // => 1.000000
 * ```
 */
export function solveDeepMixture(
  task: RegressionTask,
  options: Omit<DeepActionOptions, "form">,
  algebra: LinearAlgebra,
): DeepMixtureResult {
  const { activation, widths, temperature, weightPrecision = 1, readoutPrecision = 1 } = options;
  checkPrior("deep mixture", { temperature, weightPrecision, readoutPrecision });
  checkTargets(task);
  const depth = widths.length;
  const hidden = { weightVariance: 1 / weightPrecision, biasVariance: 0 };
  const spec = {
    activations: widths.map(() => activation),
    layers: [...widths.map(() => hidden), { weightVariance: 1 / readoutPrecision, biasVariance: 0 }],
  };
  const eigen = diagonalizeTask(
    {
      train: solveDenseNngp(spec, task.inputs, null, algebra),
      cross: solveDenseNngp(spec, task.testInputs, task.inputs, algebra),
      diagonal: solveKernelDiagonal(spec, task.testInputs),
    },
    { train: task.targets, test: task.testTargets },
    algebra,
  );
  requireInvertible(eigen, temperature, task.inputs);
  const scales = solveDeepScaleDistribution(eigen, { widths, temperature });
  const width = Math.min(...widths);
  const load = task.inputs.rows / width;
  const ratio = eigen.rank === task.inputs.rows ? targetRatio(eigen) : null;
  return {
    q: exact(scales.mean, "mean over the posterior of the scale"),
    logEvidence: scales.logEvidence,
    prediction: predictOverScales(eigen, scales, temperature),
    infiniteWidth: predictAtScale(eigen, 1, temperature),
    load,
    ratio,
    validity: validityOf({ activation, depth, width, load, ratio, isMixture: true }),
  };
}
