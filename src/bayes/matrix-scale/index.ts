export {
  type ConvolutionOptions,
  type ConvolutionResult,
  sampleConvolutionMixture,
  solveConvolutionAction,
} from "./convolution.ts";
export { type MixtureOptions, type MixtureResult, sampleMatrixScales } from "./mixture.ts";
export {
  type MultiOutputResult,
  sampleMultiOutputMixture,
  solveMultiOutputAction,
} from "./multi-output.ts";
export type { HiddenWidths, MultiOutputOptions, MultiOutputPrior, MultiOutputTask } from "./outputs.ts";
export { cutPatches, type PatchKernels, type PatchOptions, solvePatchKernels } from "./patches.ts";
export type { MatrixProblem, OutputPrediction } from "./problem.ts";
export { type MatrixSaddle, solveMatrixSaddle } from "./saddle.ts";
