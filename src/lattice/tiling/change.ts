/** Tilings that change: layers put on and taken off again, and cells left out. Numbers of cells that stay do not change. */
import { SpecError } from "../../base/index.ts";
import { buildTiling, startsOf, type Tiling, type TilingOptions } from "./build.ts";

/**
 * Puts `layers` more layers on a tiling; equal to building it with that many from the start, so that cells keep their
 * numbers.
 *
 * Cost O(cells of the result): since layers grow geometrically, what was there is a small part of it.
 * @throws BudgetError when the result exceeds `maxBytes`.
 * @example
 * ```ts
 * import { addLayers, buildTiling } from "isinglass/lattice";
 * addLayers(buildTiling(7, 3, 3), 2).cells; // => 232
 * ```
 */
export function addLayers(
  tiling: Tiling,
  layers: number,
  options: Pick<TilingOptions, "maxBytes"> = {},
): Tiling {
  requireCount("addLayers", layers, Number.MAX_SAFE_INTEGER);
  const { p, q, by, centre, perLayer, parent } = tiling;
  return buildTiling(p, q, perLayer.length + layers, { ...options, by, centre, tree: parent !== null });
}

/**
 * Takes the last `layers` layers off; equal to building the tiling without them.
 *
 * @throws SpecError when none would be left.
 * @cost O(cells left).
 * @example
 * ```ts
 * import { buildTiling, removeLayers } from "isinglass/lattice";
 * removeLayers(buildTiling(7, 3, 5), 2).cells; // => 29
 * ```
 */
export function removeLayers(tiling: Tiling, layers: number): Tiling {
  requireCount("removeLayers", layers, tiling.perLayer.length - 1);
  const perLayer = tiling.perLayer.slice(0, tiling.perLayer.length - layers);
  const layerStart = startsOf(perLayer);
  const cells = layerStart.at(-1) as number;
  const { offsets, neighbours } = keepRows(tiling, (cell) => cell < cells, cells);
  const parent = tiling.parent?.slice(0, cells) ?? null;
  const parentEdges = tiling.parentEdges?.slice(0, cells) ?? null;
  const bonds = neighbours.length / 2;
  return { ...tiling, cells, bonds, perLayer, layerStart, offsets, neighbours, parent, parentEdges };
}

/** A part of a tiling as a graph. */
export interface TilingPart {
  readonly cells: number;
  readonly bonds: number;
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  /** Number in the tiling of each cell of the part, ascending. */
  readonly cellOf: Uint32Array;
  readonly tiling: Tiling;
}

/**
 * The cells that pass a filter, with the bonds among them: a strip, a ball, a tiling with holes.
 *
 * @throws SpecError when no cell passes.
 * @cost O(cells).
 * @example
 * ```ts
 * import { buildTiling, filterCells } from "isinglass/lattice";
 * filterCells(buildTiling(7, 3, 3), (cell) => cell !== 0).bonds; // => 56
 * ```
 */
export function filterCells(tiling: Tiling, keep: (cell: number) => boolean): TilingPart {
  const { cells } = tiling;
  const number = new Int32Array(cells).fill(-1);
  const kept: number[] = [];
  for (let c = 0; c < cells; c++)
    if (keep(c)) {
      number[c] = kept.length;
      kept.push(c);
    }
  if (kept.length === 0)
    throw new SpecError(`filterCells: none of ${cells} cells passes, expected at least one`);
  const { offsets, neighbours } = keepRows(tiling, (c) => (number[c] as number) >= 0, cells);
  for (let k = 0; k < neighbours.length; k++) neighbours[k] = number[neighbours[k] as number] as number;
  return {
    cells: kept.length,
    bonds: neighbours.length / 2,
    offsets,
    neighbours,
    cellOf: Uint32Array.from(kept),
    tiling,
  };
}

/** Rows of the kept cells below `end`, without the others. */
function keepRows(
  { offsets, neighbours }: Tiling,
  keep: (cell: number) => boolean,
  end: number,
): Pick<Tiling, "offsets" | "neighbours"> {
  const starts = [0];
  const row = new Uint32Array(offsets[end] as number);
  let at = 0;
  for (let c = 0; c < end; c++) {
    if (!keep(c)) continue;
    for (let k = offsets[c] as number; k < (offsets[c + 1] as number); k++) {
      const other = neighbours[k] as number;
      if (keep(other)) row[at++] = other;
    }
    starts.push(at);
  }
  return { offsets: Uint32Array.from(starts), neighbours: row.slice(0, at) };
}

function requireCount(where: string, layers: number, most: number): void {
  if (!Number.isInteger(layers) || layers < 0 || layers > most)
    throw new SpecError(`${where}: received ${layers} layers, expected an integer from 0 to ${most}`);
}
