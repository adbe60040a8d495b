/** A finite patch of a hyperbolic tiling as a graph, counted in edge layers (graph distance) or vertex layers. */
import { BudgetError, SpecError } from "../../base/index.ts";
import { storedSize } from "./grow.ts";
import { planPatch } from "./plan.ts";
import type { Centre, LayerKind } from "./ring.ts";
import { requireHyperbolic } from "./schlafli.ts";
import { spanTree } from "./span.ts";
import { growPatch } from "./turn.ts";

/** A patch of {p,q}: adjacency in compressed rows, numbered layer by layer. */
export interface Tiling {
  readonly p: number;
  readonly q: number;
  readonly centre: Centre;
  /** What makes the next layer: cells that share an edge with the patch, or at least a vertex. */
  readonly by: LayerKind;
  readonly cells: number;
  /** Adjacent pairs inside the patch. */
  readonly bonds: number;
  /** Cells per layer, the centre first. */
  readonly perLayer: readonly number[];
  /** First cell of each layer; layer j holds cells layerStart[j] .. layerStart[j+1] - 1, counter-clockwise. */
  readonly layerStart: readonly number[];
  /** Row pointers, length cells + 1. */
  readonly offsets: Uint32Array;
  /**
   * Neighbours of each cell, counter-clockwise. The row of a cell with all its p neighbours stands in the order of its
   * edges, so that coordinates can be derived from it.
   */
  readonly neighbours: Uint32Array;
  /** Owner of each cell: an inner neighbour, or the previous cell of the layer; the root owns itself. Null without tree. */
  readonly parent: Uint32Array | null;
  /** parentEdges[c] = e * p + f: the step leaves through the parent's edge e and the cell's edge f. Null without tree. */
  readonly parentEdges: Uint16Array | null;
}

/** Options of `buildTiling`. */
export interface TilingOptions {
  /** Default "edge". */
  readonly by?: LayerKind;
  /** Default "cell". */
  readonly centre?: Centre;
  /** Keep the spanning tree that coordinates need, 6 bytes a cell. Default true. */
  readonly tree?: boolean;
  /** Refuse to start above this many bytes. Default 20 GiB. */
  readonly maxBytes?: number;
}

/** Memory that tilings may take where nothing else is said. */
export const DEFAULT_TILING_BYTES: number = 20 * 2 ** 30;

/** Numbers of cells are 31-bit integers in the inner loop. */
export const MAX_CELLS: number = 2 ** 31 - 1;

/**
 * Builds `layers` layers of {p,q}, the centre (a cell, or the q cells round a vertex) being the first.
 *
 * Cost O(cells) integer operations, with no coordinates and so no rounding at any depth. {7,3}: 23 bytes a cell.
 * @throws SpecError when {p,q} is not hyperbolic or `layers` is no positive integer.
 * @throws BudgetError when the estimate exceeds `maxBytes`; nothing is allocated before.
 * @example
 * ```ts
 * import { buildTiling } from "isinglass/lattice";
 * buildTiling(7, 3, 5).cells; // => 232
 * ```
 */
export function buildTiling(p: number, q: number, layers: number, options: TilingOptions = {}): Tiling {
  const { by = "edge", centre = "cell", tree = true } = options;
  requireLayers(p, q, layers);
  requireTilingBytes(p, q, layers, options);
  const perLayer = planPatch(p, q, layers, by, centre).map(({ cells }) => cells);
  const { offsets, neighbours } = growPatch(p, q, layers, { by, centre, isSector: false });
  const layerStart = startsOf(perLayer);
  const { parent, parentEdges } = tree
    ? spanTree({ p, layerStart, offsets, neighbours })
    : { parent: null, parentEdges: null };
  const cells = layerStart.at(-1) as number;
  const bonds = neighbours.length / 2;
  return { p, q, centre, by, cells, bonds, perLayer, layerStart, offsets, neighbours, parent, parentEdges };
}

/**
 * Bytes of the arrays of a tiling and of the layer that grows last, exact.
 * @example
 * ```ts
 * import { estimateTilingBytes } from "isinglass/lattice";
 * estimateTilingBytes(7, 3, 5, { tree: false }); // => 5454
 * ```
 */
export function estimateTilingBytes(
  p: number,
  q: number,
  layers: number,
  options: TilingOptions & { readonly isSector?: boolean } = {},
): number {
  const { by = "edge", centre = "cell", tree = true, isSector = false } = options;
  const plan = planPatch(p, q, layers, by, centre);
  const sectors = isSector ? (centre === "cell" ? p : q) : 1;
  const { cells, entries } = storedSize(p, plan, centre, sectors);
  const ring = (2 * ((plan.at(-2)?.cells ?? 0) + (plan.at(-3)?.cells ?? 0))) / sectors;
  return 4 * (cells + 1) + 4 * entries + (tree && !isSector ? 6 * cells : 0) + Math.ceil(ring);
}

/**
 * Refuses a tiling that does not fit, with both numbers.
 * @throws BudgetError
 */
export function requireTilingBytes(
  p: number,
  q: number,
  layers: number,
  options: TilingOptions & { readonly isSector?: boolean } = {},
): void {
  const { by = "edge", centre = "cell", maxBytes = DEFAULT_TILING_BYTES } = options;
  const bytes = estimateTilingBytes(p, q, layers, options);
  const cells = planPatch(p, q, layers, by, centre).reduce((sum, layer) => sum + layer.cells, 0);
  const what = `tiling {${p},${q}} with ${layers} ${by} layers`;
  if (bytes > maxBytes)
    throw new BudgetError(
      `${what} has ${cells.toPrecision(4)} cells and needs about ${gibibytes(bytes)} GiB, allowed are ${gibibytes(maxBytes)} GiB`,
      { hint: "ask for fewer layers, or raise --max-memory", data: { cells, bytes, maxBytes } },
    );
  if (cells > MAX_CELLS)
    throw new BudgetError(`${what} has ${cells.toPrecision(4)} cells, at most ${MAX_CELLS} can be numbered`, {
      hint: "ask for fewer layers",
      data: { cells, maxCells: MAX_CELLS },
    });
}

/** Refuses {p,q} that are not hyperbolic and layers that are no positive integer. */
export function requireLayers(p: number, q: number, layers: number): void {
  requireHyperbolic(p, q);
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(`tiling {${p},${q}}: layers is ${layers}, expected an integer of at least 1`, {
      hint: "for example --layers 6",
    });
}

/** Running totals: [0, n_1, n_1 + n_2, ...]. */
export function startsOf(perLayer: readonly number[]): number[] {
  const starts = [0];
  for (const cells of perLayer) starts.push((starts.at(-1) as number) + cells);
  return starts;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toPrecision(3);
}
