/**
 * Learning from a fixed set of P examples of a teacher: the student is fitted to them until nothing is left, both layers trained, and
 * its error on all inputs follows from its overlaps with the teacher. Below a number of examples it memorises (no training error, a
 * large error elsewhere), above it becomes the teacher; where it turns follows the teacher's units more than the student's.
 */
import { InterruptedError, SpecError, type WorkOptions } from "../../base/index.ts";
import { erf, minimizeLbfgs, type RandomStream } from "../../numerics/index.ts";
import { measureExcessKurtosis } from "../gaussianity/index.ts";
import { matchTeachers, type TeacherMatch } from "./matching.ts";
import { generalizationError } from "./online.ts";
import type { Overlaps } from "./overlaps.ts";

/** Student, teacher and data. */
export interface OfflineSetting {
  /** K. */
  readonly students: number;
  /** M <= N orthonormal teacher vectors with readout 1. */
  readonly teachers: number;
  /** N. */
  readonly dimension: number;
  /** P, Gaussian inputs. */
  readonly examples: number;
}

/** Options of a fit. */
export interface OfflineOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** Starts of which the best on the training set is kept; stops at the first that interpolates. Default 20. */
  readonly restarts?: number;
  /**
   * Standard deviation of all parameters at the start; default 0.3. Students with many units find the teacher from fewer examples
   * the smaller it is.
   */
  readonly startScale?: number;
  /** Iterations of L-BFGS at most. Default 3000. */
  readonly iterations?: number;
}

/** What a student became. */
export interface OfflineFit {
  /** 1/2 mean over the training set of (teacher - student)^2. */
  readonly train: number;
  /** The same over all Gaussian inputs, exact. */
  readonly error: number;
  /** `error` over the error of a student that says 0. */
  readonly relativeError: number;
  readonly overlaps: Overlaps;
  readonly match: TeacherMatch;
  /**
   * Excess kurtosis of the components of all student vectors along the teachers and the directions besides: about 0 for a student whose
   * weights are still Gaussian, N - 3 when K = M units have become the teacher. Null for fewer than 8 components.
   */
  readonly weightKurtosis: number | null;
  /** The training error is below 1e-12 of the null error: nothing is left to fit. */
  readonly interpolates: boolean;
  /** The error on all inputs is below 1e-6 of the null error: the student is the teacher. */
  readonly isTeacher: boolean;
}

const INTERPOLATES = 1e-12;
const IS_TEACHER = 1e-6;

/**
 * Draws P examples and fits a student to them by L-BFGS.
 *
 * @throws SpecError for sizes out of range; InterruptedError when the signal fires.
 * @returns the best of the starts. Cost of one evaluation 4 P K N operations; some hundred to some thousand evaluations for a start.
 * @example
 * ```ts
 * import { fitOffline } from "isinglass/bayes";
 * import { createStream } from "isinglass/numerics";
 *
 * const setting = { students: 1, teachers: 1, dimension: 4, examples: 20 };
 * fitOffline(setting, { stream: createStream(1) }).isTeacher; // => true
 * ```
 */
export function fitOffline(setting: OfflineSetting, options: OfflineOptions): OfflineFit {
  checkSetting(setting);
  const { students: k, dimension: n, examples } = setting;
  const { stream, restarts = 20, startScale = 0.3, iterations = 3000, signal } = options;
  const inputs = new Float64Array(examples * n);
  stream.fork("inputs").fillNormal(inputs);
  const objective = trainingLoss(setting, inputs);
  const zero = overlapsOf(setting, new Float64Array(k * n + k));
  const nullError = generalizationError(zero);
  let best: Float64Array | null = null;
  let train = Number.POSITIVE_INFINITY;
  for (let r = 0; r < restarts && !(train < INTERPOLATES * nullError); r++) {
    if (signal?.aborted === true) throw new InterruptedError("teacher and student: interrupted");
    const start = new Float64Array(k * n + k);
    stream.fork("start").fork(r).fillNormal(start, startScale);
    const { x, value } = minimizeLbfgs(objective, start, {
      gradientTolerance: 1e-11,
      maxIterations: iterations,
      memory: 30,
    });
    if (value < train) {
      best = x;
      train = value;
    }
    options.onProgress?.({ stage: "fitting", done: r + 1, total: restarts });
  }
  const overlaps = overlapsOf(setting, best as Float64Array);
  const weights = (best as Float64Array).subarray(0, k * n);
  // the sum of large terms leaves rounding of either sign
  const error = Math.max(0, generalizationError(overlaps));
  return {
    train,
    error,
    relativeError: error / nullError,
    overlaps,
    match: matchTeachers(overlaps),
    weightKurtosis: weights.length < 8 ? null : measureExcessKurtosis(weights).value,
    interpolates: train < INTERPOLATES * nullError,
    isTeacher: error < IS_TEACHER * nullError,
  };
}

