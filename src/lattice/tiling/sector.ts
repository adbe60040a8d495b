/**
 * One sector of a tiling: the p-th part of a patch centred on a cell, the q-th part round a vertex. All sectors are alike, so
 * its rows answer for every cell of the patch, for a p-th (q-th) of the memory (index algebra after Schrauth, Thurn,
 * Goth, Portela, Herdt and Dusel, SciPost Phys. Codebases 34, 2024).
 */
import { SpecError } from "../../base/index.ts";
import { requireLayers, requireTilingBytes, startsOf, type Tiling, type TilingOptions } from "./build.ts";
import { planPatch } from "./plan.ts";
import type { Centre, LayerKind } from "./ring.ts";
import { spanTree } from "./span.ts";
import { growPatch } from "./turn.ts";

/** The rows of one sector; numbers of cells are those of the whole patch (`Tiling`). */
export interface SectorTiling {
  readonly p: number;
  readonly q: number;
  readonly centre: Centre;
  readonly by: LayerKind;
  /** How many sectors are alike: p round a cell, q round a vertex. */
  readonly sectors: number;
  /** Cells of the whole patch. */
  readonly cells: number;
  readonly perLayer: readonly number[];
  readonly layerStart: readonly number[];
  /** Where each layer begins among the stored cells; the central cell is stored once. */
  readonly storedStart: readonly number[];
  /** Row pointers of the stored cells. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
}

/** Where a cell lies: its layer, its sector, and its place among the sector's cells of that layer. */
export interface SectorPlace {
  readonly layer: number;
  readonly sector: number;
  readonly index: number;
}

/**
 * Builds one sector of `layers` layers of {p,q}.
 *
 * Cost O(cells / sectors) in time and memory.
 * @throws SpecError when {p,q} is not hyperbolic or `layers` is no positive integer.
 * @throws BudgetError when the sector exceeds `maxBytes`.
 * @example
 * ```ts
 * import { buildSector, neighboursOf } from "isinglass/lattice";
 * const sector = buildSector(7, 3, 5);
 * sector.offsets.length - 1; // => 34
 * neighboursOf(sector, 8); // => [28, 84, 29, 30, 31, 9, 1]
 * ```
 */
export function buildSector(
  p: number,
  q: number,
  layers: number,
  options: Omit<TilingOptions, "tree"> = {},
): SectorTiling {
  const { by = "edge", centre = "cell" } = options;
  requireLayers(p, q, layers);
  requireTilingBytes(p, q, layers, { ...options, isSector: true });
  const { offsets, neighbours } = growPatch(p, q, layers, { by, centre, isSector: true });
  const sectors = centre === "cell" ? p : q;
  const perLayer = planPatch(p, q, layers, by, centre).map(({ cells }) => cells);
  const layerStart = startsOf(perLayer);
  const storedStart = startsOf(perLayer.map((n, j) => (j === 0 && centre === "cell" ? 1 : n / sectors)));
  const cells = layerStart.at(-1) as number;
  return { p, q, centre, by, sectors, cells, perLayer, layerStart, storedStart, offsets, neighbours };
}

/**
 * Layer, sector and place of a cell.
 * @throws SpecError when there is no such cell.
 */
export function placeInSector(tiling: SectorTiling, cell: number): SectorPlace {
  const { layerStart, storedStart, cells } = tiling;
  if (!Number.isInteger(cell) || cell < 0 || cell >= cells)
    throw new SpecError(`sector: received cell ${cell}, expected an integer from 0 to ${cells - 1}`);
  let layer = 0;
  while (cell >= (layerStart[layer + 1] as number)) layer++;
  const stored = (storedStart[layer + 1] as number) - (storedStart[layer] as number);
  const local = cell - (layerStart[layer] as number);
  return { layer, sector: Math.floor(local / stored), index: local % stored };
}

/** The image of a cell under a turn by `turns` sectors. Cost O(layers). */
export function turnCell(tiling: SectorTiling, cell: number, turns: number): number {
  const { layer } = placeInSector(tiling, cell);
  return turnWithin(tiling, layer, cell, turns);
}

function turnWithin(
  { layerStart, storedStart, sectors }: SectorTiling,
  layer: number,
  cell: number,
  turns: number,
): number {
  const from = layerStart[layer] as number;
  const around = (layerStart[layer + 1] as number) - from;
  const stored = (storedStart[layer + 1] as number) - (storedStart[layer] as number);
  const steps = ((turns % sectors) + sectors) % sectors;
  return from + ((cell - from + steps * stored) % around);
}

/** Neighbours of any cell of the whole patch, in the order of its row in `buildTiling`. Cost O(layers + p). */
export function neighboursOf(tiling: SectorTiling, cell: number): Uint32Array {
  const { layerStart, storedStart, offsets, neighbours } = tiling;
  const { layer, sector, index } = placeInSector(tiling, cell);
  const at = (storedStart[layer] as number) + index;
  const row = neighbours.slice(offsets[at] as number, offsets[at + 1] as number);
  if (sector > 0)
    for (let k = 0; k < row.length; k++) {
      const other = row[k] as number;
      const inLayer =
        other < (layerStart[layer] as number)
          ? layer - 1
          : other < (layerStart[layer + 1] as number)
            ? layer
            : layer + 1;
      row[k] = turnWithin(tiling, inLayer, other, sector);
    }
  return row;
}

/**
 * The number of a cell where the sectors are counted one after another: 0 the central cell, then 1 + s (m - 1) + (i - 1) for
 * cell i of the m stored ones in sector s; without a central cell s m + i.
 */
export function sectorIndexOf(tiling: SectorTiling, cell: number): number {
  const { layer, sector, index } = placeInSector(tiling, cell);
  const { centre, storedStart } = tiling;
  const m = storedStart.at(-1) as number;
  const i = (storedStart[layer] as number) + index;
  if (centre === "vertex") return sector * m + i;
  return i === 0 ? 0 : 1 + sector * (m - 1) + (i - 1);
}

/** Inverse of `sectorIndexOf`. */
export function cellOfSectorIndex(tiling: SectorTiling, number: number): number {
  const { centre, storedStart, layerStart, cells } = tiling;
  if (!Number.isInteger(number) || number < 0 || number >= cells)
    throw new SpecError(`sector: received index ${number}, expected an integer from 0 to ${cells - 1}`);
  if (centre === "cell" && number === 0) return 0;
  const shift = centre === "cell" ? 1 : 0;
  const m = (storedStart.at(-1) as number) - shift;
  const sector = Math.floor((number - shift) / m);
  const i = ((number - shift) % m) + shift;
  let layer = 0;
  while (i >= (storedStart[layer + 1] as number)) layer++;
  const start = storedStart[layer] as number;
  const stored = (storedStart[layer + 1] as number) - start;
  return (layerStart[layer] as number) + sector * stored + (i - start);
}

/** The whole patch from its sector, equal to `buildTiling` with the same numbers. Cost O(cells p). */
export function replicateSector(tiling: SectorTiling, options: { readonly tree?: boolean } = {}): Tiling {
  const { p, q, centre, by, cells, perLayer, layerStart } = tiling;
  const offsets = new Uint32Array(cells + 1);
  for (let c = 0; c < cells; c++) {
    const { layer, index } = placeInSector(tiling, c);
    const at = (tiling.storedStart[layer] as number) + index;
    offsets[c + 1] =
      (offsets[c] as number) + (tiling.offsets[at + 1] as number) - (tiling.offsets[at] as number);
  }
  const neighbours = new Uint32Array(offsets[cells] as number);
  for (let c = 0; c < cells; c++) neighbours.set(neighboursOf(tiling, c), offsets[c] as number);
  const { parent, parentEdges } =
    options.tree === false
      ? { parent: null, parentEdges: null }
      : spanTree({ p, layerStart, offsets, neighbours });
  const bonds = neighbours.length / 2;
  return { p, q, centre, by, cells, bonds, perLayer, layerStart, offsets, neighbours, parent, parentEdges };
}
