/** Exact sums over regions: published enumerations, the transfer solution, limits, and a slow flood over all subsets. */
import { describe, expect, it } from "vitest";
import {
  countRegions,
  gravityCouplings,
  gravityPatch,
  isDisc,
  planTransfer,
  solveGravityMeanField,
  sumRegions,
  sumTransfer,
} from "../../../src/lattice/index.ts";
import fixture from "../../fixtures/lattice-gravity.json" with { type: "json" };

describe("couplings", () => {
  it.each(fixture.couplings)("of {3,%i} are the published ones", (q, field, coupling) => {
    const model = gravityCouplings(q!, 0.1);
    expect(model.field).toBeCloseTo(field!, 9);
    expect(model.coupling).toBeCloseTo(coupling!, 9);
    expect(model.effectiveCoupling).toBeCloseTo(coupling! - 0.1, 9);
    expect(model.constant).toBeCloseTo(-(101 - (2 - q! / 3) * Math.PI), 12);
  });
  it.each([
    [6, "{3,6} is euclidean"],
    [5, "{3,5} is spherical"],
    [7.5, "expected an integer of at least 7"],
  ])("refuses q = %d", (q, message) => {
    expect(() => gravityCouplings(q, 0)).toThrow(message);
  });
});

describe("enumeration", () => {
  it.each(fixture.counts)("{3,$q}, $layers layers: published counts by area", ({ q, layers, byArea }) => {
    const { total, states } = countRegions(gravityPatch(q, layers));
    expect(total).toBe(byArea.reduce((sum, n) => sum + n, 0));
    expect(
      byArea.map((_, i) => states.filter(({ area }) => area === i + 1).reduce((sum, s) => sum + s.count, 0)),
    ).toEqual(byArea);
  });
  it.each(fixture.averages)("{3,$q}, $layers layers, E = $E, beta = $beta", (row) => {
    const { q, layers, E, beta } = row;
    const solved = sumRegions(countRegions(gravityPatch(q, layers)), gravityCouplings(q, E), beta);
    for (const name of ["logZ", "energy", "up", "wall"] as const)
      if (row[name] !== undefined) expect(solved[name]).toBeCloseTo(row[name], 8);
  });
  it("finds what flooding every subset of 10 triangles finds", () => {
    const patch = gravityPatch(7, 3);
    const byWall = new Map<string, number>();
    for (let set = 1; set < 2 ** patch.cells; set++) {
      const up = Uint8Array.from({ length: patch.cells }, (_, c) => (set >> c) & 1);
      if (!isDisc(patch, up)) continue;
      const isUp = (c: number): number => (c < 0 ? 0 : up[c]!);
      const edges = patch.across.reduce(
        (sum, other, at) => sum + (up[Math.floor(at / 3)] === 1 && isUp(other) === 0 ? 1 : 0),
        0,
      );
      const key = `${up.reduce((sum, u) => sum + u, 0)} ${edges}`;
      byWall.set(key, (byWall.get(key) ?? 0) + 1);
    }
    const { states } = countRegions(patch);
    expect(new Map(states.map(({ area, length, count }) => [`${area} ${length}`, count]))).toEqual(byWall);
  });
  it("a disc of N triangles with V inner vertices has a wall of N + 2 - 2 V", () => {
    for (const { area, length } of countRegions(gravityPatch(7, 4)).states) {
      expect((area + 2 - length) % 2).toBe(0);
      expect(length).toBeLessThanOrEqual(area + 2);
    }
  });
  it("refuses what would take days", () => {
    expect(() => countRegions(gravityPatch(7, 5))).toThrow("40 triangles, at most 26");
  });
});

