import { describe, expect, it } from "vitest";
import {
  averageOver,
  erf,
  gaussHermite,
  gaussianAverage,
  gaussianAverage2,
  gaussianRule,
  gaussLegendre,
  integrateGaussian,
  integrateGaussian2,
  normalCdf,
} from "../../src/numerics/index.ts";
import { fixture, relativeError } from "./fixture.ts";

interface QuadratureFixture {
  hermite: { n: number; nodes: number[]; weights: number[] }[];
  tanhSquared: [number, number][];
  geluSquared: [number, number][];
  shiftedReluSquared: [number, number][];
  eluSquared: number;
  step: [number, number][];
  tanhTanh: [number, number][];
  eluElu: [number, number][];
  shiftedReluRelu: [number, number][];
}
const reference = fixture<QuadratureFixture>("quadrature");
const relu = (x: number): number => Math.max(0, x);
const elu = (x: number): number => (x > 0 ? x : Math.expm1(x));

describe("Gauss-Hermite", () => {
  it.each(reference.hermite)(
    "has 60-digit nodes and weights to 1e-13 relative at n = $n",
    ({ n, nodes, weights }) => {
      const rule = gaussHermite(n);
      const upper = n - nodes.length;
      nodes.forEach((x, i) => {
        expect(relativeError(rule.nodes[upper + i]!, x)).toBeLessThan(1e-14);
        expect(relativeError(rule.weights[upper + i]!, weights[i]!)).toBeLessThan(1e-13);
      });
    },
  );

  it.each([1, 2, 3, 10, 64, 200, 340])("integrates even moments exactly at n = %i", (n) => {
    const rule = gaussHermite(n);
    let doubleFactorial = 1;
    for (let k = 0; k < Math.min(n, 12); k++) {
      expect(
        relativeError(
          averageOver(rule, (z) => z ** (2 * k)),
          doubleFactorial,
        ),
      ).toBeLessThan(1e-12);
      doubleFactorial *= 2 * k + 1;
    }
  });

  it.each([0, 341, 2.5])("refuses %s nodes", (n) => {
    expect(() => gaussHermite(n)).toThrow(/nodes/);
  });
});

describe("Gauss-Legendre", () => {
  it.each([1, 2, 5, 16, 101])("integrates polynomials up to degree 2n-1 at n = %i", (n) => {
    const { nodes, weights } = gaussLegendre(n);
    for (let k = 0; k < 2 * n; k += 1) {
      const integral = nodes.reduce((sum, x, i) => sum + weights[i]! * x ** k, 0);
      expect(Math.abs(integral - (k % 2 === 0 ? 2 / (k + 1) : 0))).toBeLessThan(1e-14);
    }
  });
});

describe("Gaussian average in one variable", () => {
  it("gives tanh^2 to 1e-14 for gains up to 10, where it refines itself", () => {
    for (const [s, value] of reference.tanhSquared) {
      const result = integrateGaussian((z) => Math.tanh(s * z) ** 2);
      expect(relativeError(result.value, value)).toBeLessThan(1e-13);
      expect(result.converged).toBe(true);
    }
  });

  it("keeps the stated accuracy of the prepared rule: 1e-14 up to gain 4", () => {
    const rule = gaussianRule();
    expect(rule.nodes.length).toBe(289);
    for (const s of [0.1, 1, 3, 4]) {
      const fine = gaussianAverage((z) => Math.tanh(s * z) ** 2, { tolerance: 1e-15 });
      expect(Math.abs(averageOver(rule, (z) => Math.tanh(s * z) ** 2) - fine)).toBeLessThan(1e-14);
    }
  });

  it("gives GELU, shifted ReLU, ELU and steps with their kinks named", () => {
    for (const [s, value] of reference.geluSquared) {
      const f = (z: number): number => (s * z * normalCdf(s * z)) ** 2;
      expect(relativeError(gaussianAverage(f), value)).toBeLessThan(1e-13);
    }
    for (const [b, value] of reference.shiftedReluSquared) {
      expect(
        relativeError(
          gaussianAverage((z) => relu(z - b) ** 2, { kinks: [b] }),
          value,
        ),
      ).toBeLessThan(1e-13);
    }
    expect(
      relativeError(
        gaussianAverage((z) => elu(z) ** 2, { kinks: [0] }),
        reference.eluSquared,
      ),
    ).toBeLessThan(1e-13);
    for (const [b, value] of reference.step) {
      expect(
        relativeError(
          gaussianAverage((z) => (z > b ? 1 : 0), { kinks: [b] }),
          value,
        ),
      ).toBeLessThan(1e-13);
    }
  });

  it("reports an unnamed jump as not converged, with its error", () => {
    const result = integrateGaussian((z) => (z > 0.1234 ? 1 : 0));
    expect(result.converged).toBe(false);
    expect(result.error).toBeGreaterThan(1e-6);
    expect(Math.abs(result.value - normalCdf(-0.1234))).toBeLessThan(1e-3);
  });

  it("refuses a spacing that is not positive", () => {
    expect(() => gaussianRule({ spacing: 0 })).toThrow(/spacing/);
    expect(() => gaussianRule({ range: Number.NaN })).toThrow(/range/);
  });
});

