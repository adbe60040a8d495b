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
  let drawn: { readonly h: Population; readonly values: Population } | null = null;
  const moments = activation === null ? null : averageMoments(activation, q);
  const square = moments?.meanSquare ?? q;
  const loss = lossOf(activation, pair);
  return {
    p: square / keepRate,
    // masks differ between the inputs, so they only add to the diagonal
    distance: square / keepRate - square + loss,
    sample(stream) {
      if (drawn === null) {
        const h = normalPair(population, pair, [], stream);
        const kept = (values: Float64Array, name: string): Float64Array => {
          const mask = stream.fork(name);
          return values.map((value) => {
            const active = activation === null ? value : activation.f(value);
            return keepRate === 1 ? active : mask.uniform() < keepRate ? active / keepRate : 0;
          });
        };
        drawn = { h, values: { x: kept(h.x, "mask x"), y: kept(h.y, "mask y") } };
      }
      return drawn.values;
    },
    gradientBelow({ log, shape }) {
      const slope =
        activation === null || moments === null
          ? 1
          : shape === null || drawn === null
            ? moments.slopeSquare
            : weightedSlope(activation, drawn.h.x, shape);
      return log + Math.log(slope / keepRate);
    },
  };

  function lossOf(phi: ScalarActivation | null, gaussian: GaussianPair): number {
    if (phi === null || moments === null) return q * gaussian.epsilon;
    return epsilon > 0 && q > 0 ? pairKernel(phi, moments).loss(epsilon) : 0;
  }
}

/** Mean of phi'(h)^2 with weights of mean 1. */
export function weightedSlope(
  activation: ScalarActivation,
  h: Float64Array,
  shape: Float64Array | null,
): number {
  let sum = 0;
  for (let i = 0; i < h.length; i++) {
    sum += activation.derivative(h[i] as number) ** 2 * (shape === null ? 1 : (shape[i] as number));
  }
  return sum / h.length;
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
