import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { depthScale, phaseOf, solveMeanField } from "../../../src/signal/index.ts";
import table from "../../fixtures/signal-fixed-points.json" with { type: "json" };

/** 1.2 times half a unit of the 8 decimals printed in the table; depth scales have 6 decimals or 7 digits. */
const decimals8 = 6e-9;

describe("fixed points and depth scales against independent values", () => {
  for (const row of table.rows) {
    it(`${row.activation}, sigmaW2 ${row.sigmaW2}, sigmaB2 ${row.sigmaB2}`, () => {
      const field = solveMeanField(resolveActivation(row.activation), row);
      expect(Math.abs(field.q.value - row.q)).toBeLessThan(decimals8);
      if (row.c !== undefined) expect(Math.abs(field.c.value - row.c)).toBeLessThan(decimals8);
      if (row.chi1 !== undefined) expect(Math.abs(field.chi1.value - row.chi1)).toBeLessThan(decimals8);
      if (row.xiQ !== undefined) expect(Math.abs(field.xiQ.value - row.xiQ)).toBeLessThan(6e-7);
      if (row.xiC !== undefined)
        expect(Math.abs(field.xiC.value - row.xiC)).toBeLessThan(Math.max(6e-7, 2e-7 * row.xiC));
      if (row.maxDepth !== undefined) {
        expect(Math.abs(field.maxDepth.value / row.maxDepth - 1)).toBeLessThan(1e-4);
      }
    });
  }
});

