/**
 * Combinatorial growth of a hyperbolic {p,q}, layer by layer, exact at any size: no coordinates, no search for duplicates, a
 * constant number of integer operations per cell. Cells of a layer get consecutive numbers in counter-clockwise
 * order; the rule at each boundary vertex is in `boundary.ts`. Compare the graph kernels of hypertiling (arXiv
 * 2508.04765) and Dunham (2007).
 */
import { type Boundary, countLayer, type LayerKind, startBoundary } from "./boundary.ts";

/** Where a patch is centred. */
export type Centre = "cell" | "vertex";

/** A patch of a tiling as a graph, with the arrays that hold it. */
export interface Patch {
  /** First cell of each layer; layer j holds cells layerStart[j] .. layerStart[j+1] - 1. */
  readonly layerStart: readonly number[];
  /** Row pointers, length cells + 1. */
  readonly offsets: Uint32Array;
  /**
   * Neighbours of each cell, counter-clockwise. The row of a cell with all its p neighbours stands in the order of its
   * edges, so that coordinates can be derived from it.
   */
  readonly neighbours: Uint32Array;
  /**
   * A spanning tree: parent[c] is an inner neighbour, or the previous cell of the layer; the root is its own parent.
   * parentEdges[c] = e * p + f: the step leaves through the parent's edge e and the cell's edge f. Null without tree.
   */
  readonly parent: Uint32Array | null;
  readonly parentEdges: Uint16Array | null;
}

interface Growing {
  layerStart: number[];
  offsets: Uint32Array;
  neighbours: Uint32Array;
  parent: Uint32Array | null;
  parentEdges: Uint16Array | null;
}

/** Builds `layers` layers; p and q are assumed hyperbolic (`buildTiling` checks). Cost O(cells). */
export function growPatch(
  p: number,
  q: number,
  layers: number,
  { by, centre, tree }: { readonly by: LayerKind; readonly centre: Centre; readonly tree: boolean },
): Patch {
  const patch = seed(p, q, centre, tree, layers === 1);
  let boundary = startBoundary(p, q, centre);
  for (let j = 1; j < layers; j++) boundary = addLayer(patch, p, q, boundary, by, j === layers - 1);
  return patch;
}

/** The central cell, or the q cells round the central vertex. */
function seed(p: number, q: number, centre: Centre, tree: boolean, isAll: boolean): Growing {
  const cells = centre === "cell" ? 1 : q;
  const degree = isAll ? (centre === "cell" ? 0 : 2) : p;
  const offsets = new Uint32Array(cells + 1);
  const neighbours = new Uint32Array(cells * degree);
  const parent = tree ? new Uint32Array(cells) : null;
  const parentEdges = tree ? new Uint16Array(cells) : null;
  for (let c = 0; c < cells; c++) {
    offsets[c + 1] = (c + 1) * degree;
    if (centre === "cell") continue;
    neighbours[c * degree] = c === 0 ? cells - 1 : c - 1;
    neighbours[(c + 1) * degree - 1] = c === cells - 1 ? 0 : c + 1;
    if (parent !== null && parentEdges !== null && c > 0) {
      parent[c] = c - 1;
      parentEdges[c] = (p - 1) * p;
    }
  }
  return { layerStart: [0, cells], offsets, neighbours, parent, parentEdges };
}

/**
 * Lays one layer on the boundary and returns the new one. The row of a new cell is: the previous cell of the layer where
 * they share an edge, its outer edges (filled by the next layer), the next cell where shared, and the owners of
 * the boundary edges it covers, last covered first. The last layer has no outer entries.
 */
