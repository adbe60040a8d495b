/** What page and painters say to each other. */
import type { CriticalPolyline, PhaseGrid } from "../../../../src/signal/theory/index.ts";

/** Rows [from, to) of a diagram. */
export interface PaintRequest {
  readonly activation: string;
  readonly grid: PhaseGrid;
  readonly rows: readonly [number, number];
  /** One of the painters traces the critical line too. */
  readonly tracesLine: boolean;
}

/** Values of the rows, coarse blocks where the last pass has not been. */
export interface PaintedRows {
  /** Grid points per block of the pass under way. */
  readonly stride: number;
  readonly q: Float64Array;
  readonly c: Float64Array;
  readonly chi1: Float64Array;
  readonly xiC: Float64Array;
  readonly xiQ: Float64Array;
}

/** A painting so far, or the line. */
export type PaintPartial = { readonly painted: PaintedRows } | { readonly line: readonly CriticalPolyline[] };

/** The finished rows. */
export type PaintResult = PaintedRows;
