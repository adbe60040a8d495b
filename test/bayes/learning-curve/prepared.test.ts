/** Prepared learning curves: one decomposition gives the points of every width and temperature. */
import { describe, expect, it } from "vitest";
import { ConvergenceError, SpecError } from "../../../src/base/index.ts";
import {
  drawTeacherTask,
  predictLearningCurve,
  predictLearningCurveInTurns,
  prepareLearningCurve,
  solveDeepEffectiveAction,
  solveDeepMixture,
  solveEffectiveAction,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const activation = resolveActivation("erf");
const task = drawTeacherTask({
  ...{ stream: createStream(2), activation, inputs: 15, units: 10, noise: 0.1, examples: 40, tests: 30 },
});
const network = { activation, depth: 1, weightPrecision: 1, readoutPrecision: 1 };
const algebra = await loadKernels({ threads: 1 });
const curve = prepareLearningCurve(task, network, [20, 40], algebra);

describe("prepareLearningCurve", () => {
  it("gives the points of predictLearningCurve, width after width", () => {
    for (const setting of [
      { width: 10, temperature: 0.1 },
      { width: 300, temperature: 0.01 },
    ]) {
      const whole = predictLearningCurve(task, { ...network, ...setting }, { sizes: [20, 40] }, algebra);
      expect([20, 40].map((examples) => curve.predict(examples, setting))).toEqual(whole);
    }
  });

  it("gives the same points in turns, until the signal fires", async () => {
    const whole = { ...network, width: 10, temperature: 0.1 };
    const known = predictLearningCurve(task, whole, { sizes: [20, 40] }, algebra);
    expect(await predictLearningCurveInTurns(task, whole, { sizes: [20, 40] }, algebra)).toEqual(known);
    const controller = new AbortController();
    const stopped = predictLearningCurveInTurns(
      task,
      whole,
      {
        sizes: [20, 40],
        signal: controller.signal,
        onProgress: ({ note }) => (note === "40 examples" ? controller.abort() : undefined),
      },
      algebra,
    );
    await expect(stopped).rejects.toThrow(/learning curve: interrupted/);
  });

  it("agrees with the effective action of one hidden layer", () => {
    const { prediction, q } = solveEffectiveAction(
      task,
      { activation, width: 12, temperature: 0.05 },
      algebra,
    );
    const point = curve.predict(40, { width: 12, temperature: 0.05 });
    expect(point.q).toBeCloseTo(q.value, 8);
    expect(point.finiteWidth.error.value).toBeCloseTo(prediction.error, 8);
  });

  it("takes hidden layers of unequal widths in every form, and says when their number is wrong", () => {
    const deep = prepareLearningCurve(task, { ...network, depth: 2 }, [40], algebra);
    const [widths, temperature] = [[30, 12], 0.05];
    for (const form of ["vanilla", "nested", "full"] as const) {
      const known = solveDeepEffectiveAction(task, { activation, widths, temperature, form }, algebra);
      const { finiteWidth } = deep.predict(40, { width: 12, widths, temperature, form });
      expect(finiteWidth.error.value).toBeCloseTo(known.prediction.error, 7);
    }
    const known = solveDeepMixture(task, { activation, widths, temperature }, algebra);
    const mixture = deep.predict(40, { width: 12, widths, temperature, form: "mixture" });
    expect(mixture.finiteWidth.error.value).toBeCloseTo(known.prediction.error, 7);
    expect(() => deep.predict(40, { width: 12, widths: [12], temperature })).toThrow(/received 1 widths/);
  });

  it("tells the eigenvalues of the kernel, descending", () => {
    const values = curve.eigenvalues(40);
    expect(values).toHaveLength(40);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });

  it("refuses sizes that were not prepared, and a singular kernel without noise", () => {
    expect(() => curve.predict(50, { width: 10, temperature: 0.1 })).toThrow(SpecError);
    const linear = prepareLearningCurve(
      task,
      { ...network, activation: resolveActivation("linear") },
      [40],
      algebra,
    );
    expect(() => linear.predict(40, { width: 10, temperature: 0 })).toThrow(ConvergenceError);
  });
});
