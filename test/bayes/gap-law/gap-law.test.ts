import { describe, expect, it } from "vitest";
import {
  finiteSizeTest,
  lastLayerBound,
  measureGap,
  measureGapCurve,
  planGapSizes,
  predictGap,
  predictRidgeErrors,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { createStream, erf } from "../../../src/numerics/index.ts";

const algebra = await loadKernels();

/** erf features of Gaussian inputs and a tanh teacher of width 40. */
function erfFeatures(rows: number, features: number, inputs: number) {
  const stream = createStream(17);
  const draw = (count: number): Float64Array => Float64Array.from({ length: count }, () => stream.normal());
  const w = draw(features * inputs);
  const teacher = draw(40 * inputs);
  const data = new Float64Array(rows * features);
  const targets = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const x = draw(inputs);
    const field = (weights: Float64Array, unit: number): number =>
      x.reduce((sum, value, k) => sum + value * (weights[unit * inputs + k] as number), 0) /
      Math.sqrt(inputs);
    for (let n = 0; n < features; n++) data[i * features + n] = erf(field(w, n));
    for (let t = 0; t < 40; t++)
      targets[i] = (targets[i] as number) + Math.tanh(2 * field(teacher, t)) / Math.sqrt(40);
  }
  return { features: { rows, cols: features, data }, targets };
}

describe("gap law", () => {
  it("has the published values", () => {
    // residual from the table: law test 0.4308 at N = 60, P = 240
    const residual = 0.4308 * (1 - 0.25);
    const { train, gap } = predictGap({ features: 60, examples: 240, residual });
    expect(train).toBeCloseTo(0.2423, 3);
    expect(gap).toBeCloseTo(0.1885, 3);
    expect(finiteSizeTest({ features: 60, examples: 120, residual: 0.6462 / 2 })).toBeCloseTo(0.6517, 3);
    expect(lastLayerBound(60, 240)).toBe(0.5);
  });

  it("tends to 2 e N / P, and train / test to (1 - x)^2", () => {
    const { gap, train, test } = predictGap({ features: 10, examples: 1e6, residual: 0.7 });
    expect(gap / (2 * 0.7 * 1e-5)).toBeCloseTo(1, 4);
    expect(train / test).toBeCloseTo((1 - 1e-5) ** 2, 12);
  });

  it("is met by least squares on erf features", () => {
    for (const [features, examples] of [
      [20, 80],
      [20, 200],
      [60, 120],
    ] as const) {
      const task = erfFeatures(4000, features, 30);
      const measured = measureGap(task, { examples, draws: 40, stream: createStream(2) }, algebra);
      const law = predictGap({ features, examples, residual: measured.residual });
      expect(Math.abs(measured.train.value / law.train - 1)).toBeLessThan(0.05);
      const finite = finiteSizeTest({ features, examples, residual: measured.residual });
      expect(Math.abs(measured.test.value / finite - 1)).toBeLessThan(0.05);
      expect(
        Math.abs(Math.sqrt(measured.train.value / measured.test.value) / (1 - features / examples) - 1),
      ).toBeLessThan(0.06);
    }
  });

  it("is the limit of ridge regression, which simulation meets", () => {
    const [features, examples, noise] = [20, 60, 0.3];
    const eigenvalues = Float64Array.from({ length: features }, (_, k) => 1 / (k + 1));
    const weights = Float64Array.from({ length: features }, (_, k) => Math.cos(k));
    const small = predictRidgeErrors({ eigenvalues, weights, noise, examples, ridge: 1e-9 });
    const law = predictGap({ features, examples, residual: noise });
    expect(small.test).toBeCloseTo(law.test, 6);
    const ridge = 0.5;
    const theory = predictRidgeErrors({ eigenvalues, weights, noise, examples, ridge });
    const stream = createStream(9);
    const tests = Array.from({ length: 200 }, () => {
      const x = { rows: examples, cols: features, data: new Float64Array(examples * features) };
      const y = { rows: examples, cols: 1, data: new Float64Array(examples) };
      for (let p = 0; p < examples; p++) {
        let target = Math.sqrt(noise) * stream.normal();
        for (let k = 0; k < features; k++) {
          const value = Math.sqrt(eigenvalues[k] as number) * stream.normal();
          x.data[p * features + k] = value;
          target += value * (weights[k] as number);
        }
        y.data[p] = target;
      }
      const gram = algebra.gramOfColumns(x);
      for (let k = 0; k < features; k++)
        gram.data[k * (features + 1)] = (gram.data[k * (features + 1)] as number) + ridge;
      const fit = algebra.solvePositiveDefinite(gram, algebra.multiplyTransposedLeft(x, y)).data;
      return fit.reduce(
        (sum, w, k) => sum + (w - (weights[k] as number)) ** 2 * (eigenvalues[k] as number),
        noise,
      );
    });
    const mean = tests.reduce((sum, value) => sum + value, 0) / tests.length;
    expect(Math.abs(mean / theory.test - 1)).toBeLessThan(0.03);
  });

  it("plans numbers of training examples that fit, and says how many examples are missing", () => {
    expect(planGapSizes({ features: 300, rows: 24_000 })).toEqual([450, 600, 1200, 3000, 12_000]);
    expect(planGapSizes({ features: 300, rows: 900 })).toEqual([450]);
    for (const rows of [100, 300, 899]) {
      expect(() => planGapSizes({ features: 300, rows })).toThrow(/300 features, expected at least 900/);
    }
    expect(() => planGapSizes({ features: 30, rows: 100, sizes: [] })).toThrow(/at least 90/);
    expect(() => planGapSizes({ features: 30, rows: 100, sizes: [40, 20] })).toThrow(/from 31 to 50/);
    expect(planGapSizes({ features: 30, rows: 100, sizes: [20], ridge: 1 })).toEqual([20]);
    // a residual needs more examples than features, with a ridge too
    expect(() => planGapSizes({ features: 30, rows: 30, sizes: [10], ridge: 1 })).toThrow(/30 examples/);
  });

  it("warns of a residual from fewer than 50 examples for each feature", () => {
    const warningOf = (rows: number) =>
      measureGapCurve(erfFeatures(rows, 5, 5), [20], { stream: createStream(1), draws: 2 }, algebra)
        .residualWarning;
    expect(warningOf(250)).toBeNull();
    expect(warningOf(100)).toMatch(/100 examples, 20 for each of 5 features.* 50 \(250\).* 5.0 percent/);
  });

  it("refuses what it does not cover", () => {
    expect(() => predictGap({ features: 20, examples: 20, residual: 1 })).toThrow(/20 features, 20 examples/);
    const task = erfFeatures(50, 5, 5);
    expect(() => measureGap(task, { examples: 40, draws: 5, stream: createStream(1) }, algebra)).toThrow(
      /40 training examples, 5 features and 50 examples in all; expected from 6 to 25/,
    );
  });
});
