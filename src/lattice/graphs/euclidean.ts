/** Square and triangular lattices, on a torus or as an open patch whose rim is the boundary. */
import { SpecError } from "../../base/index.ts";
import { graphDistances, requireSites, type SpinGraph } from "./spin-graph.ts";

/** Options of Euclidean lattices. */
export interface EuclideanOptions {
  /** Rows; default as many as columns. */
  readonly rows?: number;
  /** Torus (default) or open patch. */
  readonly periodic?: boolean;
}

type Step = readonly [dx: number, dy: number];
const SQUARE: readonly Step[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];
// axes at 60 degrees: the third pair of neighbours lies along (1, -1)
const TRIANGULAR: readonly Step[] = [...SQUARE.slice(0, 2), [-1, 1], ...SQUARE.slice(2), [1, -1]];

/**
 * The square lattice with `columns` x `rows` sites; site x + columns y has neighbours x +- 1 and y +- 1.
 *
 * @throws SpecError for a side below 2; BudgetError when it does not fit into memory.
 * @example
 * ```ts
 * import { squareLattice } from "isinglass/lattice";
 * squareLattice(4).bonds; // => 32
 * ```
 */
export function squareLattice(columns: number, options: EuclideanOptions = {}): SpinGraph {
  return euclidean("square", SQUARE, columns, options);
}

/**
 * The triangular lattice, six neighbours a site: a square lattice with one diagonal per square.
 *
 * @throws SpecError for a side below 2 (3 on a torus); BudgetError when it does not fit into memory.
 * @example
 * ```ts
 * import { triangularLattice } from "isinglass/lattice";
 * triangularLattice(4).bonds; // => 48
 * ```
 */
export function triangularLattice(columns: number, options: EuclideanOptions = {}): SpinGraph {
  return euclidean("triangular", TRIANGULAR, columns, options);
}

function euclidean(
  kind: "square" | "triangular",
  steps: readonly Step[],
  columns: number,
  { rows = columns, periodic = true }: EuclideanOptions,
): SpinGraph {
  const least = kind === "triangular" && periodic ? 3 : 2;
  const size = rows === columns ? `${columns}` : `${columns}x${rows}`;
  const name = `${kind}:${size}${periodic ? "" : ":open"}`;
  for (const side of [columns, rows])
    if (!Number.isInteger(side) || side < least)
      throw new SpecError(`${name}: received a side of ${side}, expected an integer of at least ${least}`);
  const sites = columns * rows;
  requireSites(name, sites);
  const offsets = new Uint32Array(sites + 1);
  const neighbours = new Uint32Array(sites * steps.length);
  let at = 0;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      for (const [dx, dy] of steps) {
        const u = x + dx;
        const v = y + dy;
        const isInside = u >= 0 && u < columns && v >= 0 && v < rows;
        if (!isInside && !periodic) continue;
        neighbours[at++] = ((u + columns) % columns) + columns * ((v + rows) % rows);
      }
      offsets[x + columns * y + 1] = at;
    }
  const centre = Math.floor(columns / 2) + columns * Math.floor(rows / 2);
  const rowEnds = neighbours.slice(0, at);
  return {
    name,
    sites,
    bonds: at / 2,
    offsets,
    neighbours: rowEnds,
    couplings: null,
    centre,
    layer: graphDistances(offsets, rowEnds, centre),
    boundary: periodic ? new Uint32Array(0) : rim(columns, rows),
    shape: { kind, rows, columns, periodic },
  };
}

/** The outermost sites, counter-clockwise from the corner (0, 0). */
function rim(columns: number, rows: number): Uint32Array {
  const sites: number[] = [];
  for (let x = 0; x < columns; x++) sites.push(x);
  for (let y = 1; y < rows; y++) sites.push(columns - 1 + columns * y);
  for (let x = columns - 2; x >= 0; x--) sites.push(x + columns * (rows - 1));
  for (let y = rows - 2; y >= 1; y--) sites.push(columns * y);
  return Uint32Array.from(sites);
}
