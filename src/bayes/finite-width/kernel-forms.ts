/**
 * How the order parameters of several hidden layers enter the kernel, in the two forms that do not only rescale it:
 * nested (Pacelli et al. 2023), K_l = (q_l / lambda_l) k(K_{l-1}), and full (two hidden layers, first order in q_1 - 1),
 * K = (q_2 / lambda_2) [ k(K_1) + (q_1 - 1) d/dq k(q K_1) at q = 1 ] with K_1 = k(C) / lambda_1. Both are the kernel of infinite
 * width where all q are 1, and the rescaled kernel where the activation is homogeneous (linear, ReLU).
 */
import type { Matrix } from "../../numerics/index.ts";
import type { DualActivation } from "../kernels/index.ts";
import { type LayerKernels, mapLayer, mapTrain, slopeOf } from "./layer-kernels.ts";

/** The kernel as a function of the order parameters. */
export interface KernelForm {
  /** K on training inputs, and dK / d log q_l for every layer. */
  slopes(scales: ArrayLike<number>): { readonly train: Matrix; readonly slopes: readonly Float64Array[] };
  /** K on all inputs. */
  kernels(scales: ArrayLike<number>): LayerKernels;
}

/** What the recursion is made of: covariances of the inputs, the activation's map, and 1 / precision of every layer above. */
export interface LayerStack {
  readonly inputs: LayerKernels;
  readonly dual: DualActivation;
  readonly variances: readonly number[];
}

/** K_l = q_l variance_l k(K_{l-1}). */
export function nestedForm({ inputs, dual, variances }: LayerStack): KernelForm {
  return {
    kernels: (scales) =>
      variances.reduce(
        (below, variance, l) => mapLayer(below, dual, variance * (scales[l] as number)),
        inputs,
      ),
    slopes: (scales) => {
      const factors = variances.map((variance, l) => variance * (scales[l] as number));
      const layers: Matrix[] = [];
      factors.reduce((below, factor) => {
        const next = mapTrain(below, dual, factor);
        layers.push(next);
        return next;
      }, inputs.train);
      const train = layers.at(-1) as Matrix;
      // a change of log q_l rescales K_l, and so the argument of the next map
      const slopes = layers.map((layer, l) =>
        l === layers.length - 1
          ? train.data
          : slopeOf((u) => {
              const [first, ...above] = factors.slice(l + 1);
              const start = mapTrain(layer, dual, first as number, Math.exp(u));
              return above.reduce((below, factor) => mapTrain(below, dual, factor), start).data;
            }),
      );
      return { train, slopes };
    },
  };
}

/** q_2 variance_2 [ k(K_1) + (q_1 - 1) k'(K_1) ], k' = d/dq k(q K_1) at q = 1. */
export function fullForm({ inputs, dual, variances }: LayerStack): KernelForm {
  const [first, second] = variances as [number, number];
  const below = mapLayer(inputs, dual, first);
  const plain = mapLayer(below, dual, second);
  const along = (pick: (kernels: LayerKernels) => Float64Array): Float64Array =>
    slopeOf((u) => pick(mapLayer(below, dual, second, Math.exp(u))));
  const trainSlope = slopeOf((u) => mapTrain(below.train, dual, second, Math.exp(u)).data);
  const combine = (base: Float64Array, slope: Float64Array, q1: number, q2: number): Float64Array =>
    base.map((value, at) => q2 * (value + (q1 - 1) * (slope[at] as number)));
  return {
    slopes: (scales) => {
      const [q1, q2] = [scales[0] as number, scales[1] as number];
      const train = { ...plain.train, data: combine(plain.train.data, trainSlope, q1, q2) };
      return { train, slopes: [trainSlope.map((value) => q1 * q2 * value), train.data] };
    },
    kernels: (scales) => {
      const [q1, q2] = [scales[0] as number, scales[1] as number];
      const crossSlope = along(({ cross }) => cross.data);
      const diagonalSlope = along(({ diagonal }) => diagonal);
      return {
        train: { ...plain.train, data: combine(plain.train.data, trainSlope, q1, q2) },
        cross: { ...plain.cross, data: combine(plain.cross.data, crossSlope, q1, q2) },
        diagonal: combine(plain.diagonal, diagonalSlope, q1, q2),
      };
    },
  };
}
