import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import {
  solveCriticalBias,
  solveCriticalLine,
  solveHalfStable,
  solveMeanField,
} from "../../../src/signal/index.ts";
import table from "../../fixtures/signal-critical-line.json" with { type: "json" };

describe("critical line against independent values", () => {
  for (const row of table.rows) {
    it(`${row.activation}, sigmaB2 ${row.sigmaB2}`, () => {
      const result = solveCriticalLine(resolveActivation(row.activation), row.sigmaB2);
      expect(Math.abs(result.sigmaW2.value - row.sigmaW2)).toBeLessThan(table.tolerance);
      if (row.q !== null) expect(Math.abs(result.q.value - row.q)).toBeLessThan(table.tolerance);
    });
  }

  it("gives the tabulated standard deviations", () => {
    for (const [sigmaB2 = 0, sigmaW = 0] of table.sigmaW.rows) {
      const { sigmaW2 } = solveCriticalLine(resolveActivation("tanh"), sigmaB2);
      expect(Math.abs(Math.sqrt(sigmaW2.value) - sigmaW)).toBeLessThan(1e-8);
    }
  });

  it("inverts: the bias variance of a weight variance", () => {
    for (const name of ["tanh", "erf", "hard-tanh", "selu"]) {
      const activation = resolveActivation(name);
      const { sigmaW2 } = solveCriticalLine(activation, 0.2);
      expect(solveCriticalBias(activation, sigmaW2.value).sigmaB2.value).toBeCloseTo(0.2, 10);
    }
  });

  it("degree-one activations are critical at 2/(1 + a^2) without bias only", () => {
    for (const [name, slope] of [
      ["relu", 0],
      ["leaky-relu:0.3", 0.3],
      ["linear", 1],
    ] as const) {
      const activation = resolveActivation(name);
      expect(solveCriticalLine(activation, 0).sigmaW2.value).toBeCloseTo(2 / (1 + slope * slope), 14);
      expect(() => solveCriticalLine(activation, 0.1)).toThrow(/no point/);
    }
  });

  it("agrees with chi_1 of the fixed-point solver", () => {
    for (const name of ["tanh", "elu", "selu", "hard-tanh", "sin", "sigmoid"]) {
      const activation = resolveActivation(name);
      const point = solveCriticalLine(activation, 0.1);
      const field = solveMeanField(activation, { sigmaW2: point.sigmaW2.value, sigmaB2: 0.1 });
      expect(Math.abs(field.chi1.value - 1)).toBeLessThan(1e-9);
      expect(field.phase).toBe("critical");
    }
  });
});

describe("half-stable points", () => {
  for (const row of table.halfStable.rows) {
    it(row.activation, () => {
      const points = solveHalfStable(resolveActivation(row.activation));
      const point = points.find(({ q }) => Math.abs(q - row.q) < 1e-6);
      expect(point).toBeDefined();
      expect(Math.abs((point?.sigmaW2 ?? 0) - row.sigmaW2)).toBeLessThan(1e-8);
      expect(Math.abs((point?.sigmaB2 ?? 0) - row.sigmaB2)).toBeLessThan(1e-8);
    });
  }

  it("shows up as a half-stable fixed point of the variance map", () => {
    const gelu = resolveActivation("gelu");
    const [point] = solveHalfStable(gelu);
    if (point === undefined) throw new Error("internal: no half-stable point");
    const field = solveMeanField(gelu, point, { startVariance: 5 });
    expect(field.q.value).toBeCloseTo(point.q, 4);
    expect(field.fixedPoints.map(({ stability }) => stability)).toContain("half-stable");
  });

  it("tanh and ReLU have none", () => {
    expect(solveHalfStable(resolveActivation("tanh"))).toEqual([]);
    expect(solveHalfStable(resolveActivation("relu"))).toEqual([]);
  });
});
