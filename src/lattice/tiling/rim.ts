/** The boundary of a patch: its edges in order round it, with the cells that own them. */
import type { Tiling } from "./build.ts";
import { edgesOfRow } from "./mesh.ts";

/** Boundary edges, counter-clockwise. */
export interface BoundaryRing {
  readonly edges: number;
  /** Cell that each edge belongs to; all are in the last layer. */
  readonly owner: Uint32Array;
  /** Which of its owner's edges it is. */
  readonly edge: Uint8Array;
  /** Cells of the last layer, in order; some may have no boundary edge. */
  readonly cells: Uint32Array;
}

/**
 * The boundary ring of a patch.
 *
 * @cost O(cells of the last layer, times p).
 * @example
 * ```ts
 * import { boundaryOf, buildTiling } from "isinglass/lattice";
 * boundaryOf(buildTiling(7, 3, 2)).edges; // => 28
 * ```
 */
export function boundaryOf(tiling: Tiling): BoundaryRing {
  const { p, layerStart } = tiling;
  const from = layerStart.at(-2) as number;
  const end = layerStart.at(-1) as number;
  const owner: number[] = [];
  const edge: number[] = [];
  for (let c = from; c < end; c++) {
    const inside = new Set(edgesOfRow(tiling, c));
    for (let e = 0; e < p; e++)
      if (!inside.has(e)) {
        owner.push(c);
        edge.push(e);
      }
  }
  return {
    edges: owner.length,
    owner: Uint32Array.from(owner),
    edge: Uint8Array.from(edge),
    cells: Uint32Array.from({ length: end - from }, (_, k) => from + k),
  };
}
