/**
 * The inner loop of growth: writes the neighbour rows of one layer and the ring of the next one. No coordinates, no search,
 * a constant number of integer operations a cell, every row written once and in order.
 *
 * The row of a cell is: the previous cell of its layer where they share an edge, its outer neighbours, the next cell
 * where shared, and the owners of the edges it covers, the last covered first: the order of its edges, counter-clockwise.
 */
import { emptyRing, outerEdges, type Ring } from "./ring.ts";

/** Arrays under construction: rows of the stored cells, in the order in which layers are written. */
export interface Rows {
  readonly offsets: Uint32Array;
  /** Signed, because V8 keeps such numbers in registers; cells stay below 2^31. */
  readonly neighbours: Int32Array;
}

/** Where a layer's rows go, and what follows it. */
export interface LayerJob {
  readonly p: number;
  readonly q: number;
  readonly isVertex: boolean;
  readonly ring: Ring;
  /** The layer before; null where `ring` lies round the centre, which then owns what is covered. */
  readonly before: Ring | null;
  /** Index of the ring's first cell among the stored ones. */
  readonly at: number;
  /** Cells of the next layer: stored, and in all sectors. */
  readonly cells: number;
  readonly around: number;
  /** The next layer is the last: its rows, without outer neighbours, are written too, and no ring is kept. */
  readonly isLast: boolean;
}

