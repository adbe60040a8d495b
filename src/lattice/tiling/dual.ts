/**
 * The dual of a patch of {p,q}: its cells are the vertices of the patch, adjacent where an edge joins them, and its vertices
 * are the cells' centres. The dual of {p,q} is {q,p}; here it is cut out in the shape of the patch.
 */
import { centreOf, type Placement } from "./geometry.ts";
import type { TilingMesh } from "./mesh.ts";
import type { Point } from "./moebius.ts";

/** The dual of a patch as a graph. */
export interface DualTiling {
  /** Edges of a dual cell, q of the patch, and dual cells at a dual vertex. */
  readonly p: number;
  readonly q: number;
  /** Vertices of the patch, or those of them at which all q cells meet. */
  readonly cells: number;
  readonly bonds: number;
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  /** Vertex of the mesh that each dual cell is. */
  readonly vertexOf: Uint32Array;
  readonly mesh: TilingMesh;
}

/** Options of `dualTiling`. */
export interface DualOptions {
  /** Keep only vertices that are surrounded by q cells, so that every dual cell is a whole q-gon. Default true. */
  readonly isComplete?: boolean;
}

/**
 * The dual of a patch.
 *
 * @cost O(cells p).
 * @example
 * ```ts
 * import { buildTiling, dualTiling, meshOf } from "isinglass/lattice";
 * const dual = dualTiling(meshOf(buildTiling(7, 3, 3)));
 * [dual.p, dual.q, dual.cells]; // => [3, 7, 35]
 * ```
 */
export function dualTiling(mesh: TilingMesh, { isComplete = true }: DualOptions = {}): DualTiling {
  const { p, q, cells, corners, offsets, vertices } = mesh;
  const dualOf = new Int32Array(vertices).fill(-1);
  const kept: number[] = [];
  for (let v = 0; v < vertices; v++) {
    if (isComplete && (offsets[v + 1] as number) - (offsets[v] as number) < q) continue;
    dualOf[v] = kept.length;
    kept.push(v);
  }
  const rows: Set<number>[] = kept.map(() => new Set());
  for (let c = 0; c < cells; c++)
    for (let e = 0; e < p; e++) {
      const a = dualOf[corners[p * c + e] as number] as number;
      const b = dualOf[corners[p * c + ((e + 1) % p)] as number] as number;
      if (a < 0 || b < 0) continue;
      rows[a]?.add(b);
      rows[b]?.add(a);
    }
  const starts = new Uint32Array(kept.length + 1);
  rows.forEach((row, a) => {
    starts[a + 1] = (starts[a] as number) + row.size;
  });
  const neighbours = new Uint32Array(starts[kept.length] as number);
  rows.forEach((row, a) => {
    neighbours.set([...row], starts[a]);
  });
  const bonds = neighbours.length / 2;
  const vertexOf = Uint32Array.from(kept);
  return { p: q, q: p, cells: kept.length, bonds, offsets: starts, neighbours, vertexOf, mesh };
}

/** Corners of a dual cell in the Poincare disc, counter-clockwise: the centres of the cells at its vertex. */
export function dualCornersOf(dual: DualTiling, placement: Placement, cell: number): Point[] {
  const { offsets, around } = dual.mesh;
  const vertex = dual.vertexOf[cell] as number;
  return Array.from(around.subarray(offsets[vertex] as number, offsets[vertex + 1] as number), (c) =>
    centreOf(placement, c),
  );
}
