/** Taking the mean activations out of a kernel: K = (K - mu mu^T) + mu mu^T, for the action with two order parameters. */
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { integrateGaussian, type Matrix } from "../../numerics/index.ts";
import { diagonalizeTask } from "./eigenbasis.ts";
import { type CentredTask, rotateMean } from "./two-parameter.ts";
import type { RegressionKernels, RegressionTask } from "./types.ts";

/** The task with the outer product of mean activations taken out of the kernel. */
export function centreTask(
  setting: {
    readonly task: RegressionTask;
    readonly activation: Activation;
    readonly weightPrecision: number;
    readonly readoutPrecision: number;
  },
  { train, cross, diagonal }: RegressionKernels,
  targets: { readonly train: Float64Array; readonly test: Float64Array },
  algebra: LinearAlgebra,
): CentredTask {
  const { task, activation, weightPrecision, readoutPrecision } = setting;
  const means = (x: Matrix): Float64Array =>
    meanActivations(activation, x, weightPrecision).map((mu) => mu / Math.sqrt(readoutPrecision));
  const mean = means(task.inputs);
  const crossMean = means(task.testInputs);
  const minus = (k: Matrix, left: Float64Array): Matrix => ({
    ...k,
    data: k.data.map(
      (value, at) => value - (left[Math.floor(at / k.cols)] as number) * (mean[at % k.cols] as number),
    ),
  });
  const eigen = diagonalizeTask(
    {
      train: minus(train, mean),
      cross: minus(cross, crossMean),
      diagonal: diagonal.map((value, m) => value - (crossMean[m] as number) ** 2),
    },
    targets,
    algebra,
  );
  return { ...eigen, mean: rotateMean(eigen.vectors, mean, algebra), crossMean };
}

/** E phi(h) with h ~ N(0, |x|^2 / (N0 precision)), for every row. */
function meanActivations(
  { f, kinks }: Activation,
  { rows, cols, data }: Matrix,
  precision: number,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < cols; k++) sum += (data[i * cols + k] as number) ** 2;
    const root = Math.sqrt(sum / (cols * precision));
    const breaks = root > 0 ? kinks.map((x) => x / root) : [];
    return integrateGaussian((z) => f(root * z), { kinks: breaks }).value;
  });
}
