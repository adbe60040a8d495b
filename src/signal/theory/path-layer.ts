/** One weight layer of `predictPath`: the Gaussian it makes of a signal, and the growth of squared gradients through it. */
import type { GaussianPair, PathSignal } from "./path-signal.ts";
import type { ScalarActivation, Variances } from "./types.ts";

/** Batch normalisation with the statistics of the batch at hand. */
export interface PathNormalization {
  /** Mean square of the learned scales; 1 at initialisation. */
  readonly gain2: number;
  /** Mean square of the learned shifts; 0 at initialisation. */
  readonly shift2: number;
  /** Values that mean and variance are taken over: the examples, times positions in a convolution; >= 4 or Infinity. */
  readonly batch: number;
}

/** h = W x + b, then normalisation, phi and dropout where there are any. */
export interface PathLayer extends Variances {
  /** null: the layer is linear. */
  readonly activation: ScalarActivation | null;
  readonly normalization?: PathNormalization | null;
  /** Probability that dropout keeps a unit; default 1. */
  readonly keepRate?: number;
}

/** What a layer makes of a signal. */
export interface PathGaussian extends GaussianPair {
  /** Growth of squared gradients from h to the signal that entered. */
  readonly growth: number;
}

/** The pre-activation of a layer. */
export function gaussianAfter(layer: PathLayer, { p, distance }: PathSignal): PathGaussian {
  const { sigmaW2, sigmaB2, normalization = null } = layer;
  if (normalization === null) {
    const q = sigmaW2 * p + sigmaB2;
    return { q, epsilon: q > 0 ? Math.min(2, (sigmaW2 * distance) / q) : 0, growth: sigmaW2 };
  }
  const { gain2, shift2, batch } = normalization;
  const q = gain2 + shift2;
  // a unit sums to zero over the batch, so two examples have the covariance -gain^2 / (B - 1)
  const spread = Number.isFinite(batch) ? batch / (batch - 1) : 1;
  const variance = distance / spread;
  // two directions of the batch are projected out; the mean inverse variance of B - 1 normal numbers is (B-1)/(B-3)
  const projected = Number.isFinite(batch) ? (batch - 2) / (batch - 3) : 1;
  return {
    q,
    epsilon: Math.min(2, (gain2 * spread) / q),
    growth: variance > 0 ? (gain2 * projected) / variance : Number.POSITIVE_INFINITY,
  };
}
