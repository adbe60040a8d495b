/** Learning curves and kernels of a request: library calls only, so that it runs in Node as it does in a worker. */
import { SpecError } from "../../../../src/base/index.ts";
import {
  type DescribedTask,
  drawTeacherTask,
  halvedSizes,
  type RegressionTask,
  solveDenseKernels,
  taskOfLabels,
  uniformKernelSpec,
} from "../../../../src/bayes/index.ts";
import type { LinearAlgebra } from "../../../../src/kernels/index.ts";
import { resolveActivation } from "../../../../src/networks/index.ts";
import { createStream } from "../../../../src/numerics/index.ts";
import { sampleAt, samplingShares } from "./sampling.ts";
import { type PreparedTheory, prepareTheory } from "./theory.ts";
import type {
  CurveAnswer,
  CurveRequest,
  KernelMeans,
  KernelPicture,
  ShownPoint,
  WidthPoint,
} from "./types.ts";
import type { CurveWork, OpenSample } from "./work.ts";

/** Test points of a teacher. */
const TEACHER_TESTS = 500;
/** Examples in the picture of a kernel. */
const PICTURED = 60;

/** What stays the same while width and temperature change. */
export interface PreparedTask {
  readonly key: string;
  readonly described: DescribedTask;
  readonly theory: PreparedTheory;
  readonly kernels: KernelPicture;
  readonly sizes: readonly number[];
}

/** The part of a request that decides what is prepared. */
export function preparationKey({
  task,
  activation,
  depth,
  weightVariance,
  biasVariance,
  largest,
  seed,
}: CurveRequest): string {
  return JSON.stringify({ task, activation, depth, weightVariance, biasVariance, largest, seed });
}

/** Makes the task and decomposes its kernels. */
export async function prepareTask(request: CurveRequest, work: CurveWork): Promise<PreparedTask> {
  const described = await openTask(request, work.openSample);
  const { rows } = described.task.inputs;
  if (request.largest > rows) {
    throw new SpecError(
      `learning curve: received P = ${request.largest}, and the sample has ${rows} examples of this task`,
      {
        hint: `take at most ${rows} training examples, or all digits`,
      },
    );
  }
  const sizes = halvedSizes(request.largest);
  return {
    ...{ key: preparationKey(request), described, sizes },
    theory: prepareTheory(request, described.task, sizes, work.algebra),
    kernels: pictureOf(request, described.task, work.algebra),
  };
}

/** The curve of a request. */
export async function solveCurve(
  request: CurveRequest,
  prepared: PreparedTask,
  work: CurveWork,
): Promise<CurveAnswer> {
  const { described, theory, kernels, sizes } = prepared;
  const { description, task } = described;
  const points = sizes.map((examples): ShownPoint => theory.point(examples, request));
  const widths = widthsOf(request, theory);
  const answerOf = (missing: readonly number[]): CurveAnswer => ({
    ...{ request, description, kernels, missing, features: task.inputs.cols },
    points: [...points],
    widths,
    eigenvalues: theory.eigenvalues(request.largest),
  });
  if (request.sampling === null) return answerOf([]);
  work.onPartial?.(answerOf(sizes));
  const shares = samplingShares(sizes, request, task.inputs.cols);
  let finished = 0;
  for (const [at, examples] of sizes.entries()) {
    const share = shares[at] as number;
    const before = finished;
    finished += share;
    work.onProgress?.({ stage: `first states, ${examples} examples`, done: before, total: 1 });
    await work.giveWay?.();
    const sampled = await sampleAt(examples, request, task, {
      ...work,
      onProgress: ({ stage, done, total }) => {
        if (total === null) return;
        work.onProgress?.({ stage, done: before + (share * done) / total, total: 1 });
      },
    });
    points[at] = { ...(points[at] as ShownPoint), sampled };
    work.onPartial?.(answerOf(sizes.slice(at + 1)));
  }
  return answerOf([]);
}

