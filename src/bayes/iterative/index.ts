export {
  type ConjugateGradientOptions,
  type ConjugateGradientResult,
  solveConjugateGradients,
  type Tridiagonal,
} from "./conjugate-gradients.ts";
export {
  type LargeProcessOptions,
  type LargeProcessResult,
  type LargeProcessTask,
  solveLargeGaussianProcess,
} from "./large-process.ts";
export type { LeftOut } from "./leave-one-out.ts";
export { estimateLogDeterminant } from "./log-determinant.ts";
export {
  type BlockOptions,
  blockedOperator,
  denseKernelOperator,
  type KernelOperator,
  type KernelRectangle,
  matrixOperator,
} from "./operator.ts";
export { type PartialCholesky, pivotedCholesky } from "./pivoted-cholesky.ts";
export { type Preconditioner, prepareKernelPreconditioner } from "./preconditioner.ts";
