export {
  type ConvolutionOptions,
  type ConvolutionResult,
  sampleConvolutionMixture,
  solveConvolutionAction,
  solveConvolutionActionInTurns,
} from "./convolution.ts";
export { type MixtureOptions, type MixtureResult, sampleMatrixScales } from "./mixture.ts";
export {
  type MultiOutputResult,
  sampleMultiOutputMixture,
  solveMultiOutputAction,
  solveMultiOutputActionInTurns,
} from "./multi-output.ts";
export {
  type HiddenWidths,
  type IndependentOutputs,
  type MultiOutputOptions,
  type MultiOutputPrior,
  type MultiOutputTask,
  outputSteps,
  type PreparedOutputs,
} from "./outputs.ts";
export { cutPatches, type PatchKernels, type PatchOptions, solvePatchKernels } from "./patches.ts";
export type { MatrixProblem, OutputPrediction } from "./problem.ts";
export { type MatrixSaddle, solveMatrixSaddle } from "./saddle.ts";
