export {
  denseMemory,
  solveDenseKernels,
  solveDenseNngp,
  solveKernelDiagonal,
  solveKernels,
} from "./dense.ts";
export { dualOf } from "./dual.ts";
export { wideNetworkOf } from "./from-network.ts";
export { DEFAULT_KERNEL_BYTES, type KernelMemory, type KernelRequest } from "./memory.ts";
export { solveNetworkKernels } from "./network-kernels.ts";
export type { WideNetwork, WideNetworkLayer } from "./network-layers.ts";
export { networkMemory } from "./network-memory.ts";
export { type KernelPair, type KernelRecursion, prepareRecursion, uniformKernelSpec } from "./recursion.ts";
export type {
  KernelAlgebra,
  KernelMatrices,
  KernelMatrix,
  KernelOptions,
  KernelResult,
} from "./results.ts";
export type {
  DenseKernelSpec,
  DualActivation,
  DualPair,
  KernelParametrization,
  LayerMap,
  LayerVariances,
} from "./types.ts";
export type { WidePadding } from "./windows.ts";
