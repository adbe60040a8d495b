/** Properties of regions: flips undo themselves, the transfer solution is the enumeration, averages follow their bounds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moveWall } from "../../../src/lattice/gravity/metropolis.ts";
import { canFlip, flip, wallChange } from "../../../src/lattice/gravity/region.ts";
import {
  countRegions,
  createRegion,
  gravityCouplings,
  gravityPatch,
  planTransfer,
  type Region,
  sumRegions,
  sumTransfer,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

/** All that a region keeps, in a form that does not depend on the order of the wall. */
function countsOf({ up, unlike, upAtVertex, wall, wallCells, area, length }: Region): unknown {
  return {
    ...{ up: [...up], unlike: [...unlike], upAtVertex: [...upAtVertex], area, length },
    wall: [...wall.subarray(0, wallCells)].sort((a, b) => a - b),
  };
}

const sizes = fc.constantFrom([7, 3], [7, 4], [8, 4], [9, 3], [12, 4]) as fc.Arbitrary<[number, number]>;
const energies = fc.double({ min: -1, max: 1, noNaN: true });
const betas = fc.double({ min: 0, max: 8, noNaN: true });

describe("regions", () => {
  it("a flip and the same flip back leave everything as it was", () => {
    fc.assert(
      fc.property(fc.nat(10_000), sizes, (seed, [q, layers]) => {
        const region = createRegion(gravityPatch(q, layers));
        moveWall(region, { area: 0, length: 0 }, 60, createStream(seed));
        const before = countsOf(region);
        for (let cell = 0; cell < region.patch.cells; cell++) {
          if (!canFlip(region, cell)) continue;
          const cells = region.wallCells;
          const change = wallChange(region, cell);
          flip(region, cell);
          expect(region.wallCells).toBe(cells + change);
          flip(region, cell);
        }
        expect(countsOf(region)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});

describe("exact sums", () => {
  it("transfer and enumeration agree, and log Z lies between its bounds", () => {
    fc.assert(
      fc.property(sizes, energies, betas, ([q, layers], E, beta) => {
        const patch = gravityPatch(q, layers);
        const couplings = gravityCouplings(q, E);
        const counts = countRegions(patch);
        const listed = sumRegions(counts, couplings, beta);
        const summed = sumTransfer(planTransfer(patch), couplings, beta);
        for (const name of ["logZ", "energy", "up", "wall", "variance"] as const)
          expect(Math.abs(listed[name] - summed[name])).toBeLessThan(1e-10);
        const lowest = Math.min(
          ...counts.states.map(
            ({ area, length }) => couplings.effectiveCoupling * length - couplings.field * area,
          ),
        );
        expect(summed.logZ).toBeGreaterThanOrEqual(-beta * lowest - 1e-10);
        expect(summed.logZ).toBeLessThanOrEqual(Math.log(counts.total) - beta * lowest + 1e-10);
        expect(summed.wall).toBeGreaterThanOrEqual(3 - 1e-10);
        expect(summed.variance).toBeGreaterThanOrEqual(-1e-10);
      }),
      { numRuns: 40 },
    );
  });
});
