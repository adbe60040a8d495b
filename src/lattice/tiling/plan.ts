/**
 * How many cells and neighbour entries a patch of {p,q} will have, without building it, so that memory is known before any
 * is taken and every array is allocated once.
 *
 * All follows from the census of the boundary: V_k vertices at which k cells of the patch meet, E edges. A layer puts one cell
 * on every edge; the two cells beside a vertex with k = q - 1 are one and the same, those beside one with k = q - 2 share
 * an edge. Vertex layers put q - k - 2 more cells at every other vertex; edge layers leave it open with k + 2 cells. The
 * sizes that follow are those of Dunham (vertex layers, L_j = a L_{j-1} - L_{j-2}) and of the filler recurrences of
 * Schrauth et al. (SciPost Phys. Codebases 34, 2024; edge layers).
 */
import type { Centre, LayerKind } from "./ring.ts";

/** What one layer holds. */
export interface LayerPlan {
  readonly cells: number;
  /** Neighbours that its cells have inside the patch while it is the last layer, summed. */
  readonly entries: number;
  /** Boundary edges and vertices of the patch that ends with it. */
  readonly edges: number;
}

/** Plans `layers` layers of a hyperbolic {p,q}. Numbers are exact up to 2^53. Cost O(layers q). */
export function planPatch(p: number, q: number, layers: number, by: LayerKind, centre: Centre): LayerPlan[] {
  const plans: LayerPlan[] = [];
  // meeting[k]: boundary vertices at which k cells meet
  let meeting = new Array<number>(q).fill(0);
  const isCell = centre === "cell";
  let edges = isCell ? p : q * (p - 2);
  meeting[1] = isCell ? p : edges - q;
  if (!isCell) meeting[2] = q;
  plans.push(isCell ? { cells: 1, entries: 0, edges } : { cells: q, entries: 2 * q, edges });
  for (let j = 1; j < layers; j++) {
    const merged = at(meeting, q - 1);
    const shared = at(meeting, q - 2);
    let between = 0;
    if (by === "vertex") for (let k = 1; k < q - 2; k++) between += (q - 2 - k) * at(meeting, k);
    const cells = edges - merged + between;
    const ringBonds = by === "vertex" ? cells : shared;
    const entries = 2 * ringBonds + edges;
    const next = new Array<number>(q).fill(0);
    const outer = p * cells - entries;
    if (by === "edge") {
      next[2] = shared;
      for (let k = 1; k < q - 2; k++) next[k + 2] = at(next, k + 2) + at(meeting, k);
      next[1] = outer - next.reduce((sum, count) => sum + count, 0);
    } else if (p > 3) {
      next[2] = cells;
      next[1] = outer - cells;
    } else {
      // a triangle on an edge has no outer edge: three cells meet at the vertex it ends in
      next[3] = edges;
      next[2] = outer - edges;
    }
    meeting = next;
    plans.push({ cells, entries, edges: outer });
    edges = outer;
  }
  return plans.slice(0, Math.max(0, layers));
}

/**
 * Cells in each of `layers` layers.
 * @example
 * ```ts
 * import { planLayers } from "isinglass/lattice";
 * planLayers(7, 3, 5, "edge", "cell"); // => [1, 7, 21, 56, 147]
 * ```
 */
export function planLayers(p: number, q: number, layers: number, by: LayerKind, centre: Centre): number[] {
  return planPatch(p, q, layers, by, centre).map(({ cells }) => cells);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
