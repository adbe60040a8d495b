/** Excess kurtosis: reference values, drawn networks, and where learning breaks Gaussianity. */
import { describe, expect, it } from "vitest";
import {
  fitOffline,
  measureExcessKurtosis,
  predictOutputKurtosis,
  samplePosterior,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();
const erf = resolveActivation("erf");

describe("excess kurtosis", () => {
  it("of an erf output at C = 1 is 1.6795 / N, of a linear one 6 / N, of a ReLU one 15 / N", () => {
    expect(predictOutputKurtosis(erf, 1, 1)).toBeCloseTo(1.6795, 4);
    expect(predictOutputKurtosis(resolveActivation("linear"), 3, 4)).toBeCloseTo(6 / 4, 10);
    expect(predictOutputKurtosis(resolveActivation("relu"), 0.5, 5)).toBeCloseTo(15 / 5, 10);
  });

  it("of outputs of drawn networks is that", () => {
    const stream = createStream(4);
    const outputs = Float64Array.from({ length: 100_000 }, () => {
      let sum = 0;
      for (let i = 0; i < 3; i++) sum += stream.normal() * erf.f(Math.SQRT1_2 * stream.normal());
      return sum / Math.sqrt(3);
    });
    const { value, stderr } = measureExcessKurtosis(outputs);
    expect(Math.abs(value - predictOutputKurtosis(erf, 0.5, 3))).toBeLessThan(4 * (stderr as number));
    expect(stderr).toBeLessThan(0.05);
  });

  it("of Gaussians is 0 within errors that cover it", () => {
    const scores = Array.from({ length: 40 }, (_, seed) => {
      const values = new Float64Array(4000);
      createStream(seed).fillNormal(values);
      const { value, stderr } = measureExcessKurtosis(values);
      expect(stderr).toBeLessThan(2 * Math.sqrt(24 / 4000));
      return value / (stderr as number);
    });
    const spread = Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0) / scores.length);
    expect(spread).toBeGreaterThan(0.7);
    expect(spread).toBeLessThan(1.4);
  });

  it("of a student's weights grows when it becomes the teacher", () => {
    const setting = { students: 2, teachers: 2, dimension: 10 };
    const memorising = fitOffline({ ...setting, examples: 12 }, { stream: createStream(1) });
    const teacher = fitOffline({ ...setting, examples: 50 }, { stream: createStream(2) });
    expect([memorising.isTeacher, teacher.isTeacher]).toEqual([false, true]);
    // two vectors of one component each: 20 components, 2 of them equal
    expect(teacher.weightKurtosis).toBeCloseTo(20 / 2 - 3, 3);
    expect(memorising.weightKurtosis).toBeLessThan(3);
    const few = { students: 1, teachers: 1, dimension: 4, examples: 20 };
    expect(fitOffline(few, { stream: createStream(1) }).weightKurtosis).toBeNull();
  });

  it("of fields is that of the prior where data hardly bind, and another where units learn", () => {
    const sample = (temperature: number, scale: number) =>
      samplePosterior(
        referenceTask(6, 8, scale, 5),
        { activation: erf, width: 6, temperature, weightPrecision: 1, readoutPrecision: 1 },
        algebra,
        { stream: createStream(6), chains: 4, samples: 100, burnIn: 60, leapfrogs: 8 },
      ).fieldKurtosis;
    const free = sample(1e6, 1);
    expect(Math.abs(free.value)).toBeLessThan(4 * (free.stderr as number) + 0.02);
    const learned = sample(0.01, 6);
    // every unit takes a side: two peaks
    expect(learned.value).toBeLessThan(-2 * (learned.stderr as number));
  });

  it("refuses too few values and none that differ", () => {
    expect(() => measureExcessKurtosis([1, 2])).toThrow(/2 values/);
    expect(() => measureExcessKurtosis(new Float64Array(9))).toThrow(/all 0/);
    expect(() => predictOutputKurtosis(erf, 0, 3)).toThrow(/variance 0/);
  });
});