/** Makes the task of a request. */
export async function openTask(request: CurveRequest, openSample: OpenSample): Promise<DescribedTask> {
  const { task, activation, largest, seed } = request;
  if (task.kind === "teacher") {
    const { inputs, units, noise } = task;
    const drawn = drawTeacherTask({
      ...{ stream: createStream(seed).fork("teacher"), activation: resolveActivation(activation) },
      ...{ inputs, units, noise, examples: largest, tests: TEACHER_TESTS },
    });
    return {
      task: drawn,
      description: `random teacher of ${units} ${activation} units on ${inputs} Gaussian inputs, noise ${noise}: ${largest} training and ${TEACHER_TESTS} test examples`,
    };
  }
  const classes = task.kind === "pair" ? { classes: task.classes } : {};
  const { train, test } = await openSample({ train: largest, seed, standardize: "global", ...classes });
  return taskOfLabels(train, test, classes);
}

/** Widths over four decades, the request's own among them. */
const WIDTHS = [2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

function widthsOf(request: CurveRequest, theory: PreparedTheory): WidthPoint[] {
  const { form, width: own, temperature, largest } = request;
  if (form !== "vanilla" || request.biasVariance !== undefined) return [];
  const widths = [...new Set([...WIDTHS, own])].sort((a, b) => a - b);
  return widths.flatMap((width) => {
    const { infiniteWidth, finiteWidth } = theory.point(largest, { width, temperature, form });
    if (finiteWidth === null) return [];
    return [{ width, infiniteWidth: infiniteWidth.error.value, finiteWidth: finiteWidth.error.value }];
  });
}

/** The kernels of the first examples, in the order of their targets. */
function pictureOf(request: CurveRequest, task: RegressionTask, algebra: LinearAlgebra): KernelPicture {
  const count = Math.min(PICTURED, task.inputs.rows);
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (task.targets[a] as number) - (task.targets[b] as number) || a - b,
  );
  const { cols, data } = task.inputs;
  const inputs = new Float64Array(count * cols);
  order.forEach((row, i) => {
    inputs.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  const { activation, depth, weightVariance, biasVariance = 0 } = request;
  const spec = uniformKernelSpec(resolveActivation(activation), depth, { weightVariance, biasVariance });
  const { nngp, ntk, methods } = solveDenseKernels(spec, { rows: count, cols, data: inputs }, null, algebra);
  const positive = order.filter((row) => (task.targets[row] as number) > 0).length;
  const groups = [
    { label: "y < 0", count: count - positive },
    { label: "y > 0", count: positive },
  ].filter((group) => group.count > 0);
  return {
    ...{ size: count, nngp: nngp.data, ntk: ntk.data, groups, methods },
    means: meansOf(nngp.data, ntk.data, count, count - positive),
  };
}

/** Means over a picture whose first `border` examples are one group. */
function meansOf(nngp: Float64Array, ntk: Float64Array, size: number, border: number): KernelMeans {
  let [own, tangent, correlation] = [0, 0, 0];
  const sums = { within: 0, between: 0 };
  const counts = { within: 0, between: 0 };
  for (let i = 0; i < size; i++) {
    const k = nngp[i * size + i] as number;
    own += k / size;
    tangent += (ntk[i * size + i] as number) / size;
    for (let j = 0; j < i; j++) {
      const c = (nngp[i * size + j] as number) / Math.sqrt(k * (nngp[j * size + j] as number));
      const which = i < border === j < border ? "within" : "between";
      correlation += c;
      sums[which] += c;
      counts[which] += 1;
    }
  }
  const mean = (which: "within" | "between"): number | null =>
    counts[which] === 0 ? null : sums[which] / counts[which];
  return {
    ...{ nngp: own, ntk: tangent, correlation: (2 * correlation) / Math.max(1, size * (size - 1)) },
    ...{ within: mean("within"), between: mean("between") },
  };
}
