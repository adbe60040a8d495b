export {
  GAP_BOUND_WARNING,
  type GapCurve,
  type GapCurveOptions,
  type GapPoint,
  measureGapCurve,
} from "./curve.ts";
export { countFeatures, measureFeatures } from "./features.ts";
export {
  finiteSizeTest,
  type GapLaw,
  type GapSetting,
  lastLayerBound,
  predictGap,
  predictRidgeErrors,
  type RidgeSetting,
} from "./law.ts";
export { type FeatureTask, type GapMeasurement, type MeasuredGap, measureGap } from "./measure.ts";
export { GAP_MULTIPLES, type GapPlan, planGapSizes } from "./plan.ts";
