export { actionAt, solveSaddle, targetRatio } from "./action.ts";
export { type DeepSaddle, type LayerScales, solveDeepSaddle, solveLayerScales } from "./deep.ts";
export {
  type DeepActionOptions,
  type DeepActionResult,
  type DeepForm,
  solveDeepEffectiveAction,
  solveDeepEffectiveActionInTurns,
} from "./deep-action.ts";
export { describeDuplicates, findDuplicates } from "./duplicates.ts";
export {
  type EffectiveActionResult,
  solveEffectiveAction,
  solveEffectiveActionInTurns,
} from "./effective-action.ts";
export { diagonalizeTask, type EigenTask, predictAtScale } from "./eigenbasis.ts";
export { predictOverScales, type ScaleDistribution, solveScaleDistribution } from "./mixture.ts";
export { parseTaskFile, type TaskFile } from "./task-file.ts";
export type {
  ActionMethod,
  EffectiveActionOptions,
  Prediction,
  RegressionKernels,
  RegressionTargets,
  RegressionTask,
} from "./types.ts";
export { type Validity, type ValiditySetting, validityOf } from "./validity.ts";
