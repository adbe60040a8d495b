/**
 * Residual blocks of He's type, x' = phi(phi(W x + b) + x): the identity path passes through the outer phi, so that the
 * components of x are not Gaussian and no closed recursion exists. In the wide limit components are independent and
 * follow one stochastic recursion with a self-consistent Gaussian field h, which is solved here by a population of sample
 * paths (population dynamics, see signal-path.ts). Derived for this library; checked against simulated networks in the tests.
 */
import { type Provenance, SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { PathStep } from "./path-step.ts";
import { yangSchoenholz2017 } from "./references.ts";
import { predictPath } from "./signal-path.ts";
import { checkVariances, type ScalarActivation, type Variances } from "./types.ts";

/** Options of `predictHeResidual`. */
export interface HeResidualOptions {
  /** Number of blocks. */
  readonly depth: number;
  readonly stream: RandomStream;
  /** Number of sample paths; default 4096. Errors fall as 1/sqrt(population). */
  readonly population?: number;
  /** Mean square of the (Gaussian) input components; default 1. */
  readonly secondMoment?: number;
  /** Cosine between two inputs; default 0. */
  readonly cosine?: number;
}

/** Predictions at the input (index 0) and after every block. */
export interface HeResidualProfile extends Provenance {
  /** p_l: mean square of the components of x_l. */
  readonly p: Float64Array;
  /** Cosine of x_l of the two inputs. */
  readonly c: Float64Array;
  /** log of |dL/dx_0|^2 / |dL/dx_L|^2 for every number of remaining blocks: entry l is measured at x_l. */
  readonly logGradient: Float64Array;
  readonly population: number;
}

/**
 * Predicts lengths, correlations and gradients through He-type residual blocks.
 *
 * x' = phi(phi(h) + x), h ~ N(0, sigmaW2 E x^2 + sigmaB2) independent of x;
 * v = phi'(s)^2 v' + sigmaW2 E[phi'(h)^2 phi'(s)^2 v'] with s = phi(h) + x and v the squared gradient of a path.
 *
 * @param activation - phi.
 * @param variances - of W (times fan-in) and b.
 * @param options - depth, random stream, population and inputs.
 * @returns arrays of length depth + 1 with statistical error of about 1/sqrt(population); cost O(depth * population).
 * @throws SpecError for impossible variances, depth or population.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 * import { predictHeResidual } from "isinglass/signal";
 *
 * const profile = predictHeResidual(
 *   resolveActivation("tanh"), { sigmaW2: 1, sigmaB2: 0 }, { depth: 20, stream: createStream(1) },
 * );
 * profile.p.length; // => 21
 * ```
 */
export function predictHeResidual(
  activation: ScalarActivation,
  variances: Variances,
  options: HeResidualOptions,
): HeResidualProfile {
  const { depth, stream, population = 4096, secondMoment = 1, cosine = 0 } = options;
  checkVariances(variances, "predictHeResidual");
  if (!(Number.isInteger(depth) && depth > 0 && Number.isInteger(population) && population > 1)) {
    throw new SpecError(
      `predictHeResidual: received depth ${depth} and population ${population}, expected positive integers.`,
      {
        hint: "Example: { depth: 50, population: 4096, stream: createStream(1) }.",
      },
    );
  }
  const block: PathStep = {
    kind: "block",
    branch: [{ ...variances, activation }],
    shortcut: null,
    activation,
  };
  const { steps, output } = predictPath(new Array<PathStep>(depth).fill(block), {
    stream,
    population,
    secondMoment,
    cosine,
  });
  const points = [...steps.map(({ input }) => input), output];
  return {
    p: Float64Array.from(points, ({ q }) => q),
    c: Float64Array.from(points, (point) => point.c),
    logGradient: Float64Array.from(points, (point) => point.logGradient),
    population,
    assumptions: [
      "Infinite width: components are independent sample paths in a Gaussian field.",
      "Gaussian input components; the gradient that arrives from above is independent of the weights.",
    ],
    references: [yangSchoenholz2017],
    seed: stream.seed,
  };
}
