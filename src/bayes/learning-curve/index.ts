export { errorsOf, type SampledErrors, sampledErrors, type TestErrors } from "./errors.ts";
export { type CurveForm, curveForms } from "./forms.ts";
export { type DescribedTask, halvedSizes, type LabelledTaskOptions, taskOfLabels } from "./labelled-task.ts";
export {
  type CurveOptions,
  predictLearningCurve,
  predictLearningCurveInTurns,
  sampleLearningCurve,
} from "./predict.ts";
export {
  type BayesianNetwork,
  type CurvePoint,
  firstExamples,
  hiddenWidths,
  type PreparedCurve,
  prepareLearningCurve,
} from "./prepare.ts";
export type { CurveSampling, DeepCurveSampling, PosteriorSampler } from "./sampled.ts";
export { drawTeacherTask, type TeacherTaskOptions } from "./teacher-task.ts";
export { predictWidthCurve, sampleWidthCurve, type WidthOptions, type WidthPoint } from "./widths.ts";
