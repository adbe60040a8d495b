/** Errors against the width of the network at a fixed number of training examples, towards their limit at infinite width. */
import { SpecError, type WorkOptions } from "../../base/index.ts";
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

/** A point of a curve against width. */
export interface WidthPoint extends CurvePoint {
  readonly width: number;
}

/** Options of a curve against width. */
export interface WidthOptions extends WorkOptions {
  /** Training examples: the first so many of the task. */
  readonly examples: number;
  /** Units of every hidden layer, which are equal here. */
  readonly widths: readonly number[];
  /** Default "vanilla". */
  readonly form?: CurveForm;
  /** One hidden layer alone, sampled at once; see `sampleWidthCurve`. */
  readonly sampling?: CurveSampling;
}

/**
 * Predicts errors for every width from one decomposition of the kernel.
 *
 * @returns one point for each width; 9 P^3 operations once, then O(P M) for each (forms "vanilla" and "mixture").
 * @throws SpecError for examples or widths out of range, ConvergenceError for a kernel that is singular at T = 0.
 * @source theory as in `solveDeepSaddle`.
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { resolveActivation } from "isinglass/networks";
 * import { loadKernels } from "isinglass/kernels";
 * import { drawTeacherTask, predictWidthCurve } from "isinglass/bayes";
 *
 * const activation = resolveActivation("erf");
 * const task = drawTeacherTask({ stream: createStream(1), activation, inputs: 20, units: 10, examples: 10, tests: 50 });
 * const network = { activation, depth: 1, temperature: 0.1, weightPrecision: 1, readoutPrecision: 1 };
 * const points = predictWidthCurve(task, network, { examples: 10, widths: [10, 100] }, await loadKernels());
 * points.map(({ width }) => width); // => [10, 100]
 * ```
 */
export function predictWidthCurve(
  task: RegressionTask,
  network: Omit<BayesianNetwork, "width" | "widths">,
  options: WidthOptions,
  algebra: LinearAlgebra,
): WidthPoint[] {
  const { examples, widths, form = "vanilla", sampling, onProgress } = options;
  checkWidths(widths);
  if (sampling !== undefined) requireOneLayer(network.depth);
  const prepared = prepareLearningCurve(task, network, [examples], algebra);
  return widths.map((width, at) => {
    onProgress?.({ stage: "predicting", done: at, total: widths.length, note: `width ${width}` });
    const point = prepared.predict(examples, { width, temperature: network.temperature, form });
    if (sampling === undefined) return { width, ...point };
    const own = { ...sampling, stream: sampling.stream.fork(width) };
    const work = { ...options, stage: `sampling, width ${width}` };
    const sampled = sampleErrors(firstExamples(task, examples), { ...network, width }, own, work, algebra);
    return { width, ...point, sampled };
  });
}

/**
 * The same with samples, of networks of any depth; see `sampleLearningCurve`.
 *
 * @throws as `predictWidthCurve` and `sampleLearningCurve`.
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { resolveActivation } from "isinglass/networks";
 * import { loadKernels } from "isinglass/kernels";
 * import { drawTeacherTask, sampleWidthCurve } from "isinglass/bayes";
 *
 * const activation = resolveActivation("erf");
 * const task = drawTeacherTask({ stream: createStream(1), activation, inputs: 5, units: 4, examples: 8, tests: 20 });
 * const network = { activation, depth: 1, temperature: 0.2, weightPrecision: 1, readoutPrecision: 1 };
 * const sampling = { stream: createStream(2), chains: 2, samples: 10, burnIn: 10 };
 * const points = await sampleWidthCurve(task, network, { examples: 8, widths: [4], sampling }, await loadKernels());
 * points[0].sampled.error.value > 0; // => true
 * ```
 */
export async function sampleWidthCurve(
  task: RegressionTask,
  network: Omit<BayesianNetwork, "width" | "widths">,
  options: WidthOptions & { readonly sampling: DeepCurveSampling },
  algebra: LinearAlgebra,
): Promise<WidthPoint[]> {
  const { examples, widths, form = "vanilla", sampling, onProgress } = options;
  checkWidths(widths);
  const prepared = prepareLearningCurve(task, network, [examples], algebra);
  const points: WidthPoint[] = [];
  for (const [at, width] of widths.entries()) {
    onProgress?.({ stage: "predicting", done: at, total: widths.length, note: `width ${width}` });
    const point = prepared.predict(examples, { width, temperature: network.temperature, form });
    const own = { ...sampling, stream: sampling.stream.fork(width) };
    const work = { ...options, stage: `sampling, width ${width}` };
    const first = firstExamples(task, examples);
    const sampled = await sampleErrorsInTurns(first, { ...network, width }, own, work, algebra);
    points.push({ width, ...point, sampled });
  }
  return points;
}

function checkWidths(widths: readonly number[]): void {
  const wrong = widths.find((width) => !(width > 0 && Number.isFinite(width)));
  if (widths.length === 0 || wrong !== undefined) {
    throw new SpecError(`learning curve: received ${wrong ?? "no"} for a width, expected numbers above 0`);
  }
}
