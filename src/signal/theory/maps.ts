/**
 * One step of mean-field theory: the variance map q -> q' and the correlation map c -> c' with their derivatives
 * (Poole et al. 2016, equations 3 and 5). `solveMeanField` finds their fixed points, `predictLayers` iterates them.
 */
import { SpecError } from "../../base/index.ts";
import { averageMoments } from "./moments.ts";
import { pairKernel } from "./pair-kernel.ts";
import { checkVariances, type ScalarActivation, type Variances } from "./types.ts";

/** Image of a variance. */
export interface VarianceStep {
  /** q' = sigmaW2 E phi(sqrt(q) z)^2 + sigmaB2. */
  readonly q: number;
  /** dq'/dq. */
  readonly slope: number;
}

/** Image of a correlation. */
export interface CorrelationStep {
  /** c'. */
  readonly c: number;
  /** 1 - c', without cancellation. */
  readonly decorrelation: number;
  /** dc'/dc. */
  readonly slope: number;
  /** q' of both inputs. */
  readonly q: number;
}

/**
 * The variance after one more layer.
 *
 * @param activation - phi.
 * @param variances - of weights and biases.
 * @param q - variance of the pre-activations, >= 0.
 * @returns q' and dq'/dq, relative error about 1e-13.
 * @throws SpecError for impossible variances.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictVarianceStep } from "isinglass/signal";
 *
 * predictVarianceStep(resolveActivation("relu"), { sigmaW2: 2, sigmaB2: 0.1 }, 3).q; // => 3.1
 * ```
 */
export function predictVarianceStep(
  activation: ScalarActivation,
  variances: Variances,
  q: number,
): VarianceStep {
  checkVariances(variances, "predictVarianceStep");
  if (!(q >= 0 && Number.isFinite(q))) throw wrong("predictVarianceStep", "variance", q, "a number >= 0");
  const moments = averageMoments(activation, q);
  // At q = 0 the averages are limits, so that phi(0)^2 is taken at the point itself.
  const meanSquare = q === 0 ? activation.f(0) ** 2 : moments.meanSquare;
  return {
    q: variances.sigmaW2 * meanSquare + variances.sigmaB2,
    slope: variances.sigmaW2 * moments.meanSquareSlope,
  };
}

/**
 * The correlation of two inputs of equal variance after one more layer.
 *
 * @param activation - phi.
 * @param variances - of weights and biases.
 * @param q - variance of the pre-activations of both inputs, > 0.
 * @param decorrelation - 1 - c, in [0, 2].
 * @returns c', 1 - c' and dc'/dc, relative error about 1e-12 (of 1 - c' too).
 * @throws SpecError for impossible variances or correlations.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictCorrelationStep } from "isinglass/signal";
 *
 * predictCorrelationStep(resolveActivation("relu"), { sigmaW2: 2, sigmaB2: 0 }, 1, 0.5).c; // => 0.608997781
 * ```
 */
export function predictCorrelationStep(
  activation: ScalarActivation,
  variances: Variances,
  q: number,
  decorrelation: number,
): CorrelationStep {
  const where = "predictCorrelationStep";
  checkVariances(variances, where);
  if (!(q > 0 && Number.isFinite(q))) throw wrong(where, "variance", q, "a positive number");
  if (!(decorrelation >= 0 && decorrelation <= 2))
    throw wrong(where, "1 - c", decorrelation, "a number in [0, 2]");
  const { sigmaW2, sigmaB2 } = variances;
  const moments = averageMoments(activation, q);
  const kernel = pairKernel(activation, moments);
  const next = sigmaW2 * moments.meanSquare + sigmaB2;
  const lost = decorrelation === 0 ? 0 : (sigmaW2 * kernel.loss(decorrelation)) / next;
  return {
    c: 1 - lost,
    decorrelation: lost,
    slope: (sigmaW2 * q * kernel.slope(decorrelation)) / next,
    q: next,
  };
}

function wrong(where: string, what: string, received: number, expected: string): SpecError {
  return new SpecError(`${where}: received ${what} ${received}, expected ${expected}.`, {
    hint: "Start from q of solveMeanField or from predictDepthProfile.",
  });
}
