export {
  type GaussianProcessResult,
  type GaussianProcessTask,
  solveGaussianProcess,
} from "./gaussian-process.ts";
export { type GradientFlowPrediction, type GradientFlowTask, predictGradientFlow } from "./gradient-flow.ts";
export { type StudentTScale, studentTScale } from "./student-t.ts";