/** 1/2 mean of (sum v g(w.x / sqrt N) - sum g(x_m))^2; the teachers are the first axes, as Gaussian inputs have no others. */
function trainingLoss(
  { students: k, teachers, dimension: n, examples }: OfflineSetting,
  inputs: Float64Array,
): (x: Float64Array, gradient: Float64Array) => number {
  const scale = 1 / Math.sqrt(n);
  const targets = Float64Array.from({ length: examples }, (_, p) => {
    let sum = 0;
    for (let m = 0; m < teachers; m++) sum += erf((inputs[p * n + m] as number) * Math.SQRT1_2);
    return sum;
  });
  const outputs = new Float64Array(k);
  const slopes = new Float64Array(k);
  return (x, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let p = 0; p < examples; p++) {
      let gap = -(targets[p] as number);
      for (let i = 0; i < k; i++) {
        let h = 0;
        for (let d = 0; d < n; d++) h += (x[i * n + d] as number) * (inputs[p * n + d] as number);
        h *= scale;
        outputs[i] = erf(h * Math.SQRT1_2);
        slopes[i] = Math.sqrt(2 / Math.PI) * Math.exp((-h * h) / 2);
        gap += (x[k * n + i] as number) * (outputs[i] as number);
      }
      loss += gap * gap;
      for (let i = 0; i < k; i++) {
        gradient[k * n + i] = (gradient[k * n + i] as number) + (gap * (outputs[i] as number)) / examples;
        const back = (gap * (x[k * n + i] as number) * (slopes[i] as number) * scale) / examples;
        for (let d = 0; d < n; d++)
          gradient[i * n + d] = (gradient[i * n + d] as number) + back * (inputs[p * n + d] as number);
      }
    }
    return loss / (2 * examples);
  };
}

/** Overlaps of the student in x = (w, v) with teachers sqrt(N) e_m. */
function overlapsOf({ students: k, teachers, dimension: n }: OfflineSetting, x: Float64Array): Overlaps {
  const units = Array.from({ length: k }, (_, i) => x.subarray(i * n, (i + 1) * n));
  const product = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, d) => sum + value * (b[d] as number), 0) / n;
  return {
    students: units.map((a) => units.map((b) => product(a, b))),
    cross: units.map((a) => Array.from({ length: teachers }, (_, m) => (a[m] as number) / Math.sqrt(n))),
    teachers: Array.from({ length: teachers }, (_, i) =>
      Array.from({ length: teachers }, (__, j) => (i === j ? 1 : 0)),
    ),
    readout: [...x.subarray(k * n)],
    teacherReadout: new Array<number>(teachers).fill(1),
  };
}

function checkSetting({ students, teachers, dimension, examples }: OfflineSetting): void {
  const isWhole = [students, teachers, dimension, examples].every((n) => Number.isInteger(n) && n >= 1);
  if (!isWhole || teachers > dimension) {
    throw new SpecError(
      `teacher and student: received ${students} students, ${teachers} teachers, dimension ${dimension}, ${examples} examples; expected whole numbers of at least 1 and no more teachers than dimensions`,
    );
  }
}
