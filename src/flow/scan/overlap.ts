/**
 * How well a prediction of "this network trains" agrees with training: balanced accuracy, the mean of the shares found
 * among networks that trained and among those that did not, so that guessing gives 1/2 whatever their proportion. The
 * error is a bootstrap over the cells (Efron 1979).
 */
import type { Estimate } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";

/** One network: what was predicted, and what training gave. */
export interface PredictedCell {
  readonly predicted: boolean;
  readonly trained: boolean;
}

/** Agreement over a map. */
export interface Overlap {
  /** Balanced accuracy in [0, 1]; NaN when all cells are of one kind. */
  readonly balancedAccuracy: Estimate;
  /** Counts of cells: trained and predicted to, and so on. */
  readonly counts: {
    readonly truePositive: number;
    readonly falsePositive: number;
    readonly trueNegative: number;
    readonly falseNegative: number;
  };
}

const RESAMPLES = 2000;

/**
 * Balanced accuracy of a prediction, (TP / (TP + FN) + TN / (TN + FP)) / 2.
 *
 * @param stream draws the resamples; those without one of the two kinds are left out
 * @returns NaN with unknown error when all cells trained, or none
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { measureOverlap } from "isinglass/flow";
 * const cells = [{ predicted: true, trained: true }, { predicted: false, trained: false }];
 * measureOverlap(cells, createStream(1)).balancedAccuracy.value; // => 1
 * ```
 */
export function measureOverlap(cells: readonly PredictedCell[], stream: RandomStream): Overlap {
  const counts = countCells(cells);
  const value = balanced(counts);
  if (!Number.isFinite(value)) {
    const method = "undefined: all cells are of one kind";
    return { balancedAccuracy: { value, stderr: null, n: cells.length, method }, counts };
  }
  let [sum, squares, used] = [0, 0, 0];
  for (let k = 0; k < RESAMPLES; k++) {
    const drawn = cells.map(() => cells[stream.integer(cells.length)] as PredictedCell);
    const x = balanced(countCells(drawn));
    if (!Number.isFinite(x)) continue;
    sum += x;
    squares += x * x;
    used += 1;
  }
  const variance = used < 2 ? Number.NaN : (squares - (sum * sum) / used) / (used - 1);
  return {
    balancedAccuracy: {
      value,
      stderr: Number.isNaN(variance) ? null : Math.sqrt(Math.max(0, variance)),
      n: cells.length,
      method: `balanced accuracy, bootstrap over ${cells.length} cells`,
    },
    counts,
  };
}

function countCells(cells: readonly PredictedCell[]): Overlap["counts"] {
  let [truePositive, falsePositive, trueNegative, falseNegative] = [0, 0, 0, 0];
  for (const { predicted, trained } of cells) {
    if (trained) predicted ? truePositive++ : falseNegative++;
    else predicted ? falsePositive++ : trueNegative++;
  }
  return { truePositive, falsePositive, trueNegative, falseNegative };
}

function balanced({ truePositive, falsePositive, trueNegative, falseNegative }: Overlap["counts"]): number {
  const found = truePositive / (truePositive + falseNegative);
  const left = trueNegative / (trueNegative + falsePositive);
  return (found + left) / 2;
}
