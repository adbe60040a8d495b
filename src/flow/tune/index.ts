export { type Difference, independentDifference, pairedDifference } from "./difference.ts";
export { type ArchitectureEdit, layerOfBlocks, proposeEdits } from "./edits.ts";
export { fitGaussianProcess, type GaussianProcess, type Observations } from "./gaussian-process.ts";
export {
  drawWithVariances,
  groupLayers,
  type LayerVariance,
  scaleGroup,
  uniformVariances,
} from "./layers.ts";
export { type LayerLoss, type LossDiagnosis, rankLosses } from "./losses.ts";
export {
  estimateOptimum,
  firstPoints,
  type Optimum,
  type ProfileValue,
  proposePoint,
  type SearchAxis,
  type Trial,
} from "./search.ts";
