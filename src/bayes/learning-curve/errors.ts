/** Errors of predictions and of samples on a test set, in one form. */
import type { Estimate } from "../../base/index.ts";
import { meanWithError } from "../../numerics/index.ts";
import type { Prediction } from "../finite-width/index.ts";
import type { SampledPosterior } from "../sampling/index.ts";

/** Errors of one prediction on the test set. */
export interface TestErrors {
  /** bias + spread, with the standard error over test examples. */
  readonly error: Estimate;
  /** Mean squared error of the mean prediction. */
  readonly bias: Estimate;
  /** Mean posterior variance. */
  readonly spread: Estimate;
  /** Share of test examples whose mean prediction has the sign of the target; of use for targets of both signs. */
  readonly accuracy: Estimate;
}

/** Errors of samples, with what tells how far the chains can be trusted. */
export interface SampledErrors extends TestErrors {
  /** Below 1.01 the chains agree. */
  readonly rHat: number;
  readonly effectiveSamples: number;
  /** Trajectories after burn-in whose energy ran away, over all chains; above 0 the step is too long somewhere. */
  readonly divergences: number;
  /** Mean acceptance of the chain that accepts least. */
  readonly acceptance: number;
  /** Least energy-Bayesian fraction of missing information; below 0.3 momenta change too little. */
  readonly energyFraction: number;
}

/**
 * Errors of predicted means and variances, with standard errors over the test examples.
 *
 * @param targets - of the test examples, as many as means and variances.
 * @example
 * ```ts
 * import { errorsOf } from "isinglass/bayes";
 *
 * const predicted = { mean: Float64Array.of(0.5, -1), variance: Float64Array.of(0.25, 0.25) };
 * errorsOf(predicted, Float64Array.of(1, -1)).error.value; // => 0.375
 * ```
 */
export function errorsOf(
  { mean, variance }: Pick<Prediction, "mean" | "variance">,
  targets: Float64Array,
): TestErrors {
  const squares = mean.map((value, m) => (value - (targets[m] as number)) ** 2);
  const over = (values: Float64Array, what: string): Estimate => ({
    ...meanWithError(values),
    method: `${what} over ${values.length} test examples`,
  });
  return {
    error: over(
      squares.map((square, m) => square + (variance[m] as number)),
      "mean of squared error plus variance",
    ),
    bias: over(squares, "mean squared error of the mean"),
    spread: over(variance, "mean posterior variance"),
    accuracy: over(
      mean.map((value, m) => (value * (targets[m] as number) > 0 ? 1 : 0)),
      "share of right signs",
    ),
  };
}

/**
 * Errors of samples in the form of predictions, with what tells how far the chains can be trusted.
 *
 * @param sampled - of `samplePosterior`, or of `sampleNetworkPosterior` with one output.
 * @param targets - of the test examples.
 * @returns the error with that of the sampler, all others with that of the finite test set.
 */
export function sampledErrors(
  sampled: Pick<SampledPosterior, "error" | "mean" | "variance" | "chains">,
  targets: Float64Array,
): SampledErrors {
  const { error, chains } = sampled;
  const overTest = errorsOf(sampled, targets);
  return {
    ...overTest,
    // the error of the sampler, not of the finite test set, which theory shares
    error: { value: error.value, stderr: error.stderr, n: error.n, method: error.method },
    rHat: error.rHat,
    effectiveSamples: error.effectiveSamples,
    divergences: chains.reduce((sum, { divergences }) => sum + divergences, 0),
    acceptance: Math.min(...chains.map(({ acceptance }) => acceptance)),
    energyFraction: Math.min(...chains.map(({ energyFraction }) => energyFraction)),
  };
}
