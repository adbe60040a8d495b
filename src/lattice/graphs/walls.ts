/**
 * Domain walls of a patch whose outermost spins are all +1: closed loops on the dual graph, one dual edge across every
 * bond that has a free end (the low-temperature expansion). As a plane graph with straight edges it gives the wired
 * boundary's exact solution without any ghost spin: the outside of the loops is +1.
 */
import { placeCells, type Tiling, toKlein, verticesOf } from "../tiling/index.ts";
import type { PlaneGraph } from "./drawing.ts";
import type { SpinGraph } from "./spin-graph.ts";

/** The dual edges of all bonds with a free end. */
export interface WallGraph extends PlaneGraph {
  /** The two sites that edge b separates: sites[2b], sites[2b+1]. */
  readonly sites: Uint32Array;
}

/**
 * The walls of a wired patch, or null where they cannot be drawn: tori, trees (solved otherwise), a user's graph, and
 * tilings built without their spanning tree.
 */
export function drawWalls(graph: SpinGraph): WallGraph | null {
  const { shape } = graph;
  if (graph.boundary.length === 0) return null;
  if (shape.kind === "hyperbolic") {
    const { tiling } = shape;
    return tiling.parent !== null ? tilingWalls(tiling) : null;
  }
  if (shape.kind === "square" || shape.kind === "triangular")
    return euclideanWalls(shape.kind, shape.columns, shape.rows);
  return null;
}

class WallList {
  readonly positions: number[] = [];
  readonly ends: number[] = [];
  readonly sites: number[] = [];

  point(x: number, y: number): number {
    return this.positions.push(x, y) / 2 - 1;
  }

  edge(from: number, to: number, site: number, other: number): void {
    this.ends.push(from, to);
    this.sites.push(site, other);
  }

  finish(): WallGraph {
    return {
      positions: Float64Array.from(this.positions),
      ends: Uint32Array.from(this.ends),
      sites: Uint32Array.from(this.sites),
      couplings: new Float64Array(this.ends.length / 2).fill(1),
    };
  }
}

/** Faces of the open square or triangular lattice; bonds along the rim have none outside and no free end either. */
function euclideanWalls(kind: "square" | "triangular", columns: number, rows: number): WallGraph {
  const list = new WallList();
  const faceColumns = columns - 1;
  // one face per unit square, or two: (x, y) nearer to its corner (0, 0), then nearer to (1, 1)
  const perSquare = kind === "square" ? 1 : 2;
  for (let y = 0; y < rows - 1; y++)
    for (let x = 0; x < faceColumns; x++) {
      if (kind === "square") list.point(x + 1 / 2, y + 1 / 2);
      else {
        list.point(x + 1 / 3, y + 1 / 3);
        list.point(x + 2 / 3, y + 2 / 3);
      }
    }
  const lower = (x: number, y: number): number => perSquare * (x + faceColumns * y);
  const upper = (x: number, y: number): number => lower(x, y) + perSquare - 1;
  const site = (x: number, y: number): number => x + columns * y;
  const isFree = (x: number, y: number): boolean => x > 0 && y > 0 && x < columns - 1 && y < rows - 1;
  for (let y = 0; y < rows - 1; y++)
    for (let x = 0; x < faceColumns; x++) {
      const here = isFree(x, y);
      const right = isFree(x + 1, y);
      const above = isFree(x, y + 1);
      if (here || right) list.edge(lower(x, y), upper(x, y - 1), site(x, y), site(x + 1, y));
      if (here || above) list.edge(lower(x, y), upper(x - 1, y), site(x, y), site(x, y + 1));
      if (kind === "triangular" && (right || above))
        list.edge(lower(x, y), upper(x, y), site(x + 1, y), site(x, y + 1));
    }
  return list.finish();
}

/** Polygon edges of all cells but the outermost. Those cells are complete, so their rows stand in the order of their edges. */
function tilingWalls(tiling: Tiling): WallGraph {
  const { p, offsets, neighbours, layerStart } = tiling;
  const inner = layerStart.at(-2) as number;
  const parent = Uint32Array.from({ length: inner * p }, (_, k) => k);
  const find = (k: number): number => {
    let root = k;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = k; at !== root; ) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const cellAt = (c: number, e: number): number => neighbours[(offsets[c] as number) + e] as number;
  // vertex e of a cell lies between its edges e and e + 1; across a shared edge the order is reversed
  for (let c = 0; c < inner; c++)
    for (let e = 0; e < p; e++) {
      const other = cellAt(c, e);
      if (other >= inner || other < c) continue;
      let f = 0;
      while (cellAt(other, f) !== c) f++;
      parent[find(other * p + ((f + p - 1) % p))] = find(c * p + e);
      parent[find(other * p + f)] = find(c * p + ((e + p - 1) % p));
    }
  const placement = placeCells(tiling);
  const list = new WallList();
  const pointOf = new Int32Array(inner * p).fill(-1);
  for (let c = 0; c < inner; c++) {
    const corners = verticesOf(placement, c);
    const point = (e: number): number => {
      const root = find(c * p + e);
      if (pointOf[root] === -1) {
        const { x, y } = toKlein(corners[e] as { x: number; y: number });
        pointOf[root] = list.point(x, y);
      }
      return pointOf[root] as number;
    };
    for (let e = 0; e < p; e++) {
      const other = cellAt(c, e);
      if (other < inner && other < c) continue;
      list.edge(point((e + p - 1) % p), point(e), c, other);
    }
  }
  return list.finish();
}
