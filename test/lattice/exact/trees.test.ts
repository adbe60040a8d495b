/** The Bethe lattice, finite trees, duality and the transitions of hyperbolic lattices. */
import { describe, expect, it } from "vitest";
import {
  betheCriticalTemperature,
  buildGraph,
  cayleyTree,
  createModel,
  dualTemperature,
  enumerateModel,
  planFreePatch,
  solveBethe,
  solveBulkTransition,
  solveTree,
} from "../../../src/lattice/index.ts";
import { reference } from "./reference.ts";

describe("the Bethe lattice", () => {
  it.each(reference.bethe)("coordination %i is critical at %f", (coordination, T) => {
    expect(betheCriticalTemperature(coordination)).toBeCloseTo(T, 8);
    expect(solveBethe(T * 0.98, coordination).magnetization).toBeGreaterThan(0.1);
    expect(solveBethe(T * 1.001, coordination).magnetization).toBe(0);
  });
  it("has the exponent 1/2 at the transition", () => {
    const Tc = betheCriticalTemperature(4);
    const [m1, m2] = [1e-4, 4e-4].map((t) => solveBethe(Tc * (1 - t), 4).magnetization) as [number, number];
    expect(m2 / m1).toBeCloseTo(2, 2);
  });
  it("is the chain for coordination 2, and free spins in a field without bonds between them at high T", () => {
    expect(betheCriticalTemperature(2)).toBe(0);
    expect(solveBethe(1.5, 2).energy).toBeCloseTo(-Math.tanh(1 / 1.5), 12);
    expect(solveBethe(1e6, 3, 1).magnetization).toBeCloseTo(1e-6, 11);
  });
  it("is what the centre of a large wired tree sees, and stays finite at low T", () => {
    const tree = solveTree(createModel(cayleyTree(3, 14), { boundary: "wired" }), 1)!;
    expect(tree.centralMagnetization).toBeCloseTo(solveBethe(1, 3).magnetization, 6);
    expect(solveBethe(0.01, 3).magnetization).toBe(1);
  });
  it("refuses what it cannot mean", () => {
    expect(() => betheCriticalTemperature(1)).toThrow(/coordination 1/);
    expect(() => solveBethe(-1, 3)).toThrow(/above 0/);
  });
});

describe("trees", () => {
  it.each([
    ["free", 0],
    ["free", 0.3],
    ["wired", 0],
    ["wired", -0.2],
  ] as const)("%s with field %f against enumeration", (boundary, field) => {
    const model = createModel(cayleyTree(3, 3), { boundary, field });
    const states = enumerateModel(model, 1.3);
    const tree = solveTree(model, 1.3)!;
    expect(tree.logZ).toBeCloseTo(states.logZ, 12);
    expect(tree.energy).toBeCloseTo(states.energy, 12);
    expect(tree.heatCapacity).toBeCloseTo(states.heatCapacity, 11);
    expect(tree.magnetization).toBeCloseTo(states.magnetization, 12);
    expect(tree.centralMagnetization).toBeCloseTo(states.siteMagnetization[0]!, 12);
  });
  it("random fields on single sites, with a wired boundary too", () => {
    const siteFields = Array.from({ length: 10 }, (_, i) => Math.sin(i + 1));
    for (const boundary of ["free", "wired"] as const) {
      const model = createModel(cayleyTree(3, 3), { boundary, siteFields, field: 0.1 });
      const states = enumerateModel(model, 1.3);
      const tree = solveTree(model, 1.3)!;
      expect(tree.energy).toBeCloseTo(states.energy, 12);
      expect(tree.magnetization).toBeCloseTo(states.magnetization, 12);
      // by hand: the energy of all up is minus all bonds and fields
      const up = -9 - siteFields.reduce((sum, h) => sum + h + 0.1, 0);
      expect(enumerateModel(model, 0.01).energy * 10).toBeLessThanOrEqual(up + 1e-9);
    }
    expect(() => createModel(cayleyTree(3, 3), { siteFields: [1] })).toThrow(
      /1 site fields, expected one a site, 10/,
    );
  });
  it("a forest with given couplings, and null for a loop", () => {
    const forest = createModel(
      buildGraph(5, [
        [0, 1, -0.7],
        [1, 2, 1.4],
        [3, 4],
      ]),
      { field: 0.25 },
    );
    const states = enumerateModel(forest, 0.9);
    expect(solveTree(forest, 0.9)!.energy).toBeCloseTo(states.energy, 12);
    expect([...solveTree(forest, 0.9)!.spinMagnetization]).toEqual(
      [...states.siteMagnetization].map((m) => expect.closeTo(m, 12)),
    );
    expect(
      solveTree(
        createModel(
          buildGraph(3, [
            [0, 1],
            [1, 2],
            [2, 0],
          ]),
        ),
        1,
      ),
    ).toBeNull();
  });
  it("free: u = -(bonds/N) tanh K, also by Kac-Ward", () => {
    const graph = cayleyTree(4, 5);
    const expected = (-graph.bonds / graph.sites) * Math.tanh(1 / 2);
    expect(solveTree(createModel(graph), 2)!.energy).toBeCloseTo(expected, 13);
    expect(planFreePatch(graph)!.solve(2).energy).toBeCloseTo(expected, 13);
    expect(planFreePatch(graph)!.correlation(2, 0, graph.sites - 1)).toBeCloseTo(Math.tanh(0.5) ** 4, 13);
  });
});

describe("transitions of hyperbolic lattices", () => {
  it.each(reference.dual)("T = %f is dual to %f", (T, dual) => {
    expect(Math.abs(dualTemperature(T) - dual)).toBeLessThan(0.0021);
    expect(Math.sinh(2 / T) * Math.sinh(2 / dualTemperature(T))).toBeCloseTo(1, 12);
  });
  it.each([
    [7, 3, 620],
    [3, 7, 1321],
    [5, 4, 3000],
    [4, 5, 3700],
  ])("{%i,%i} up to %i cells: within the errors of both", (p, q, maxCells) => {
    const [, , known] = reference.bulk.find((row) => row[0] === p && row[1] === q)!;
    const { temperature, dual, bethe, sequence } = solveBulkTransition(p, q, { maxCells });
    const { value, stderr } = temperature;
    expect(stderr!).toBeLessThan(0.02);
    expect(Math.abs(value - known)).toBeLessThan(0.005 + stderr!);
    expect(value).toBeLessThan(bethe);
    expect(value).toBeGreaterThan(sequence.at(-1)!.temperature);
    expect(dual.value).toBeCloseTo(dualTemperature(value), 12);
  });
  it("refuses flat tilings and too few cells", () => {
    expect(() => solveBulkTransition(4, 4)).toThrow(/euclidean/);
    expect(() => solveBulkTransition(7, 3, { maxCells: 100 })).toThrow(/allow 4 layers/);
  });
});
