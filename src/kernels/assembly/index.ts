// Entry of the WebAssembly module: everything the host calls. Pointers are byte offsets, strides count elements.
export { gemm, gemmWorkBytes } from "./gemm";
export { asymmetry, axpy, copyStrided, dot, dotRows, gatherRows, maxAbs, rotate, scale, subtractRows, transposeRows } from "./vectors";
export { choleskyLeaf, solveLowerRight, solveLowerRightWorkBytes } from "./cholesky";
export { householder, symmetricTimesVector, tridiagonalClose, tridiagonalOpen } from "./tridiagonal";
export { luPanel, swap } from "./lu";
export { applySweeps, sweepWorkBytes } from "./rotations";
export { activatePositions, sumPositions } from "./positions";
export { gridDeviations, gridProduct, listGrid, packGrid } from "./grid";
export { countDeviations, listDeviations, packDeviations, sparseProduct } from "./sparse";
export { wideTiles, wideWorkBytes } from "./wide";
export { secularEigenvectors, secularRoots, secularVector } from "./secular";

/** First free byte after the module's own data. */
export function heapBase(): usize {
  return __heap_base;
}
