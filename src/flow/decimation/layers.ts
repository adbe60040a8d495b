/**
 * The counterpart of depth: relative entropy between the distributions of two layers of a wide random network. One
 * pre-activation is Gaussian with variance q_l, so D(p_1 || p_l) = [q_1/q_l - 1 - log(q_1/q_l)]/2 per unit. It rises to a limit
 * set by q*, smoothly across the critical line: the marginal of a layer knows nothing about chaos (arXiv:2107.06898).
 */
import { type Estimate, type Provenance, SpecError } from "../../base/index.ts";
import {
  predictDepthProfile,
  type ScalarActivation,
  solveMeanField,
  type Variances,
} from "../../signal/index.ts";

/**
 * Relative entropy in nats of two Gaussians of mean 0: D(N(0, q0) || N(0, q1)) = (q0/q1 - 1 - log(q0/q1))/2.
 *
 * @param from - q0 > 0; `to` - q1 > 0.
 * @throws SpecError for variances that are not positive.
 * @example
 * ```ts
 * import { relativeEntropyOfGaussians } from "isinglass/flow";
 *
 * relativeEntropyOfGaussians(1, 2); // => 0.0965735903
 * ```
 */
export function relativeEntropyOfGaussians(from: number, to: number): number {
  if (!(from > 0 && to > 0 && Number.isFinite(from) && Number.isFinite(to))) {
    throw new SpecError(
      `relativeEntropyOfGaussians: received variances ${from} and ${to}, expected positive numbers.`,
    );
  }
  const excess = (from - to) / to;
  return Math.max(0, 0.5 * (excess - Math.log1p(excess)));
}

/** Relative entropies of layers 1 .. depth from the first one, per unit, in nats. */
export interface LayerRelativeEntropy extends Provenance {
  /** Variance of the pre-activations. */
  readonly q: Float64Array;
  /** D(p_1 || p_l), index l - 1. */
  readonly forward: Float64Array;
  /** D(p_l || p_1), index l - 1. */
  readonly reverse: Float64Array;
  /** Limits of infinite depth; NaN where the variance has no positive finite limit. */
  readonly limits: { readonly forward: number; readonly reverse: number };
}

/**
 * Predicts the relative entropy of layer distributions against depth.
 *
 * @param activation - phi.
 * @param variances - weight variance times fan-in, and bias variance.
 * @param options - `depth` >= 1 and the mean square of the input components (default 1).
 * @returns per unit; exact for infinite width.
 * @throws SpecError for impossible variances or depth.
 * @example
 * ```ts
 * import { predictLayerRelativeEntropy } from "isinglass/flow";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const flow = predictLayerRelativeEntropy(
 *   resolveActivation("tanh"), { sigmaW2: 1.76095464, sigmaB2: 0.05 }, { depth: 30 },
 * );
 * flow.limits.forward; // => 0.5105
 * ```
 */
export function predictLayerRelativeEntropy(
  activation: ScalarActivation,
  variances: Variances,
  options: { readonly depth: number; readonly secondMoment?: number },
): LayerRelativeEntropy {
  const { secondMoment = 1 } = options;
  const { q } = predictDepthProfile(activation, variances, { ...options, secondMoment });
  const first = q[0] as number;
  const field = solveMeanField(activation, variances, { startVariance: first });
  const last = field.q.value;
  const isSettled = last > 0 && Number.isFinite(last);
  return {
    q,
    forward: q.map((value) => relativeEntropyOfGaussians(first, value)),
    reverse: q.map((value) => relativeEntropyOfGaussians(value, first)),
    limits: {
      forward: isSettled ? relativeEntropyOfGaussians(first, last) : Number.NaN,
      reverse: isSettled ? relativeEntropyOfGaussians(last, first) : Number.NaN,
    },
    assumptions: [
      "Infinite width: the pre-activations of a layer are independent Gaussians of one variance.",
      "Inputs of one length; marginals of single units, so correlations between inputs do not enter.",
    ],
    references: [
      {
        authors: "Erdmenger, Grosvenor, Jefferson",
        year: 2022,
        title:
          "Towards quantifying information flows: relative entropy in deep neural networks and the renormalization group",
        id: "arXiv:2107.06898",
      },
    ],
    seed: null,
  };
}

/**
 * Measured relative entropies from measured variances, such as `q` of `measureSignal`, with errors.
 *
 * @param q - variance of the pre-activations of layers 1 .. L with standard errors.
 * @returns D(p_1 || p_l) as estimates, errors propagated from both variances as if they were independent.
 * @throws SpecError for variances that are not positive.
 * @example
 * ```ts
 * import { measureLayerRelativeEntropy } from "isinglass/flow";
 *
 * const q = [1, 2].map((value) => ({ value, stderr: 0.1, n: 5, method: "mean over 5 seeds" }));
 * measureLayerRelativeEntropy(q)[1]?.value; // => 0.0965735903
 * ```
 */
export function measureLayerRelativeEntropy(q: readonly Estimate[]): Estimate[] {
  const [first] = q;
  return q.map(({ value, stderr, n, method }) => {
    const reference = first as Estimate;
    const ratio = reference.value / value;
    const relative = (e: Estimate["stderr"], of: number): number | null => (e === null ? null : e / of);
    const [a, b] = [relative(reference.stderr, reference.value), relative(stderr, value)];
    return {
      value: relativeEntropyOfGaussians(reference.value, value),
      // dD = (ratio - 1)/2 d log ratio
      stderr: a === null || b === null ? null : 0.5 * Math.abs(ratio - 1) * Math.hypot(a, b),
      n,
      method: `Gaussian relative entropy of variances (${method})`,
    };
  });
}