describe("transfer", () => {
  it.each([
    [7, 1],
    [7, 2],
    [7, 3],
    [7, 4],
    [8, 4],
    [12, 4],
  ])("{3,%i} with %i layers: enumeration", (q, layers) => {
    const patch = gravityPatch(q, layers);
    const [counts, plan] = [countRegions(patch), planTransfer(patch)];
    for (const [beta, E] of [
      [0, 0],
      [1, 0],
      [5, 0.1],
      [3, -0.4],
      [2, 1],
    ] as const) {
      const couplings = gravityCouplings(q, E);
      const [a, b] = [sumRegions(counts, couplings, beta), sumTransfer(plan, couplings, beta)];
      for (const name of ["logZ", "energy", "up", "wall", "variance"] as const)
        expect(Math.abs(a[name] - b[name])).toBeLessThan(1e-11);
    }
  });
  it("derivatives of log Z are the averages, on 70 triangles", () => {
    const plan = planTransfer(gravityPatch(7, 6));
    const at = (E: number, beta: number) => sumTransfer(plan, gravityCouplings(7, E), beta);
    const step = 1e-4;
    const { energy, wall, variance } = at(0.1, 2);
    expect((at(0.1, 2 - step).logZ - at(0.1, 2 + step).logZ) / (2 * step)).toBeCloseTo(energy, 6);
    expect((at(0.1 + step, 2).logZ - at(0.1 - step, 2).logZ) / (2 * step) / 2).toBeCloseTo(wall, 6);
    expect((at(0.1, 2 - step).energy - at(0.1, 2 + step).energy) / (2 * step)).toBeCloseTo(variance, 6);
  });
  it("limits: one triangle for large J - E, and the longest wall for large negative J - E", () => {
    const patch = gravityPatch(7, 4);
    const plan = planTransfer(patch);
    const longest = Math.max(...countRegions(patch).states.map(({ length }) => length));
    expect(sumTransfer(plan, gravityCouplings(7, -40), 1).wall).toBeCloseTo(3, 12);
    expect(sumTransfer(plan, gravityCouplings(7, 40), 1).wall).toBeCloseTo(longest, 12);
  });
  it("refuses more steps than allowed", () => {
    expect(() => planTransfer(gravityPatch(7, 6), { maxSteps: 1000 })).toThrow(
      "more than 1000 steps between",
    );
  });
});

describe("mean field", () => {
  it("is exact for one triangle with the empty state added", () => {
    const patch = gravityPatch(7, 1);
    const couplings = gravityCouplings(7, 0.1);
    const { field, effectiveCoupling } = couplings;
    const weight = Math.exp(2 * (field - 3 * effectiveCoupling));
    expect(solveGravityMeanField(patch, couplings, 2).logZ).toBeCloseTo(Math.log(1 + weight), 10);
  });
  it("is a lower bound on log Z of the model without the constraint", () => {
    const patch = gravityPatch(7, 3);
    for (const E of [-0.2, 0, 0.2, 0.5]) {
      const couplings = gravityCouplings(7, E);
      let Z = 0;
      for (let set = 0; set < 2 ** patch.cells; set++) {
        let energy = 0;
        for (let at = 0; at < 3 * patch.cells; at++) {
          const other = patch.across[at]!;
          const own = (set >> Math.floor(at / 3)) & 1;
          if (own === 1 && (other < 0 || ((set >> other) & 1) === 0)) energy += couplings.effectiveCoupling;
          if (own === 1) energy -= couplings.field / 3;
        }
        Z += Math.exp(-2 * energy);
      }
      expect(solveGravityMeanField(patch, couplings, 2).logZ).toBeLessThanOrEqual(Math.log(Z) + 1e-12);
    }
  });
  it("shrinks and runs to the cutoff at the same ends", () => {
    const patch = gravityPatch(7, 5);
    expect(solveGravityMeanField(patch, gravityCouplings(7, -2), 5).wall).toBeLessThan(0.01);
    expect(solveGravityMeanField(patch, gravityCouplings(7, 2), 5).wall).toBeGreaterThan(40);
  });
});

describe("patches", () => {
  it.each([
    [6, 4, "euclidean"],
    [7, 0, "received 0 layers"],
    [7, 60, "use --layers"],
    [7, 1e9, "use --layers"],
  ])("refuses q = %d, %d layers", (q, layers, message) => {
    expect(() => gravityPatch(q, layers)).toThrow(
      expect.objectContaining(
        message === "use --layers" ? { code: "budget", hint: expect.stringContaining(message) } : {},
      ),
    );
  });
});
