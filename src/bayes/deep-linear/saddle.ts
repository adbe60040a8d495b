/**
 * Bayesian deep linear networks at finite width (Li and Sompolinsky 2021): L hidden layers of width N, weights N(0, s / fan-in)
 * in every layer. Each hidden layer rescales the kernel K0 of the inputs by the same factor u.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";

/** What fixes the scale of a layer. */
export interface DeepLinearSetting {
  /** Hidden layers L. */
  readonly depth: number;
  /** Prior weight variance s. */
  readonly weightVariance: number;
  /** P / N. */
  readonly load: number;
  /** r0 = y^T K0^{-1} y / P with K0 = s X X^T / N0. */
  readonly ratio: number;
}

/** The scale of a layer, and of the whole network: kernel = total K0. */
export interface DeepLinearScale {
  readonly u: number;
  /** log u^L: u^L itself may overflow in deep networks. */
  readonly logTotal: number;
}

/**
 * The unique positive root u of 1 - u / s = (P / N) (1 - r0 / u^L) at temperature 0.
 *
 * @returns u and log u^L; infinite width has u = s. Relative accuracy 1e-13.
 * @throws SpecError for values out of range.
 * @source Li and Sompolinsky 2021, equation 17.
 * @example
 * ```ts
 * import { solveDeepLinearScale } from "isinglass/bayes";
 *
 * const setting = { depth: 1, weightVariance: 1, load: 1.5, ratio: 0.8183101078 };
 * solveDeepLinearScale(setting).u; // => 0.885766332
 * ```
 */
export function solveDeepLinearScale(setting: DeepLinearSetting): DeepLinearScale {
  const { depth, weightVariance, load, ratio } = setting;
  if (!(Number.isInteger(depth) && depth >= 1 && weightVariance > 0 && load >= 0 && ratio >= 0)) {
    throw new SpecError(
      `deep linear network: received depth ${depth}, weight variance ${weightVariance}, P/N ${load}, ratio ${ratio}; expected depth >= 1, variance > 0, others >= 0`,
    );
  }
  if (load === 0) return { u: weightVariance, logTotal: depth * Math.log(weightVariance) };
  if (ratio === 0) {
    const u = weightVariance * (1 - load);
    if (!(u > 0)) {
      throw new ConvergenceError("deep linear network: targets are 0 and P >= N, so the kernel vanishes");
    }
    return { u, logTotal: depth * Math.log(u) };
  }
  // in w = log u: load - 1 + e^w / s = load r0 e^(-L w), a rising side and a falling one
  const f = (w: number): number =>
    load - 1 + Math.exp(w) / weightVariance - load * ratio * Math.exp(-depth * w);
  let [lower, upper] = [-1, 1];
  while (f(lower) > 0) lower *= 2;
  while (f(upper) < 0) upper *= 2;
  const w = solveBracketed(f, lower, upper, { tolerance: 1e-15 }).root;
  return { u: Math.exp(w), logTotal: depth * w };
}

/**
 * Where u^L goes as the depth grows: to load r0 / (load - 1 + 1 / s) when s (1 - load) < 1; without bound (u -> s (1 - load))
 * when it is larger.
 */
export function deepLinearLimit({ weightVariance, load, ratio }: Omit<DeepLinearSetting, "depth">): number {
  return weightVariance * (1 - load) < 1
    ? (load * ratio) / (load - 1 + 1 / weightVariance)
    : Number.POSITIVE_INFINITY;
}

/**
 * The weight variance at which depth starts to matter without bound: s = 1 / (1 - P / N). Below, u^L tends to the finite limit of
 * `deepLinearLimit`; above, u tends to s (1 - P / N) > 1 and u^L diverges. Infinite for P >= N, where every depth has a limit.
 *
 * @param load - P / N, at least 0.
 * @throws SpecError for a negative load.
 * @source Li and Sompolinsky 2021.
 * @example
 * ```ts
 * import { deepLinearThreshold } from "isinglass/bayes";
 *
 * deepLinearThreshold(0.5); // => 2
 * ```
 */
export function deepLinearThreshold(load: number): number {
  if (!(load >= 0)) throw new SpecError(`deep linear network: received P/N ${load}, expected at least 0`);
  return load < 1 ? 1 / (1 - load) : Number.POSITIVE_INFINITY;
}
