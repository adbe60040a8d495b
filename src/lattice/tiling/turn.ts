/**
 * A whole patch from one of its sectors, in WebAssembly: the sector's rows are grown where they belong among the others', then
 * turned into those. A turn by s sectors adds s times the sector's cells to every number, layer by layer. (`growRows`
 * does the same cell by cell in TypeScript and is the tests' oracle.)
 */
import { openTilingKernel, type TilingKernel } from "../../kernels/index.ts";
import { growRows, storedSize } from "./grow.ts";
import { type LayerPlan, planPatch } from "./plan.ts";
import type { Centre, LayerKind } from "./ring.ts";
import { type Band, growSector } from "./sector-growth.ts";

/** Compressed rows of a whole patch or of a sector. */
export interface PatchRows {
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
}

/** Room for neighbours in another sector than their cell, of which a layer has a few at either end. */
const STRAYS = 4096;
const NO_BAND: Band = { from: 0, perSector: 0, around: 1, at: 0, entry: 0 };

/** What `growRows` is told. */
interface Patch {
  readonly by: LayerKind;
  readonly centre: Centre;
  readonly isSector: boolean;
}

/** Below this many neighbour entries TypeScript is as quick. */
const WORTH_A_KERNEL = 2 ** 12;

/** Grows `layers` layers of a hyperbolic {p,q}, or one sector of them, the quickest way. Cost O(stored cells). */
export function growPatch(p: number, q: number, layers: number, patch: Patch): PatchRows {
  const plan = planPatch(p, q, layers, patch.by, patch.centre);
  const isWorthwhile = layers >= 3 && p * (plan.at(-1) as LayerPlan).cells >= WORTH_A_KERNEL;
  return (isWorthwhile ? growInKernel(p, q, layers, patch) : null) ?? growRows(p, q, layers, patch);
}

/** Grows at least 3 layers in WebAssembly; null where the arrays do not fit its memory. */
export function growInKernel(p: number, q: number, layers: number, patch: Patch): PatchRows | null {
  const { by, centre, isSector } = patch;
  const plan = planPatch(p, q, layers, by, centre);
  const sectors = centre === "cell" ? p : q;
  const { cells, entries } = storedSize(p, plan, centre, isSector ? sectors : 1);
  const bands = bandsOf(p, plan, sectors, isSector);
  // two rings take turns, each of two bytes a cell; the last layer has none
  const ringBytes = (bands.at(-2) as Band).perSector;
  const sizes = [4 * (cells + 1), 4 * entries, 4 * STRAYS, ...new Array<number>(4).fill(ringBytes)];
  const kernel = openTilingKernel(sizes);
  if (kernel === null) return null;
  const [offsets, neighbours, scratch, ...rings] = sizes.map((size) => kernel.allocate(size)) as [
    number,
    number,
    number,
    ...number[],
  ];
  const room = { kernel, offsets, neighbours, scratch };
  growSector({ ...room, rings, p, q, isVertex: by === "vertex" }, bands, sectors, centre);
  if (!isSector) for (const j of bands.keys()) turnBand(room, bands, j, sectors, entries);
  const rows = {
    offsets: new Uint32Array(kernel.buffer, offsets, cells + 1),
    neighbours: new Uint32Array(kernel.buffer, neighbours, entries),
  };
  return kernel.isBorrowed ? { offsets: rows.offsets.slice(), neighbours: rows.neighbours.slice() } : rows;
}

function bandsOf(p: number, plan: readonly LayerPlan[], sectors: number, isSector: boolean): Band[] {
  let from = 0;
  let at = 0;
  let entry = 0;
  return plan.map(({ cells, entries: rim }, j) => {
    const isCentral = cells === 1;
    const band = { from, perSector: isCentral ? 0 : cells / sectors, around: cells, at, entry };
    const parts = isSector && !isCentral ? sectors : 1;
    from += cells;
    at += cells / parts;
    entry += (j === plan.length - 1 ? rim : p * cells) / parts;
    return band;
  });
}

/** Turns the rows of sector 0 of layer j into those of the others. */
function turnBand(
  {
    kernel,
    offsets,
    neighbours,
    scratch,
  }: {
    readonly kernel: TilingKernel;
    readonly offsets: number;
    readonly neighbours: number;
    readonly scratch: number;
  },
  bands: readonly Band[],
  j: number,
  sectors: number,
  entries: number,
): void {
  const own = bands[j] as Band;
  if (own.perSector === 0) return;
  const before = bands[j - 1] ?? NO_BAND;
  const behind = bands[j + 1] ?? NO_BAND;
  const { wasm } = kernel;
  const count = ((bands[j + 1]?.entry ?? entries) - own.entry) / sectors;
  const found = wasm.turnRows(
    neighbours + 4 * own.entry,
    count,
    sectors,
    scratch,
    STRAYS,
    before.from,
    before.perSector,
    before.around,
    own.from,
    own.perSector,
    own.around,
    behind.perSector,
    behind.around,
  );
  if (found > STRAYS) throw new Error(`internal: layer ${j} has ${found} neighbours in other sectors`);
  // the pointer behind a sector's last row is the first of the next sector
  const first = offsets + 4 * (own.from + 1);
  for (let s = 1; s < sectors; s++)
    wasm.shiftOffsets(first, first + 4 * s * own.perSector, own.perSector, s * count);
}
