/** What kernel matrices of wide networks are made of: inputs, layers, and where results go. */
import type { Matrix } from "../numerics/index.ts";
import type { WideLayer, WideMap } from "./wide-layer.ts";

/** A job: inputs, layers, and where results go. */
export interface WideJob {
  /** X, [n, N0]. */
  readonly rows: Matrix;
  /** Y, [m, N0]; null: Y = X, and the results are symmetric. */
  readonly columns: Matrix | null;
  /** The first affine map, V = x.y / N0. */
  readonly first: WideMap;
  readonly layers: readonly WideLayer[];
  /** Results [n, m], filled on return; null: not wanted. */
  readonly nngp: Float64Array | Float32Array | null;
  readonly ntk: Float64Array | Float32Array | null;
  /** Called after every panel with the number of rows done; throws to stop. */
  onRows?(done: number): void;
}

/** Rows and columns of a block: multiples of the columns below, enough for products at full speed, and few enough for the last cache. */
export const PANEL_ROWS = 448;
export const BLOCK_COLUMNS = 504;
/** Columns that a sparse product works on at a time, as in assembly/sparse.ts. */
export const SPARSE_COLUMNS = 14;
/** Columns that a product of integers works on at a time, as in assembly/grid.ts: a multiple of the columns above. */
export const GRID_COLUMNS = 28;

/** Row stride of a panel: whole groups of columns, and room for steps of two numbers. */
export function strideOf(columns: number): number {
  return Math.ceil(columns / GRID_COLUMNS) * GRID_COLUMNS + 2;
}

/** The part of a panel that one product fills. */
export interface PanelPart {
  /** First row of X. */
  readonly start: number;
  readonly height: number;
  /** First column, 0 or, for a symmetric job, `start`. */
  readonly from: number;
  readonly width: number;
  /** Where the first row goes, and the numbers from one row to the next. */
  readonly pointer: number;
  readonly stride: number;
}

/** Fills a panel with inner products divided by the number of features; a promise where a provider does it. */
export type PanelProduct = (part: PanelPart) => void | Promise<void>;
