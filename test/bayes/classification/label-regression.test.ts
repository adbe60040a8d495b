/** Regression on labels: the mixture against sampled linear networks, where it is exact, and against closed forms. */
import { describe, expect, it } from "vitest";
import { predictLabelRegression, solveEffectiveAction } from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix, normalCdf } from "../../../src/numerics/index.ts";

const algebra = await loadKernels();

function drawTask(seed: number, classes: number, examples: number) {
  const stream = createStream(seed);
  const centres = Array.from({ length: classes }, () => Array.from({ length: 5 }, () => stream.normal()));
  const rows = (count: number): Matrix => ({
    rows: count,
    cols: 5,
    data: Float64Array.from(
      { length: count * 5 },
      (_, at) => (centres[Math.floor(at / 5) % classes]?.[at % 5] as number) + 0.7 * stream.normal(),
    ),
  });
  const labels = Array.from({ length: examples }, (_, p) => p % classes);
  return { inputs: rows(examples), labels, testInputs: rows(12), classes };
}

const distance = (a: Matrix, b: Matrix): number =>
  Math.max(...a.data.map((p, at) => Math.abs(p - (b.data[at] as number))));

describe("regression on labels", () => {
  it.each([
    [3, [5]],
    [2, [3, 6]],
  ])("agrees with sampled linear networks: %i classes, hidden layers %j", async (classes, widths) => {
    const { infiniteWidth, finiteWidth, sampled } = await predictLabelRegression(
      drawTask(1, classes, 9),
      { activation: resolveActivation("linear"), widths, weightPrecision: 3, readoutPrecision: 3 },
      {
        stream: createStream(2),
        temperature: 0.3,
        sampling: { chains: 2, samples: 300, burnIn: 100 },
      },
      algebra,
    );
    const [exact, drawn] = [finiteWidth?.probability as Matrix, sampled?.probability as Matrix];
    expect(sampled?.rHat).toBeLessThan(1.05);
    expect(finiteWidth?.rHat).toBeLessThan(1.05);
    // Monte Carlo: 400 matrices and some 400 independent networks
    expect(distance(exact, drawn)).toBeLessThan(0.06);
    if (classes === 2) expect(distance(infiniteWidth.probability, drawn)).toBeGreaterThan(0.1);
    for (const { data, cols } of [exact, drawn, infiniteWidth.probability]) {
      for (let m = 0; m < 12; m++)
        expect(data.subarray(m * cols, (m + 1) * cols).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
  });

  it("of two classes by one output is the probability of a sign", async () => {
    const { inputs, labels, testInputs, classes } = drawTask(4, 2, 10);
    const [activation, temperature] = [resolveActivation("erf"), 0.2];
    const { infiniteWidth } = await predictLabelRegression(
      { inputs, labels, testInputs, classes },
      { activation, widths: [8] },
      { stream: createStream(1), temperature },
      algebra,
    );
    const task = {
      ...{ inputs, targets: Float64Array.from(labels, (c) => 2 * c - 1), testInputs },
      testTargets: new Float64Array(12),
    };
    const { mean, variance } = solveEffectiveAction(
      task,
      { activation, width: 1e9, temperature },
      algebra,
    ).prediction;
    for (let m = 0; m < 12; m++) {
      const known = normalCdf((mean[m] as number) / Math.sqrt((variance[m] as number) + temperature));
      expect(infiniteWidth.probability.data[2 * m + 1]).toBeCloseTo(known, 3);
    }
  });

  it("leaves finite width out where layers are too narrow, and names what does not fit", async () => {
    const task = drawTask(1, 4, 8);
    const solve = (options: { readonly temperature: number; readonly outputs?: number }) =>
      predictLabelRegression(
        task,
        { activation: resolveActivation("relu"), widths: [4] },
        { stream: createStream(1), ...options },
        algebra,
      );
    const { finiteWidth, sampled } = await solve({ temperature: 0.1 });
    expect([finiteWidth, sampled]).toEqual([null, null]);
    await expect(solve({ temperature: 0 })).rejects.toThrow(/received temperature 0, expected above 0/);
    await expect(solve({ temperature: 1, outputs: 1 })).rejects.toThrow(/1 outputs for 4 classes/);
  });
});
