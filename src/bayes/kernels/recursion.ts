/**
 * Infinite-width kernels of a dense network, layer by layer (Neal 1996; Lee et al. 2018, equation 5; Jacot et al. 2018,
 * theorem 1): K_1 = b + w x.y / N0 and, in the NTK parametrisation, Theta_1 = K_1; then
 * K_{l+1} = b + w E[phi phi](K_l) and Theta_{l+1} = K_{l+1} + w E[phi' phi'](K_l) Theta_l, one step for each hidden layer;
 * parametrization.ts has the others. One pair at a time, plainly: the fast matrices (dense.ts) are tested against it.
 */
import { SpecError } from "../../base/index.ts";
import type { Activation } from "../../networks/index.ts";
import { dualOf } from "./dual.ts";
import { layerMaps } from "./parametrization.ts";
import type { DenseKernelSpec, DualActivation, LayerMap, LayerVariances } from "./types.ts";

/** The kernels of one pair of inputs. */
export interface KernelPair {
  /** Covariance of the outputs over initialisations (the NNGP kernel). */
  readonly nngp: number;
  /** Inner product of the gradients with respect to all parameters, in the parametrisation of the network. */
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

/**
 * Prepares the recursion of `spec` on inputs of `features` numbers, which only the standard and maximal-update
 * parametrisations depend on; throws SpecError or ShapeError for variances or widths that do not fit.
 */
export function prepareRecursion(spec: DenseKernelSpec, features = 1): KernelRecursion {
  const [start, ...maps] = layerMaps(spec, features) as [LayerMap, ...LayerMap[]];
  const duals = dualsOf(spec.activations);
  return {
    methods: [...new Set(duals.map(({ name, method }) => `${name}: ${method}`))],
    diagonal: (meanSquare) => {
      const values = new Float64Array(maps.length + 1);
      let k = start.b + start.w * meanSquare;
      values[0] = k;
      maps.forEach(({ b, w }, l) => {
        k = b + w * (duals[l] as DualActivation).diagonal(k).value;
        values[l + 1] = k;
      });
      return values;
    },
    pair: (overlap, first, second) => {
      let k = start.b + start.w * overlap;
      let theta = start.rb + start.rw * overlap;
      maps.forEach(({ b, w, rb, rw }, l) => {
        const { value, slope } = (duals[l] as DualActivation).pair(
          first[l] as number,
          k,
          second[l] as number,
        );
        k = b + w * value;
        theta = rb + rw * value + w * slope * theta;
      });
      return { nngp: k, ntk: theta };
    },
  };
}

/** One dual for each activation; equal activations share theirs, so that expansions are made once. */
export function dualsOf(activations: readonly Activation[]): DualActivation[] {
  const known = new Map<Activation, DualActivation>();
  return activations.map((activation) => {
    const dual = known.get(activation) ?? dualOf(activation);
    known.set(activation, dual);
    return dual;
  });
}
