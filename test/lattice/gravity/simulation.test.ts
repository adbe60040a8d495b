/** Simulations within four standard errors of exact sums, and free energies by integration. */
import { describe, expect, it } from "vitest";
import { clenshawCurtis } from "../../../src/lattice/gravity/integration.ts";
import {
  countRegions,
  estimateFreeEnergy,
  estimateLogCount,
  gravityCouplings,
  gravityPatch,
  planTransfer,
  simulateGravity,
  sumRegions,
  sumTransfer,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

describe("simulations", () => {
  it.each([
    [7, 3, 1, 0],
    [7, 3, 5, -0.1],
    [7, 4, 0, 0],
    [7, 4, 1, 0.1],
    [7, 4, 5, 0],
    [7, 4, 2, 0.6],
    [8, 3, 2, 0],
    [8, 4, 1, -0.2],
    [11, 4, 3, 0.3],
    [7, 6, 3, 0.1],
  ])("{3,%i}, %i layers, beta = %d, E = %d: within 4 standard errors", async (q, layers, beta, E) => {
    const patch = gravityPatch(q, layers);
    const couplings = gravityCouplings(q, E);
    const known = sumTransfer(planTransfer(patch), couplings, beta);
    const run = await simulateGravity(patch, couplings, beta, createStream(17), { sweeps: 3000 });
    for (const name of ["energy", "up", "wall"] as const) {
      const { value, stderr } = run[name];
      expect(stderr).toBeGreaterThan(0);
      expect(Math.abs(value - known[name])).toBeLessThan(4 * stderr!);
      expect(stderr).toBeLessThan(0.05 * Math.max(3, Math.abs(known.wall)));
    }
    expect(run.converged).toBe(true);
  });
  it("error bars cover the exact wall in 60 to 76 % of 200 seeds", async () => {
    const patch = gravityPatch(7, 3);
    const couplings = gravityCouplings(7, 0);
    const { wall } = sumRegions(countRegions(patch), couplings, 1);
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const run = await simulateGravity(patch, couplings, 1, createStream(seed), { sweeps: 600 });
      if (Math.abs(run.wall.value - wall) < run.wall.stderr!) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(120);
    expect(covered).toBeLessThanOrEqual(152);
  });
  it("ends of the same seed are the same", async () => {
    const [patch, couplings] = [gravityPatch(7, 4), gravityCouplings(7, 0)];
    const run = () => simulateGravity(patch, couplings, 1, createStream(3), { sweeps: 50 });
    expect(await run()).toEqual(await run());
  });
  it("refuses negative beta and too few sweeps, and obeys a signal", async () => {
    const [patch, couplings] = [gravityPatch(7, 3), gravityCouplings(7, 0)];
    await expect(simulateGravity(patch, couplings, -1, createStream(1))).rejects.toThrow("beta = -1");
    await expect(simulateGravity(patch, couplings, 1, createStream(1), { sweeps: 3 })).rejects.toThrow(
      "received 3 sweeps",
    );
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(simulateGravity(patch, couplings, 1, createStream(1), { signal })).rejects.toThrow(
      "stopped",
    );
  });
});

describe("free energy", () => {
  it("the rule is exact for polynomials of its order", () => {
    const n = 8;
    const weights = clenshawCurtis(n);
    for (let power = 0; power <= n; power += 2) {
      const sum = weights.reduce((total, w, k) => total + w * Math.cos((Math.PI * k) / n) ** power, 0);
      expect(sum).toBeCloseTo(2 / (power + 1), 13);
    }
  });
  it.each([
    [7, 3, 1, 0],
    [7, 4, 5, 0.1],
    [8, 4, 2, -0.1],
    [7, 6, 2, 0],
  ])("{3,%i}, %i layers, beta = %d, E = %d, with the exact count", async (q, layers, beta, E) => {
    const patch = gravityPatch(q, layers);
    const couplings = gravityCouplings(q, E);
    const plan = planTransfer(patch);
    const logCount = { value: sumTransfer(plan, couplings, 0).logZ, stderr: 0, n: 1, method: "transfer" };
    const { logZ, freeEnergy, ruleDifference } = await estimateFreeEnergy(
      patch,
      couplings,
      beta,
      createStream(8),
      {
        sweeps: 500,
        logCount,
      },
    );
    const exact = sumTransfer(plan, couplings, beta).logZ;
    expect(Math.abs(logZ.value - exact)).toBeLessThan(4 * logZ.stderr!);
    expect(logZ.stderr).toBeLessThan(0.2);
    expect(ruleDifference).toBeLessThan(0.2);
    expect(freeEnergy!.value).toBeCloseTo(-logZ.value / beta, 12);
  });
  it.each([3, 6])("counts regions of %i layers", async (layers) => {
    const patch = gravityPatch(7, layers);
    const couplings = gravityCouplings(7, 0);
    const count = await estimateLogCount(patch, couplings, createStream(2), { sweeps: 400 });
    const exact = sumTransfer(planTransfer(patch), couplings, 0).logZ;
    expect(Math.abs(count.value - exact)).toBeLessThan(4 * count.stderr!);
    expect(count.stderr).toBeLessThan(0.3);
  });
  it("takes single triangles where the region collapses on the way", async () => {
    const patch = gravityPatch(7, 6);
    const couplings = gravityCouplings(7, -0.5);
    const { logZ } = await estimateFreeEnergy(patch, couplings, 6, createStream(4), { sweeps: 300 });
    const exact = sumTransfer(planTransfer(patch), couplings, 6).logZ;
    expect(logZ.method).toBe("share of single triangles");
    expect(Math.abs(logZ.value - exact)).toBeLessThan(4 * logZ.stderr!);
  });
  it("refuses odd rules", async () => {
    await expect(
      estimateFreeEnergy(gravityPatch(7, 3), gravityCouplings(7, 0), 1, createStream(1), { intervals: 5 }),
    ).rejects.toThrow("5 intervals");
  });
});
