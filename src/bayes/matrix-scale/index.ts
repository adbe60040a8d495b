export { type MixtureOptions, type MixtureResult, sampleMatrixScales } from "./mixture.ts";
export {
  type MultiOutputResult,
  sampleMultiOutputMixture,
  solveMultiOutputAction,
} from "./multi-output.ts";
export type { MultiOutputOptions, MultiOutputTask } from "./outputs.ts";
export type { MatrixProblem, OutputPrediction } from "./problem.ts";
export { type MatrixSaddle, solveMatrixSaddle } from "./saddle.ts";
