/**
 * The outermost layer of a growing patch: all that the next layer depends on, three small arrays. Growth is the same in every
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
  /** The cell of the layer before that owns the first covered edge; unused where nothing is covered. */
  readonly parent: Uint32Array;
}

/** A ring with room for its cells. */
export function emptyRing(from: number, cells: number, around: number): Ring {
  return {
    from,
    cells,
    around,
    kind: new Uint8Array(cells),
    meeting: new Uint8Array(cells),
    parent: new Uint32Array(cells),
  };
}

/** Edges of a cell that lie on the boundary of the patch. */
export function outerEdges(p: number, kind: number): number {
  return p - (kind >> 2) - ((kind >> 1) & 1) - (kind & 1);
}

/** The q cells round the central vertex, as one sector of one cell or as a whole. */
export function vertexRing(q: number, sectors: number): Ring {
  const ring = emptyRing(0, q / sectors, q);
  ring.kind.fill(3);
  ring.meeting.fill(2);
  return ring;
}

/** The layer round the central cell 0. */
export function firstRing(p: number, q: number, by: LayerKind, sectors: number): Ring {
  const perEdge = by === "vertex" ? q - 2 : 1;
  const ring = emptyRing(1, (p * perEdge) / sectors, p * perEdge);
  const isShared = by === "vertex" || q === 3;
  for (let i = 0; i < ring.cells; i++) {
    ring.kind[i] = (i % perEdge === 0 ? 4 : 0) + (isShared ? 3 : 0);
    ring.meeting[i] = isShared ? 2 : 3;
    // a triangle on an edge has no outer edge, and the cell before it ends where three meet
    if (p === 3 && by === "vertex" && i % perEdge === perEdge - 1) ring.meeting[i] = 3;
  }
  return ring;
}
