export type { ChainReport, ChainSpace, HamiltonianOptions } from "./chain.ts";
export { type CollapsedNetwork, type CollapsedPosterior, collapsedPosterior } from "./collapsed-posterior.ts";
export { type ChainEstimate, estimateFromChains } from "./diagnostics.ts";
export {
  type GraphPosterior,
  type NetworkTask,
  openGraphPosterior,
  type PosteriorOptions,
} from "./graph-posterior.ts";
export { type AsyncPotential, type Potential, runAsyncChain, runHamiltonianChain } from "./hamiltonian.ts";
export {
  type SampledPosterior,
  type SampleOptions,
  samplePosterior,
  samplePosteriorInTurns,
} from "./sample.ts";
export {
  type NetworkDynamics,
  type NetworkSampleOptions,
  type SampledNetwork,
  sampleNetworkPosterior,
} from "./sample-network.ts";
