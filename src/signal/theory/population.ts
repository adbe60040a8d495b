/**
 * Populations of sample paths, the Monte Carlo of recursions that have no closed form. Standard normal numbers are stratified
 * (the quantiles of n equal shares in random order), so that averages of functions of one of them converge like 1/n, and
 * made orthogonal to the samples before them, so that second moments of sums are exact.
 */
import { normalCdf, type RandomStream } from "../../numerics/index.ts";

/** Samples of the components of two inputs at one place in a network. */
export interface Population {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Newton steps from the quantile before; the first one starts far out. */
const newtonSteps = 60;
const known = new Map<number, Float64Array>();

/** Quantiles (i + 1/2)/n of the standard normal distribution, ascending. */
function normalQuantiles(n: number): Float64Array {
  const stored = known.get(n);
  if (stored !== undefined) return stored;
  const quantiles = new Float64Array(n);
  // symmetric: the lower half is solved, the upper mirrored; a middle one is 0
  let z = -Math.sqrt(2 * Math.log(2 * n));
  for (let i = 0; i < n >> 1; i++) {
    const wanted = (i + 0.5) / n;
    for (let step = 0; step < newtonSteps; step++) {
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      const change = Math.max(-0.5, Math.min(0.5, (normalCdf(z) - wanted) / density));
      z -= change;
      if (Math.abs(change) < 1e-13) break;
    }
    quantiles[i] = z;
    quantiles[n - 1 - i] = -z;
  }
  known.set(n, quantiles);
  return quantiles;
}

/** Stratified standard normal numbers, orthogonal to the constant and to `others`, with mean square 1. */
export function balancedNoise(
  n: number,
  others: readonly Float64Array[],
  stream: RandomStream,
): Float64Array {
  const quantiles = normalQuantiles(n);
  const noise = Float64Array.from(stream.permutation(n), (i) => quantiles[i] as number);
  let basis: Float64Array[] = [new Float64Array(n).fill(1)];
  for (const other of others) basis = [...basis, removeOverlaps(Float64Array.from(other), basis)];
  removeOverlaps(noise, basis);
  const size = Math.sqrt(dot(noise, noise) / n);
  return noise.map((value) => value / size);
}

/** Two jointly normal populations of variance q and correlation 1 - epsilon, without cancellation for small epsilon. */
export function normalPair(
  n: number,
  { q, epsilon }: { readonly q: number; readonly epsilon: number },
  others: readonly Float64Array[],
  stream: RandomStream,
): Population {
  const own = balancedNoise(n, others, stream.fork("own"));
  const rest = balancedNoise(n, [...others, own], stream.fork("rest"));
  const scale = Math.sqrt(q);
  const across = Math.sqrt(Math.max(0, epsilon * (2 - epsilon)));
  const x = own.map((value) => scale * value);
  const y = x.map(
    (value, i) => value + scale * (across * (rest[i] as number) - epsilon * (own[i] as number)),
  );
  return { x, y };
}

/** Second moment, half the mean squared difference of the two inputs, by plain averages. */
export function momentsOf({ x, y }: Population): { readonly p: number; readonly distance: number } {
  const n = x.length;
  let [square, difference] = [0, 0];
  for (let i = 0; i < n; i++) {
    square += (x[i] as number) ** 2;
    difference += ((x[i] as number) - (y[i] as number)) ** 2;
  }
  return { p: square / n, distance: difference / (2 * n) };
}

/** Gram-Schmidt step in place: subtracts from `values` its components along orthogonal `basis` vectors. */
function removeOverlaps(values: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (const vector of basis) {
    const size = dot(vector, vector);
    const factor = size > 0 ? dot(values, vector) / size : 0;
    for (let i = 0; i < values.length; i++) {
      values[i] = (values[i] as number) - factor * (vector[i] as number);
    }
  }
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
