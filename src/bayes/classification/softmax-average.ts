/** The softmax function, and its average over Gaussian latent functions. */
import { type Matrix, type RandomStream, zeros } from "../../numerics/index.ts";

/** exp(f_c) / sum_d exp(f_d) in every row. */
export function softmaxRows({ rows, cols, data }: Matrix): Matrix {
  const out = zeros(rows, cols);
  for (let p = 0; p < rows; p++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < cols; c++) largest = Math.max(largest, data[p * cols + c] as number);
    let total = 0;
    for (let c = 0; c < cols; c++) {
      const value = Math.exp((data[p * cols + c] as number) - largest);
      out.data[p * cols + c] = value;
      total += value;
    }
    for (let c = 0; c < cols; c++) out.data[p * cols + c] = (out.data[p * cols + c] as number) / total;
  }
  return out;
}

/** Averages softmax over draws of the latent functions, with both signs of every draw. */
export function averageSoftmax(
  mean: Matrix,
  covariance: Matrix,
  stream: RandomStream,
  draws: number,
): { probability: Matrix; stderr: Matrix } {
  const { rows, cols: classes } = mean;
  const probability = zeros(rows, classes);
  const stderr = zeros(rows, classes);
  const z = new Float64Array(classes);
  const one = zeros(1, classes);
  const pairs = Math.ceil(draws / 2);
  for (let m = 0; m < rows; m++) {
    const factor = rootOf(
      covariance.data.subarray(m * classes * classes, (m + 1) * classes * classes),
      classes,
    );
    const squares = new Float64Array(classes);
    const sums = new Float64Array(classes);
    for (let t = 0; t < pairs; t++) {
      stream.fillNormal(z);
      const pair = new Float64Array(classes);
      for (const sign of [1, -1]) {
        for (let c = 0; c < classes; c++) {
          let f = mean.data[m * classes + c] as number;
          for (let d = 0; d <= c; d++) f += sign * (factor[c * classes + d] as number) * (z[d] as number);
          one.data[c] = f;
        }
        const chance = softmaxRows(one).data;
        for (let c = 0; c < classes; c++) pair[c] = (pair[c] as number) + 0.5 * (chance[c] as number);
      }
      for (let c = 0; c < classes; c++) {
        sums[c] = (sums[c] as number) + (pair[c] as number);
        squares[c] = (squares[c] as number) + (pair[c] as number) ** 2;
      }
    }
    for (let c = 0; c < classes; c++) {
      const average = (sums[c] as number) / pairs;
      const scatter = Math.max(0, (squares[c] as number) / pairs - average * average);
      probability.data[m * classes + c] = average;
      stderr.data[m * classes + c] = Math.sqrt(scatter / Math.max(1, pairs - 1));
    }
  }
  return { probability, stderr };
}

/** Lower triangular root of a positive semi-definite matrix; directions of zero variance get zeros. */
function rootOf(a: Float64Array, size: number): Float64Array {
  const root = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = a[i * size + j] as number;
      for (let k = 0; k < j; k++) value -= (root[i * size + k] as number) * (root[j * size + k] as number);
      const pivot = root[j * size + j] as number;
      if (i === j) root[i * size + i] = Math.sqrt(Math.max(0, value));
      else root[i * size + j] = pivot > 0 ? value / pivot : 0;
    }
  }
  return root;
}
