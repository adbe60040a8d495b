export { type LanczosOptions, type LanczosResult, lanczos, type RitzPair } from "../numerics/index.ts";
export type { EigenSymmetric } from "./eigen.ts";
export type { DenseProduct, GemmProvider, WorthwhileSizes } from "./gemm-provider.ts";
export { loadGraphIsing } from "./ising-graph.ts";
export { loadSquareIsing, type SquareIsing, type SquareIsingOptions } from "./ising-square.ts";
export type { GraphIsing, GraphIsingOptions, GraphUpdate, IsingGraph } from "./ising-types.ts";
export { loadKernels } from "./kernels.ts";
export { createOnnxGemm } from "./onnx-gemm.ts";
export type {
  OpenPositions,
  PositionLayer,
  PositionSession,
  PositionState,
  PositionSum,
} from "./positions.ts";
export { openTilingKernel, type TilingExports, type TilingKernel } from "./tiling.ts";
export type { TriangularKind } from "./triangular.ts";
export type {
  EigenOptions,
  KernelOptions,
  Kernels,
  LinearAlgebra,
  OffloadedLinearAlgebra,
} from "./types.ts";
export type { WideKernels } from "./wide.ts";
export type { WideJob } from "./wide-job.ts";
export type { WideLayer, WideMap, WideTable } from "./wide-layer.ts";
