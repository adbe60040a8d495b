export { type DeepMixtureResult, solveDeepMixture } from "./deep-mixture.ts";
export {
  type DeepScaleSetting,
  type ScalePrior,
  solveDeepScaleDistribution,
  solveScalePrior,
} from "./mixture.ts";
export {
  type DeepLinearScale,
  type DeepLinearSetting,
  deepLinearLimit,
  deepLinearThreshold,
  solveDeepLinearScale,
} from "./saddle.ts";
