/** The network of a request as a specification, and how dynamics of all its parameters run. */
import type { NetworkDynamics } from "../../../../src/bayes/index.ts";
import type { CurveRequest, SamplingRequest } from "./types.ts";

/** Steps of Langevin dynamics for every state kept or dropped before: single steps move little. */
export const LANGEVIN_STEPS = 10;

/** "784-20x2-1 erf sw2=2 sb2=0": weights and biases with the prior's variances. */
export function specificationOf(
  { activation, depth, width, weightVariance, biasVariance = 0 }: CurveRequest,
  inputs: number,
): string {
  const layers = depth === 1 ? String(width) : `${width}x${depth}`;
  return `${inputs}-${layers}-1 ${activation.replaceAll(" ", "")} sw2=${weightVariance} sb2=${biasVariance}`;
}

/** Options of `sampleNetworkPosterior`. */
export function dynamicsOptions({ dynamics, chains, samples, burnIn }: SamplingRequest): {
  readonly dynamics: NetworkDynamics;
  readonly chains: number;
  readonly samples: number;
  readonly burnIn: number;
  readonly thinning?: number;
} {
  if (dynamics !== "langevin") return { dynamics: "hamiltonian", chains, samples, burnIn };
  return {
    ...{ dynamics, chains, samples },
    burnIn: LANGEVIN_STEPS * burnIn,
    thinning: LANGEVIN_STEPS - 1,
  };
}

/** Whether all weights are parameters of the chains; else the readout is integrated. */
export function movesAllWeights({
  depth,
  sampling,
  biasVariance,
}: Pick<CurveRequest, "depth" | "sampling" | "biasVariance">): boolean {
  return depth > 1 || sampling?.dynamics !== undefined || biasVariance !== undefined;
}

/** What the page calls it. */
export function describeSampler(request: Pick<CurveRequest, "depth" | "sampling" | "biasVariance">): string {
  const { dynamics, chains = 0, samples } = request.sampling ?? {};
  const what = !movesAllWeights(request)
    ? "Hamiltonian Monte Carlo of the hidden weights, the readout integrated"
    : dynamics === "langevin"
      ? `Langevin dynamics of all weights, ${LANGEVIN_STEPS} steps a state`
      : "Hamiltonian Monte Carlo of all weights";
  const biases = request.biasVariance === undefined ? "" : " and biases";
  return `${what}${biases}, ${chains} ${chains === 1 ? "chain" : "chains"} of ${samples}`;
}
