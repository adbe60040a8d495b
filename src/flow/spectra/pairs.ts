/** Symmetric matrices over the pairs of a batch: second moments, and correlations carried as 1 - c. */
import type { Matrix } from "../../numerics/index.ts";

/** Second moments of activations and their means over units. */
export interface ActivationMoments {
  /** E phi(h_i) phi(h_j), [n, n]. */
  readonly products: Matrix;
  /** E phi(h_i), [n]. */
  readonly means: Float64Array;
}

/** Fills a symmetric matrix from its diagonal and a function of the pair. */
export function symmetric(
  n: number,
  diagonal: (i: number) => number,
  pair: (i: number, j: number) => number,
): Matrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    data[i * n + i] = diagonal(i);
    for (let j = 0; j < i; j++) {
      const value = pair(i, j);
      data[i * n + j] = value;
      data[j * n + i] = value;
    }
  }
  return { rows: n, cols: n, data };
}

/** 1 - c of every pair, row-major below the diagonal, in [0, 2]. */
export function decorrelations({ rows: n, data }: Matrix): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(data[i * n + i] as number);
    for (let j = 0; j < i; j++) {
      const c = (data[i * n + j] as number) / (root * Math.sqrt(data[j * n + j] as number));
      out[i * n + j] = Math.min(2, Math.max(0, 1 - c));
    }
  }
  return out;
}
