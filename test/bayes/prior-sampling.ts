/**
 * A slow oracle for posteriors of small networks: draws kernels of the last hidden layer from the prior and weighs them by the
 * evidence of the data. No saddle point, no Gaussian features, no Markov chain.
 */
import { factorCholesky, type Matrix, type RandomStream } from "../../src/numerics/index.ts";

/** The problem given the features of the last hidden layer. */
export interface PriorTask {
  /** Y, [P, D]. */
  readonly targets: Matrix;
  /** Y*, [M, D]. */
  readonly testTargets: Matrix;
  readonly temperature: number;
}

/** Posterior averages with standard errors from independent batches. */
export interface PriorEstimate {
  readonly error: number;
  readonly stderr: number;
  /** Posterior means, [M, D]. */
  readonly mean: Float64Array;
  readonly effectiveSamples: number;
}

const BATCHES = 20;

/** `drawFeatures` returns features of training and test inputs, rows [P + M], already divided by the root of their number. */
export function samplePrior(
  { targets, testTargets, temperature }: PriorTask,
  drawFeatures: (stream: RandomStream) => Matrix,
  stream: RandomStream,
  draws: number,
): PriorEstimate {
  const [examples, outputs, tests] = [targets.rows, targets.cols, testTargets.rows];
  const batches: { weight: number; squares: number; sum: number }[] = [];
  const mean = new Float64Array(tests * outputs);
  const logs: number[] = [];
  const results: { error: number; mean: Float64Array }[] = [];
  for (let t = 0; t < draws; t++) {
    const features = drawFeatures(stream);
    const kernel = (i: number, j: number): number => {
      let sum = 0;
      for (let k = 0; k < features.cols; k++) {
        sum +=
          (features.data[i * features.cols + k] as number) * (features.data[j * features.cols + k] as number);
      }
      return sum;
    };
    const shifted = new Float64Array(examples * examples);
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < examples; j++)
        shifted[i * examples + j] = kernel(i, j) + (i === j ? temperature : 0);
    }
    const factor = factorCholesky({ rows: examples, cols: examples, data: shifted });
    const half = (b: Float64Array): Float64Array => {
      const x = b.slice();
      for (let i = 0; i < examples; i++) {
        let value = x[i] as number;
        for (let j = 0; j < i; j++) value -= (factor.data[i * examples + j] as number) * (x[j] as number);
        x[i] = value / (factor.data[i * (examples + 1)] as number);
      }
      return x;
    };
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    const whitened = Array.from({ length: outputs }, (_, d) =>
      half(Float64Array.from({ length: examples }, (_, p) => targets.data[p * outputs + d] as number)),
    );
    let log = 0;
    for (let p = 0; p < examples; p++) log -= outputs * Math.log(factor.data[p * (examples + 1)] as number);
    for (const own of whitened) log -= 0.5 * dot(own, own);
    let error = 0;
    const means = new Float64Array(tests * outputs);
    for (let m = 0; m < tests; m++) {
      const cross = half(Float64Array.from({ length: examples }, (_, p) => kernel(examples + m, p)));
      const variance = kernel(examples + m, examples + m) - dot(cross, cross);
      whitened.forEach((own, d) => {
        const value = dot(cross, own);
        means[m * outputs + d] = value;
        error += (((testTargets.data[m * outputs + d] as number) - value) ** 2 + variance) / tests;
      });
    }
    logs.push(log);
    results.push({ error, mean: means });
  }
  const largest = Math.max(...logs);
  let [total, squares] = [0, 0];
  logs.forEach((log, t) => {
    const weight = Math.exp(log - largest);
    total += weight;
    squares += weight * weight;
    const { error, mean: own } = results[t] as { error: number; mean: Float64Array };
    const at = t % BATCHES;
    const batch = batches[at] ?? { weight: 0, squares: 0, sum: 0 };
    batches[at] = { ...batch, weight: batch.weight + weight, sum: batch.sum + weight * error };
    own.forEach((value, i) => {
      mean[i] = (mean[i] as number) + weight * value;
    });
  });
  const error = batches.reduce((sum, batch) => sum + batch.sum, 0) / total;
  const scatter = batches.reduce((sum, batch) => sum + (batch.sum / batch.weight - error) ** 2, 0);
  return {
    error,
    stderr: Math.sqrt(scatter / (BATCHES * (BATCHES - 1))),
    mean: mean.map((value) => value / total),
    effectiveSamples: (total * total) / squares,
  };
}
