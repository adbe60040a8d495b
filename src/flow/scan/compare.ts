/**
 * The flow map against training: for several thresholds of "trained" and several ways to predict it, the balanced accuracy
 * with its error. Predictions: the share of the input's Gram entropy that is left at a depth, the published cutoff, and
 * 6 xi_c of mean-field theory.
 */
import type { RandomStream } from "../../numerics/index.ts";
import { type FlowMap, interpolateShare } from "./map.ts";
import { measureOverlap, type Overlap, type PredictedCell } from "./overlap.ts";

/** A network that was trained. */
export interface TrainedCell {
  readonly sigmaW2: number;
  readonly depth: number;
  /** Accuracy, or what else networks of its kind are scored by. */
  readonly score: number;
}

/** One way to predict against one meaning of "trained". */
export interface ComparisonRow extends Overlap {
  /** "S >= 0.1 S(input)", "cutoff", "6 xi_c". */
  readonly predictor: string;
  /** Score from which a network counts as trained. */
  readonly threshold: number;
  readonly trained: number;
  readonly cells: number;
}

/** Options of `compareWithTraining`. */
export interface CompareOptions {
  readonly stream: RandomStream;
  /** Scores from which a network counts as trained. */
  readonly thresholds: readonly number[];
  /** Shares of the input's Gram entropy. Default 0.02, 0.05, 0.1, 0.2. */
  readonly shares?: readonly number[];
  /** Depth scale of theory by weight variance; without it theory is left out. */
  readonly xiC?: (sigmaW2: number) => number;
}

const SHARES = [0.02, 0.05, 0.1, 0.2] as const;
const TRAINABLE_DEPTH = 6;

/** All predictors against all thresholds. Cells outside the map are left out. */
export function compareWithTraining(
  map: FlowMap,
  cells: readonly TrainedCell[],
  { stream, thresholds, shares = SHARES, xiC }: CompareOptions,
): ComparisonRow[] {
  const inside = cells.filter(({ sigmaW2, depth }) => Number.isFinite(interpolateShare(map, sigmaW2, depth)));
  const predictors: [name: string, predict: (cell: TrainedCell) => boolean][] = [
    ...shares.map((share): [string, (cell: TrainedCell) => boolean] => [
      `S >= ${share} S(input)`,
      ({ sigmaW2, depth }) => interpolateShare(map, sigmaW2, depth) >= share,
    ]),
    ["cutoff", (cell) => cell.depth <= cutoffAt(map, cell.sigmaW2)],
    ...(xiC === undefined
      ? []
      : [
          ["6 xi_c", (cell: TrainedCell) => cell.depth <= TRAINABLE_DEPTH * xiC(cell.sigmaW2)] as [
            string,
            (cell: TrainedCell) => boolean,
          ],
        ]),
  ];
  return predictors.flatMap(([predictor, predict], i) =>
    thresholds.map((threshold, j) => {
      const predicted = inside.map(
        (cell): PredictedCell => ({ predicted: predict(cell), trained: cell.score >= threshold }),
      );
      return {
        ...{ predictor, threshold, cells: inside.length },
        trained: predicted.filter(({ trained }) => trained).length,
        ...measureOverlap(predicted, stream.fork(i).fork(j)),
      };
    }),
  );
}

/** Cutoff of the nearest column; a curve that is flat has none and predicts nothing. */
function cutoffAt({ columns }: FlowMap, sigmaW2: number): number {
  const nearest = columns.reduce((a, b) =>
    Math.abs(b.sigmaW2 - sigmaW2) < Math.abs(a.sigmaW2 - sigmaW2) ? b : a,
  );
  return nearest.cutoff ?? Number.NEGATIVE_INFINITY;
}
