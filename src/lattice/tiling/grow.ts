/**
 * Combinatorial growth of a hyperbolic {p,q}, layer by layer, exact at any size: no coordinates, no search for duplicates. Cells
 * of a layer get consecutive numbers in counter-clockwise order. Compare the graph kernels of hypertiling (arXiv
 * 2508.04765) and Dunham (2007).
 */
import type { Rows } from "./job.ts";
import { writeLayer } from "./layer.ts";
import { type LayerPlan, planPatch } from "./plan.ts";
import { type Centre, firstRing, type LayerKind, type Ring, vertexRing } from "./ring.ts";
import { writeThreefoldLayer } from "./threefold.ts";

/** Rows of one sector (or of all), grown from a plan. */
export interface Growth {
  readonly plan: readonly LayerPlan[];
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
}

/** How to grow. */
export interface GrowthOptions {
  readonly by: LayerKind;
  readonly centre: Centre;
  /** Store one sector of the p (q round a vertex) that are alike; neighbours keep their numbers in the whole patch. */
  readonly isSector: boolean;
  /** The inner loop; default the fastest for this q. */
  readonly write?: typeof writeLayer;
}

/** Grows `layers` layers; p and q are assumed hyperbolic (`buildTiling` checks). Cost O(stored cells). */
export function growRows(p: number, q: number, layers: number, options: GrowthOptions): Growth {
  const { by, centre, isSector, write = q === 3 ? writeThreefoldLayer : writeLayer } = options;
  const plan = planPatch(p, q, layers, by, centre);
  const sectors = isSector ? (centre === "cell" ? p : q) : 1;
  const { cells, entries } = storedSize(p, plan, centre, sectors);
  const rows: Rows = { offsets: new Uint32Array(cells + 1), neighbours: new Int32Array(entries) };
  const growth = { plan, offsets: rows.offsets, neighbours: new Uint32Array(rows.neighbours.buffer) };
  const { offsets, neighbours } = rows;
  let ring: Ring;
  let at = 0;
  let j = 0;
  if (centre === "vertex") {
    ring = vertexRing(q, sectors);
    if (layers === 1) writeCentralRing(rows, ring);
  } else {
    const first = layers > 1 ? firstRing(p, q, by, sectors) : null;
    if (first === null) return growth;
    for (let e = 0; e < p; e++) neighbours[e] = 1 + (e * first.around) / p;
    offsets[1] = p;
    ring = first;
    at = 1;
    j = 1;
    if (layers === 2) writeFirstRing(rows, ring, p);
  }
  let before: Ring | null = null;
  for (; j < layers - 1; j++) {
    const around = (plan[j + 1] as LayerPlan).cells;
    const isLast = j === layers - 2;
    const job = {
      p,
      q,
      isVertex: by === "vertex",
      ring,
      before,
      at,
      cells: around / sectors,
      around,
      isLast,
    };
    before = ring;
    at += ring.cells;
    ring = write(rows, job);
  }
  return growth;
}

/** Cells and neighbour entries that are stored. */
export function storedSize(
  p: number,
  plan: readonly LayerPlan[],
  centre: Centre,
  sectors: number,
): { readonly cells: number; readonly entries: number } {
  const total = plan.reduce((sum, layer) => sum + layer.cells, 0);
  const last = plan.at(-1) as LayerPlan;
  const complete = total - last.cells;
  // the central cell is in every sector
  const shared = centre === "cell" && plan.length > 1 ? 1 : 0;
  const cells = centre === "cell" && plan.length === 1 ? 1 : (total - shared) / sectors + shared;
  return { cells, entries: (p * (complete - shared) + last.entries) / sectors + p * shared };
}

/** The rows of the q cells round the central vertex alone. */
function writeCentralRing({ offsets, neighbours }: Rows, { cells, around }: Ring): void {
  for (let c = 0; c < cells; c++) {
    neighbours[2 * c] = c === 0 ? around - 1 : c - 1;
    neighbours[2 * c + 1] = c === around - 1 ? 0 : c + 1;
    offsets[c + 1] = 2 * c + 2;
  }
}

/** The rows of the layer round the central cell, when it is the last. */
function writeFirstRing({ offsets, neighbours }: Rows, { from, cells, around, kind }: Ring, p: number): void {
  let at = p;
  for (let i = 0; i < cells; i++) {
    const code = kind[i] as number;
    if ((code & 2) !== 0) neighbours[at++] = i === 0 ? from + around - 1 : from + i - 1;
    if ((code & 1) !== 0) neighbours[at++] = i === around - 1 ? from : from + i + 1;
    if (code >= 4) neighbours[at++] = 0;
    offsets[i + 2] = at;
  }
}
