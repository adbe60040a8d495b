/**
 * Residual blocks of He's type, x' = phi(phi(W x + b) + x): the identity path passes through the outer phi, so that the
 * components of x are not Gaussian and no closed recursion exists. In the wide limit components are independent and
 * follow one stochastic recursion with a self-consistent Gaussian field h, which is solved here by a population of sample
 * paths (population dynamics). Squared gradients are carried back along the same paths, because phi' at successive
 * blocks is correlated through x. Derived for this library; checked against simulated networks in the tests.
 */
import { type Provenance, SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { yangSchoenholz2017 } from "./references.ts";
import { checkVariances, type ScalarActivation, type Variances } from "./types.ts";

/** Options of `predictHeResidual`. */
export interface HeResidualOptions {
  /** Number of blocks. */
  readonly depth: number;
  readonly stream: RandomStream;
  /** Number of sample paths; default 4096. Errors fall as 1/sqrt(population). */
  readonly population?: number;
  /** Mean square of the (Gaussian) input components; default 1. */
  readonly secondMoment?: number;
  /** Cosine between two inputs; default 0. */
  readonly cosine?: number;
}

/** Predictions at the input (index 0) and after every block. */
export interface HeResidualProfile extends Provenance {
  /** p_l: mean square of the components of x_l. */
  readonly p: Float64Array;
  /** Cosine of x_l of the two inputs. */
  readonly c: Float64Array;
  /** log of |dL/dx_0|^2 / |dL/dx_L|^2 for every number of remaining blocks: entry l is measured at x_l. */
  readonly logGradient: Float64Array;
  readonly population: number;
}

/** States of all paths for two inputs. */
interface Population {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Predicts lengths, correlations and gradients through He-type residual blocks.
 *
 * x' = phi(phi(h) + x), h ~ N(0, sigmaW2 E x^2 + sigmaB2) independent of x;
 * v = phi'(s)^2 v' + sigmaW2 E[phi'(h)^2 phi'(s)^2 v'] with s = phi(h) + x and v the squared gradient of a path.
 *
 * @param activation - phi.
 * @param variances - of W (times fan-in) and b.
 * @param options - depth, random stream, population and inputs.
 * @returns arrays of length depth + 1 with statistical error of about 1/sqrt(population); cost O(depth * population).
 * @throws SpecError for impossible variances, depth or population.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 * import { predictHeResidual } from "isinglass/signal";
 *
 * const profile = predictHeResidual(
 *   resolveActivation("tanh"), { sigmaW2: 1, sigmaB2: 0 }, { depth: 20, stream: createStream(1) },
 * );
 * profile.p.length; // => 21
 * ```
 */
export function predictHeResidual(
  activation: ScalarActivation,
  variances: Variances,
  options: HeResidualOptions,
): HeResidualProfile {
  const { depth, stream, population = 4096, secondMoment = 1, cosine = 0 } = options;
  checkVariances(variances, "predictHeResidual");
  if (!(Number.isInteger(depth) && depth > 0 && Number.isInteger(population) && population > 1)) {
    throw new SpecError(
      `predictHeResidual: received depth ${depth} and population ${population}, expected positive integers.`,
      {
        hint: "Example: { depth: 50, population: 4096, stream: createStream(1) }.",
      },
    );
  }
  const p = new Float64Array(depth + 1);
  const c = new Float64Array(depth + 1);
  /** phi'(h) and phi'(s) of the first input along every path, for the way back. */
  const inner: Float64Array[] = [];
  const outer: Float64Array[] = [];
  let state = startPopulation(population, secondMoment, cosine, stream.fork("inputs"));
  for (let l = 0; l <= depth; l++) {
    const overlaps = overlapsOf(state);
    p[l] = overlaps.xx;
    c[l] = overlaps.xy / Math.sqrt(overlaps.xx * overlaps.yy);
    if (l === depth) break;
    const slopes = { inner: new Float64Array(population), outer: new Float64Array(population) };
    state = advance(activation, variances, state, overlaps, slopes, stream.fork(l));
    inner.push(slopes.inner);
    outer.push(slopes.outer);
  }
  return {
    p,
    c,
    logGradient: backward(variances.sigmaW2, inner, outer, population),
    population,
    assumptions: [
      "Infinite width: components are independent sample paths in a Gaussian field.",
      "Gaussian input components; the gradient that arrives from above is independent of the weights.",
    ],
    references: [yangSchoenholz2017],
    seed: stream.seed,
  };
}

function startPopulation(n: number, secondMoment: number, cosine: number, stream: RandomStream): Population {
  const scale = Math.sqrt(secondMoment);
  const mix = Math.sqrt(Math.max(0, 1 - cosine * cosine));
  const a = balancedNoise(n, [], stream);
  const b = balancedNoise(n, [a], stream);
  return {
    x: a.map((value) => scale * value),
    y: a.map((value, i) => scale * (cosine * value + mix * (b[i] as number))),
  };
}

/**
 * Standard normal numbers shifted, made orthogonal to the `others` and scaled so that the sample's mean, variance and
 * overlaps are exactly those of the distribution, which removes most of the noise of the population.
 */
function balancedNoise(n: number, others: readonly Float64Array[], stream: RandomStream): Float64Array {
  const noise = new Float64Array(n);
  stream.fillNormal(noise);
  let basis: Float64Array[] = [new Float64Array(n).fill(1)];
  for (const other of others) basis = [...basis, removeOverlaps(Float64Array.from(other), basis)];
  removeOverlaps(noise, basis);
  const size = Math.sqrt(dot(noise, noise) / n);
  for (let i = 0; i < n; i++) noise[i] = (noise[i] as number) / size;
  return noise;
}

/** Gram-Schmidt step in place: subtracts from `values` its components along orthogonal `basis` vectors. */
function removeOverlaps(values: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (const vector of basis) {
    const size = dot(vector, vector);
    const factor = size > 0 ? dot(values, vector) / size : 0;
    for (let i = 0; i < values.length; i++)
      values[i] = (values[i] as number) - factor * (vector[i] as number);
  }
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function overlapsOf({ x, y }: Population): { xx: number; yy: number; xy: number } {
  const n = x.length;
  return { xx: dot(x, x) / n, yy: dot(y, y) / n, xy: dot(x, y) / n };
}

function advance(
  { f, derivative }: ScalarActivation,
  { sigmaW2, sigmaB2 }: Variances,
  { x, y }: Population,
  overlaps: { xx: number; yy: number; xy: number },
  slopes: { inner: Float64Array; outer: Float64Array },
  stream: RandomStream,
): Population {
  const q1 = sigmaW2 * overlaps.xx + sigmaB2;
  const q2 = sigmaW2 * overlaps.yy + sigmaB2;
  const q12 = sigmaW2 * overlaps.xy + sigmaB2;
  const first = Math.sqrt(q1);
  const along = q1 > 0 ? q12 / first : 0;
  const across = Math.sqrt(Math.max(0, q2 - along * along));
  const next: Population = { x: new Float64Array(x.length), y: new Float64Array(x.length) };
  const own = balancedNoise(x.length, [x, y], stream);
  const rest = balancedNoise(x.length, [x, y, own], stream);
  for (let i = 0; i < x.length; i++) {
    const z = own[i] as number;
    const h = first * z;
    const s = f(h) + (x[i] as number);
    next.x[i] = f(s);
    next.y[i] = f(f(along * z + across * (rest[i] as number)) + (y[i] as number));
    slopes.inner[i] = derivative(h);
    slopes.outer[i] = derivative(s);
  }
  return next;
}

function backward(
  sigmaW2: number,
  inner: readonly Float64Array[],
  outer: readonly Float64Array[],
  population: number,
): Float64Array {
  const depth = inner.length;
  const logGradient = new Float64Array(depth + 1);
  let v = new Float64Array(population).fill(1);
  let logScale = 0;
  for (let l = depth - 1; l >= 0; l--) {
    const a = inner[l] as Float64Array;
    const b = outer[l] as Float64Array;
    let mixed = 0;
    for (let i = 0; i < population; i++) {
      mixed += ((a[i] as number) * (b[i] as number)) ** 2 * (v[i] as number);
    }
    mixed *= sigmaW2 / population;
    const next = new Float64Array(population);
    let mean = 0;
    for (let i = 0; i < population; i++) {
      const value = (b[i] as number) ** 2 * (v[i] as number) + mixed;
      next[i] = value;
      mean += value / population;
    }
    // Rescaled to mean 1 at every block, so that deep networks neither under- nor overflow.
    logScale += Math.log(mean);
    logGradient[l] = logScale;
    v = next.map((value) => value / mean);
  }
  return logGradient;
}
