/**
 * The boundary of a growing patch, in counter-clockwise order: for every boundary edge the cell that owns it, which of the
 * cell's edges it is, and how many cells of the patch meet at the vertex after it.
 */
export interface Boundary {
  readonly edges: number;
  readonly owner: Uint32Array;
  readonly slot: Uint8Array;
  readonly meeting: Uint8Array;
}

/** How new cells are laid: one on every boundary edge, or also those that touch the boundary in a vertex only. */
export type LayerKind = "edge" | "vertex";

/** What laying one more layer of {p,q} will add. */
export interface LayerCounts {
  readonly cells: number;
  readonly bonds: number;
  /** Boundary edges afterwards. */
  readonly edges: number;
}

/**
 * Counts the next layer before it is built.
 *
 * A vertex where k cells meet misses q - k. One missing: the new cells on the two edges beside it are the same. Two
 * missing: they share an edge. More: in a vertex layer the others are put between them; in an edge layer it stays open.
 */
export function countLayer(p: number, q: number, boundary: Boundary, by: LayerKind): LayerCounts {
  let merged = 0;
  let shared = 0;
  let between = 0;
  for (let i = 0; i < boundary.edges; i++) {
    const missing = q - (boundary.meeting[i] as number);
    if (missing === 1) merged++;
    else if (missing === 2) shared++;
    else if (by === "vertex") between += missing - 2;
  }
  // in a vertex layer all cells touch the next one; each merged vertex saves one cell
  const cells = boundary.edges - merged + between;
  const ringBonds = by === "vertex" ? cells : shared;
  return { cells, bonds: ringBonds + boundary.edges, edges: p * cells - 2 * ringBonds - boundary.edges };
}

/** The boundary of the start: one cell, or q cells round a vertex. */
export function startBoundary(p: number, q: number, centre: "cell" | "vertex"): Boundary {
  const cells = centre === "cell" ? 1 : q;
  const perCell = centre === "cell" ? p : p - 2;
  const firstSlot = centre === "cell" ? 0 : 1;
  const edges = cells * perCell;
  const owner = new Uint32Array(edges);
  const slot = new Uint8Array(edges);
  const meeting = new Uint8Array(edges).fill(1);
  for (let i = 0; i < edges; i++) {
    owner[i] = Math.floor(i / perCell);
    slot[i] = firstSlot + (i % perCell);
    if (centre === "vertex" && i % perCell === perCell - 1) meeting[i] = 2;
  }
  return { edges, owner, slot, meeting };
}
