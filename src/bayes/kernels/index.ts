export { type KernelMatrices, solveDenseKernels, solveKernelDiagonal } from "./dense.ts";
export { dualOf } from "./dual.ts";
export {
  type DenseKernelSpec,
  type KernelPair,
  type KernelRecursion,
  prepareRecursion,
  uniformKernelSpec,
} from "./recursion.ts";
export type { DualActivation, DualPair, LayerVariances } from "./types.ts";
