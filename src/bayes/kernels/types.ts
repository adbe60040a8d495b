/** What kernels of wide networks are made of: the two Gaussian averages of an activation at a pair of inputs. */

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
}

/** One dense layer with weights N(0, weightVariance / fan-in) and biases N(0, biasVariance). */
export interface LayerVariances {
  readonly weightVariance: number;
  readonly biasVariance: number;
}
