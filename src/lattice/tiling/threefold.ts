/**
 * The inner loops of growth for q = 3, where it is a substitution of two letters (the general loop in `layer.ts` is their
 * oracle).
 *
 * Three cells meet at every vertex, so a cell touches both neighbours in its layer and covers one edge (A) or two (B) of the
 * layer before. On a cell that covers d edges lie p - 4 - d cells A, then a B that it shares with the next cell. Parents
 * and children are counted along, and one byte a cell is all that the next layer needs.
 */
import type { LayerJob, Rows } from "./job.ts";
import type { Ring } from "./ring.ts";

const A = 7;
const B = 11;

/** Does the same as `writeLayer` for q = 3, p >= 7; of the rings only `kind` is used. */
export function writeThreefoldLayer(rows: Rows, job: LayerJob): Ring {
  writeRows(rows, job);
  if (!job.isLast) return layOn(job);
  writeRim(rows, job);
  return job.ring;
}

/** Rows of the ring: previous cell, children, next cell, parents. Numbers run on at the ends and are wrapped afterwards. */
function writeRows({ offsets, neighbours }: Rows, { p, ring, before, at, around: children }: LayerJob): void {
  const { from, cells, around, kind } = ring;
  const first = (offsets[at] as number) | 0;
  let row = first;
  let child = (from + around) | 0;
  let parent = before === null ? 0 : before.from;
  for (let i = 0; i < cells; i++) {
    const covered = (kind[i] as number) >> 2;
    let k = row;
    neighbours[k++] = (from + i - 1) | 0;
    for (let left = p - 2 - covered; left > 0; left--) neighbours[k++] = (child++ - 1) | 0;
    child--;
    neighbours[k++] = (from + i + 1) | 0;
    if (covered === 2) neighbours[k++] = (parent + 1) | 0;
    if (covered !== 0) neighbours[k] = parent;
    if (covered === 2) parent++;
    row = (row + p) | 0;
    offsets[at + i + 1] = row;
  }
  neighbours[first] = from + around - 1;
  neighbours[first + 1] = from + around + children - 1;
  if (cells < around) return;
  const covered = (kind[cells - 1] as number) >> 2;
  neighbours[row - 1 - covered] = from;
  if (covered === 2) neighbours[row - 2] = (before as Ring).from;
}

/** Rows of the last layer: previous cell, next cell, parents. */
function writeRim({ offsets, neighbours }: Rows, { p, ring, at, around: children }: LayerJob): void {
  const { from, cells, around, kind } = ring;
  const firstIndex = at + cells;
  const first = (offsets[firstIndex] as number) | 0;
  let row = first;
  let child = (from + around) | 0;
  let index = firstIndex + 1;
  for (let i = 0; i < cells; i++) {
    const cell = (from + i) | 0;
    for (let left = p - 4 - ((kind[i] as number) >> 2); left > 0; left--) {
      neighbours[row] = child - 1;
      neighbours[row + 1] = ++child;
      neighbours[row + 2] = cell;
      row = (row + 3) | 0;
      offsets[index++] = row;
    }
    neighbours[row] = child - 1;
    neighbours[row + 1] = ++child;
    neighbours[row + 2] = cell + 1;
    neighbours[row + 3] = cell;
    row = (row + 4) | 0;
    offsets[index++] = row;
  }
  neighbours[first] = from + around + children - 1;
  if (cells < around) return;
  neighbours[row - 3] = from + around;
  neighbours[row - 2] = from;
}

/** The ring that lies on this one. */
function layOn({ p, ring, cells: children, around }: LayerJob): Ring {
  const kind = new Uint8Array(children);
  let at = 0;
  for (let i = 0; i < ring.cells; i++) {
    for (let left = p - 4 - ((ring.kind[i] as number) >> 2); left > 0; left--) kind[at++] = A;
    kind[at++] = B;
  }
  if (at !== children)
    throw new Error(`internal: a layer of {${p},3} has ${at} cells, ${children} were planned`);
  return { from: ring.from + ring.around, cells: children, around, kind, meeting: new Uint8Array(0) };
}
