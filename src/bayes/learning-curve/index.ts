export {
  type BayesianNetwork,
  type CurveOptions,
  type CurvePoint,
  type CurveSampling,
  predictLearningCurve,
  type TestErrors,
} from "./predict.ts";
