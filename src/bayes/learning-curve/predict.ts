/**
 * Learning curves: what a Bayesian network predicts on test data against the number of training examples, at infinite width, at its
 * own width, and sampled.
 */
import { runStepsInTurns, type Steps, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";
import type { CurveForm } from "./forms.ts";
import { type BayesianNetwork, type CurvePoint, firstExamples, prepareLearningCurve } from "./prepare.ts";
import {
  type CurveSampling,
  type DeepCurveSampling,
  requireOneLayer,
  sampleErrors,
  sampleErrorsInTurns,
} from "./sampled.ts";

/** Options of a learning curve. */
export interface CurveOptions extends WorkOptions {
  /** Numbers of training examples: the first so many of the task. */
  readonly sizes: readonly number[];
  /** Default "vanilla". */
  readonly form?: CurveForm;
  /** One hidden layer alone, sampled at once; see `sampleLearningCurve`. */
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

/**
 * As `predictLearningCurve` without sampling, the same numbers: it gives way to the event loop between sizes, so that a signal can fire.
 *
 * @throws as `predictLearningCurve`; InterruptedError when the signal fires.
 */
export function predictLearningCurveInTurns(
  task: RegressionTask,
  network: BayesianNetwork,
  options: Omit<CurveOptions, "sampling">,
  algebra: LinearAlgebra,
): Promise<CurvePoint[]> {
  return runStepsInTurns(curveSteps(task, network, options, algebra), options, "learning curve");
}

function* curveSteps(
  task: RegressionTask,
  network: BayesianNetwork,
  { sizes, form = "vanilla" }: Omit<CurveOptions, "sampling">,
  algebra: LinearAlgebra,
): Steps<CurvePoint[]> {
  const progress = (done: number, note: string) => ({ stage: "predicting", done, total: sizes.length, note });
  yield progress(0, "kernel");
  const prepared = prepareLearningCurve(task, network, sizes, algebra);
  const points: CurvePoint[] = [];
  for (const [at, examples] of sizes.entries()) {
    yield progress(at, `${examples} examples`);
    points.push(prepared.predict(examples, { ...network, form }));
  }
  return points;
}

/**
 * Predicts the learning curve of a network of any depth and samples it: one hidden layer with its readout integrated, several with
 * all weights as parameters (`sampleNetworkPosterior`). Gives way to the event loop, so that a signal can fire.
 *
 * @param options - as of `predictLearningCurve`, with sampling.
 * @returns as `predictLearningCurve`; the numbers are the same for one hidden layer.
 * @throws as `predictLearningCurve`; SpecError for several layers with unequal precisions or a temperature of 0, InterruptedError when
 * the signal fires.
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { resolveActivation } from "isinglass/networks";
 * import { loadKernels } from "isinglass/kernels";
 * import { drawTeacherTask, sampleLearningCurve } from "isinglass/bayes";
 *
 * const activation = resolveActivation("erf");
 * const task = drawTeacherTask({ stream: createStream(1), activation, inputs: 5, units: 4, examples: 8, tests: 20 });
 * const network = { activation, depth: 2, width: 4, temperature: 0.2, weightPrecision: 1, readoutPrecision: 1 };
 * const sampling = { stream: createStream(2), chains: 2, samples: 10, burnIn: 10 };
 * const curve = await sampleLearningCurve(task, network, { sizes: [8], sampling }, await loadKernels());
 * curve[0].sampled.error.value > 0; // => true
 * ```
 */
export async function sampleLearningCurve(
  task: RegressionTask,
  network: BayesianNetwork,
  options: CurveOptions & { readonly sampling: DeepCurveSampling },
  algebra: LinearAlgebra,
): Promise<CurvePoint[]> {
  const { sizes, form = "vanilla", sampling, onProgress } = options;
  const prepared = prepareLearningCurve(task, network, sizes, algebra);
  const points: CurvePoint[] = [];
  for (const [at, examples] of sizes.entries()) {
    onProgress?.({ stage: "predicting", done: at, total: sizes.length, note: `${examples} examples` });
    const point = prepared.predict(examples, { ...network, form });
    const work = { ...options, stage: `sampling, ${examples} examples` };
    const own = firstExamples(task, examples);
    points.push({ ...point, sampled: await sampleErrorsInTurns(own, network, sampling, work, algebra) });
  }
  return points;
}