describe("cases without an ordinary fixed point", () => {
  it("ReLU without bias is scale-free: chi_1 = sigmaW2/2 exactly and no false q*", () => {
    const relu = resolveActivation("relu");
    const cases = [
      [1, "zero", 0, "ordered"],
      [2, "any", 1, "critical"],
      [3, "infinite", Number.POSITIVE_INFINITY, "chaotic"],
    ] as const;
    for (const [sigmaW2, limit, q, phase] of cases) {
      const field = solveMeanField(relu, { sigmaW2, sigmaB2: 0 });
      expect(field.scaleFree).toBe(true);
      expect(field.chi1.value).toBe(sigmaW2 / 2);
      expect(field.varianceLimit).toBe(limit);
      expect(field.q.value).toBe(q);
      expect(field.phase).toBe(phase);
      expect(field.c.value).toBe(1);
      expect(field.xiC.value).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it("ReLU with bias below its critical point has q* = sigmaB2/(1 - sigmaW2/2)", () => {
    const field = solveMeanField(resolveActivation("relu"), { sigmaW2: 1, sigmaB2: 0.3 });
    expect(field.q.value).toBeCloseTo(0.6, 14);
    expect(field.scaleFree).toBe(false);
    expect(field.phase).toBe("ordered");
  });

  it("tanh without bias below 1 shrinks to q* = 0 with chi_1 = sigmaW2 phi'(0)^2", () => {
    const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 0.5, sigmaB2: 0 });
    expect(field.q.value).toBe(0);
    expect(field.varianceLimit).toBe("zero");
    expect(field.chi1.value).toBeCloseTo(0.5, 14);
    const critical = solveMeanField(resolveActivation("tanh"), { sigmaW2: 1, sigmaB2: 0 });
    expect(critical.phase).toBe("critical");
    expect(critical.q.value).toBe(0);
  });

  it("an odd activation without bias has c* = 0 exactly", () => {
    for (const name of ["tanh", "erf", "hard-tanh"]) {
      const field = solveMeanField(resolveActivation(name), { sigmaW2: 3, sigmaB2: 0 });
      expect(field.c.value).toBe(0);
      expect(field.c.method).toContain("exact");
    }
  });

  it("a diverging variance sees the asymptotic slopes: GELU behaves like ReLU", () => {
    const field = solveMeanField(resolveActivation("gelu"), { sigmaW2: 2.5, sigmaB2: 0 });
    expect(field.varianceLimit).toBe("infinite");
    expect(field.chi1.value).toBeCloseTo(1.25, 12);
    expect(field.scaleFree).toBe(false);
  });

  it("several fixed points: the start decides and all are listed with their stability", () => {
    const gelu = resolveActivation("gelu");
    const variances = { sigmaW2: 2.1, sigmaB2: 0.1 };
    const near = solveMeanField(gelu, variances);
    expect(near.fixedPoints.map((point) => point.stability)).toEqual(["stable", "unstable"]);
    expect(near.q.value).toBeCloseTo(0.46986855, 7);
    const far = solveMeanField(gelu, variances, { startVariance: 2 });
    expect(far.varianceLimit).toBe("infinite");
    expect(near.assumptions.some((line) => line.includes("Several fixed points"))).toBe(true);
  });

  it("dropout removes the critical line and bounds the depth", () => {
    const tanh = resolveActivation("tanh");
    const field = solveMeanField(tanh, { sigmaW2: 1.5, sigmaB2: 0.05 }, { keepRate: 0.9 });
    expect(field.c.value).toBeLessThan(0.99);
    expect(Math.abs(field.residuals.c)).toBeLessThan(1e-13);
    const depths = [1.2, 1.4, 1.5, 1.6, 1.8, 2.2].map(
      (sigmaW2) => solveMeanField(tanh, { sigmaW2, sigmaB2: 0.05 }, { keepRate: 0.99 }).xiC.value,
    );
    expect(Math.max(...depths)).toBeLessThan(30);
  });
});

describe("phase", () => {
  it("follows chi_1 with a stated strip", () => {
    expect([0.99, 1, 1.01].map((chi1) => phaseOf(chi1))).toEqual(["ordered", "critical", "chaotic"]);
    expect(depthScale(Math.exp(-0.25))).toBeCloseTo(4, 12);
  });

  it("refuses impossible variances with the next step", () => {
    const tanh = resolveActivation("tanh");
    expect(() => solveMeanField(tanh, { sigmaW2: -1, sigmaB2: 0 })).toThrow(/weight variance -1/);
    expect(() => solveMeanField(tanh, { sigmaW2: 1, sigmaB2: Number.NaN })).toThrow(/bias variance NaN/);
    expect(() => solveMeanField(tanh, { sigmaW2: 1, sigmaB2: 0 }, { keepRate: 0 })).toThrow(/keepRate 0/);
  });
});

describe("unusual activations", () => {
  it("faster growth than linear diverges and says so", () => {
    const field = solveMeanField(resolveActivation("x^3"), { sigmaW2: 1.7, sigmaB2: 0.1 });
    expect(field.varianceLimit).toBe("infinite");
    expect(field.chi1.value).toBe(Number.POSITIVE_INFINITY);
    expect(field.phase).toBe("chaotic");
    expect(field.c.method).toContain("undefined");
  });

  it("steep, shifted and oscillating expressions have averages on the right scale", () => {
    // phi(x) = tanh(50 x) is nearly sign(x): E sign sign = (2/pi) asin c.
    const steep = solveMeanField(resolveActivation("tanh(500*x)"), { sigmaW2: 1.5, sigmaB2: 0.5 });
    expect(steep.q.value).toBeCloseTo(2, 1);
    expect(Math.abs(steep.c.value - (1.5 * (2 / Math.PI) * Math.asin(steep.c.value) + 0.5) / 2)).toBeLessThan(
      0.01,
    );
    // cos(3x) at q >> 1: mean square 1/2.
    const cosine = solveMeanField(resolveActivation("cos(3*x)"), { sigmaW2: 2, sigmaB2: 1 });
    expect(cosine.q.value).toBeCloseTo(2, 8);
    // relu(x - 1) at small q hardly ever opens.
    const shifted = solveMeanField(resolveActivation("relu(x-1)"), { sigmaW2: 1, sigmaB2: 0.01 });
    expect(shifted.q.value).toBeCloseTo(0.01, 10);
  });
});
