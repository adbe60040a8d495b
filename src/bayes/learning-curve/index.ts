export { type CurveForm, curveForms } from "./forms.ts";
export { type DescribedTask, halvedSizes, type LabelledTaskOptions, taskOfLabels } from "./labelled-task.ts";
export {
  type BayesianNetwork,
  type CurveOptions,
  type CurvePoint,
  type CurveSampling,
  firstExamples,
  type PreparedCurve,
  predictLearningCurve,
  prepareLearningCurve,
  sampledErrors,
  type TestErrors,
} from "./predict.ts";
export { drawTeacherTask, type TeacherTaskOptions } from "./teacher-task.ts";
export { predictWidthCurve, type WidthOptions, type WidthPoint } from "./widths.ts";
