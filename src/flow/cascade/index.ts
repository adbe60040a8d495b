export { type CurveOptions, type FlowCurve, measureCurve } from "./curve.ts";
export { type Cutoff, type CutoffOptions, type EntropyCurve, findCutoff } from "./cutoff.ts";
export { enterChain } from "./enter.ts";
export {
  type DifferentialEntropy,
  measureDifferentialEntropy,
  measureRelativeEntropies,
} from "./entropies.ts";
export { type CurveFollower, type FollowedDepth, type FollowOptions, followTraining } from "./follow.ts";
export { type Reconstruction, type ReconstructOptions, reconstruct } from "./reconstruct.ts";
export type { FlowData } from "./stream.ts";
export { trainDecoders } from "./train.ts";
export type { DecoderTrainingOptions, TrainedCascade, TrainedDecoder } from "./types.ts";
