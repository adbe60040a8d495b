/** The bulk transition from closed surfaces against the exact one, and simulations of surfaces against enumeration. */
import { describe, expect, it } from "vitest";
import {
  closedHyperbolicLattice,
  createModel,
  estimateBulkTransition,
  MEAN_FIELD_BINDER,
  simulateIsing,
} from "../../../src/lattice/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { reference } from "../exact/reference.ts";

describe("closed surfaces", () => {
  it("have the mean-field cumulant of exp(-x^4)", () => {
    const moment = (k: number) => {
      let sum = 0;
      for (let x = 0.0005; x < 4; x += 0.001) sum += x ** k * Math.exp(-(x ** 4));
      return sum;
    };
    expect(MEAN_FIELD_BINDER).toBeCloseTo(1 - (moment(4) * moment(0)) / (3 * moment(2) ** 2), 9);
    expect(MEAN_FIELD_BINDER).toBeCloseTo(0.27052, 5);
  });
  it("are disordered at high temperature: energy -(p/2) tanh K to fifth order beyond tree level", async () => {
    // {3,7}: the shortest loops have seven bonds
    const model = createModel(closedHyperbolicLattice(3, 7, 13));
    const { energy } = await simulateIsing(model, 6, createStream(1), { sweeps: 3000 });
    expect(Math.abs(energy.value + 1.5 * Math.tanh(1 / 6))).toBeLessThan(4 * energy.stderr!);
  });
  it.each([
    [7, 3, 13, 29],
    [5, 4, 11, 19],
  ])("{%i,%i}: the extrapolated transition is the exact one of wired patches", async (p, q, small, large) => {
    const [, , known] = reference.bulk.find((row) => row[0] === p && row[1] === q)!;
    const { temperature, surfaces } = await estimateBulkTransition(p, q, createStream(2), {
      primes: [small, large],
      sweeps: 1200,
    });
    expect(Math.abs(temperature.value - known)).toBeLessThan(2 * temperature.stderr!);
    expect(temperature.stderr!).toBeLessThan(0.03 * known);
    expect(surfaces[0]!.temperature.value).toBeGreaterThan(surfaces[1]!.temperature.value);
    expect(surfaces[1]!.temperature.value).toBeGreaterThan(known);
  });
  it("refuse what has no two surfaces", async () => {
    await expect(estimateBulkTransition(7, 3, createStream(1), { maxSites: 30 })).rejects.toThrow(
      /fewer than two/,
    );
    await expect(estimateBulkTransition(4, 4, createStream(1))).rejects.toThrow(/euclidean/);
  });
});
