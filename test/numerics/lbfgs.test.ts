import { describe, expect, it } from "vitest";
import { minimizeLbfgs, type ObjectiveFunction } from "../../src/numerics/index.ts";
import { type LinePoint, searchLine } from "../../src/numerics/line-search.ts";
import { fixture, largestDifference } from "./fixture.ts";

const reference = fixture<{ features: number[][]; labels: number[]; value: number; x: number[] }>("lbfgs");

/** Rosenbrock (1960) in n dimensions; the minimum is 0 at (1, ..., 1). */
const rosenbrock: ObjectiveFunction = (x, g) => {
  g.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const bend = x[i + 1]! - x[i]! ** 2;
    value += 100 * bend ** 2 + (1 - x[i]!) ** 2;
    g[i]! += -400 * x[i]! * bend - 2 * (1 - x[i]!);
    g[i + 1]! += 200 * bend;
  }
  return value;
};

const logistic: ObjectiveFunction = (w, g) => {
  g.set(w.map((v) => 0.1 * v));
  let value = 0.05 * w.reduce((sum, v) => sum + v * v, 0);
  reference.features.forEach((row, i) => {
    const b = reference.labels[i]!;
    const margin = b * row.reduce((sum, v, j) => sum + v * w[j]!, 0);
    value += Math.log1p(Math.exp(-margin));
    row.forEach((v, j) => {
      g[j]! -= (b * v) / (1 + Math.exp(margin));
    });
  });
  return value;
};

describe("minimizeLbfgs", () => {
  it.each([2, 10, 200])("finds the minimum of the Rosenbrock valley in %i dimensions", (n) => {
    const start = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const result = minimizeLbfgs(rosenbrock, start, { maxIterations: 2000 });
    expect(result.converged).toBe(true);
    expect(largestDifference(result.x, new Float64Array(n).fill(1))).toBeLessThan(1e-8);
    expect(result.evaluations / result.iterations).toBeLessThan(1.6);
  });

  it("agrees with scipy's trust region on logistic regression", () => {
    const result = minimizeLbfgs(logistic, [0, 0, 0, 0], { gradientTolerance: 1e-10 });
    expect(result.converged).toBe(true);
    expect(largestDifference(result.x, reference.x)).toBeLessThan(1e-9);
    expect(Math.abs(result.value - reference.value)).toBeLessThan(1e-12);
  });

  it("solves a quadratic of condition number 1e4", () => {
    const n = 20;
    const curvature = Float64Array.from({ length: n }, (_, i) => 10 ** ((4 * i) / (n - 1)));
    const result = minimizeLbfgs((x, g) => {
      g.set(x.map((v, i) => curvature[i]! * (v - i)));
      return x.reduce((sum, v, i) => sum + 0.5 * curvature[i]! * (v - i) ** 2, 0);
    }, new Float64Array(n));
    expect(result.converged).toBe(true);
    expect(
      largestDifference(
        result.x,
        Float64Array.from({ length: n }, (_, i) => i),
      ),
    ).toBeLessThan(1e-7);
  });

  it("shortens steps that leave the domain", () => {
    const barrier: ObjectiveFunction = (x, g) => {
      g[0] = 1 - 1e-3 / x[0]!;
      return x[0]! - 1e-3 * Math.log(x[0]!);
    };
    const result = minimizeLbfgs(barrier, [5]);
    expect(result.converged).toBe(true);
    expect(Math.abs(result.x[0]! - 1e-3)).toBeLessThan(1e-9);
  });

  it("says why it stopped: iterations, or a gradient that is wrong", () => {
    const short = minimizeLbfgs(rosenbrock, [-1.2, 1], { maxIterations: 3 });
    expect(short).toMatchObject({ converged: false, reason: "iterations", iterations: 3 });
    const wrong = minimizeLbfgs((x, g) => x[0]! ** 2 + 0 * g.fill(-1).length, [1]);
    expect(wrong).toMatchObject({ converged: false, reason: "line search" });
    expect(minimizeLbfgs(rosenbrock, [1, 1])).toMatchObject({ converged: true, iterations: 0 });
    expect(() => minimizeLbfgs(() => Number.NaN, [1])).toThrow(/start/);
  });
});

describe("line search", () => {
  it.each([1e-3, 0.1, 1, 10, 1e3])("meets both strong Wolfe conditions from the first step %d", (first) => {
    // More and Thuente (1994), function 1 of their tests: phi = -a / (a^2 + 2).
    const phi = (a: number): LinePoint => {
      return { step: a, value: -a / (a * a + 2), slope: (a * a - 2) / (a * a + 2) ** 2 };
    };
    const start = phi(0);
    const found = searchLine(phi, start, first)!;
    expect(found.value).toBeLessThanOrEqual(start.value + 1e-4 * found.step * start.slope);
    expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * Math.abs(start.slope));
  });
});
