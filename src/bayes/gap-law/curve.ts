/** The gap of a last layer over numbers of examples: measured, by the law, and the bound, with what may be said of it. */
import type { Estimate, WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix, RandomStream } from "../../numerics/index.ts";
import { finiteSizeTest, type GapLaw, lastLayerBound, predictGap, predictRidgeErrors } from "./law.ts";
import { type FeatureTask, fitReadout, measureGap } from "./measure.ts";
import { describeResidual, planGapSizes } from "./plan.ts";

/** What has to be said beside every bound. */
export const GAP_BOUND_WARNING: string =
  "The bound 2 N / P is asymptotic and about fixed teachers without noise: fully trained networks exceed it at moderate P (one hidden layer of 10 units, 210 parameters: gap 0.34 at P = 400, bound 0.05). It is a curve to compare with, no guarantee.";

/** Options of a curve. */
export interface GapCurveOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** Draws of the training set for each size. Default 20. */
  readonly draws?: number;
  /** Ridge of the fits; 0 for the universal law. Default 0. */
  readonly ridge?: number;
}

/** One number of examples. */
export interface GapPoint {
  readonly examples: number;
  readonly train: Estimate;
  readonly test: Estimate;
  readonly gap: Estimate;
  /** Prediction: of frozen features, or of ridge regression on their spectrum. */
  readonly law: GapLaw;
  /** Test error for Gaussian features of finite size; null with a ridge. */
  readonly finiteSizeTest: number | null;
  /** 2 N / P times the mean square of the targets. */
  readonly bound: number;
  /** sqrt(train / test), which the law says is 1 - N / P whatever the residual. */
  readonly ratio: number;
}

/** A measured curve. */
export interface GapCurve {
  /** N. */
  readonly features: number;
  /** e, the error of the best readout on everything. */
  readonly residual: number;
  /** Mean square of the targets. */
  readonly targetSquare: number;
  readonly points: readonly GapPoint[];
  readonly warning: string;
  /** What has to be said of a residual from fewer than 50 examples for each feature; null where there are enough. */
  readonly residualWarning: string | null;
}

/**
 * Measures gaps of least squares (or ridge regression) on frozen features for several numbers of examples, beside the law and the
 * last-layer bound.
 *
 * @param task - features of at least twice the largest number of examples; 50 N rows for the residual.
 * @param sizes - P, each above N unless there is a ridge.
 * @throws as `measureGap`.
 * @source Ariosto, Pacelli, Ginelli, Gherardi and Rotondo 2022 (arXiv:2201.11022) for law and bound; Bordelon, Canatar and Pehlevan
 * 2020 for the ridge.
 * @example
 * ```ts
 * import { measureGapCurve } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 *
 * const stream = createStream(1);
 * const features = { rows: 2000, cols: 10, data: new Float64Array(20000) };
 * stream.fillNormal(features.data);
 * const targets = new Float64Array(2000);
 * stream.fillNormal(targets);
 * const { points } = measureGapCurve({ features, targets }, [200], { stream }, await loadKernels());
 * Math.abs(points[0].ratio - 0.95) < 0.05; // => true
 * ```
 */
export function measureGapCurve(
  task: FeatureTask,
  sizes: readonly number[],
  { stream, draws = 20, ridge = 0, onProgress }: GapCurveOptions,
  algebra: LinearAlgebra,
): GapCurve {
  const { rows, cols } = task.features;
  planGapSizes({ features: cols, rows, ridge, sizes });
  const targetSquare = task.targets.reduce((sum, y) => sum + y * y, 0) / task.targets.length;
  const spectrum = ridge > 0 ? spectrumOf(task, algebra) : null;
  let residual = 0;
  const points = sizes.map((examples, at): GapPoint => {
    onProgress?.({ stage: "fitting", done: at, total: sizes.length, note: `${examples} examples` });
    const measured = measureGap(task, { examples, draws, stream: stream.fork(examples), ridge }, algebra);
    residual = measured.residual;
    const setting = { features: cols, examples, residual };
    const law =
      spectrum === null
        ? predictGap(setting)
        : predictRidgeErrors({ ...spectrum, noise: residual, examples, ridge });
    return {
      examples,
      train: measured.train,
      test: measured.test,
      gap: measured.gap,
      law: { train: law.train, test: law.test, gap: law.gap },
      finiteSizeTest: spectrum === null && examples > cols + 1 ? finiteSizeTest(setting) : null,
      bound: lastLayerBound(cols, examples) * targetSquare,
      ratio: Math.sqrt(measured.train.value / measured.test.value),
    };
  });
  const residualWarning = describeResidual(cols, rows);
  return { features: cols, residual, targetSquare, points, warning: GAP_BOUND_WARNING, residualWarning };
}

/** Eigenvalues of the second moments of the features, and the best readout along their eigenvectors. */
function spectrumOf(
  { features, targets }: FeatureTask,
  algebra: LinearAlgebra,
): { readonly eigenvalues: Float64Array; readonly weights: Float64Array } {
  const { rows, cols } = features;
  const gram = algebra.gramOfColumns(features);
  const { values, vectors } = algebra.eigenSymmetric({
    ...gram,
    data: gram.data.map((value) => value / rows),
  });
  const all = Uint32Array.from({ length: rows }, (_, i) => i);
  const best = { rows: cols, cols: 1, data: fitReadout(features, targets, all, 0, algebra) };
  const weights = algebra.multiplyTransposedLeft(vectors as Matrix, best).data;
  return { eigenvalues: values.map((value) => Math.max(value, Number.MIN_VALUE)), weights };
}
