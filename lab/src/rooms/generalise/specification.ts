/** The network of a request as a specification, and how dynamics of all its parameters run. */
import type { NetworkDynamics } from "../../../../src/bayes/index.ts";
import type { CurveRequest, SamplingRequest } from "./types.ts";

/** Steps of Langevin dynamics for every state kept or dropped before: single steps move little. */
export const LANGEVIN_STEPS = 10;

/** "784-20x2-1 erf sw2=2 sb2=0": weights with the prior's variance, no biases. */
export function specificationOf(
  { activation, depth, width, weightVariance }: CurveRequest,
  inputs: number,
): string {
  const layers = depth === 1 ? String(width) : `${width}x${depth}`;
  return `${inputs}-${layers}-1 ${activation.replaceAll(" ", "")} sw2=${weightVariance} sb2=0`;
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

/** What the page calls it. */
export function describeSampler({ dynamics, chains, samples }: SamplingRequest): string {
  const what =
    dynamics === undefined
      ? "Hamiltonian Monte Carlo of the hidden weights, the readout integrated"
      : dynamics === "hamiltonian"
        ? "Hamiltonian Monte Carlo of all weights"
        : `Langevin dynamics of all weights, ${LANGEVIN_STEPS} steps a state`;
  return `${what}, ${chains} ${chains === 1 ? "chain" : "chains"} of ${samples}`;
}
