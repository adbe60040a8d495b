/**
 * What travels between the steps of `predictPath`: the values of two inputs at one place, as moments and, where a skip
 * connection needs them, as samples. A signal that left a weight layer is phi of a Gaussian, whose moments are exact.
 */
import { type RandomStream, solveBracketed } from "../../numerics/index.ts";
import { averageMoments } from "./moments.ts";
import { pairKernel } from "./pair-kernel.ts";
import { momentsOf, normalPair, type Population } from "./population.ts";
import type { ScalarActivation } from "./types.ts";

/** Squared gradients at one place: the logarithm of their mean, and the shape over the samples (mean 1), if any. */
export interface PathGradient {
  readonly log: number;
  readonly shape: Float64Array | null;
}

/** Values of two inputs at one place. */
export interface PathSignal {
  /** Mean square of the components. */
  readonly p: number;
  /** Half the mean squared difference of the two inputs, p - p c. */
  readonly distance: number;
  /** Samples; the same ones at every call. */
  sample(stream: RandomStream): Population;
  /** From the mean squared gradient at this signal to the logarithm of that at the Gaussian it was made of. */
  gradientBelow(gradient: PathGradient): number;
}

/** A Gaussian pre-activation of two inputs. */
export interface GaussianPair {
  readonly q: number;
  /** 1 - c. */
  readonly epsilon: number;
}

/** phi(h), after dropout with the given keep rate. */
export function activatedSignal(
  pair: GaussianPair,
  activation: ScalarActivation | null,
  keepRate: number,
  population: number,
): PathSignal {
  const { q, epsilon } = pair;
  let drawn: ActivatedSamples | null = null;
  const moments = activation === null ? null : averageMoments(activation, q);
  const square = moments?.meanSquare ?? q;
  const loss = lossOf(activation, pair);
  return {
    p: square / keepRate,
    // masks differ between the inputs, so they only add to the diagonal
    distance: square / keepRate - square + loss,
    sample(stream) {
      drawn ??= activate(normalPair(population, pair, [], stream), activation, keepRate, stream);
      return drawn.values;
    },
    gradientBelow({ log, shape }) {
      const slope =
        shape === null || drawn === null
          ? (moments?.slopeSquare ?? 1) / keepRate
          : weightedSlope(activation, drawn, shape);
      return log + Math.log(slope);
    },
  };

  function lossOf(phi: ScalarActivation | null, gaussian: GaussianPair): number {
    if (phi === null || moments === null) return q * gaussian.epsilon;
    return epsilon > 0 && q > 0 ? pairKernel(phi, moments).loss(epsilon) : 0;
  }
}

/** Samples of phi(h) after dropout. */
export interface ActivatedSamples {
  readonly h: Population;
  /** Factor of dropout for every sample of the first input, 0 or 1/rho; null without dropout. */
  readonly mask: Float64Array | null;
  readonly values: Population;
}

/** phi(h) with masks that differ between the inputs. */
export function activate(
  h: Population,
  activation: ScalarActivation | null,
  keepRate: number,
  stream: RandomStream,
): ActivatedSamples {
  const maskFor = (name: string): Float64Array | null => {
    if (keepRate === 1) return null;
    const uniform = stream.fork(name);
    return h.x.map(() => (uniform.uniform() < keepRate ? 1 / keepRate : 0));
  };
  const apply = (values: Float64Array, mask: Float64Array | null): Float64Array =>
    values.map((value, i) => (activation === null ? value : activation.f(value)) * (mask?.[i] ?? 1));
  const mask = maskFor("mask x");
  return { h, mask, values: { x: apply(h.x, mask), y: apply(h.y, maskFor("mask y")) } };
}

/** Mean of the squared slope of phi and dropout at the first input, with weights of mean 1. */
export function weightedSlope(
  activation: ScalarActivation | null,
  { h, mask }: Pick<ActivatedSamples, "h" | "mask">,
  shape: Float64Array | null,
): number {
  let sum = 0;
  for (let i = 0; i < h.x.length; i++) {
    const slope = activation === null ? 1 : activation.derivative(h.x[i] as number);
    sum +=
      (slope * (mask === null ? 1 : (mask[i] as number))) ** 2 * (shape === null ? 1 : (shape[i] as number));
  }
  return sum / h.x.length;
}

/** Values known by their moments only, such as data: shaped like phi of a Gaussian with the same moments. */
export function givenSignal(
  { p, distance }: { readonly p: number; readonly distance: number },
  shape: ScalarActivation | null,
  population: number,
): PathSignal {
  let drawn: Population | null = null;
  return {
    p,
    distance,
    sample(stream) {
      drawn ??= shapedSamples(p, distance, shape, population, stream);
      return drawn;
    },
    gradientBelow: ({ log }) => log,
  };
}

function shapedSamples(
  p: number,
  distance: number,
  shape: ScalarActivation | null,
  population: number,
  stream: RandomStream,
): Population {
  const relative = Math.min(2, Math.max(0, distance / p));
  if (shape === null) return normalPair(population, { q: p, epsilon: relative }, [], stream);
  const moments = averageMoments(shape, p);
  const kernel = pairKernel(shape, moments);
  const excess = (epsilon: number): number => kernel.loss(epsilon) / moments.meanSquare - relative;
  const epsilon = excess(2) <= 0 ? 2 : relative === 0 ? 0 : solveBracketed(excess, 0, 2).root;
  const { x, y } = normalPair(population, { q: p, epsilon }, [], stream);
  const scale = Math.sqrt(p / moments.meanSquare);
  return { x: x.map((h) => scale * shape.f(h)), y: y.map((h) => scale * shape.f(h)) };
}

/** The signal that leaves a sum, given by its samples; the caller carries the gradient. */
export function sampledSignal(values: Population): PathSignal {
  return { ...momentsOf(values), sample: () => values, gradientBelow: ({ log }) => log };
}
