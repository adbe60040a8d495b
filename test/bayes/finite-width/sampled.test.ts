/** The theory of finite width beside Hamiltonian Monte Carlo on the bit-reproducible task: the accuracy that the docs state. */
import { describe, expect, it } from "vitest";
import { type ActionMethod, samplePosterior, solveEffectiveAction } from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/bayes-sampled.json" with { type: "json" };
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

function compare(
  name: string,
  setting: { features: number; examples: number; width: number; temperature: number; scale: number },
  method: ActionMethod,
  samples: number,
) {
  const { features, examples, width, temperature, scale } = setting;
  const task = referenceTask(features, examples, scale);
  const activation = resolveActivation(name);
  const sampled = samplePosterior(
    task,
    { activation, width, temperature, weightPrecision: 1, readoutPrecision: 1 },
    algebra,
    { stream: createStream(1), chains: 2, samples, burnIn: 100 },
  );
  const theory = solveEffectiveAction(task, { activation, width, temperature, method }, algebra);
  expect(sampled.error.rHat).toBeLessThan(1.05);
  return { sampled, theory };
}

describe("finite width beside long runs of another sampler", () => {
  it("repeats theory, and is as near to sampling as its region of validity says", () => {
    for (const row of reference.rows) {
      const task = referenceTask(row.features, row.examples, row.scale);
      const activation = resolveActivation(row.activation);
      const solve = (method: ActionMethod) =>
        solveEffectiveAction(
          task,
          { activation, width: row.width, temperature: row.temperature, method },
          algebra,
        );
      const saddle = solve("saddle");
      const mixture = solve("mixture");
      expect(saddle.infiniteWidth.error).toBeCloseTo(row.infiniteWidth, 4);
      expect(saddle.prediction.error).toBeCloseTo(row.saddle, 4);
      expect(mixture.prediction.error).toBeCloseTo(row.mixture, 4);
      if (row.activation === "linear") {
        expect(Math.abs(mixture.prediction.error - row.sampled)).toBeLessThan(3 * row.stderr);
        continue;
      }
      if (row.activation === "relu") {
        const both = solve("two-parameter");
        expect(Math.abs(both.prediction.error / row.sampled - 1)).toBeLessThan(0.04);
      }
      const tolerance = saddle.validity.isInside ? 0.04 : 0.1;
      expect(Math.abs(saddle.prediction.error / row.sampled - 1)).toBeLessThan(tolerance);
    }
  });
});

describe("finite width beside sampling", () => {
  it("is exact for linear units averaged over the scale", () => {
    const setting = { features: 40, examples: 30, width: 20, temperature: 0.1, scale: 1 };
    const { sampled, theory } = compare("linear", setting, "mixture", 150);
    const { value, stderr } = sampled.error;
    expect(Math.abs(theory.prediction.error - value)).toBeLessThan(3 * (stderr as number));
    // and closer than infinite width is
    expect(Math.abs(theory.infiniteWidth.error - value)).toBeGreaterThan(3 * (stderr as number));
    expect(theory.validity.isInside).toBe(true);
  });

  it("is within 4 percent for erf units, N >= 2 P / 3 and moderate targets", () => {
    const setting = { features: 20, examples: 30, width: 20, temperature: 0.1, scale: 1 };
    const { sampled, theory } = compare("erf", setting, "saddle", 250);
    expect(theory.ratio).toBeLessThan(2);
    expect(theory.validity.isInside).toBe(true);
    const { value, stderr } = sampled.error;
    // 4 percent, and what the sampler does not know
    expect(Math.abs(theory.prediction.error - value)).toBeLessThan(0.04 * value + 2 * (stderr as number));
    // the sampler is sharp enough to tell
    expect((stderr as number) / value).toBeLessThan(0.013);
    expect(Math.abs(value - 0.27939)).toBeLessThan(3 * (stderr as number));
    expect(Math.abs(theory.prediction.error - value)).toBeLessThan(
      Math.abs(theory.infiniteWidth.error - value),
    );
  });

  it("is outside of its region, and says so, for large targets on few units", () => {
    const setting = { features: 20, examples: 30, width: 10, temperature: 0.1, scale: 2 };
    const { sampled, theory } = compare("erf", setting, "saddle", 100);
    expect(theory.validity.isInside).toBe(false);
    // sampled 0.648 beside 0.585
    expect(theory.prediction.error / sampled.error.value).toBeLessThan(0.96);
    expect(theory.prediction.error / sampled.error.value).toBeGreaterThan(0.85);
  });
});
