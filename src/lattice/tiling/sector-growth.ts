/**
 * Growth of sector 0 of every layer in WebAssembly, each layer's rows at their place among all that are stored. The rules are those of
 * `layer.ts`, `lay.ts`, `rim-rows.ts` and `threefold.ts`; this file only says where the arrays are.
 */
import type { TilingKernel } from "../../kernels/index.ts";
import { ownersOf } from "./layer.ts";
import { type Centre, firstRing, type Ring, startOf, vertexRing } from "./ring.ts";

/** One layer. */
export interface Band {
  /** Its first cell. */
  readonly from: number;
  /** Its cells in a sector; 0 for the central cell, which every turn keeps. */
  readonly perSector: number;
  readonly around: number;
  /** The row of its first cell, and where that begins: all sectors are stored, or the first. */
  readonly at: number;
  readonly entry: number;
}

/** Arrays in the kernel's memory by their pointers, and the rule. */
export interface SectorGrowth {
  readonly kernel: TilingKernel;
  readonly offsets: number;
  readonly neighbours: number;
  /** Room for a byte. */
  readonly scratch: number;
  /** Kind and meeting of two rings: the one whose rows are written, and the one before it, which the one laid on it replaces. */
  readonly rings: readonly number[];
  readonly p: number;
  readonly q: number;
  readonly isVertex: boolean;
}

/** A ring of one sector whose bytes lie in the kernel's memory. */
interface StoredRing extends Ring {
  /** Row of its first cell. */
  readonly at: number;
  readonly kindAt: number;
  readonly meetingAt: number;
}

/** Grows all bands; there are at least three, or two round a vertex. */
export function growSector(
  growth: SectorGrowth,
  bands: readonly Band[],
  sectors: number,
  centre: Centre,
): void {
  const { kernel, offsets, neighbours, p, q, isVertex } = growth;
  const rowStarts = new Int32Array(kernel.buffer, offsets, (bands.at(-1) as Band).at + 1);
  for (const { at, entry } of bands) rowStarts[at] = entry;
  new Uint8Array(kernel.buffer, growth.scratch, 1)[0] = 0;
  const isCell = centre === "cell";
  const first = isCell ? firstRing(p, q, isVertex ? "vertex" : "edge", sectors) : vertexRing(q, sectors);
  if (isCell) {
    const spokes = new Int32Array(kernel.buffer, neighbours, p);
    for (let e = 0; e < p; e++) spokes[e] = 1 + (e * first.around) / p;
  }
  let before: StoredRing | null = null;
  let ring = storeRing(growth, isCell ? 1 : 0, bands[isCell ? 1 : 0] as Band);
  ring.kind.set(first.kind);
  ring.meeting.set(first.meeting);
  for (let j = isCell ? 1 : 0; j < bands.length - 1; j++) {
    const next = bands[j + 1] as Band;
    const laid = j < bands.length - 2 ? storeRing(growth, j + 1, next) : null;
    const cells =
      q === 3 ? stepThreefold(growth, ring, before, next, laid) : step(growth, ring, before, next, laid);
    if (cells !== next.perSector)
      throw new Error(`internal: a layer of {${p},${q}} has ${cells} cells a sector, not ${next.perSector}`);
    if (laid === null) return;
    before = ring;
    ring = laid;
  }
}

/** Writes the rows of a ring, then lays the next or, at the end, writes its rows; returns the cells of the next. */
function step(
  growth: SectorGrowth,
  ring: StoredRing,
  before: StoredRing | null,
  next: Band,
  laid: StoredRing | null,
): number {
  const { offsets, neighbours, scratch, p, q } = growth;
  const { wasm } = growth.kernel;
  const isVertex = growth.isVertex ? 1 : 0;
  const { from, cells, around, at, kindAt, meetingAt } = ring;
  const { lead, closing } = startOf(p, q, ring);
  const owners = ownersOf(p, q, before);
  wasm.writeRows(
    offsets,
    neighbours,
    p,
    q,
    isVertex,
    from,
    cells,
    around,
    kindAt,
    meetingAt,
    at,
    lead,
    next.around,
    owners.from,
    owners.end,
    owners.cells,
    before === null ? scratch : before.kindAt,
    owners.index,
    owners.left,
  );
  if (laid !== null)
    return wasm.layRing(p, q, isVertex, cells, kindAt, meetingAt, lead, closing, laid.kindAt, laid.meetingAt);
  return wasm.writeRim(
    offsets,
    neighbours,
    p,
    q,
    isVertex,
    from,
    cells,
    around,
    kindAt,
    meetingAt,
    next.at,
    next.around,
    lead,
    closing,
  );
}

/** The same for three cells at a vertex. */
function stepThreefold(
  { kernel: { wasm }, offsets, neighbours, p }: SectorGrowth,
  { from, cells, around, at, kindAt }: StoredRing,
  before: StoredRing | null,
  next: Band,
  laid: StoredRing | null,
): number {
  const parent = before === null ? 0 : before.from;
  wasm.writeThreefoldRows(offsets, neighbours, p, from, cells, around, kindAt, at, next.around, parent);
  if (laid !== null) return wasm.layThreefold(p, cells, kindAt, laid.kindAt);
  wasm.writeThreefoldRim(offsets, neighbours, p, from, cells, around, kindAt, next.at, next.around);
  return next.perSector;
}

function storeRing(
  { kernel, rings }: SectorGrowth,
  j: number,
  { from, perSector: cells, around, at }: Band,
): StoredRing {
  const [kindAt, meetingAt] = rings.slice(2 * (j % 2)) as [number, number];
  const kind = new Uint8Array(kernel.buffer, kindAt, cells);
  const meeting = new Uint8Array(kernel.buffer, meetingAt, cells);
  return { from, cells, around, at, kind, meeting, kindAt, meetingAt };
}
