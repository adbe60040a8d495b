/** Vertices of a patch: which corners of which cells are the same point, how many cells meet there, and in which order. */
import type { Tiling } from "./build.ts";

/** The vertices of a patch. Corner e of a cell lies between its edges e and e + 1, counter-clockwise. */
export interface TilingMesh {
  readonly p: number;
  readonly q: number;
  readonly cells: number;
  readonly vertices: number;
  /** Vertex at each corner: corners[p * cell + e]. */
  readonly corners: Uint32Array;
  /** Row pointers into `around`, length vertices + 1; q cells meet at an inner vertex. */
  readonly offsets: Uint32Array;
  /** Cells at each vertex, counter-clockwise; at a boundary vertex from one boundary edge to the other. */
  readonly around: Uint32Array;
}

/**
 * The edge of the cell that each entry of its row lies behind. A complete row stands in the order of edges; a row of the last
 * layer lists the previous cell (edge 0), the next one, and those it was laid on (edges p - covered .. p - 1).
 */
export function edgesOfRow(
  { p, layerStart, offsets, neighbours }: Pick<Tiling, "p" | "layerStart" | "offsets" | "neighbours">,
  cell: number,
): number[] {
  const from = layerStart.at(-2) as number;
  const end = layerStart.at(-1) as number;
  const row = neighbours.subarray(offsets[cell] as number, offsets[cell + 1] as number);
  if (cell < from) return Array.from(row, (_, e) => e);
  const covered = row.reduce((sum, other) => sum + (other < from ? 1 : 0), 0);
  const previous = cell === from ? end - 1 : cell - 1;
  return Array.from(row, (other, k) => {
    if (other < from) return p - row.length + k;
    return other === previous ? 0 : p - 1 - covered;
  });
}

/**
 * Finds the vertices of a patch: two corners are one where their cells share the edge beside them. V - E + F = 1.
 *
 * @cost O(cells p) time, 12 p bytes a cell at the peak.
 * @example
 * ```ts
 * import { buildTiling, meshOf } from "isinglass/lattice";
 * meshOf(buildTiling(7, 3, 2)).vertices; // => 35
 * ```
 */
export function meshOf(tiling: Tiling): TilingMesh {
  const { p, q, cells, offsets, neighbours } = tiling;
  const behind = new Int32Array(p * cells).fill(-1);
  for (let c = 0; c < cells; c++) {
    const edges = edgesOfRow(tiling, c);
    const row = offsets[c] as number;
    for (let k = 0; k < edges.length; k++)
      behind[p * c + (edges[k] as number)] = neighbours[row + k] as number;
  }
  const corners = new Uint32Array(p * cells).fill(NONE);
  const starts = [0];
  const around: number[] = [];
  let vertices = 0;
  for (let corner = 0; corner < p * cells; corner++) {
    if (corners[corner] !== NONE) continue;
    // go clockwise to the boundary, or once round; then list counter-clockwise
    let first = corner;
    for (let step = 0; step < q; step++) {
      const before = turn(behind, p, first, -1);
      if (before === NONE || before === corner) break;
      first = before;
    }
    for (let at = first; at !== NONE && corners[at] === NONE; at = turn(behind, p, at, 1)) {
      corners[at] = vertices;
      around.push(Math.floor(at / p));
    }
    vertices++;
    starts.push(around.length);
  }
  return {
    p,
    q,
    cells,
    vertices,
    corners,
    offsets: Uint32Array.from(starts),
    around: Uint32Array.from(around),
  };
}

const NONE = 0xffffffff;

/** The corner of the next cell round the same vertex: counter-clockwise across edge e, clockwise across edge e + 1. */
function turn(behind: Int32Array, p: number, corner: number, direction: 1 | -1): number {
  const cell = Math.floor(corner / p);
  const e = corner % p;
  const edge = direction === 1 ? e : (e + 1) % p;
  const other = behind[p * cell + edge] as number;
  if (other < 0) return NONE;
  let back = 0;
  while (behind[p * other + back] !== cell) back++;
  // the shared edge runs the other way round in the other cell
  return p * other + (direction === 1 ? (back + p - 1) % p : back);
}
