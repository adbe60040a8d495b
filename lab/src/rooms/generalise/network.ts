/** The network of a request as the theory takes it. */
import type { BayesianNetwork } from "../../../../src/bayes/index.ts";
import { resolveActivation } from "../../../../src/networks/index.ts";
import type { CurveRequest } from "./types.ts";

/** Priors of one precision, no biases. */
export function networkOf(request: CurveRequest): BayesianNetwork {
  const { activation, depth, width, temperature, weightVariance } = request;
  const precision = 1 / weightVariance;
  return {
    ...{ activation: resolveActivation(activation), depth, width, temperature },
    ...{ weightPrecision: precision, readoutPrecision: precision },
  };
}
