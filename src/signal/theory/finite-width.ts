/**
 * Leading finite-width corrections: how far a network of width N is from the infinite one. The conditional variance K_l of
 * layer l (given the layers below) fluctuates between draws with
 *   Var K_(l+1) = chi_q^2 Var K_l + (sigmaW2^2/N) Var phi(sqrt(q) z)^2   (Roberts, Yaida and Hanin 2022, section 4.3),
 * the measured q_l = |h_l|^2/N adds its own sampling noise 2 q^2/N, and the logarithm of a squared gradient performs a
 * random walk with variance (3 mu_2/mu_1^2 - 1)/N per layer (Hanin and Nica 2020: 5/N for ReLU), so that networks deeper
 * than their width have gradients that differ by orders of magnitude from draw to draw.
 */
import { type Provenance, SpecError } from "../../base/index.ts";
import { averageMoments } from "./moments.ts";
import { haninNica2020, roberts2022 } from "./references.ts";
import { checkVariances, type ScalarActivation, type Variances } from "./types.ts";

/** Predicted spread between independent draws of a network. Arrays have one entry per layer, index l - 1. */
export interface FiniteWidth extends Provenance {
  readonly width: number;
  /** q_l at infinite width. */
  readonly q: Float64Array;
  /** Standard deviation of K_l, the variance of h_l given the layers below. */
  readonly kernelSpread: Float64Array;
  /** Standard deviation over draws of |h_l|^2 / N for one input. */
  readonly qSpread: Float64Array;
  /** Variance over draws of log(|dL/dh_l|^2), without the part carried by K; grows towards the first layer. */
  readonly logGradientVariance: Float64Array;
  /** depth / width: the corrections are small while this is small. */
  readonly aspect: number;
}

/** Options of `predictFiniteWidth`. */
export interface FiniteWidthOptions {
  /** Number of layers L. */
  readonly depth: number;
  /** Units per layer N. */
  readonly width: number;
  /** Mean square of the input components; default 1. */
  readonly secondMoment?: number;
}

/**
 * Predicts the spread of variances and gradients between draws of a network of finite width, to leading order in 1/N.
 *
 * @param activation - phi.
 * @param variances - weight variance times fan-in and bias variance.
 * @param options - depth, width and input.
 * @returns spreads; relative error O(L/N).
 * @throws SpecError for impossible variances, depth or width.
 * Source: Roberts, Yaida and Hanin 2022, section 4.3; Hanin and Nica 2020, theorem 1.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictFiniteWidth } from "isinglass/signal";
 *
 * const spread = predictFiniteWidth(
 *   resolveActivation("relu"), { sigmaW2: 2, sigmaB2: 0 }, { depth: 20, width: 200 },
 * );
 * spread.logGradientVariance[0]; // => 0.475
 * ```
 */
export function predictFiniteWidth(
  activation: ScalarActivation,
  variances: Variances,
  options: FiniteWidthOptions,
): FiniteWidth {
  const { depth, width, secondMoment = 1 } = options;
  checkVariances(variances, "predictFiniteWidth");
  if (!(Number.isInteger(depth) && depth > 0 && Number.isInteger(width) && width > 0)) {
    throw new SpecError(
      `predictFiniteWidth: received depth ${depth} and width ${width}, expected positive integers.`,
      {
        hint: "Example: { depth: 50, width: 300 }.",
      },
    );
  }
  const { sigmaW2, sigmaB2 } = variances;
  const q = new Float64Array(depth);
  const kernelSpread = new Float64Array(depth);
  const qSpread = new Float64Array(depth);
  const noise = new Float64Array(depth);
  let kernel = sigmaW2 * secondMoment + sigmaB2;
  let kernelVariance = 0;
  for (let l = 0; l < depth; l++) {
    q[l] = kernel;
    kernelSpread[l] = Math.sqrt(kernelVariance);
    // q_l = K_l chi^2_N / N: sampling noise of N units on top of the fluctuating K_l.
    qSpread[l] = Math.sqrt(kernelVariance + (2 / width) * (kernel * kernel + kernelVariance));
    const m = averageMoments(activation, kernel);
    noise[l] = (3 * (m.slopeFourth / m.slopeSquare ** 2) - 1) / width;
    const spread = (sigmaW2 * sigmaW2 * (m.meanFourth - m.meanSquare ** 2)) / width;
    kernelVariance = (sigmaW2 * m.meanSquareSlope) ** 2 * kernelVariance + spread;
    kernel = sigmaW2 * m.meanSquare + sigmaB2;
  }
  const logGradientVariance = new Float64Array(depth);
  for (let l = depth - 2; l >= 0; l--) {
    logGradientVariance[l] = (logGradientVariance[l + 1] as number) + (noise[l] as number);
  }
  return {
    width,
    q,
    kernelSpread,
    qSpread,
    logGradientVariance,
    aspect: depth / width,
    assumptions: [
      "Leading order in 1/width; Gaussian weights; all layers equally wide.",
      "Gradient noise of different layers is taken as independent.",
    ],
    references: [roberts2022, haninNica2020],
    seed: null,
  };
}
