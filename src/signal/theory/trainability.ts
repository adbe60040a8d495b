/**
 * The predicted edge of the trainable region: depth against weight variance, trainable where depth < n xi_c with n about 6
 * (Schoenholz et al. 2017, figure 5). What is compared with training runs by `isinglass trainability`.
 */
import { type Provenance, SpecError } from "../../base/index.ts";
import { solveMeanField, trainableDepthFactor } from "./mean-field.ts";
import { schoenholz2017 } from "./references.ts";
import type { ScalarActivation } from "./types.ts";
import { scanVariance } from "./variance-scan.ts";

/** Options of `predictTrainability`. */
export interface TrainabilityOptions {
  readonly sigmaW2: ArrayLike<number>;
  readonly sigmaB2: number;
  readonly depth: ArrayLike<number>;
  /** Boundary in units of xi_c; default 6. */
  readonly factor?: number;
  readonly keepRate?: number;
}

/** The grid and its boundary. */
export interface Trainability extends Provenance {
  readonly activation: string;
  readonly sigmaW2: Float64Array;
  readonly sigmaB2: number;
  readonly depth: Float64Array;
  readonly factor: number;
  /** xi_c of every weight variance. */
  readonly xiC: Float64Array;
  /** factor * xi_c: deepest network expected to train. */
  readonly boundary: Float64Array;
  /** Depth in units of xi_c, row-major [depth, sigmaW2]; trainable where it is below `factor`. */
  readonly depthOverXi: Float64Array;
  /** 1 where training is expected to work, row-major [depth, sigmaW2]. */
  readonly isTrainable: Uint8Array;
}

/**
 * Predicts which depths train at which weight variances.
 *
 * @param activation - phi.
 * @param options - weight variances, bias variance, depths, and the factor of the rule.
 * @returns xi_c, the boundary factor * xi_c and the grid; cost about 3 ms per weight variance.
 * @throws SpecError for impossible variances, depths or factor.
 * Source: Schoenholz et al. 2017, figure 5 (factor 6 on MNIST, width 300, sigmaB2 0.05).
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictTrainability } from "isinglass/signal";
 *
 * const map = predictTrainability(resolveActivation("tanh"), {
 *   sigmaW2: [1, 1.75, 4], sigmaB2: 0.05, depth: [10, 50, 300],
 * });
 * map.boundary[0]; // => 21.76
 * ```
 */
export function predictTrainability(
  activation: ScalarActivation,
  options: TrainabilityOptions,
): Trainability {
  const { sigmaB2, factor = trainableDepthFactor, keepRate = 1 } = options;
  const sigmaW2 = Float64Array.from(options.sigmaW2);
  const depth = Float64Array.from(options.depth);
  if (sigmaW2.length === 0 || depth.length === 0 || !depth.every((l) => l > 0) || !(factor > 0)) {
    throw new SpecError(
      `predictTrainability: received ${sigmaW2.length} weight variances, ${depth.length} depths and factor ${factor}, expected at least one positive number of each.`,
      { hint: "Example: { sigmaW2: [1, 2, 3], sigmaB2: 0.05, depth: [10, 100, 300] }." },
    );
  }
  const scan = scanVariance(activation);
  const xiC = sigmaW2.map((w) => {
    const field = solveMeanField(activation, { sigmaW2: w, sigmaB2 }, { scan, keepRate });
    return field.maxDepth.value / trainableDepthFactor;
  });
  const boundary = xiC.map((xi) => factor * xi);
  const nx = sigmaW2.length;
  const depthOverXi = new Float64Array(nx * depth.length);
  const isTrainable = new Uint8Array(nx * depth.length);
  depth.forEach((l, j) => {
    xiC.forEach((xi, i) => {
      depthOverXi[j * nx + i] = l / xi;
      isTrainable[j * nx + i] = l / xi < factor ? 1 : 0;
    });
  });
  return {
    activation: activation.name,
    sigmaW2,
    sigmaB2,
    depth,
    factor,
    xiC,
    boundary,
    depthOverXi,
    isTrainable,
    assumptions: [
      `A network trains when its depth is below ${factor} xi_c; the factor is empirical.`,
      "Infinite width; the optimiser and its learning rate are taken to be adequate.",
    ],
    references: [schoenholz2017],
    seed: null,
  };
}
