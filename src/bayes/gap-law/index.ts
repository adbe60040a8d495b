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
