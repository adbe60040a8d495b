/**
 * Rows of the last layer: previous cell, next cell, and the owners of the edges that a cell is laid on, the last first. The rule at
 * the vertices is that of `lay.ts`, but no ring is kept, since nothing follows.
 */
import type { LayerJob, Rows } from "./job.ts";
import { outerEdges, startOf } from "./ring.ts";

/** Writes the rows of the layer that lies on `job.ring`, behind those of the ring itself. */
export function writeRim({ offsets, neighbours }: Rows, job: LayerJob): void {
  const { p, q, isVertex, ring } = job;
  const { from, cells, around, kind, meeting } = ring;
  const childFrom = (from + around) | 0;
  const childEnd = (childFrom + job.around) | 0;
  const outerOf = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, outerEdges(p, code)));
  const { lead, closing } = startOf(p, q, ring);
  const hasPlain = !isVertex || q === 3;
  const index = (job.at + cells - childFrom + 1) | 0;
  // owners of the edges that the child covers so far; `first` and `second` of nearly all, the rest in `others`
  let covered = 0;
  let first = 0;
  let second = 0;
  let others: number[] = [];
  let child = childFrom;
  let toLead = lead;
  let hasPrevious = isVertex || q - closing === 2;
  let row = (offsets[job.at + cells] as number) | 0;
  let toClose = lead;
  for (let i = 0; i < cells || toClose > 0; i++) {
    // at the end the last child is laid on the first edges of the next sector
    const isClosing = i >= cells;
    const local = isClosing ? i - cells : i;
    const cell = cells === around && isClosing ? from + local : (from + i) | 0;
    const all = outerOf[kind[local] as number] as number;
    const outer = isClosing && all > 0 ? 1 : all;
    const behind = isClosing && all > 1 ? 1 : (meeting[local] as number);
    if (isClosing) toClose -= outer;
    let e = 0;
    while (e < outer) {
      if (toLead > 0) {
        toLead--;
        e++;
        continue;
      }
      if (covered === 0) first = cell;
      else if (covered === 1) second = cell;
      else others.push(cell);
      covered++;
      const open = ++e < outer ? 1 : behind;
      const missing = q - open;
      if (missing === 1) break;
      const hasNext = isVertex || missing === 2;
      for (let extra = isVertex ? missing - 2 : 0; extra >= 0; extra--) {
        if (hasPrevious) neighbours[row++] = child === childFrom ? childEnd - 1 : child - 1;
        if (hasNext) neighbours[row++] = child === childEnd - 1 ? childFrom : child + 1;
        if (covered > 2) {
          for (let c = others.length - 1; c >= 0; c--) neighbours[row++] = others[c] as number;
          others = [];
        }
        if (covered > 1) neighbours[row++] = second;
        if (covered > 0) neighbours[row++] = first;
        offsets[index + child] = row;
        child = (child + 1) | 0;
        covered = 0;
        hasPrevious = hasNext;
      }
      if (!hasPlain) continue;
      // cells on one edge between two vertices where nothing was met before
      for (; e + 1 < outer; e++) {
        if (q === 3) {
          neighbours[row] = child === childFrom ? childEnd - 1 : child - 1;
          neighbours[row + 1] = child === childEnd - 1 ? childFrom : child + 1;
          row = (row + 2) | 0;
        }
        neighbours[row] = cell;
        row = (row + 1) | 0;
        offsets[index + child] = row;
        child = (child + 1) | 0;
      }
    }
  }
  if (child !== childFrom + job.cells)
    throw new Error(
      `internal: the last layer of {${p},${q}} has ${child - childFrom} cells, not ${job.cells}`,
    );
}
