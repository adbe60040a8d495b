/** The triangles on which spacetime regions live: which one lies across each edge, and which vertex each corner is. */
import { BudgetError, SpecError } from "../../base/index.ts";
import { buildTiling, edgesOfRow, meshOf, planLayers, type Tiling } from "../tiling/index.ts";
import { requireGravity } from "./couplings.ts";

/** A patch of {3,q} of edge layers; every triangle outside is down. */
export interface GravityPatch {
  readonly q: number;
  readonly layers: number;
  readonly cells: number;
  readonly vertices: number;
  /** Cell across edge e of cell c: across[3 c + e], -1 outside. */
  readonly across: Int32Array;
  /** Vertex between the edges e and e + 1 of cell c: corners[3 c + e]. */
  readonly corners: Uint32Array;
  readonly tiling: Tiling;
}

/** Bytes a patch and a simulation on it take at the peak, for each triangle. */
const BYTES_PER_CELL = 160;
/** Default of `maxBytes`. */
const MOST_BYTES = 2 ** 30;

/**
 * Builds the patch of `layers` edge layers of {3,q}, the central triangle being the first.
 *
 * @throws SpecError for q below 7 or layers below 1; BudgetError when it would take more than `maxBytes` (default 1 GiB).
 * @cost O(cells) time, about 160 bytes a cell with a simulation on it.
 * @example
 * ```ts
 * import { gravityPatch } from "isinglass/lattice";
 * gravityPatch(7, 4).cells; // => 22
 * ```
 */
export function gravityPatch(
  q: number,
  layers: number,
  { maxBytes = MOST_BYTES }: { readonly maxBytes?: number } = {},
): GravityPatch {
  requireGravity(q);
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(`jt: received ${layers} layers, expected an integer of at least 1`, {
      hint: "for example --layers 4",
    });
  requireFit(q, layers, maxBytes);
  const tiling = buildTiling(3, q, layers);
  const { vertices, corners } = meshOf(tiling);
  const { cells, offsets, neighbours } = tiling;
  const across = new Int32Array(3 * cells).fill(-1);
  for (let c = 0; c < cells; c++)
    edgesOfRow(tiling, c).forEach((edge, k) => {
      across[3 * c + edge] = neighbours[(offsets[c] as number) + k] as number;
    });
  return { q, layers, cells, vertices, across, corners, tiling };
}

function requireFit(q: number, layers: number, maxBytes: number): void {
  const most = Math.floor(maxBytes / BYTES_PER_CELL);
  let cells = 0;
  let fitting = 0;
  // sizes grow geometrically, so that the plan may stop where they pass the limit
  for (let planned = 8; ; planned *= 2) {
    const sizes = planLayers(3, q, Math.min(planned, layers), "edge", "cell");
    cells = 0;
    fitting = 0;
    for (const size of sizes) {
      cells += size;
      if (cells > most) break;
      fitting++;
    }
    if (cells > most || planned >= layers) break;
  }
  if (fitting < layers)
    throw new BudgetError(
      `jt: ${layers} layers of {3,${q}} have ${cells.toPrecision(3)} triangles or more and need at least ${gibibytes(cells * BYTES_PER_CELL)} GiB, allowed are ${gibibytes(maxBytes)} GiB`,
      { hint: `use --layers ${fitting} or fewer`, data: { layers, fitting, maxBytes } },
    );
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toPrecision(3);
}
