/** What the inner loops of growth are given: where rows go, and one layer. */
import type { LayerRule } from "./lay.ts";
import type { Ring } from "./ring.ts";

/** Arrays under construction: rows of the stored cells, in the order in which layers are written. */
export interface Rows {
  readonly offsets: Uint32Array;
  /** Signed, because V8 keeps such numbers in registers; cells stay below 2^31. */
  readonly neighbours: Int32Array;
}

/** Where a layer's rows go, and what follows it. */
export interface LayerJob extends LayerRule {
  readonly ring: Ring;
  /** The layer before; null where `ring` lies round the centre, which then owns what is covered. */
  readonly before: Ring | null;
  /** Index of the ring's first cell among the stored ones. */
  readonly at: number;
  /** Cells of the next layer: stored, and in all sectors. */
  readonly cells: number;
  readonly around: number;
  /** The next layer is the last: its rows, without outer neighbours, are written too. */
  readonly isLast: boolean;
}
