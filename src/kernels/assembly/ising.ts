// Entry of a module of its own, with its own memory: Ising updates, bit-parallel on square tori, and of single spins and clusters on
// any graph. Lattices stay in the memory, one an instance.

export { openRandom } from "./ising-random";
export { heatBathSweeps, metropolisSweeps, squareWorkBytes } from "./ising-square";
export { measureReplicas, measureSites } from "./ising-measure";
export { generalSweeps, tabledSweeps } from "./ising-local";
export { measureGraph, swendsenWangSweeps, wolffClusters } from "./ising-clusters";

/** First free byte after the module's own data. */
export function heapBase(): usize {
  return __heap_base;
}
