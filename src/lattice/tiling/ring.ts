/**
 * The outermost layer of a growing patch: two bytes a cell are all that the next layer depends on. Growth is the same in every
 * sector (a p-th part of a patch centred on a cell, a q-th part round a vertex), so that one sector stands for all: cell
 * i of sector s has the number from + s * cells + i.
 */

/** What makes the next layer: cells that share an edge with the patch, or also those that share only a vertex. */
export type LayerKind = "edge" | "vertex";

/** Where a patch is centred. */
export type Centre = "cell" | "vertex";

/** One layer of cells, in counter-clockwise order. */
export interface Ring {
  /** Number of its first cell. */
  readonly from: number;
  /** Cells that are stored: one sector, or all. */
  readonly cells: number;
  /** Cells in all sectors. */
  readonly around: number;
  /**
   * 4 * covered + 2 * previous + next: edges of the patch that the cell was laid on, and whether it shares an edge with
   * the cell before and behind it in the layer.
   */
  readonly kind: Uint8Array;
  /** Cells of the patch that meet at the vertex behind the cell's last outer edge, where it has one. */
  readonly meeting: Uint8Array;
}

/** Edges of a cell that lie on the boundary of the patch. */
export function outerEdges(p: number, kind: number): number {
  return p - (kind >> 2) - ((kind >> 1) & 1) - (kind & 1);
}

/** The q cells round the central vertex, as one sector of one cell or as a whole. */
export function vertexRing(q: number, sectors: number): Ring {
  const cells = q / sectors;
  const kind = new Uint8Array(cells).fill(3);
  return { from: 0, cells, around: q, kind, meeting: new Uint8Array(cells).fill(2) };
}

/** The layer round the central cell 0. */
export function firstRing(p: number, q: number, by: LayerKind, sectors: number): Ring {
  const perEdge = by === "vertex" ? q - 2 : 1;
  const cells = (p * perEdge) / sectors;
  const kind = new Uint8Array(cells);
  const meeting = new Uint8Array(cells);
  const isShared = by === "vertex" || q === 3;
  for (let i = 0; i < cells; i++) {
    kind[i] = (i % perEdge === 0 ? 4 : 0) + (isShared ? 3 : 0);
    meeting[i] = isShared ? 2 : 3;
    // a triangle on an edge has no outer edge, and the cell before it ends where three meet
    if (p === 3 && by === "vertex" && i % perEdge === perEdge - 1) meeting[i] = 3;
  }
  return { from: 1, cells, around: p * perEdge, kind, meeting };
}

/** How the children of a ring start: its first edges may belong to the last child of the sector before. */
export interface RingStart {
  /** Such edges. */
  readonly lead: number;
  /** Cells that meet at the vertex behind them. */
  readonly closing: number;
}

/** Counts the leading edges of a ring: two children are one where they meet at a vertex that misses one cell. */
export function startOf(p: number, q: number, { cells, kind, meeting }: Ring): RingStart {
  let last = cells - 1;
  while (outerEdges(p, kind[last] as number) === 0) last--;
  let closing = meeting[last] as number;
  let lead = 0;
  for (let i = 0; q - closing === 1; i++) {
    const outer = outerEdges(p, kind[i] as number);
    if (outer === 0) continue;
    lead++;
    closing = outer > 1 ? 1 : (meeting[i] as number);
  }
  return { lead, closing };
}