describe("Gaussian average in two variables", () => {
  it("gives the arc-cosine kernel of ReLU to 1e-14 at every correlation (Cho and Saul 2009)", () => {
    for (const c of [0, 0.3, -0.5, 0.9, -0.9, 0.9999, 1 - 1e-10, 1, -1]) {
      const exact = (Math.sqrt((1 - c) * (1 + c)) + c * (Math.PI - Math.acos(c))) / (2 * Math.PI);
      const result = integrateGaussian2((a, b) => relu(a) * relu(b), c, { kinks: [0] });
      expect(Math.abs(result.value - exact)).toBeLessThan(1e-14);
      expect(result.converged).toBe(true);
    }
  });

  it("gives the arc-sine kernel of erf to 1e-14 (Williams 1997)", () => {
    for (const c of [0.3, -0.95, 0.9999]) {
      const value = gaussianAverage2((a, b) => erf(a) * erf(b), c);
      expect(Math.abs(value - (2 / Math.PI) * Math.asin((2 * c) / 3))).toBeLessThan(1e-14);
    }
  });

  it("gives orthant probabilities of steps to 1e-13 (Sheppard 1899)", () => {
    for (const c of [-0.8, 0.1, 0.99]) {
      const value = gaussianAverage2((a, b) => (a > 0 && b > 0 ? 1 : 0), c, { kinks: [0] });
      expect(Math.abs(value - (0.25 + Math.asin(c) / (2 * Math.PI)))).toBeLessThan(1e-13);
    }
  });

  it("agrees with nested quadrature of scipy for tanh, ELU and shifted ReLU", () => {
    for (const [c, value] of reference.tanhTanh) {
      expect(
        Math.abs(gaussianAverage2((a, b) => Math.tanh(2 * a) * Math.tanh(2 * b), c) - value),
      ).toBeLessThan(1e-12);
    }
    for (const [c, value] of reference.eluElu) {
      expect(Math.abs(gaussianAverage2((a, b) => elu(a) * elu(b), c, { kinks: [0] }) - value)).toBeLessThan(
        1e-12,
      );
    }
    const shifted = (x: number): number => relu(x - 0.4);
    for (const [c, value] of reference.shiftedReluRelu) {
      const result = gaussianAverage2((a, b) => shifted(a) * shifted(b), c, { kinks: [0.4] });
      expect(Math.abs(result - value)).toBeLessThan(1e-12);
    }
  });

  it("accepts a prepared rule and a correlation beyond 1 by rounding only", () => {
    const rule = gaussHermite(40);
    expect(gaussianAverage2((a, b) => a * a * b * b, 0.5, { rule })).toBeCloseTo(1.5, 12);
    expect(gaussianAverage2((a, b) => a * b, 1 + 1e-15, { rule })).toBeCloseTo(1, 12);
    expect(() => gaussianAverage2((a, b) => a * b, 1.01)).toThrow(/correlation 1.01/);
    expect(() => gaussianAverage2((a, b) => a * b, Number.NaN, { rule })).toThrow(/correlation/);
  });
});
