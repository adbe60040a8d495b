/**
 * Coordinates of a tiling, on demand: one motion per cell, obtained by walking the spanning tree outward. The graph itself
 * needs none.
 */
import { SpecError } from "../../base/index.ts";
import type { Tiling } from "./build.ts";
import {
  compose,
  inverse,
  type Motion,
  move,
  type Point,
  rotation,
  toOrigin,
  translation,
} from "./moebius.ts";
import { cellGeometry } from "./schlafli.ts";

/** Where every cell of a tiling lies: motions from the central cell's place. */
export interface Placement {
  readonly tiling: Tiling;
  /** Four numbers a cell: real and imaginary parts of a and b (`Motion`). */
  readonly motions: Float64Array;
}

/** Options of `placeCells`. */
export interface PlacementOptions {
  /** Applied to the whole tiling at the end: which point of it sits in the centre. */
  readonly view?: Motion;
}

/**
 * Places every cell. The motion of a cell is its parent's, a turn to the shared edge, a step of one centre distance and a
 * turn back.
 *
 * Cost O(cells), 32 bytes a cell. Relative rounding grows along the tree by about 1e-16 a step; disc coordinates lose
 * their last digit near a distance of 27 from the origin ({7,3}: 28 layers).
 * @throws SpecError when the tiling was built without its tree.
 */
export function placeCells(tiling: Tiling, options: PlacementOptions = {}): Placement {
  const { p, q, cells, parent, parentEdges, centre } = tiling;
  if (parent === null || parentEdges === null)
    throw new SpecError(`tiling {${p},${q}} was built without its spanning tree, which coordinates need`, {
      hint: "build it with tree: true",
    });
  const { centreDistance, circumradius } = cellGeometry(p, q);
  const step = translation(centreDistance);
  const turns = Array.from({ length: p }, (_, e) => rotation((2 * Math.PI * e) / p));
  const backs = Array.from({ length: p }, (_, f) => rotation(Math.PI - (2 * Math.PI * f) / p));
  // the vertex behind edge p - 1 of cell 0 is the central vertex of a vertex-centred tiling
  const start =
    centre === "cell"
      ? rotation(0)
      : compose(translation(circumradius), rotation(Math.PI - Math.PI * ((2 * p - 1) / p)));
  const motions = new Float64Array(4 * cells);
  for (let c = 0; c < cells; c++) {
    const at = parent[c] as number;
    const edges = parentEdges[c] as number;
    const turn = turns[Math.floor(edges / p)] as Motion;
    const back = backs[edges % p] as Motion;
    const motion =
      at === c ? start : unit(compose(compose(compose(motionAt(motions, at), turn), step), back));
    motions.set([motion.ar, motion.ai, motion.br, motion.bi], 4 * c);
  }
  const { view } = options;
  if (view !== undefined)
    for (let c = 0; c < cells; c++) {
      const { ar, ai, br, bi } = compose(view, motionAt(motions, c));
      motions.set([ar, ai, br, bi], 4 * c);
    }
  return { tiling, motions };
}

/** The view that puts a cell in the middle of the disc. */
export function viewFrom(placement: Placement, cell: number): Motion {
  return toOrigin(centreOf(placement, cell));
}

/** Centre of a cell in the Poincare disc. */
export function centreOf({ motions }: Placement, cell: number): Point {
  return move(motionAt(motions, cell), { x: 0, y: 0 });
}

/** The p vertices of a cell in the Poincare disc, counter-clockwise, starting behind its edge 0. */
export function verticesOf({ motions, tiling: { p, q } }: Placement, cell: number): Point[] {
  const { discCircumradius } = cellGeometry(p, q);
  const motion = motionAt(motions, cell);
  return Array.from({ length: p }, (_, e) => {
    const angle = (Math.PI * (2 * e + 1)) / p;
    return move(motion, { x: discCircumradius * Math.cos(angle), y: discCircumradius * Math.sin(angle) });
  });
}

/**
 * Distance between the centres of two cells, 2 arsinh |b| of the motion that takes one to the other; accurate to about
 * 1e-16 e^r for cells at distance r from the origin.
 */
export function cellDistance({ motions }: Placement, one: number, other: number): number {
  const { br, bi } = compose(inverse(motionAt(motions, one)), motionAt(motions, other));
  return 2 * Math.asinh(Math.hypot(br, bi));
}

function motionAt(motions: Float64Array, cell: number): Motion {
  const k = 4 * cell;
  return {
    ar: motions[k] as number,
    ai: motions[k + 1] as number,
    br: motions[k + 2] as number,
    bi: motions[k + 3] as number,
  };
}

/** Restores |a|^2 - |b|^2 = 1, which rounding would let drift along a long path. */
function unit({ ar, ai, br, bi }: Motion): Motion {
  const scale = 1 / Math.sqrt(ar * ar + ai * ai - br * br - bi * bi);
  return Number.isFinite(scale)
    ? { ar: ar * scale, ai: ai * scale, br: br * scale, bi: bi * scale }
    : { ar, ai, br, bi };
}
