/**
 * Plane drawings with straight bonds that do not cross, which the Kac-Ward solution needs: lattice coordinates for open
 * Euclidean patches, the Klein disc (geodesics are straight) for hyperbolic ones; on a tree any drawing will do.
 */
import { centreOf, placeCells, toKlein } from "../tiling/index.ts";
import type { SpinGraph } from "./spin-graph.ts";

/** A plane graph: positions x, y of its vertices and the two ends of each bond. */
export interface PlaneGraph {
  readonly positions: Float64Array;
  readonly ends: Uint32Array;
  /** Coupling of each bond. */
  readonly couplings: Float64Array;
}

/** The plane drawing of a spin graph with free boundary, or null where there is none (tori, graphs without positions). */
export function drawPlane(graph: SpinGraph): PlaneGraph | null {
  const positions = placeSites(graph);
  if (positions === null) return null;
  const { sites, bonds, offsets, neighbours, couplings: strengths } = graph;
  const ends = new Uint32Array(2 * bonds);
  const couplings = new Float64Array(bonds);
  let b = 0;
  for (let i = 0; i < sites; i++)
    for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++) {
      const j = neighbours[k] as number;
      if (j < i) continue;
      ends[2 * b] = i;
      ends[2 * b + 1] = j;
      couplings[b++] = strengths === null ? 1 : (strengths[k] as number);
    }
  return { positions, ends, couplings };
}

function placeSites({ sites, shape }: SpinGraph): Float64Array | null {
  const positions = new Float64Array(2 * sites);
  switch (shape.kind) {
    case "square":
    case "triangular": {
      if (shape.periodic) return null;
      for (let i = 0; i < sites; i++) {
        positions[2 * i] = i % shape.columns;
        positions[2 * i + 1] = Math.floor(i / shape.columns);
      }
      return positions;
    }
    case "cayley":
      return positions;
    case "hyperbolic": {
      if (shape.tiling.parent === null) return null;
      const placement = placeCells(shape.tiling);
      for (let c = 0; c < sites; c++) {
        const { x, y } = toKlein(centreOf(placement, c));
        positions[2 * c] = x;
        positions[2 * c + 1] = y;
      }
      return positions;
    }
    case "custom":
      return shape.positions;
  }
}
