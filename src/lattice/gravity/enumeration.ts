/**
 * All regions of a small patch, counted by area and length of the wall: the number of states g(N_up, L) gives every average
 * at every beta and E exactly. Connected sets are listed once each (Redelmeier, Discrete Math. 36, 1981: a set grows from its
 * smallest triangle by triangles that were not refused before), and those whose complement is connected with the outside count.
 */
import { BudgetError } from "../../base/index.ts";
import type { GravityCouplings } from "./couplings.ts";
import { requireBeta } from "./couplings.ts";
import type { GravityPatch } from "./patch.ts";

/** Largest patch that is enumerated: 22 triangles take a few tenths of a second, the next size (40) days. */
export const MAX_ENUMERATED_TRIANGLES = 26;

/** g(N_up, L) of a patch. */
export interface RegionCounts {
  /** All regions. */
  readonly total: number;
  /** One entry for each pair that occurs. */
  readonly states: readonly { readonly area: number; readonly length: number; readonly count: number }[];
}

/** Exact averages at one beta and E; the constant of H is left out. */
export interface GravityExact {
  readonly method: string;
  /** log Z, Z = sum over regions of exp(-beta H). */
  readonly logZ: number;
  /** <H>. */
  readonly energy: number;
  /** <N_up>. */
  readonly up: number;
  /** <L>. */
  readonly wall: number;
  /** Variance of H. */
  readonly variance: number;
}

/**
 * Counts the regions of a patch.
 *
 * @param patch at most 26 triangles: four edge layers at any q.
 * @throws BudgetError for larger ones.
 * @cost the number of connected sets times the cells; 0.3 s for 22 triangles.
 * @example
 * ```ts
 * import { countRegions, gravityPatch } from "isinglass/lattice";
 * countRegions(gravityPatch(7, 3)).total; // => 143
 * ```
 */
export function countRegions(patch: GravityPatch): RegionCounts {
  const { cells, across } = patch;
  if (cells > MAX_ENUMERATED_TRIANGLES)
    throw new BudgetError(
      `jt enumeration: the patch has ${cells} triangles, at most ${MAX_ENUMERATED_TRIANGLES} are enumerated`,
      { hint: "use at most four layers, the transfer solution, or simulation", data: { cells } },
    );
  const near = Int32Array.from({ length: cells }, (_, c) => neighbourMask(across, c));
  const outside = Uint8Array.from({ length: cells }, (_, c) => edgesOutside(across, c));
  let rim = 0;
  outside.forEach((edges, c) => {
    if (edges > 0) rim |= 1 << c;
  });
  const all = cells === 32 ? -1 : (1 << cells) - 1;
  const most = 3 * cells + 1;
  const counts = new Float64Array((cells + 1) * most);
  const tally = (set: number, area: number): void => {
    if (!floods(all & ~set, rim, near)) return;
    let length = 0;
    for (let rest = set; rest !== 0; rest &= rest - 1) {
      const c = 31 - Math.clz32(rest & -rest);
      length += (outside[c] as number) + popcount((near[c] as number) & ~set);
    }
    const at = area * most + length;
    counts[at] = (counts[at] as number) + 1;
  };
  const grow = (set: number, area: number, candidates: number, refused: number): void => {
    let closed = refused;
    for (let rest = candidates; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const next = set | bit;
      tally(next, area + 1);
      // candidates left of this one stay; new ones are neighbours that were never refused
      const fresh = (near[31 - Math.clz32(bit)] as number) & ~next & ~closed & ~rest;
      grow(next, area + 1, (rest & ~bit) | fresh, closed | bit);
      closed |= bit;
    }
  };
  for (let root = 0; root < cells; root++) {
    const bit = 1 << root;
    const smaller = bit - 1;
    tally(bit, 1);
    grow(bit, 1, (near[root] as number) & ~smaller, smaller | bit);
  }
  const states: { area: number; length: number; count: number }[] = [];
  let total = 0;
  counts.forEach((count, at) => {
    if (count === 0) return;
    total += count;
    states.push({ area: Math.floor(at / most), length: at % most, count });
  });
  return { total, states };
}

/**
 * Averages from the counts.
 *
 * @throws SpecError for beta < 0.
 * @accuracy rounding only.
 * @example
 * ```ts
 * import { countRegions, gravityCouplings, gravityPatch, sumRegions } from "isinglass/lattice";
 * sumRegions(countRegions(gravityPatch(7, 3)), gravityCouplings(7, 0), 1).logZ; // => 4.07161973
 * ```
 */
export function sumRegions(
  { states, total }: RegionCounts,
  { field, effectiveCoupling }: GravityCouplings,
  beta: number,
): GravityExact {
  requireBeta(beta);
  const energyOf = (area: number, length: number): number => -field * area + effectiveCoupling * length;
  const lowest = states.reduce((least, s) => Math.min(least, energyOf(s.area, s.length)), Infinity);
  let [Z, d, d2, up, wall] = [0, 0, 0, 0, 0];
  for (const { area, length, count } of states) {
    const above = energyOf(area, length) - lowest;
    const weight = count * Math.exp(-beta * above);
    Z += weight;
    d += weight * above;
    d2 += weight * above * above;
    up += weight * area;
    wall += weight * length;
  }
  return {
    method: `enumeration of ${total} regions`,
    logZ: Math.log(Z) - beta * lowest,
    energy: lowest + d / Z,
    up: up / Z,
    wall: wall / Z,
    variance: d2 / Z - (d / Z) ** 2,
  };
}

function neighbourMask(across: Int32Array, cell: number): number {
  let mask = 0;
  for (const other of across.subarray(3 * cell, 3 * cell + 3)) if (other >= 0) mask |= 1 << other;
  return mask;
}

function edgesOutside(across: Int32Array, cell: number): number {
  return across.subarray(3 * cell, 3 * cell + 3).reduce((sum, other) => sum + (other < 0 ? 1 : 0), 0);
}

/** Whether every triangle of `set` is reached from those at the rim. */
function floods(set: number, rim: number, near: Int32Array): boolean {
  let reached = set & rim;
  for (let fresh = reached; fresh !== 0; ) {
    let next = 0;
    for (let rest = fresh; rest !== 0; rest &= rest - 1)
      next |= near[31 - Math.clz32(rest & -rest)] as number;
    fresh = next & set & ~reached;
    reached |= fresh;
  }
  return reached === set;
}

function popcount(mask: number): number {
  let n = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) n++;
  return n;
}
