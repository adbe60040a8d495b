export { solveDeepScaleDistribution } from "./mixture.ts";
export {
  type DeepLinearScale,
  type DeepLinearSetting,
  deepLinearLimit,
  solveDeepLinearScale,
} from "./saddle.ts";