function addLayer(
  patch: Growing,
  p: number,
  q: number,
  old: Boundary,
  by: LayerKind,
  isLast: boolean,
): Boundary {
  const counts = countLayer(p, q, old, by);
  const from = patch.layerStart.at(-1) as number;
  const end = from + counts.cells;
  const rowStart = patch.offsets[from] as number;
  extend(patch, end, rowStart + (isLast ? 2 * counts.bonds - old.edges : counts.cells * p));
  patch.layerStart.push(end);
  const { offsets, neighbours, parent, parentEdges } = patch;
  const next = isLast ? null : emptyBoundary(counts.edges);
  const { owner, slot, meeting, edges } = old;

  // start behind a vertex that does not merge the cells on both sides of it
  let first = 0;
  while (q - (meeting[(first + edges - 1) % edges] as number) === 1) first++;
  let isPreviousShared = by === "vertex" || q - (meeting[(first + edges - 1) % edges] as number) === 2;
  let cell = from;
  let row = rowStart;
  let covered = 0;
  let out = 0;
  // boundary vertices are counted while they are passed: `met` cells have met at the vertex before the next outer edge
  let met = 0;
  let metAtStart = 0;

  const finish = (inner: number, lastCovered: number, isNextShared: boolean, openVertex: number): void => {
    const sides = (isPreviousShared ? 1 : 0) + (isNextShared ? 1 : 0);
    const outer = p - sides - inner;
    const rowEnd = row + (isLast ? sides + inner : p);
    offsets[cell + 1] = rowEnd;
    if (isPreviousShared) neighbours[row] = cell === from ? end - 1 : cell - 1;
    if (isNextShared) neighbours[rowEnd - 1 - inner] = cell === end - 1 ? from : cell + 1;
    for (let k = 0, edge = lastCovered; k < inner; k++) {
      neighbours[rowEnd - inner + k] = owner[edge] as number;
      edge = edge === 0 ? edges - 1 : edge - 1;
    }
    met++;
    if (next !== null && outer > 0) {
      if (out > 0) next.meeting[out - 1] = met;
      else metAtStart = met;
      const firstSlot = isPreviousShared ? 1 : 0;
      for (let s = 0; s < outer; s++) {
        next.owner[out] = cell;
        next.slot[out] = firstSlot + s;
        next.meeting[out] = 1;
        out++;
      }
      met = 1;
    }
    // an open vertex of the old boundary stays: its old cells meet there too
    if (openVertex > 0) met += openVertex;
    isPreviousShared = isNextShared;
    row = rowEnd;
    cell++;
  };

  for (let step = 0; step < edges; step++) {
    const i = first + step < edges ? first + step : first + step - edges;
    const above = owner[i] as number;
    neighbours[(offsets[above] as number) + (slot[i] as number)] = cell;
    if (covered === 0 && parent !== null && parentEdges !== null) {
      parent[cell] = above;
      parentEdges[cell] = (slot[i] as number) * p + p - 1;
    }
    covered++;
    const k = meeting[i] as number;
    const missing = q - k;
    if (missing === 1) continue;
    const isShared = missing === 2 || by === "vertex";
    finish(covered, i, isShared, isShared ? 0 : k);
    const coveredBefore = covered;
    covered = 0;
    if (by === "edge") continue;
    for (let extra = missing - 2; extra > 0; extra--) {
      if (parent !== null && parentEdges !== null) {
        // the previous cell's edge to this one stands just before those it covers
        parent[cell] = cell - 1;
        parentEdges[cell] = (p - 1 - (extra === missing - 2 ? coveredBefore : 0)) * p;
      }
      finish(0, i, true, 0);
    }
  }
  if (cell !== end)
    throw new Error(`internal: layer of {${p},${q}} has ${cell - from} cells, counted ${counts.cells}`);
  if (next !== null) next.meeting[out - 1] = met + metAtStart;
  return next ?? emptyBoundary(0);
}

function emptyBoundary(edges: number): Boundary {
  return {
    edges,
    owner: new Uint32Array(edges),
    slot: new Uint8Array(edges),
    meeting: new Uint8Array(edges),
  };
}

function extend(patch: Growing, cells: number, entries: number): void {
  patch.offsets = copyTo(patch.offsets, new Uint32Array(cells + 1));
  patch.neighbours = copyTo(patch.neighbours, new Uint32Array(entries));
  if (patch.parent !== null) patch.parent = copyTo(patch.parent, new Uint32Array(cells));
  if (patch.parentEdges !== null) patch.parentEdges = copyTo(patch.parentEdges, new Uint16Array(cells));
}

function copyTo<T extends Uint32Array | Uint16Array>(source: T, target: T): T {
  target.set(source);
  return target;
}
