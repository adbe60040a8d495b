export { solveExpectationPropagation } from "./expectation-propagation.ts";
export {
  type LabelPrediction,
  type LabelRegressionOptions,
  type LabelRegressionResult,
  type LabelSampling,
  predictLabelRegression,
} from "./label-regression.ts";
export { solveLaplaceClassifier } from "./laplace.ts";
export {
  type ClassifierMethod,
  type ClassifierNetwork,
  classifierMethods,
  type LabelledExamples,
  type NetworkClassification,
  type NetworkClassifierOptions,
  type NetworkClassifierResult,
  predictClassification,
} from "./network.ts";
export {
  type ClassificationScores,
  listWrong,
  type ScoreOptions,
  scoreClassification,
  type WrongPrediction,
} from "./scores.ts";
export { type SoftmaxClassification, type SoftmaxOptions, solveSoftmaxClassifier } from "./softmax.ts";
export type { BinaryClassification, ClassificationTask, ClassifierOptions } from "./task.ts";
