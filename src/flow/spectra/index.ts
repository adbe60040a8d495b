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
export { measureGram, spectrumOfDensity } from "./measure.ts";
export { predictEquicorrelated, predictNoiseEntropy } from "./reference-states.ts";
export type {
  Centring,
  DensityOptions,
  GramOptions,
  GramSpectrum,
  SampleBatch,
  Scaling,
  Spectrum,
} from "./types.ts";
