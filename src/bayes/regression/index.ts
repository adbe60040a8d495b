export {
  type Calibration,
  calibrateVariance,
  measureCalibration,
  measureReliability,
  type Reliability,
} from "./calibration.ts";
export {
  type GaussianProcessResult,
  type GaussianProcessTask,
  solveGaussianProcess,
} from "./gaussian-process.ts";
export { type GradientFlowPrediction, type GradientFlowTask, predictGradientFlow } from "./gradient-flow.ts";
export { type StudentTResult, type StudentTScale, solveStudentTProcess, studentTScale } from "./student-t.ts";
