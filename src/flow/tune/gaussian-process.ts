/**
 * Gaussian-process regression with noise (Rasmussen and Williams 2006, algorithm 2.1) with a Matern 5/2 kernel. The
 * length scales are those of the largest marginal likelihood on a small grid; the amplitude follows in closed form.
 */
import { factorCholesky, type Matrix, type RandomStream } from "../../numerics/index.ts";

/** Observations: points of the unit cube, values, and the variance of their noise. */
export interface Observations {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  /** Variance of the error of every value. */
  readonly noise: number;
}

/** A fitted process. */
export interface GaussianProcess {
  /** One length scale per coordinate, in units of the cube. */
  readonly lengths: readonly number[];
  readonly amplitude: number;
  /** Mean and variance of the function itself (without noise) at a point. */
  predict(point: readonly number[]): { readonly mean: number; readonly variance: number };
  /** Draws of the function on given points, row by row. */
  sample(points: readonly (readonly number[])[], draws: number, stream: RandomStream): Float64Array[];
}

const LENGTHS: readonly number[] = [0.08, 0.15, 0.3, 0.6, 1.2];
/** Amplitudes tried, in units of the variance of the values. */
const AMPLITUDES: readonly number[] = [0.3, 1, 3, 10];
/** Added to diagonals, in units of the amplitude, so that equal points do no harm. */
const JITTER = 1e-8;

/**
 * Fits a process to observations.
 *
 * Cost: n^3 for each of 20 (one coordinate) or 100 (two) choices of length scales and amplitude; n up to about 60 takes
 * milliseconds.
 *
 * @example
 * ```ts
 * import { fitGaussianProcess } from "isinglass/flow";
 * const points = [[0], [0.5], [1]];
 * const process = fitGaussianProcess({ points, values: [0, 1, 0], noise: 1e-6 });
 * process.predict([0.5]).mean > 0.9; // => true
 * ```
 */
export function fitGaussianProcess({ points, values, noise }: Observations): GaussianProcess {
  const n = values.length;
  const centre = values.reduce((sum, value) => sum + value, 0) / n;
  const y = values.map((value) => value - centre);
  const spread = Math.max(y.reduce((sum, value) => sum + value * value, 0) / n, noise, Number.EPSILON);
  const dimensions = points[0]?.length ?? 1;
  let best: Fit | null = null;
  for (const lengths of combinations(dimensions)) {
    for (const share of AMPLITUDES) {
      const fit = solve(points, y, { lengths, amplitude: share * spread, noise });
      if (best === null || fit.likelihood > best.likelihood) best = fit;
    }
  }
  const { lengths, amplitude, factor, weights } = best as Fit;
  const kernel = (a: readonly number[], b: readonly number[]): number => matern(a, b, lengths, amplitude);
  const posterior = (at: readonly (readonly number[])[]) => {
    const rows = at.map((point) => points.map((other) => kernel(point, other)));
    const means = rows.map((row) => centre + row.reduce((sum, k, i) => sum + k * (weights[i] as number), 0));
    return { means, reduced: rows.map((row) => forward(factor, row)) };
  };
  return {
    lengths,
    amplitude,
    predict: (point) => {
      const { means, reduced } = posterior([point]);
      const known = (reduced[0] as number[]).reduce((sum, v) => sum + v * v, 0);
      return { mean: means[0] as number, variance: Math.max(0, amplitude - known) };
    },
    sample: (at, draws, stream) => {
      const { means, reduced } = posterior(at);
      const size = at.length;
      const covariance: Matrix = { rows: size, cols: size, data: new Float64Array(size * size) };
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          const [a, b] = [reduced[i] as number[], reduced[j] as number[]];
          let value = kernel(at[i] as number[], at[j] as number[]);
          for (let p = 0; p < n; p++) value -= (a[p] as number) * (b[p] as number);
          if (i === j) value += 1e-6 * amplitude;
          covariance.data[i * size + j] = value;
          covariance.data[j * size + i] = value;
        }
      }
      const root = factorCholesky(covariance);
      return Array.from({ length: draws }, () => {
        const z = Float64Array.from({ length: size }, () => stream.normal());
        return Float64Array.from({ length: size }, (_, i) => {
          let value = means[i] as number;
          for (let j = 0; j <= i; j++) value += (root.data[i * size + j] as number) * (z[j] as number);
          return value;
        });
      });
    },
  };
}

function combinations(dimensions: number): number[][] {
  if (dimensions === 0) return [[]];
  return combinations(dimensions - 1).flatMap((rest) => LENGTHS.map((length) => [...rest, length]));
}

interface Setup {
  readonly lengths: readonly number[];
  readonly amplitude: number;
  readonly noise: number;
}

interface Fit extends Setup {
  readonly likelihood: number;
  readonly factor: Matrix;
  /** (K + noise)^-1 y. */
  readonly weights: readonly number[];
}

function solve(points: readonly (readonly number[])[], y: readonly number[], setup: Setup): Fit {
  const { lengths, amplitude, noise } = setup;
  const n = y.length;
  const k: Matrix = { rows: n, cols: n, data: new Float64Array(n * n) };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = matern(points[i] as number[], points[j] as number[], lengths, amplitude);
      k.data[i * n + j] = value + (i === j ? noise + JITTER * amplitude : 0);
    }
  }
  const factor = factorCholesky(k);
  const half = forward(factor, y);
  const weights = backward(factor, half);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += Math.log(factor.data[i * n + i] as number);
  const fit = half.reduce((sum, v) => sum + v * v, 0);
  return { ...setup, likelihood: -fit / 2 - logDeterminant, factor, weights };
}

/** Matern 5/2: twice differentiable, as rough as curves with a phase boundary are. */
function matern(
  a: readonly number[],
  b: readonly number[],
  lengths: readonly number[],
  amplitude: number,
): number {
  let square = 0;
  for (let d = 0; d < lengths.length; d++) {
    square += (((a[d] as number) - (b[d] as number)) / (lengths[d] as number)) ** 2;
  }
  const r = Math.sqrt(5 * square);
  return amplitude * (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** L v = y. */
function forward({ rows: n, data }: Matrix, y: readonly number[]): number[] {
  const v: number[] = [];
  for (let i = 0; i < n; i++) {
    let sum = y[i] as number;
    for (let j = 0; j < i; j++) sum -= (data[i * n + j] as number) * (v[j] as number);
    v.push(sum / (data[i * n + i] as number));
  }
  return v;
}

/** L^T w = v. */
function backward({ rows: n, data }: Matrix, v: readonly number[]): number[] {
  const w = [...v];
  for (let i = n - 1; i >= 0; i--) {
    let sum = w[i] as number;
    for (let j = i + 1; j < n; j++) sum -= (data[j * n + i] as number) * (w[j] as number);
    w[i] = sum / (data[i * n + i] as number);
  }
  return w;
}
