/**
 * Which cells of a tiling can be seen and where: for every cell the motion that takes a regular polygon at the middle of the disc
 * to it, made anew for each picture from the cell's own motion and the view, in double precision. So nothing drifts, however long the
 * disc is dragged, and what is near the middle is exact, however far that is from the first cell.
 */
import { cellGeometry, inverse, type Motion, type Point } from "../../../../../src/lattice/index.ts";
import type { Camera, DiscModel } from "./camera.ts";
import { scaleOf, type Window } from "./camera.ts";

/** Regular polygons and where they are. */
export interface Cells {
  readonly p: number;
  readonly q: number;
  readonly count: number;
  /** Four numbers a cell, as in `Placement`. */
  readonly motions: Float64Array;
}

/** Cells of one level of detail. */
export interface Batch {
  readonly count: number;
  /** Motions of the cells, four numbers each: a, b; followed by the radius of the cell in pixels. */
  readonly motions: Float32Array;
  readonly ids: Uint32Array;
}

/** Pieces an edge is drawn with: long arcs need more. */
export const EDGE_PIECES: readonly number[] = [16, 5, 1];
/** Radius of a cell in pixels from which it gets the first and second of them. */
const RADII: readonly [number, number] = [40, 9];
/** Cells smaller than this (radius in pixels) are not drawn. */
export const SMALLEST = 0.4;
/** Numbers a cell has in a batch. */
export const STRIDE = 5;

/** Radius in the disc of a polygon at its middle. */
export function cellRadius(p: number, q: number): number {
  return cellGeometry(p, q).discCircumradius;
}

/** Chooses cells; keeps its arrays from picture to picture. */
export interface CellSelector {
  select(
    cells: Cells,
    camera: Camera,
    model: DiscModel,
    window: Window,
    pixelRatio: number,
    smallest?: number,
  ): readonly Batch[];
}

/** Makes a selector. */
export function createSelector(): CellSelector {
  const buffers = EDGE_PIECES.map(() => ({
    motions: new Float32Array(STRIDE * 256),
    ids: new Uint32Array(256),
    count: 0,
  }));
  const push = (
    level: number,
    id: number,
    ar: number,
    ai: number,
    br: number,
    bi: number,
    radius: number,
  ): void => {
    const buffer = buffers[level] as (typeof buffers)[number];
    if (buffer.count === buffer.ids.length) {
      const motions = new Float32Array(2 * buffer.motions.length);
      motions.set(buffer.motions);
      const ids = new Uint32Array(2 * buffer.ids.length);
      ids.set(buffer.ids);
      Object.assign(buffer, { motions, ids });
    }
    const at = STRIDE * buffer.count;
    buffer.motions[at] = ar;
    buffer.motions[at + 1] = ai;
    buffer.motions[at + 2] = br;
    buffer.motions[at + 3] = bi;
    buffer.motions[at + 4] = radius;
    buffer.ids[buffer.count++] = id;
  };
  return {
    select(cells, camera, model, window, pixelRatio, smallest = SMALLEST) {
      for (const buffer of buffers) buffer.count = 0;
      const { motions, count } = cells;
      const { ar: va, ai: vi, br: wa, bi: wi } = camera.motion;
      const rho = cellRadius(cells.p, cells.q);
      const rho2 = rho * rho;
      const unit = scaleOf(window, camera.zoom);
      const scale = unit * pixelRatio;
      // the Klein disc shows the middle twice as large
      const stretch = model === "klein" ? 2 : 1;
      const largest = (scale * rho * stretch) / smallest;
      const halfWidth = window.width / 2 / unit;
      const halfHeight = window.height / 2 / unit;
      for (let c = 0; c < count; c++) {
        const k = 4 * c;
        const ar = motions[k] as number;
        const ai = motions[k + 1] as number;
        const br = motions[k + 2] as number;
        const bi = motions[k + 3] as number;
        // (a, b) = view (a', b'): a = v a' + w conj(b'), b = v b' + w conj(a')
        const xr = va * ar - vi * ai + wa * br + wi * bi;
        const xi = va * ai + vi * ar + wi * br - wa * bi;
        const square = xr * xr + xi * xi;
        // a circle of radius rho about 0 becomes one of radius rho / (|a|^2 (1 - rho^2) + rho^2)
        const shrink = square * (1 - rho2) + rho2;
        if (shrink > largest) continue;
        const yr = va * br - vi * bi + wa * ar + wi * ai;
        const yi = va * bi + vi * br + wi * ar - wa * ai;
        const radius = rho / shrink;
        if (camera.zoom > 1) {
          // the centre, b / conj(a)
          let zx = (yr * xr - yi * xi) / square;
          let zy = (yr * xi + yi * xr) / square;
          let around = 2 * radius;
          if (model === "klein") {
            const scaleUp = 2 / (1 + zx * zx + zy * zy);
            zx *= scaleUp;
            zy *= scaleUp;
            around *= 2;
          }
          if (Math.abs(zx - camera.x) > halfWidth + around || Math.abs(zy - camera.y) > halfHeight + around)
            continue;
        }
        const pixels = radius * scale * stretch;
        const level = pixels >= RADII[0] ? 0 : pixels >= RADII[1] ? 1 : 2;
        push(level, c, xr, xi, yr, yi, pixels);
      }
      return buffers;
    },
  };
}

