export {
  denseMemory,
  type KernelAlgebra,
  type KernelMatrices,
  type KernelMatrix,
  type KernelOptions,
  type KernelResult,
  solveDenseKernels,
  solveKernelDiagonal,
  solveKernels,
} from "./dense.ts";
export { dualOf } from "./dual.ts";
export { wideNetworkOf } from "./from-network.ts";
export { DEFAULT_KERNEL_BYTES, type KernelMemory, type KernelRequest } from "./memory.ts";
export type { WideNetwork, WideNetworkLayer } from "./network.ts";
export { networkMemory, solveNetworkKernels } from "./network-kernels.ts";
export { type KernelPair, type KernelRecursion, prepareRecursion, uniformKernelSpec } from "./recursion.ts";
export type {
  DenseKernelSpec,
  DualActivation,
  DualPair,
  KernelParametrization,
  LayerMap,
  LayerVariances,
} from "./types.ts";
export type { WidePadding } from "./windows.ts";
