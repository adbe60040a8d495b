export { accumulateGram, type GramAccumulator } from "./accumulate.ts";
export { densityMatrix } from "./density.ts";
export {
  effectiveRank,
  entropyOf,
  minEntropy,
  participationRatio,
  renyiEntropy,
  spectralGap,
  vonNeumannEntropy,
} from "./entropies.ts";
export { estimateGram, type GramEstimates, summarizeSpectrum } from "./estimate.ts";
export {
  type ForwardOptions,
  type ForwardPrediction,
  innerProducts,
  predictForwardEntropy,
  predictForwardSpectra,
} from "./forward.ts";
export { type LayerGram, type LayerOptions, measureLayers } from "./layers.ts";
export { measureGram, spectrumOfDensity } from "./measure.ts";
export { predictEquicorrelated, predictNoiseEntropy } from "./reference-states.ts";
export { type RelativeEntropy, type RelativeEntropyOptions, relativeEntropy } from "./relative-entropy.ts";
export { type SampleForwardOptions, sampleForwardSpectra } from "./sample-forward.ts";
export type {
  Centring,
  DensityOptions,
  GramOptions,
  GramSpectrum,
  SampleBatch,
  Scaling,
  Spectrum,
} from "./types.ts";
