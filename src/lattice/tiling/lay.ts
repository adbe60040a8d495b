/**
 * Laying a layer: the rule at each boundary vertex, which says what the cells of the next layer are. Where k cells meet, q - k are
 * missing. One missing: the new cells on the two edges beside the vertex are the same. Two missing: they share an edge. More:
 * in a vertex layer the others are put between them; in an edge layer the vertex stays open.
 */
import { outerEdges, type Ring, startOf } from "./ring.ts";

/** The tiling and the kind of its layers. */
export interface LayerRule {
  readonly p: number;
  readonly q: number;
  readonly isVertex: boolean;
}

/**
 * The ring that lies on a ring.
 * @param cells its cells, as planned, in the stored sector, and `around` in all
 */
export function layRing({ p, q, isVertex }: LayerRule, ring: Ring, cells: number, around: number): Ring {
  const kind = new Uint8Array(cells);
  const meeting = new Uint8Array(cells);
  const outerOf = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, outerEdges(p, code)));
  const { lead, closing } = startOf(p, q, ring);
  // most cells cover one edge between two vertices where nothing was met before
  const hasPlain = !isVertex || q === 3;
  const plainKind = q === 3 ? 7 : 4;
  const plainMeeting = q === 3 ? 2 : 3;
  let child = 0;
  let toLead = lead;
  let covered = 0;
  let previous = isVertex || q - closing === 2 ? 2 : 0;
  // cells that have met so far at the vertex behind the outer edges of the child `pending`
  let met = 0;
  let metAtStart = 0;
  let pending = -1;
  // one round more: the sector's last child may end on the first edges of the next sector, which are like those of this one
  for (let i = 0; i <= ring.cells; i++) {
    const isClosing = i === ring.cells;
    if (isClosing && lead === 0) break;
    const outer = isClosing ? 1 : (outerOf[ring.kind[i] as number] as number);
    const behind = isClosing ? closing : (ring.meeting[i] as number);
    let e = 0;
    while (e < outer) {
      if (toLead > 0) {
        toLead--;
        e++;
        continue;
      }
      covered += isClosing ? lead : 1;
      const open = ++e < outer ? 1 : behind;
      const missing = q - open;
      if (missing === 1) break;
      const shared = isVertex || missing === 2 ? 1 : 0;
      for (let extra = isVertex ? missing - 2 : 0; extra >= 0; extra--) {
        const code = 4 * covered + previous + shared;
        kind[child] = code;
        met++;
        if ((outerOf[code] as number) > 0) {
          if (pending < 0) metAtStart = met;
          else meeting[pending] = met;
          pending = child;
          met = 1;
        }
        // an open vertex stays on the boundary: the cells that met there count
        if (shared === 0) met += open;
        child++;
        covered = 0;
        previous = shared << 1;
      }
      if (hasPlain && e + 1 < outer) {
        if (pending < 0) metAtStart = met + 1;
        else meeting[pending] = met + 1;
        for (; e + 1 < outer; e++) {
          kind[child] = plainKind;
          meeting[child++] = plainMeeting;
        }
        pending = child - 1;
        met = plainMeeting - 1;
      }
    }
  }
  if (child !== cells)
    throw new Error(`internal: a layer of {${p},${q}} has ${child} cells, ${cells} were planned`);
  meeting[pending] = met + metAtStart;
  return { from: ring.from + ring.around, cells, around, kind, meeting };
}
