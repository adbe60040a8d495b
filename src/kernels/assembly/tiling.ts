// Entry of a module of its own, with its own memory: neighbour rows of hyperbolic tilings, which are the results themselves. The
// readable twins are src/lattice/tiling/{layer,lay,rim-rows,threefold,turn}.ts; names and rules are theirs.
// Offsets and neighbours are i32 arrays, `kind` and `meeting` bytes; `at` and `rimAt` count rows, `start` and `count` entries.

export { layRing, writeRim, writeRows } from "./tiling-layer";
export { layThreefold, writeThreefoldRim, writeThreefoldRows } from "./tiling-threefold";
export { shiftOffsets, turnRows } from "./tiling-turn";

/** First free byte after the module's own data. */
export function heapBase(): usize {
  return __heap_base;
}
