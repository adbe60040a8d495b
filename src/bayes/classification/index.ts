export { solveExpectationPropagation } from "./expectation-propagation.ts";
export { solveLaplaceClassifier } from "./laplace.ts";
export { type SoftmaxClassification, type SoftmaxOptions, solveSoftmaxClassifier } from "./softmax.ts";
export type { BinaryClassification, ClassificationTask, ClassifierOptions } from "./task.ts";
