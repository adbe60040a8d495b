/** An order of the triangles of a patch in which few at a time are waiting for a neighbour: greedy, from the rim. */
import type { GravityPatch } from "./patch.ts";

/** One triangle added to those before. */
export interface SweepStep {
  /** Frontier positions of its neighbours, the frontier being in order of arrival. */
  readonly near: readonly number[];
  /** Its edges to the outside. */
  readonly outside: number;
  /** Positions that leave afterwards, the new triangle's own being the last. */
  readonly leaving: readonly number[];
}

/** Starts that are tried. */
const STARTS = 12;

/**
 * The best of several greedy orders, by the sum of 3^(frontier), which is about the number of steps between states; null when
 * that is above `most`.
 */
export function planSweep(patch: GravityPatch, most: number): { order: SweepStep[]; width: number } | null {
  const { cells } = patch;
  const last = patch.tiling.layerStart.at(-2) as number;
  let best: number[] | null = null;
  let least = most;
  // sectors are alike: starts within one third of the last layer
  const third = Math.ceil((cells - last) / 3);
  for (let k = 0; k < Math.min(STARTS, third); k++) {
    const order = greedyOrder(
      patch,
      Math.min(cells - 1, last + Math.floor((k * third) / Math.min(STARTS, third))),
      least,
    );
    if (order !== null) [best, least] = [order.order, order.cost];
  }
  return best === null ? null : describe(patch, best);
}

/** Adds the triangle after which the frontier is shortest; among equals, the one next to the oldest frontier triangle. */
function greedyOrder(
  { cells, across }: GravityPatch,
  start: number,
  limit: number,
): { order: number[]; cost: number } | null {
  const order: number[] = [];
  const missing = new Uint8Array(cells);
  for (let c = 0; c < cells; c++)
    for (let e = 3 * c; e < 3 * c + 3; e++)
      if ((across[e] as number) >= 0) missing[c] = (missing[c] as number) + 1;
  const arrival = new Int32Array(cells).fill(-1);
  const candidates = new Set([start]);
  let frontier = 0;
  let cost = 0;
  while (candidates.size > 0) {
    let chosen = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (const c of candidates) {
      let size = missing[c] === 0 ? 0 : 1;
      let oldest = cells;
      let open = 0;
      for (let e = 3 * c; e < 3 * c + 3; e++) {
        const other = across[e] as number;
        if (other < 0) continue;
        if ((arrival[other] as number) < 0) open++;
        else {
          if (missing[other] === 1) size--;
          oldest = Math.min(oldest, arrival[other] as number);
        }
      }
      if (open === 0) size--;
      const score = size + oldest / (2 * cells);
      if (score < fewest) [chosen, fewest] = [c, score];
    }
    candidates.delete(chosen);
    arrival[chosen] = order.length;
    order.push(chosen);
    for (let e = 3 * chosen; e < 3 * chosen + 3; e++) {
      const other = across[e] as number;
      if (other < 0) continue;
      if ((arrival[other] as number) < 0) candidates.add(other);
      else {
        missing[other] = (missing[other] as number) - 1;
        missing[chosen] = (missing[chosen] as number) - 1;
        if (missing[other] === 0) frontier--;
      }
    }
    if ((missing[chosen] as number) > 0) frontier++;
    cost += 3 ** frontier;
    if (cost > limit) return null;
  }
  return { order, cost };
}

function describe(
  { cells, across }: GravityPatch,
  order: readonly number[],
): { order: SweepStep[]; width: number } {
  const isAdded = new Uint8Array(cells);
  let frontier: number[] = [];
  let width = 0;
  const steps = order.map((cell) => {
    const row = Array.from(across.subarray(3 * cell, 3 * cell + 3));
    const near = row
      .filter((other) => other >= 0 && isAdded[other] === 1)
      .map((other) => frontier.indexOf(other));
    isAdded[cell] = 1;
    frontier.push(cell);
    width = Math.max(width, frontier.length);
    const isDone = (c: number): boolean =>
      across.subarray(3 * c, 3 * c + 3).every((other) => other < 0 || isAdded[other] === 1);
    const leaving = frontier.flatMap((c, at) => (isDone(c) ? [at] : []));
    frontier = frontier.filter((c) => !isDone(c));
    return { near, outside: row.filter((other) => other < 0).length, leaving };
  });
  return { order: steps, width };
}
