/** What a layer of a wide network does to a pair of inputs, as numbers for the assembly. */

/** k' = b + w V, theta' = rb + rw V + w S theta, with V and S the averages of phi phi and phi' phi'. */
export interface WideMap {
  readonly b: number;
  readonly w: number;
  readonly rb: number;
  readonly rw: number;
}

/** Averages as sums over q of l_q(c') times Chebyshev series in the correlation or in 1 - 2 t / pi, t the angle of the pair. */
export interface WideTable {
  /** Terms of a series. */
  readonly terms: number;
  /** Number of functions l_q, even. */
  readonly size: number;
  /** Series [size / 2][terms][4] of (V, S) for two q each, at one row input. */
  series(row: number, out: Float64Array): void;
}

/** What one hidden layer does to a pair of inputs; `factors` are numbers that belong to one input each. */
export interface WideLayer extends WideMap {
  readonly kind: "linear" | "half-lines" | "erf" | "gelu" | "sine" | "table" | "angle-table";
  /** Two numbers of the activation: linear (slope^2, 0), half-lines (p, m). */
  readonly parameters: readonly [number, number];
  /** For each input of the rows. */
  readonly rowFactors: readonly Float64Array[];
  /** For each input of the columns; for a table, the first factor and then the l_q. */
  readonly columnFactors: readonly Float64Array[];
  readonly table: WideTable | null;
}

/** Kinds of layers in the order of the assembly's numbers. */
export const LAYER_KINDS: readonly WideLayer["kind"][] = [
  "linear",
  "half-lines",
  "erf",
  "gelu",
  "sine",
  "table",
  "angle-table",
];
