/** What Gaussian-process classifiers are given and what they answer; checks that both share. */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";

/** A classification problem with a fixed kernel of the latent functions. */
export interface ClassificationTask {
  /** K(X, X), [P, P]. */
  readonly train: Matrix;
  /** K(X*, X), [M, P]. */
  readonly cross: Matrix;
  /** K(x*, x*), M values. */
  readonly diagonal: Float64Array;
  /** Classes of the training inputs: 0 and 1, or 0 .. C - 1. */
  readonly labels: ArrayLike<number>;
}

/** When to stop. */
export interface ClassifierOptions {
  /** Largest change of a latent value between iterations, relative to the largest latent value. Default 1e-10. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxIterations?: number;
}

/** Answer of a binary classifier. Not converging is a result: look at `converged`. */
export interface BinaryClassification {
  /** P(class 1) for every test input, averaged over the latent function. */
  readonly probability: Float64Array;
  /** Posterior mean of the latent function on the test inputs. */
  readonly latentMean: Float64Array;
  readonly latentVariance: Float64Array;
  /** Approximate log p(labels). */
  readonly logEvidence: number;
  /** Latent function on the training inputs: its mode (Laplace) or mean (expectation propagation). */
  readonly trainLatent: Float64Array;
  readonly iterations: number;
  /** Last change of a latent value. */
  readonly residual: number;
  readonly converged: boolean;
}

/** Throws ShapeError for sizes that do not fit and SpecError for a label that is no class. */
export function checkClassification(
  where: string,
  { train, cross, diagonal, labels }: ClassificationTask,
  classes: number,
): void {
  const size = labels.length;
  if (size === 0) throw new ShapeError(`${where}: received no training examples, expected at least one`);
  if (train.rows !== size || train.cols !== size || cross.cols !== size || cross.rows !== diagonal.length) {
    throw new ShapeError(
      `${where}: received K [${train.rows}, ${train.cols}], K* [${cross.rows}, ${cross.cols}], ${diagonal.length} variances and ${size} labels; expected [P, P], [M, P], M, P`,
    );
  }
  for (let p = 0; p < size; p++) {
    const label = labels[p] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new SpecError(
        `${where}: received the label ${label} at example ${p}, expected whole numbers from 0 to ${classes - 1}`,
      );
    }
  }
}
