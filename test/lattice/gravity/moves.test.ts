/** The local rule against flooding, and detailed balance by the exact transition matrix of the moves. */
import { describe, expect, it } from "vitest";
import { acceptance, moveWall } from "../../../src/lattice/gravity/metropolis.ts";
import { canFlip, flip, wallChange } from "../../../src/lattice/gravity/region.ts";
import {
  createRegion,
  gravityCouplings,
  gravityPatch,
  isDisc,
  type Region,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const patch = gravityPatch(7, 3);
const keyOf = (up: ArrayLike<number>): number => Array.from(up).reduce((key, u, c) => key + u * 2 ** c, 0);

/** Every region of the small patch, by flooding. */
const regions = Array.from({ length: 2 ** patch.cells }, (_, set) =>
  Uint8Array.from({ length: patch.cells }, (_, c) => (set >> c) & 1),
).filter((up) => isDisc(patch, up));
const indexOf = new Map(regions.map((up, i) => [keyOf(up), i]));

/** All that a region keeps, in a form that does not depend on the order of the wall. */
function countsOf({ up, unlike, upAtVertex, wall, wallCells, area, length }: Region): unknown {
  return {
    ...{ up: [...up], unlike: [...unlike], upAtVertex: [...upAtVertex], area, length },
    wall: [...wall.subarray(0, wallCells)].sort((a, b) => a - b),
  };
}

describe("the local rule", () => {
  it("allows exactly the flips that keep one circle, on all 143 regions", () => {
    expect(regions).toHaveLength(143);
    for (const up of regions)
      for (let cell = 0; cell < patch.cells; cell++) {
        const flipped = Uint8Array.from(up, (u, c) => (c === cell ? 1 - u : u));
        expect(canFlip(createRegion(patch, up), cell)).toBe(isDisc(patch, flipped));
      }
  });
  it.each([
    [7, 6],
    [8, 5],
    [11, 4],
  ])("keeps one circle and all counts on a walk through {3,%i}, %i layers", (q, layers) => {
    const large = gravityPatch(q, layers);
    const region = createRegion(large);
    const stream = createStream(5);
    for (let n = 0; n < 60; n++) {
      moveWall(region, { area: 0.1, length: 0.2 }, 40, stream);
      expect(isDisc(large, region.up)).toBe(true);
      expect(countsOf(region)).toEqual(countsOf(createRegion(large, region.up)));
    }
  });
  it("never removes the last triangle", () => {
    const region = createRegion(patch, "seed");
    expect([region.area, region.length]).toEqual([1, 3]);
    expect(canFlip(region, 0)).toBe(false);
  });
});

describe("transition matrix on 143 regions", () => {
  const beta = 1.3;
  const { field, effectiveCoupling } = gravityCouplings(7, 0.05);
  const weights = { area: beta * field, length: beta * effectiveCoupling };
  const matrix = regions.map((up) => {
    const row = new Float64Array(regions.length);
    const region = createRegion(patch, up);
    const n = region.wallCells;
    let stay = 1;
    for (const cell of Array.from(region.wall.subarray(0, n))) {
      const p = acceptance(region, cell, weights) / n;
      if (p === 0) continue;
      flip(region, cell);
      row[indexOf.get(keyOf(region.up))!]! += p;
      flip(region, cell);
      stay -= p;
    }
    row[indexOf.get(keyOf(up))!]! += stay;
    return row;
  });
  const boltzmann = regions.map((up) => {
    const { area, length } = createRegion(patch, up);
    return Math.exp(weights.area * area - weights.length * length);
  });
  const Z = boltzmann.reduce((sum, w) => sum + w, 0);

  it("obeys detailed balance", () => {
    let worst = 0;
    matrix.forEach((row, a) => {
      row.forEach((p, b) => {
        worst = Math.max(worst, Math.abs(boltzmann[a]! * p - boltzmann[b]! * matrix[b]![a]!) / Z);
      });
    });
    expect(worst).toBeLessThan(1e-17);
  });
  it("is stochastic and leaves the Boltzmann distribution as it is", () => {
    regions.forEach((_, b) => {
      const arrived = matrix.reduce((sum, row, a) => sum + boltzmann[a]! * row[b]!, 0);
      expect(arrived / Z).toBeCloseTo(boltzmann[b]! / Z, 14);
    });
    for (const row of matrix) expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
  });
  it("would not without the factor n_before / n_after", () => {
    let worst = 0;
    regions.forEach((up, a) => {
      const region = createRegion(patch, up);
      for (const cell of Array.from(region.wall.subarray(0, region.wallCells))) {
        if (!canFlip(region, cell)) continue;
        const n = region.wallCells;
        const m = n + wallChange(region, cell);
        flip(region, cell);
        const b = indexOf.get(keyOf(region.up))!;
        flip(region, cell);
        const forward = (boltzmann[a]! / n) * Math.min(1, boltzmann[b]! / boltzmann[a]!);
        const back = (boltzmann[b]! / m) * Math.min(1, boltzmann[a]! / boltzmann[b]!);
        worst = Math.max(worst, Math.abs(forward - back) / Z);
      }
    });
    expect(worst).toBeGreaterThan(1e-4);
  });
  it("is ergodic: each region is reached from each", () => {
    const seen = new Set([0]);
    for (const a of seen) matrix[a]!.forEach((p, b) => void (p > 0 && seen.add(b)));
    expect(seen.size).toBe(143);
  });
});