/** Writes the rows of `job.ring`; returns the next ring (empty when that is the last). */
export function writeLayer(rows: Rows, job: LayerJob): Ring {
  const { p, q, isVertex, ring, isLast } = job;
  const { offsets, neighbours } = rows;
  const { from, cells, around, kind, meeting, parent } = ring;
  const childFrom = (from + around) | 0;
  const childEnd = (childFrom + job.around) | 0;
  const next = emptyRing(childFrom, isLast ? 0 : job.cells, job.around);
  const { kind: nextKind, meeting: nextMeeting, parent: nextParent } = next;
  const stored = (job.at + cells - childFrom + 1) | 0;
  const outerOf = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, outerEdges(p, code)));
  // most cells cover one edge between two vertices where they are the first to meet others: no case distinctions
  const hasPlain = !isVertex || q === 3;
  const plainSides = q === 3 ? 3 : 0;
  const plainMeeting = q === 3 ? 2 : 3;

  // where the sector's first edge belongs to the last cell of the sector before, count such edges and see where it ends
  let closing = lastMeeting(ring, outerOf);
  let lead = 0;
  for (let i = 0; q - closing === 1; i++) {
    const outer = outerOf[kind[i] as number] as number;
    if (outer === 0) continue;
    lead++;
    closing = outer > 1 ? 1 : (meeting[i] as number);
  }
  let toLead = lead;
  let child = lead > 0 ? (childEnd - 1) | 0 : childFrom;
  let covered = 0;
  let owner = 0;
  let previous = isVertex || q - closing === 2 ? 2 : 0;
  // cells that have met so far at the vertex behind the outer edges of the child `pending`
  let met = 0;
  let metAtStart = 0;
  let pending = -1;
  let row = (offsets[job.at] as number) | 0;
  let rim = (row + cells * p) | 0;

  // one round more: the sector's last child may end on the first edges of the next sector, which are like those of this one
  for (let i = 0; i <= cells; i++) {
    const isClosing = i === cells;
    if (isClosing && lead === 0) break;
    const cell = (from + i) | 0;
    const shape = isClosing ? 0 : (kind[i] as number);
    const behind = isClosing ? closing : (meeting[i] as number);
    const outer = isClosing ? 1 : (outerOf[shape] as number);
    let k = row;
    if ((shape & 2) !== 0) neighbours[k++] = i === 0 ? (from + around - 1) | 0 : (cell - 1) | 0;
    for (let e = 0; e < outer; e++) {
      if (isClosing) covered += lead;
      else {
        neighbours[k++] = child;
        if (toLead > 0) {
          if (--toLead === 0) child = childFrom;
          continue;
        }
        if (covered++ === 0) owner = cell;
        if (e === outer - 1 && q - behind === 1) break;
      }
      const open = e < outer - 1 ? 1 : behind;
      const shared = isVertex || q - open === 2 ? 1 : 0;
      for (let extra = isVertex ? q - open - 2 : 0; extra >= 0; extra--) {
        if (isLast) {
          if (previous !== 0) neighbours[rim++] = child === childFrom ? (childEnd - 1) | 0 : (child - 1) | 0;
          if (shared !== 0) neighbours[rim++] = child === childEnd - 1 ? childFrom : (child + 1) | 0;
          rim = (rim + covered) | 0;
          if (covered > 0) neighbours[rim - 1] = owner;
          for (let c = 2; c <= covered; c++) neighbours[rim - c] = owner = nextOwner(ring, outerOf, owner);
          offsets[stored + child] = rim;
        } else {
          const local = (child - childFrom) | 0;
          const code = 4 * covered + previous + shared;
          nextKind[local] = code;
          nextParent[local] = owner;
          met++;
          if ((outerOf[code] as number) > 0) {
            if (pending < 0) metAtStart = met;
            else nextMeeting[pending] = met;
            pending = local;
            met = 1;
          }
          // an open vertex stays on the boundary: the cells that met there count
          if (shared === 0) met += open;
        }
        child = (child + 1) | 0;
        covered = 0;
        previous = shared << 1;
      }
      if (hasPlain && e + 2 < outer) {
        const end = (child + outer - 2 - e) | 0;
        e = outer - 2;
        for (let x = child; x < end; x++) neighbours[k++] = x;
        if (!isLast) {
          if (pending < 0) metAtStart = met + 1;
          else nextMeeting[pending] = met + 1;
          pending = (end - 1 - childFrom) | 0;
          met = plainMeeting - 1;
          for (let local = (child - childFrom) | 0; local <= pending; local++) {
            nextKind[local] = 4 + plainSides;
            nextMeeting[local] = plainMeeting;
            nextParent[local] = cell;
          }
        } else if (q === 3) {
          for (let x = child; x < end; x++) {
            neighbours[rim] = x === childFrom ? (childEnd - 1) | 0 : (x - 1) | 0;
            neighbours[rim + 1] = x === childEnd - 1 ? childFrom : (x + 1) | 0;
            neighbours[rim + 2] = cell;
            rim = (rim + 3) | 0;
            offsets[stored + x] = rim;
          }
        } else {
          for (let x = child; x < end; x++) {
            neighbours[rim] = cell;
            rim = (rim + 1) | 0;
            offsets[stored + x] = rim;
          }
        }
        child = end;
      }
    }
    if (isClosing) break;
    if ((shape & 1) !== 0) neighbours[k++] = cell === from + around - 1 ? from : (cell + 1) | 0;
    row = (row + p) | 0;
    let above = (parent[i] as number) | 0;
    for (let e = row - 1; e >= k; e--) {
      neighbours[e] = above;
      if (e > k) above = nextOwner(job.before as Ring, outerOf, above);
    }
    offsets[job.at + i + 1] = row;
  }
  if (!isLast) nextMeeting[pending] = met + metAtStart;
  return next;
}

/** Cells that meet behind the sector's last outer edge. */
function lastMeeting({ cells, kind, meeting }: Ring, outerOf: Uint8Array): number {
  let last = cells - 1;
  while (outerOf[kind[last] as number] === 0) last--;
  return meeting[last] as number;
}

/** The next cell of a ring that has an outer edge. */
function nextOwner({ from, cells, around, kind }: Ring, outerOf: Uint8Array, owner: number): number {
  let next = owner;
  do next = next + 1 === from + around ? from : (next + 1) | 0;
  while (outerOf[kind[cells === around ? next - from : (next - from) % cells] as number] === 0);
  return next;
}
