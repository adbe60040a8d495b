/**
 * Wide networks under gradient flow on the squared loss (Lee et al. 2019, equations 14 and 15): outputs start as a Gaussian
 * process of covariance K (NNGP) and move linearly in the tangent kernel Theta, so mean and covariance are known at any time.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, transposeMatrix } from "../../numerics/index.ts";

/** NNGP and NTK between training (X) and test inputs (X*). */
export interface GradientFlowTask {
  readonly nngp: {
    readonly train: Matrix;
    readonly cross: Matrix;
    readonly diagonal: Float64Array;
    /** K(X*, X*), [M, M], where the covariance between test inputs is wanted too. */
    readonly test?: Matrix;
  };
  readonly ntk: { readonly train: Matrix; readonly cross: Matrix };
  /** y, [P, D]. */
  readonly targets: Matrix;
}

/** Distribution of the outputs over initialisations after training. */
export interface GradientFlowPrediction {
  readonly time: number;
  /** Mean on the test inputs, [M, D]. */
  readonly mean: Matrix;
  /** Variance on the test inputs. */
  readonly variance: Float64Array;
  /** Covariance between test inputs, [M, M]; null without K(X*, X*). */
  readonly covariance: Matrix | null;
  /** Mean on the training inputs, [P, D]. */
  readonly trainMean: Matrix;
  /** Mean squared training error per output, the variance over initialisations included. */
  readonly trainError: number;
}

/**
 * Predicts the outputs after training times t of df/dt = -Theta (f - y) (loss 1/2 sum of squares, learning rate 1).
 *
 * With Theta = U diag(k) U^T and g(k) = (1 - exp(-k t)) / k: mean = Theta* U g U^T y and
 * variance = K** - 2 B K*^T + B K B^T, B = Theta* U g U^T.
 *
 * @param times - at least 0; Infinity is the end of training.
 * @throws SpecError for a negative time, ShapeError for sizes that do not fit.
 * @returns cost 9 P^3 once, then 2 P^2 M for each time.
 * @source Lee, Xiao, Schoenholz, Bahri, Novak, Sohl-Dickstein and Pennington 2019, equations 14 and 15.
 * @example
 * ```ts
 * import { predictGradientFlow } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const one = (value: number) => ({ rows: 1, cols: 1, data: Float64Array.of(value) });
 * const nngp = { train: one(1), cross: one(0.5), diagonal: Float64Array.of(1) };
 * const task = { nngp, ntk: { train: one(2), cross: one(1) }, targets: one(3) };
 * predictGradientFlow(task, [Number.POSITIVE_INFINITY], await loadKernels())[0].mean.data[0]; // => 1.5
 * ```
 */
export function predictGradientFlow(
  task: GradientFlowTask,
  times: readonly number[],
  algebra: LinearAlgebra,
): GradientFlowPrediction[] {
  const { nngp, ntk, targets } = task;
  const size = targets.rows;
  if (
    ntk.train.rows !== size ||
    nngp.train.rows !== size ||
    ntk.cross.cols !== size ||
    nngp.cross.cols !== size
  ) {
    throw new ShapeError(
      `gradient flow: received kernels of ${ntk.train.rows} and ${nngp.train.rows} inputs and ${size} targets, expected equal numbers`,
    );
  }
  const wrong = times.find((time) => !(time >= 0));
  if (wrong !== undefined) throw new SpecError(`gradient flow: received time ${wrong}, expected at least 0`);
  const { values, vectors } = algebra.eigenSymmetric(ntk.train);
  if (vectors === null) throw new Error("internal: no eigenvectors");
  const rotatedTargets = algebra.multiplyTransposedLeft(vectors, targets);
  const rotatedCross = algebra.multiply(ntk.cross, vectors);
  const rotatedPrior = algebra.multiply(algebra.multiplyTransposedLeft(vectors, nngp.train), vectors);
  const priorCross = algebra.multiply(nngp.cross, vectors);
  // modes that rounding alone keeps from being flat do not learn
  const floor = size * Number.EPSILON * values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return times.map((time) => {
    const gain = values.map((k) =>
      k <= floor ? (time === Number.POSITIVE_INFINITY ? 0 : time) : -Math.expm1(-k * time) / k,
    );
    const filter = scaleColumns(rotatedCross, gain);
    const mean = algebra.multiply(filter, rotatedTargets);
    const through = algebra.multiply(filter, rotatedPrior);
    const variance = nngp.diagonal.map((own, m) => {
      let sum = own;
      for (let p = 0; p < size; p++) {
        const at = m * size + p;
        sum +=
          (filter.data[at] as number) * ((through.data[at] as number) - 2 * (priorCross.data[at] as number));
      }
      return Math.max(0, sum);
    });
    const remaining = values.map((k) =>
      k <= floor && time === Number.POSITIVE_INFINITY ? 1 : Math.exp(-Math.max(0, k) * time),
    );
    const covariance =
      nngp.test === undefined ? null : covarianceOf(nngp.test, filter, through, priorCross, algebra);
    return {
      time,
      mean,
      variance,
      covariance,
      ...onTraining(remaining, rotatedTargets, rotatedPrior, vectors, algebra),
    };
  });
}

/** K** - B K*^T - K* B^T + B K B^T with B = filter U^T, in the eigenbasis of the NTK. */
function covarianceOf(
  prior: Matrix,
  filter: Matrix,
  through: Matrix,
  priorCross: Matrix,
  algebra: LinearAlgebra,
): Matrix {
  const size = prior.rows;
  const learnt = algebra.multiplyTransposedRight(through, filter).data;
  const mixed = algebra.multiplyTransposedRight(filter, priorCross).data;
  return {
    rows: size,
    cols: size,
    data: prior.data.map((own, at) => {
      const turned = (at % size) * size + Math.floor(at / size);
      return own - (mixed[at] as number) - (mixed[turned] as number) + (learnt[at] as number);
    }),
  };
}

/** Mean and error on the training set, where the distance from the targets decays by `remaining` in every mode. */
function onTraining(
  remaining: Float64Array,
  rotatedTargets: Matrix,
  rotatedPrior: Matrix,
  vectors: Matrix,
  algebra: LinearAlgebra,
): { readonly trainMean: Matrix; readonly trainError: number } {
  const { rows, cols } = rotatedTargets;
  const learnt = rotatedTargets.data.map((y, at) => y * (1 - (remaining[Math.floor(at / cols)] as number)));
  let error = 0;
  rotatedTargets.data.forEach((y, at) => {
    error += (y * (remaining[Math.floor(at / cols)] as number)) ** 2;
  });
  for (let p = 0; p < rows; p++) {
    error += cols * (remaining[p] as number) ** 2 * (rotatedPrior.data[p * rows + p] as number);
  }
  return {
    trainMean: algebra.multiplyTransposedLeft(transposeMatrix(vectors), { rows, cols, data: learnt }),
    trainError: error / (rows * cols),
  };
}

function scaleColumns({ rows, cols, data }: Matrix, factors: Float64Array): Matrix {
  return { rows, cols, data: data.map((value, at) => value * (factors[at % cols] as number)) };
}
