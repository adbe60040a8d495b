export { type CollapsedNetwork, type CollapsedPosterior, collapsedPosterior } from "./collapsed-posterior.ts";
export { type ChainEstimate, estimateFromChains } from "./diagnostics.ts";
export {
  type ChainReport,
  type HamiltonianOptions,
  type Potential,
  runHamiltonianChain,
} from "./hamiltonian.ts";
export { type SampledPosterior, type SampleOptions, samplePosterior } from "./sample.ts";
