/** What kernels of wide networks are made of: layers with their variances, and two Gaussian averages of an activation. */
import type { Activation } from "../../networks/index.ts";

/** E[phi(u) phi(v)] and E[phi'(u) phi'(v)]. */
export interface DualPair {
  readonly value: number;
  readonly slope: number;
}

/**
 * The dual of an activation: averages over (u, v) ~ N(0, [[c11, c12], [c12, c22]]). The slope is the derivative of the value
 * with respect to c12 (Price 1958), which ties the two together.
 */
export interface DualActivation {
  readonly name: string;
  /** "closed form", or how the averages are integrated and to which accuracy. */
  readonly method: string;
  pair(c11: number, c12: number, c22: number): DualPair;
  /** The pair of an input with itself, E phi^2 and E phi'^2 at one variance. */
  diagonal(c: number): DualPair;
}

/** One dense layer with weights N(0, weightVariance / fan-in) and biases N(0, biasVariance). */
export interface LayerVariances {
  readonly weightVariance: number;
  readonly biasVariance: number;
  /** Whether biases are there to be trained, which matters in the standard parametrisation. Default: biasVariance > 0. */
  readonly hasBias?: boolean;
}

/** Which gradients the NTK counts, and the widths n_1 .. n_L of the hidden layers where it depends on them. */
export type KernelParametrization =
  | { readonly kind: "ntk" }
  | { readonly kind: "standard"; readonly widths: readonly number[] }
  | { readonly kind: "mup"; readonly widths: readonly number[] };

/** A dense network in the limit of infinite width: `layers` has one entry more than `activations`, the readout. */
export interface DenseKernelSpec {
  readonly activations: readonly Activation[];
  readonly layers: readonly LayerVariances[];
  /** What the NTK counts; default the NTK parametrisation. */
  readonly parametrization?: KernelParametrization;
}

/** One layer of the recursion: K = b + w V, Theta = rb + rw V + w S Theta_before. */
export interface LayerMap {
  readonly b: number;
  readonly w: number;
  readonly rb: number;
  readonly rw: number;
}
