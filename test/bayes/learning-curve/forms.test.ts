/** Learning curves in every form of the theory, against the number of examples and against width. */
import { describe, expect, it } from "vitest";
import {
  drawTeacherTask,
  predictLearningCurve,
  predictWidthCurve,
  prepareLearningCurve,
  sampleLearningCurve,
  sampleWidthCurve,
  solveDeepEffectiveAction,
  solveEffectiveAction,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const algebra = await loadKernels();
const teacher = resolveActivation("erf");
const task = drawTeacherTask({
  ...{
    stream: createStream(2),
    activation: teacher,
    inputs: 15,
    units: 10,
    noise: 0.1,
    examples: 30,
    tests: 20,
  },
});
const networkOf = (name: string, depth: number) => ({
  activation: resolveActivation(name),
  depth,
  temperature: 0.1,
  weightPrecision: 1,
  readoutPrecision: 1,
});

describe("forms of a learning curve", () => {
  it("are those of the solvers", () => {
    const erf = prepareLearningCurve(task, networkOf("erf", 2), [30], algebra);
    for (const form of ["vanilla", "nested", "full"] as const) {
      const { finiteWidth, q, form: own } = erf.predict(30, { width: 25, temperature: 0.1, form });
      const options = { activation: teacher, widths: [25, 25], temperature: 0.1, form };
      const solved = solveDeepEffectiveAction(task, options, algebra);
      expect(own).toBe(form);
      expect(finiteWidth.error.value).toBeCloseTo(solved.prediction.error, 8);
      expect(q).toBeCloseTo(
        solved.layerScales.reduce((product, { value }) => product * value, 1),
        7,
      );
    }
    const relu = prepareLearningCurve(task, networkOf("relu", 1), [30], algebra);
    for (const [form, method] of [
      ["vanilla", "saddle"],
      ["mixture", "mixture"],
      ["two-parameter", "two-parameter"],
    ] as const) {
      const { finiteWidth } = relu.predict(30, { width: 25, temperature: 0.1, form });
      const options = { activation: resolveActivation("relu"), width: 25, temperature: 0.1, method };
      expect(finiteWidth.error.value).toBeCloseTo(
        solveEffectiveAction(task, options, algebra).prediction.error,
        7,
      );
    }
  });

  it("say where they hold, and refuse depths that they do not cover", () => {
    const [few, many] = predictLearningCurve(
      task,
      { ...networkOf("erf", 1), width: 15 },
      { sizes: [10, 30] },
      algebra,
    );
    expect([few?.validity.isInside, many?.validity.isInside]).toEqual([true, false]);
    const deep = prepareLearningCurve(task, networkOf("erf", 3), [30], algebra);
    const setting = { width: 20, temperature: 0.1 };
    expect(() => deep.predict(30, { ...setting, form: "full" })).toThrow(/two hidden layers, received 3/);
    expect(() => deep.predict(30, { ...setting, form: "two-parameter" })).toThrow(
      /one hidden layer, received 3/,
    );
    expect(deep.predict(30, { ...setting, form: "mixture" }).q).toBeGreaterThan(0);
  });
});

describe("curve against width", () => {
  it("tends to infinite width as 1 / N, from above for targets larger than the prior", () => {
    const points = predictWidthCurve(
      task,
      networkOf("erf", 1),
      { examples: 30, widths: [10, 100, 1000, 1e6] },
      algebra,
    );
    const gaps = points.map(
      ({ finiteWidth, infiniteWidth }) => finiteWidth.error.value - infiniteWidth.error.value,
    );
    expect((gaps[1] as number) / (gaps[2] as number)).toBeGreaterThan(8);
    expect((gaps[1] as number) / (gaps[2] as number)).toBeLessThan(11);
    expect(Math.abs(gaps[3] as number)).toBeLessThan(1e-5);
    const whole = predictLearningCurve(
      task,
      { ...networkOf("erf", 1), width: 100 },
      { sizes: [30] },
      algebra,
    );
    const { width, ...point } = points[1] as (typeof points)[number];
    expect([width, point]).toEqual([100, whole[0]]);
  });

  it("is sampled where wanted, for one hidden layer, at once or in turns", async () => {
    const sampling = { stream: createStream(3), chains: 1, samples: 60, burnIn: 40 };
    const options = { examples: 10, widths: [5, 20], sampling };
    const points = predictWidthCurve(task, networkOf("erf", 1), options, algebra);
    for (const { sampled, finiteWidth } of points) {
      expect(sampled?.error.stderr).toBeGreaterThan(0);
      expect(Math.abs((sampled?.error.value as number) / finiteWidth.error.value - 1)).toBeLessThan(0.25);
    }
    expect(() => predictWidthCurve(task, networkOf("erf", 2), options, algebra)).toThrow(/one hidden layer/);
    const inTurns = await sampleWidthCurve(task, networkOf("erf", 1), options, algebra);
    expect(inTurns).toEqual(points);
  });

  it("is sampled at two hidden layers, and stops when it is told to", async () => {
    const sampling = { stream: createStream(3), chains: 2, samples: 60, burnIn: 60 };
    const network = { ...networkOf("relu", 2), width: 20 };
    const events: (string | undefined)[] = [];
    const options = { sizes: [15], sampling, onProgress: ({ note }: { note?: string }) => events.push(note) };
    const [point] = await sampleLearningCurve(task, network, options, algebra);
    const { error, rHat, divergences, acceptance, energyFraction } = point?.sampled ?? ({} as never);
    expect([rHat < 1.3, divergences, acceptance > 0.5, energyFraction > 0.3]).toEqual([true, 0, true, true]);
    expect(Math.abs(error.value / (point?.finiteWidth.error.value as number) - 1)).toBeLessThan(0.3);
    expect(events.filter((note) => note === "burn-in")).toHaveLength(120);
    const stopped = sampleLearningCurve(task, network, { ...options, signal: AbortSignal.abort() }, algebra);
    await expect(stopped).rejects.toThrow(/interrupted/);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const endless = { ...sampling, samples: 1e7 };
    const shallow = { ...networkOf("erf", 1), width: 20 };
    await expect(
      sampleLearningCurve(
        task,
        shallow,
        { sizes: [15], sampling: endless, signal: controller.signal },
        algebra,
      ),
    ).rejects.toThrow(/interrupted/);
    const unequal = sampleLearningCurve(task, { ...network, readoutPrecision: 2 }, options, algebra);
    await expect(unequal).rejects.toThrow(/one precision of all weights, received 1 and 2/);
  });

  it("refuses no width and widths below 0", () => {
    for (const widths of [[], [10, -1]])
      expect(() => predictWidthCurve(task, networkOf("erf", 1), { examples: 10, widths }, algebra)).toThrow(
        /for a width/,
      );
  });
});
