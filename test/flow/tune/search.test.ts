/** The search for a maximum under noise: known maxima, known posteriors, the error bar's coverage, and repetition. */
import { describe, expect, it } from "vitest";
import {
  estimateOptimum,
  fitGaussianProcess,
  proposePoint,
  type SearchAxis,
  type Trial,
} from "../../../src/flow/tune/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const axis: SearchAxis = { name: "sigmaW2", min: 0.25, max: 4, spacing: "log" };
/** A ridge at log x = log 1.6 with unequal flanks, as entropies have. */
const ridge = (x: number): number => 0.4 - (x < 1.6 ? 0.5 : 0.2) * Math.log(x / 1.6) ** 2;

function search(
  axes: SearchAxis[],
  f: (x: readonly number[], draw: number) => number,
  count: number,
  draws = 3,
): Trial[] {
  const trials: Trial[] = [];
  while (trials.length < count) {
    const point = proposePoint(axes, trials);
    trials.push({ point, values: Array.from({ length: draws }, (_, j) => f(point, j)) });
  }
  return trials;
}

describe("fitGaussianProcess", () => {
  it("passes through noise-free values and is unsure between them", () => {
    const points = [[0], [0.3], [0.7], [1]];
    const values = [0, 0.5, 0.8, 0.1];
    const process = fitGaussianProcess({ points, values, noise: 1e-10 });
    points.forEach((point, i) => {
      expect(process.predict(point).mean).toBeCloseTo(values[i] as number, 4);
      expect(process.predict(point).variance).toBeLessThan(1e-4);
    });
    expect(process.predict([0.5]).variance).toBeGreaterThan(process.predict([0.3]).variance * 10);
  });

  it("averages repeated noisy values like a weighted mean", () => {
    const points = Array.from({ length: 40 }, () => [0.5]);
    const stream = createStream(3);
    const values = points.map(() => 1 + 0.5 * stream.normal());
    const mean = values.reduce((a, b) => a + b, 0) / 40;
    const { mean: fitted, variance } = fitGaussianProcess({ points, values, noise: 0.25 }).predict([0.5]);
    expect(fitted).toBeCloseTo(mean, 1);
    expect(Math.sqrt(variance)).toBeLessThan((1.1 * 0.5) / Math.sqrt(40));
  });

  it("draws functions with the mean and variance that it states", () => {
    const process = fitGaussianProcess({ points: [[0], [1]], values: [0, 1], noise: 0.01 });
    const draws = process.sample([[0.5]], 4000, createStream(1)).map((draw) => draw[0] as number);
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    const stated = process.predict([0.5]);
    expect(Math.abs(mean - stated.mean)).toBeLessThan(4 * Math.sqrt(stated.variance / 4000));
    expect(variance / stated.variance).toBeCloseTo(1, 1);
  });
});

describe("search", () => {
  it("finds a maximum without noise in 14 trials", () => {
    const { point, isAtEdge } = estimateOptimum(
      [axis],
      search([axis], ([x]) => ridge(x as number), 14),
      1,
    );
    expect(Math.abs(Math.log((point[0]?.value as number) / 1.6))).toBeLessThan(0.06);
    expect(isAtEdge).toEqual([false]);
  });

  it("finds a maximum over two axes", () => {
    const axes: SearchAxis[] = [axis, { name: "sigmaB2", min: 0, max: 0.5, spacing: "root" }];
    const f = ([x, b]: readonly number[]) => ridge(x as number) - 4 * ((b as number) - 0.1) ** 2;
    const { point } = estimateOptimum(axes, search(axes, f, 26), 1);
    expect(Math.abs(Math.log((point[0]?.value as number) / 1.6))).toBeLessThan(0.2);
    expect(Math.abs((point[1]?.value as number) - 0.1)).toBeLessThan(0.08);
  });

  it("says when the maximum is at the edge of the box", () => {
    const optimum = estimateOptimum(
      [axis],
      search([axis], ([x]) => x as number, 8),
      1,
    );
    expect(optimum.point[0]?.value).toBe(4);
    expect(optimum.isAtEdge).toEqual([true]);
  });

  it("does not count what a draw adds to all points alike", () => {
    const shared = [0.3, -0.2, 0.1];
    const trials = search([axis], ([x], j) => ridge(x as number) + (shared[j] as number), 10);
    expect(estimateOptimum([axis], trials, 1).noise).toBeLessThan(1e-3);
  });

  it("has errors that cover the true maximum in about two of three noisy searches", () => {
    const inside = Array.from({ length: 30 }, (_, k) => {
      const noise = createStream(100 + k);
      const trials = search([axis], ([x]) => ridge(x as number) + 0.03 * noise.normal(), 12);
      const { value, stderr } = estimateOptimum([axis], trials, k).point[0] as {
        value: number;
        stderr: number;
      };
      return Math.abs(value - 1.6) <= stderr;
    }).filter(Boolean).length;
    expect(inside).toBeGreaterThanOrEqual(14);
    expect(inside).toBeLessThanOrEqual(30);
  });

  it("goes on with the same points from the same trials", () => {
    const f = ([x]: readonly number[]) => ridge(x as number);
    const whole = search([axis], f, 10);
    const half = whole.slice(0, 7);
    while (half.length < 10) {
      const point = proposePoint([axis], half);
      half.push({ point, values: [0, 1, 2].map(() => f(point)) });
    }
    expect(half).toEqual(whole);
  });

  it("refuses three axes and no trials", () => {
    expect(() => proposePoint([axis, axis, axis], [])).toThrow(/3 axes, expected 1 or 2/);
    expect(() => estimateOptimum([axis], [], 1)).toThrow(/no trials/);
  });
});