/** The cell that holds a point of the plane (in the first cell's coordinates), or -1: cells hold what is nearest to their centre. */
export function cellAt(cells: Cells, point: Point): number {
  const square = point.x * point.x + point.y * point.y;
  if (!(square < 1)) return -1;
  const scale = 1 / Math.sqrt(1 - square);
  // the motion that takes 0 to the point: a real, b = point a
  const pr = point.x * scale;
  const pi = point.y * scale;
  const { motions, count } = cells;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < count; c++) {
    const k = 4 * c;
    const ar = motions[k] as number;
    const ai = motions[k + 1] as number;
    const br = motions[k + 2] as number;
    const bi = motions[k + 3] as number;
    // sinh of half the distance of the centre: |b a_p - b_p conj(a)| with a_p real
    const x = br * scale - (pr * ar + pi * ai);
    const y = bi * scale - (pi * ar - pr * ai);
    const d = x * x + y * y;
    if (d < least) {
      least = d;
      best = c;
    }
  }
  const radius = cellGeometry(cells.p, cells.q).circumradius;
  return least <= Math.sinh(radius / 2) ** 2 ? best : -1;
}

/** A regular polygon about the origin as triangles from its middle: x, y, and 0 in the middle, 1 on the edge. */
export function polygonFan(p: number, q: number, pieces: number): Float32Array {
  const radius = cellRadius(p, q);
  const apothem = Math.tanh(Math.acosh(Math.cos(Math.PI / q) / Math.sin(Math.PI / p)) / 2);
  // the edge across angle 0 lies on a circle about (centre, 0) that meets the rim at right angles
  const centre = (1 + apothem * apothem) / (2 * apothem);
  const bend = Math.sqrt(centre * centre - 1);
  const half = Math.asin((radius * Math.sin(Math.PI / p)) / bend);
  const out = new Float32Array(9 * p * pieces);
  let at = 0;
  for (let e = 0; e < p; e++) {
    const turn = (2 * Math.PI * e) / p;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const put = (k: number): void => {
      const angle = Math.PI + half - (2 * half * k) / pieces;
      const x = centre + bend * Math.cos(angle);
      const y = -bend * Math.sin(angle);
      // k = 0 is the lower corner, at angle -pi / p
      out.set([c * x + s * y, s * x - c * y, 1], at);
      at += 3;
    };
    for (let k = 0; k < pieces; k++) {
      at += 3;
      put(k);
      put(k + 1);
    }
  }
  return out;
}

/** Motions relative to a point that a caller wants in the middle: exported for tests. */
export function viewOfCell({ motions }: Cells, cell: number): Motion {
  const k = 4 * cell;
  return inverse({
    ar: motions[k] as number,
    ai: motions[k + 1] as number,
    br: motions[k + 2] as number,
    bi: motions[k + 3] as number,
  });
}
