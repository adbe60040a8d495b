export { averageProfiles, type LayerLabel, meanOver } from "./average.ts";
export { bodyOf, repeatBody, specAtDepth } from "./body.ts";
export { type CompareOptions, type ComparisonRow, compareWithTraining, type TrainedCell } from "./compare.ts";
export { drawStream, reviveProfile, roundProfile, testBatchOf } from "./draw.ts";
export { extraPictures } from "./extras.ts";
export { type DecidingNumber, type FlowVerdict, judgeFlow } from "./judge.ts";
export {
  assembleMap,
  type BestColumn,
  bestColumn,
  type ColumnReading,
  differentialBoundary,
  type FlowColumn,
  type FlowMap,
  interpolateShare,
  type MapOptions,
  orderedBoundary,
  PUBLISHED_MIDDLE,
} from "./map.ts";
export { measureOverlap, type Overlap, type PredictedCell } from "./overlap.ts";
export { collectShown, type FlowPictures, type PictureCollector, picturesOf } from "./pictures.ts";
export {
  blockSizes,
  countedDepth,
  DECODER_BATCHES,
  type MeasuredProfile,
  measureProfile,
  type ProfileOptions,
} from "./profile.ts";
export { findDifferentialCutoff, findReach, KEPT_SHARE, type Reach } from "./reach.ts";
export { assembleFlow, type ChainOutline, FLOW_REFERENCES, type FlowResult, outlineOf } from "./result.ts";
export { shannonEntropy } from "./shannon.ts";
export {
  atVariances,
  drawParameters,
  type FlowSource,
  type InputRange,
  rangeOfData,
  sourceOfModel,
  sourceOfSpec,
  theoryOf,
} from "./source.ts";
export {
  type FlowTheory,
  predictFlow,
  type TheoryCoverage,
  type TypicalVariances,
  theoryCoverage,
} from "./theory.ts";
export type { FlowLayer, FlowProfile, FlowQuantity } from "./types.ts";
