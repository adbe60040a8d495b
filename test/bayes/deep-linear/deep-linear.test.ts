import { describe, expect, it } from "vitest";
import {
  deepLinearLimit,
  diagonalizeTask,
  predictAtScale,
  predictOverScales,
  solveDeepLinearScale,
  solveDeepScaleDistribution,
  solveDenseKernels,
  solveKernelDiagonal,
  solveScaleDistribution,
  targetRatio,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import reference from "../../fixtures/bayes-reference.json" with { type: "json" };
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

function linearTask(scale: number) {
  const task = referenceTask(40, 30, scale);
  const spec = uniformKernelSpec(resolveActivation("linear"), 1, { weightVariance: 1, biasVariance: 0 });
  return diagonalizeTask(
    {
      train: solveDenseKernels(spec, task.inputs, null, algebra).nngp,
      cross: solveDenseKernels(spec, task.testInputs, task.inputs, algebra).nngp,
      diagonal: solveKernelDiagonal(spec, task.testInputs),
    },
    { train: task.targets, test: task.testTargets },
    algebra,
  );
}

describe("deep linear networks", () => {
  it("have the reference scales", () => {
    for (const { alpha, r0, sigma2, L, u0 } of reference.u0) {
      const { u } = solveDeepLinearScale({ depth: L, weightVariance: sigma2, load: alpha, ratio: r0 });
      expect(Math.abs(u / u0 - 1)).toBeLessThan(1e-9);
    }
  });

  it("have the published limits in depth", () => {
    const scale = (weightVariance: number, depth: number): number =>
      Math.exp(solveDeepLinearScale({ depth, weightVariance, load: 0.5, ratio: 0.8 }).logTotal);
    expect([0.5, 1.5, 2.1].map((s) => scale(s, 1))).toEqual([
      expect.closeTo(0.589354, 6),
      expect.closeTo(1.2356, 4),
      expect.closeTo(1.58123, 5),
    ]);
    expect(scale(0.5, 100)).toBeCloseTo(0.271355, 6);
    expect(scale(1.5, 100)).toBeCloseTo(2.32146, 5);
    expect(scale(2.1, 100)).toBeCloseTo(197.152, 3);
    expect(deepLinearLimit({ weightVariance: 0.5, load: 0.5, ratio: 0.8 })).toBeCloseTo(0.266667, 6);
    expect(deepLinearLimit({ weightVariance: 1.5, load: 0.5, ratio: 0.8 })).toBeCloseTo(2.4, 12);
    expect(deepLinearLimit({ weightVariance: 2.1, load: 0.5, ratio: 0.8 })).toBe(Number.POSITIVE_INFINITY);
    expect(scale(1.5, 100_000)).toBeCloseTo(2.4, 3);
  });

  it("predict the reference errors at the saddle point", () => {
    const task = linearTask(1);
    expect(targetRatio(task)).toBeCloseTo(0.8183101078, 9);
    for (const [depth, width, u, error] of [
      [1, 20, 0.885766332, 0.407837478],
      [1, 100, 0.956624293, 0.424292221],
      [2, 20, 0.927343023, 0.401845873],
      [10, 20, 0.981373784, 0.394562045],
    ] as const) {
      const solved = solveDeepLinearScale({
        depth,
        weightVariance: 1,
        load: 30 / width,
        ratio: targetRatio(task),
      });
      expect(solved.u).toBeCloseTo(u, 8);
      expect(predictAtScale(task, Math.exp(solved.logTotal), 0).error).toBeCloseTo(error, 8);
    }
  });

  it("are exact at finite width as a product of chi-squared scales", () => {
    const task = linearTask(1);
    for (const [depth, width, mean, error] of [
      [1, 20, 0.9093618, 0.413316853],
      [1, 100, 0.959968695, 0.425068863],
      [2, 20, 0.88611427, 0.407918277],
    ] as const) {
      const scales = solveDeepScaleDistribution(task, { depth, width, temperature: 0 });
      expect(scales.mean).toBeCloseTo(mean, 7);
      expect(predictOverScales(task, scales, 0).error).toBeCloseTo(error, 7);
    }
    for (const { N, beta, L, EQ } of reference.exact_T0_EQ) {
      // beta of the fixture is rounded to 8 digits
      const scaled = linearTask(Math.round(Math.sqrt(beta / 24.549303)));
      const { mean } = solveDeepScaleDistribution(scaled, { depth: L, width: N, temperature: 0 });
      expect(Math.abs(mean / EQ - 1)).toBeLessThan(3e-8);
    }
  });

  it("repeat the theory of one hidden layer", () => {
    const task = linearTask(1);
    const deep = solveDeepScaleDistribution(task, { depth: 1, width: 20, temperature: 0.1 });
    expect(deep.mean).toBeCloseTo(solveScaleDistribution(task, 20, 0.1).mean, 9);
  });

  it("have infinite width as limit, and refuse what has no meaning", () => {
    const setting = { depth: 3, weightVariance: 1.3, load: 0, ratio: 2 };
    expect(solveDeepLinearScale(setting).u).toBe(1.3);
    expect(() => solveDeepLinearScale({ ...setting, depth: 0 })).toThrow(/depth 0/);
    expect(() => solveDeepLinearScale({ ...setting, load: 2, ratio: 0 })).toThrow(/kernel vanishes/);
  });
});
