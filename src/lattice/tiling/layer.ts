/**
 * The inner loops of growth: neighbour rows from rings. No coordinates, no search, a constant number of integer operations a
 * cell, every row written once and in order.
 *
 * The row of a cell is: the previous cell of its layer where they share an edge, its outer neighbours, the next cell
 * where shared, and the owners of the edges it covers, the last covered first: the order of its edges, counter-clockwise.
 */
import type { LayerJob, Rows } from "./job.ts";
import { layRing } from "./lay.ts";
import { writeRim } from "./rim-rows.ts";
import { outerEdges, type Ring, startOf } from "./ring.ts";

/** Writes the rows of `job.ring`; returns the next ring. */
export function writeLayer(rows: Rows, job: LayerJob): Ring {
  writeRows(rows, job);
  if (!job.isLast) return layRing(job, job.ring, job.cells, job.around);
  writeRim(rows, job);
  return job.ring;
}

/** Complete rows: children are counted along the outer edges, parents along the edges of the ring before. */
function writeRows({ offsets, neighbours }: Rows, job: LayerJob): void {
  const { p, q, isVertex, ring, at } = job;
  const { from, cells, around, kind, meeting } = ring;
  const childFrom = (from + around) | 0;
  const perEdge = isVertex ? q - 2 : 1;
  let toLead = startOf(p, q, ring).lead;
  let child = toLead > 0 ? (childFrom + job.around - 1) | 0 : childFrom;
  const last = (from + around - 1) | 0;
  const owners = ownersOf(p, q, job.before);
  let { index, left } = owners;
  let row = (offsets[at] as number) | 0;
  for (let i = 0; i < cells; i++) {
    const code = kind[i] as number;
    const covered = code >> 2;
    const cell = (from + i) | 0;
    let k = row;
    if ((code & 2) !== 0) neighbours[k++] = i === 0 ? last : cell - 1;
    let outer = p - covered - ((code >> 1) & 1) - (code & 1);
    if (outer > 0) {
      for (; toLead > 0 && outer > 0; outer--) {
        neighbours[k++] = child;
        if (--toLead === 0) child = childFrom;
      }
      for (; outer > 1; outer--) {
        neighbours[k++] = child;
        child = (child + perEdge) | 0;
      }
      if (outer === 1) {
        neighbours[k++] = child;
        const missing = q - (meeting[i] as number);
        if (missing > 1) child = (child + (isVertex ? missing - 1 : 1)) | 0;
      }
    }
    if ((code & 1) !== 0) neighbours[k] = cell === last ? from : cell + 1;
    row = (row + p) | 0;
    for (let c = 1; c <= covered; c++) {
      while (left === 0) {
        index = index === owners.end ? 0 : (index + 1) | 0;
        left = edgesAt(owners, index);
      }
      left--;
      neighbours[row - c] = owners.from + index;
    }
    offsets[at + i + 1] = row;
  }
}

/** The cells that own the edges of a ring, from the first edge that its first child covers. */
export interface Owners {
  readonly from: number;
  /** Index of the last cell, in all sectors. */
  readonly end: number;
  readonly cells: number;
  readonly kind: Uint8Array;
  /** Outer edges by kind. */
  readonly outerOf: Uint8Array;
  /** Where to begin: a cell, and how many of its edges are left. */
  readonly index: number;
  readonly left: number;
}

/** Owners in a ring; without one, the central cell owns all edges. */
export function ownersOf(p: number, q: number, ring: Ring | null): Owners {
  const outerOf = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, outerEdges(p, code)));
  if (ring === null)
    return { from: 0, end: 0, cells: 1, kind: new Uint8Array(1), outerOf, index: 0, left: p };
  const { from, cells, around, kind } = ring;
  let index = 0;
  let left = outerOf[kind[0] as number] as number;
  for (let skip = startOf(p, q, ring).lead; skip > 0; skip--) {
    while (left === 0) left = outerOf[kind[++index] as number] as number;
    left--;
  }
  return { from, end: around - 1, cells, kind, outerOf, index, left };
}

function edgesAt({ cells, kind, outerOf }: Owners, index: number): number {
  return outerOf[kind[index < cells ? index : index % cells] as number] as number;
}
