/**
 * Infinite-width kernels of a dense network, layer by layer (Neal 1996; Lee et al. 2018, equation 5; Jacot et al. 2018,
 * theorem 1): K_1 = b + w x.y / N0 and Theta_1 = K_1; then
 * K_{l+1} = b + w E[phi phi](K_l) and Theta_{l+1} = K_{l+1} + w E[phi' phi'](K_l) Theta_l, one step for each hidden layer.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { Activation } from "../../networks/index.ts";
import { dualOf } from "./dual.ts";
import type { DualActivation, LayerVariances } from "./types.ts";

/** A dense network in the limit of infinite width: `layers` has one entry more than `activations`, the readout. */
export interface DenseKernelSpec {
  readonly activations: readonly Activation[];
  readonly layers: readonly LayerVariances[];
}

/** The kernels of one pair of inputs. */
export interface KernelPair {
  /** Covariance of the outputs over initialisations (the NNGP kernel). */
  readonly nngp: number;
  /** Inner product of the gradients with respect to all parameters, in the NTK parametrisation. */
  readonly ntk: number;
}

/** A network of `depth` equal hidden layers. */
export function uniformKernelSpec(
  activation: Activation,
  depth: number,
  variances: LayerVariances,
): DenseKernelSpec {
  if (!(Number.isInteger(depth) && depth >= 0)) {
    throw new SpecError(
      `kernel: received depth ${depth}, expected a whole number of hidden layers, 0 or more`,
    );
  }
  return {
    activations: Array.from({ length: depth }, () => activation),
    layers: Array.from({ length: depth + 1 }, () => variances),
  };
}

/** The recursion with its activations resolved, to be applied to many pairs. */
export interface KernelRecursion {
  readonly methods: readonly string[];
  /** K_l(x, x) for l = 1 .. depth + 1, from x.x / N0. */
  diagonal(meanSquare: number): Float64Array;
  /** Kernels of a pair from x.y / N0 and both diagonals. */
  pair(overlap: number, first: Float64Array, second: Float64Array): KernelPair;
}

/** Prepares the recursion of `spec`; throws SpecError for a negative or missing variance. */
export function prepareRecursion(spec: DenseKernelSpec): KernelRecursion {
  const { layers } = spec;
  if (layers.length !== spec.activations.length + 1) {
    throw new ShapeError(
      `kernel: received ${layers.length} layers and ${spec.activations.length} activations, expected one layer more`,
    );
  }
  for (const { weightVariance, biasVariance } of layers) {
    if (!(weightVariance > 0 && biasVariance >= 0 && Number.isFinite(weightVariance + biasVariance))) {
      throw new SpecError(
        `kernel: received weight variance ${weightVariance} and bias variance ${biasVariance}, expected them above 0 and at least 0`,
      );
    }
  }
  const duals = dualsOf(spec.activations);
  const start = layers[0] as LayerVariances;
  return {
    methods: [...new Set(duals.map(({ name, method }) => `${name}: ${method}`))],
    diagonal: (meanSquare) => {
      const values = new Float64Array(layers.length);
      let k = start.biasVariance + start.weightVariance * meanSquare;
      values[0] = k;
      duals.forEach((dual, l) => {
        const { weightVariance, biasVariance } = layers[l + 1] as LayerVariances;
        k = biasVariance + weightVariance * dual.pair(k, k, k).value;
        values[l + 1] = k;
      });
      return values;
    },
    pair: (overlap, first, second) => {
      let k = start.biasVariance + start.weightVariance * overlap;
      let theta = k;
      for (let l = 0; l < duals.length; l++) {
        const { weightVariance, biasVariance } = layers[l + 1] as LayerVariances;
        const dual = duals[l] as DualActivation;
        const { value, slope } = dual.pair(first[l] as number, k, second[l] as number);
        k = biasVariance + weightVariance * value;
        theta = k + weightVariance * slope * theta;
      }
      return { nngp: k, ntk: theta };
    },
  };
}

/** One dual for each activation; equal activations share theirs, so that expansions are made once. */
function dualsOf(activations: readonly Activation[]): DualActivation[] {
  const known = new Map<Activation, DualActivation>();
  return activations.map((activation) => {
    const dual = known.get(activation) ?? dualOf(activation);
    known.set(activation, dual);
    return dual;
  });
}
