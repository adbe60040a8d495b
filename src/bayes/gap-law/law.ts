/**
 * The generalisation gap of least squares on frozen features (the last layer of a network, everything below frozen): with N features,
 * P examples, x = N / P < 1 and residual e (mean squared error of the best readout on all data),
 * train = e (1 - x), test = e / (1 - x), gap = e x (2 - x) / (1 - x), which tends to 2 e N / P (Ariosto et al. 2022).
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";

/** Errors of a readout as mean squares without a factor 1/2. */
export interface GapLaw {
  readonly train: number;
  readonly test: number;
  readonly gap: number;
}

/** What the law is asked for. */
export interface GapSetting {
  /** N, features of the last layer. */
  readonly features: number;
  /** P, training examples, more than N. */
  readonly examples: number;
  /** e, the residual of the best readout (noise included). */
  readonly residual: number;
}

/**
 * The law for large N and P. Universal: train / test = (1 - N/P)^2 whatever the residual.
 *
 * @throws SpecError unless P > N >= 1 and the residual is at least 0.
 * @returns accuracy for Gaussian features of finite size: test is e (1 + N / (P - N - 1)), see `finiteSizeTest`; 5 percent for erf
 * features and 10 percent for ReLU features of 20 to 60 units at P >= 2 N.
 * @source Ariosto, Pacelli, Ginelli, Gherardi and Rotondo 2022 (arXiv:2201.11022).
 * @example
 * ```ts
 * import { predictGap } from "isinglass/bayes";
 *
 * predictGap({ features: 60, examples: 240, residual: 0.3231 }).gap; // => 0.1884750
 * ```
 */
export function predictGap(setting: GapSetting): GapLaw {
  const { features, examples, residual } = checked(setting);
  const x = features / examples;
  const train = residual * (1 - x);
  const test = residual / (1 - x);
  return { train, test, gap: test - train };
}

/** Expected test error for Gaussian features at finite size, e (1 + N / (P - N - 1)); needs P > N + 1. */
export function finiteSizeTest(setting: GapSetting): number {
  const { features, examples, residual } = checked(setting);
  if (examples <= features + 1) {
    throw new SpecError(`gap law: received ${examples} examples, expected more than ${features + 1}`);
  }
  return residual * (1 + features / (examples - features - 1));
}

/**
 * The curve 2 N / P that bounds the gap of fully trained networks asymptotically, for errors divided by the mean square of the
 * targets. A comparison curve and no guarantee: trained networks of few parameters exceed it at moderate P.
 */
export function lastLayerBound(features: number, examples: number): number {
  return (2 * features) / examples;
}

/** Ridge regression on features of covariance with eigenvalues `eigenvalues`. */
export interface RidgeSetting {
  /** Eigenvalues of the feature covariance, above 0. */
  readonly eigenvalues: Float64Array;
  /** Components of the best readout along the eigenvectors. */
  readonly weights: Float64Array;
  /** Variance of what the features cannot express, label noise included. */
  readonly noise: number;
  readonly examples: number;
  /** Ridge lambda > 0 of the loss sum of squares + lambda |w|^2. */
  readonly ridge: number;
}

/**
 * Train and test error of ridge regression: kappa = lambda + sum kappa eta / (kappa + P eta), gamma = P sum eta^2 / (kappa + P eta)^2,
 * test = [ sum w^2 eta kappa^2 / (kappa + P eta)^2 + noise ] / (1 - gamma), train = (lambda / kappa)^2 test.
 *
 * @returns errors that include the noise. The limit lambda -> 0 with P > N is `predictGap`.
 * @throws ShapeError for lists of unequal length, SpecError for values out of range.
 * @source Bordelon, Canatar and Pehlevan 2020, equations 4 to 6; Canatar, Bordelon and Pehlevan 2021.
 */
export function predictRidgeErrors(setting: RidgeSetting): GapLaw & { readonly kappa: number } {
  const { eigenvalues, weights, noise, examples, ridge } = setting;
  if (eigenvalues.length !== weights.length) {
    throw new ShapeError(
      `gap law: received ${eigenvalues.length} eigenvalues and ${weights.length} weights, expected equal numbers`,
    );
  }
  if (!(ridge > 0 && noise >= 0 && examples >= 1 && eigenvalues.every((eta) => eta > 0))) {
    throw new SpecError(
      `gap law: received ridge ${ridge}, noise ${noise}, ${examples} examples; expected a ridge above 0, noise of at least 0, an example, eigenvalues above 0`,
    );
  }
  const total = eigenvalues.reduce((sum, eta) => sum + eta, 0);
  const excess = (kappa: number): number =>
    kappa - ridge - eigenvalues.reduce((sum, eta) => sum + (kappa * eta) / (kappa + examples * eta), 0);
  const kappa = solveBracketed(excess, ridge, ridge + total).root;
  let gamma = 0;
  let bias = 0;
  eigenvalues.forEach((eta, k) => {
    const scale = kappa + examples * eta;
    gamma += (examples * eta * eta) / scale ** 2;
    bias += ((weights[k] as number) ** 2 * eta * kappa * kappa) / scale ** 2;
  });
  const test = (bias + noise) / (1 - gamma);
  const train = (ridge / kappa) ** 2 * test;
  return { train, test, gap: test - train, kappa };
}

function checked(setting: GapSetting): GapSetting {
  const { features, examples, residual } = setting;
  if (!(features >= 1 && examples > features && residual >= 0)) {
    throw new SpecError(
      `gap law: received ${features} features, ${examples} examples and residual ${residual}; expected more examples than features, residual at least 0`,
      { hint: "the law holds where least squares has a unique solution" },
    );
  }
  return setting;
}
