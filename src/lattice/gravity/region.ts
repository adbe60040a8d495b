/**
 * A region with one circle as its boundary, and the moves that keep it so.
 *
 * A triangle next to the wall has k = 1 or 2 like neighbours (3 away from the wall, 0 only if it is the last one up). With
 * k = 1 a flip is always allowed. With k = 2 it is allowed only if all q - 1 other triangles at the vertex between the two
 * like neighbours are like it too: otherwise the wall would touch itself there and fall into two circles. Both tests are
 * local, and a count of up triangles at every vertex makes them O(1).
 */
import type { GravityPatch } from "./patch.ts";

/** A region, with what changes when a triangle flips. */
export interface Region {
  readonly patch: GravityPatch;
  /** 1 up, 0 down. */
  readonly up: Uint8Array;
  /** Unlike neighbours of each triangle; outside counts as down. */
  readonly unlike: Uint8Array;
  /** Up triangles at each vertex. */
  readonly upAtVertex: Uint16Array;
  /** Triangles with an unlike neighbour, the first `wallCells` entries, in any order. */
  readonly wall: Uint32Array;
  /** Position of each triangle in `wall`; meaningless for others. */
  readonly slot: Uint32Array;
  wallCells: number;
  /** Number of up triangles, N_up. */
  area: number;
  /** Number of unlike pairs, L. */
  length: number;
}

/** Where a simulation starts: every triangle up, or the central one alone. */
export type RegionStart = "full" | "seed";

/**
 * A region of the patch: all of it, the central triangle, or the triangles for which `start` is 1.
 * @example
 * ```ts
 * import { createRegion, gravityPatch } from "isinglass/lattice";
 * createRegion(gravityPatch(7, 3), "full").length; // => 12
 * ```
 */
export function createRegion(patch: GravityPatch, start: RegionStart | ArrayLike<number> = "full"): Region {
  const { cells, vertices, across, corners } = patch;
  const up = new Uint8Array(cells);
  if (start === "full") up.fill(1);
  else if (start === "seed") up[0] = 1;
  else up.set(start);
  const region: Region = {
    patch,
    up,
    unlike: new Uint8Array(cells),
    upAtVertex: new Uint16Array(vertices),
    wall: new Uint32Array(cells),
    slot: new Uint32Array(cells),
    wallCells: 0,
    area: 0,
    length: 0,
  };
  for (let c = 0; c < cells; c++) {
    const own = up[c] as number;
    region.area += own;
    let unlike = 0;
    for (let e = 3 * c; e < 3 * c + 3; e++) {
      const other = across[e] as number;
      const isUnlike = own !== (other < 0 ? 0 : (up[other] as number));
      if (isUnlike) unlike++;
      // an edge between two triangles of the patch is seen from both, and counted from the up one
      if (isUnlike && own === 1) region.length++;
      const vertex = corners[e] as number;
      region.upAtVertex[vertex] = (region.upAtVertex[vertex] as number) + own;
    }
    region.unlike[c] = unlike;
    if (unlike > 0) enterWall(region, c);
  }
  return region;
}

/**
 * Whether flipping this triangle leaves one circle: the local rule. False away from the wall, and for the last up triangle.
 */
export function canFlip({ patch, up, unlike, upAtVertex }: Region, cell: number): boolean {
  const count = unlike[cell] as number;
  if (count === 2) return true;
  if (count !== 1) return false;
  const { across, corners, q } = patch;
  const own = up[cell] as number;
  let edge = 0;
  while (own === isUp(up, across[3 * cell + edge] as number)) edge++;
  // the like neighbours lie across the two other edges, and this corner between them
  const vertex = corners[3 * cell + ((edge + 1) % 3)] as number;
  return upAtVertex[vertex] === (own === 1 ? q : 0);
}

/** Change of the number of wall triangles when this one flips; it stays one itself, as one of its neighbours was like it. */
export function wallChange({ patch, up, unlike }: Region, cell: number): number {
  const { across } = patch;
  const own = up[cell] as number;
  let change = 0;
  for (let e = 3 * cell; e < 3 * cell + 3; e++) {
    const other = across[e] as number;
    if (other < 0) continue;
    const count = unlike[other] as number;
    if ((up[other] as number) === own) {
      if (count === 0) change++;
    } else if (count === 1) change--;
  }
  return change;
}

/** Flips a triangle and keeps all counts; the caller asks `canFlip` before. */
export function flip(region: Region, cell: number): void {
  const { patch, up, unlike, upAtVertex } = region;
  const { across, corners } = patch;
  const own = up[cell] as number;
  const sign = own === 1 ? -1 : 1;
  for (let e = 3 * cell; e < 3 * cell + 3; e++) {
    const vertex = corners[e] as number;
    upAtVertex[vertex] = (upAtVertex[vertex] as number) + sign;
    const other = across[e] as number;
    if (other < 0) continue;
    const before = unlike[other] as number;
    if ((up[other] as number) === own) {
      unlike[other] = before + 1;
      if (before === 0) enterWall(region, other);
    } else {
      unlike[other] = before - 1;
      if (before === 1) leaveWall(region, other);
    }
  }
  const before = unlike[cell] as number;
  unlike[cell] = 3 - before;
  up[cell] = 1 - own;
  region.area += sign;
  region.length += 3 - 2 * before;
}

/**
 * Whether the up triangles are connected, the others with the outside too, and there is at least one up: by flooding, in
 * O(cells). The readable definition that the local rule is tested against.
 * @example
 * ```ts
 * import { gravityPatch, isDisc } from "isinglass/lattice";
 * isDisc(gravityPatch(7, 2), [0, 1, 1, 0]); // => false
 * ```
 */
export function isDisc(patch: GravityPatch, up: ArrayLike<number>): boolean {
  const { cells, across } = patch;
  const seen = new Uint8Array(cells);
  const flood = (seeds: number[], value: number): number => {
    for (const seed of seeds) seen[seed] = 1;
    for (const cell of seeds)
      for (let e = 3 * cell; e < 3 * cell + 3; e++) {
        const other = across[e] as number;
        if (other < 0 || seen[other] === 1 || up[other] !== value) continue;
        seen[other] = 1;
        seeds.push(other);
      }
    return seeds.length;
  };
  const all = Array.from({ length: cells }, (_, cell) => cell);
  const first = all.find((cell) => up[cell] === 1);
  if (first === undefined) return false;
  const rim = all.filter(
    (cell) => up[cell] === 0 && across.subarray(3 * cell, 3 * cell + 3).some((other) => other < 0),
  );
  return flood([first], 1) + flood(rim, 0) === cells;
}

function isUp(up: Uint8Array, cell: number): number {
  return cell < 0 ? 0 : (up[cell] as number);
}

function enterWall(region: Region, cell: number): void {
  region.wall[region.wallCells] = cell;
  region.slot[cell] = region.wallCells++;
}

function leaveWall(region: Region, cell: number): void {
  const last = region.wall[--region.wallCells] as number;
  const at = region.slot[cell] as number;
  region.wall[at] = last;
  region.slot[last] = at;
}
