import { describe, expect, it } from "vitest";
import {
  deepLinearLimit,
  deepLinearThreshold,
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
import { createStream, type Matrix, type RandomStream } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/bayes-reference.json" with { type: "json" };
import { samplePrior } from "../prior-sampling.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

function linearTask(scale: number, examples = 30) {
  const task = referenceTask(40, examples, scale);
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

  it("have a threshold in the weight variance, on both sides of which depth acts differently", () => {
    for (const load of [0.2, 0.5, 0.9]) {
      const threshold = deepLinearThreshold(load);
      expect(threshold * (1 - load)).toBeCloseTo(1, 12);
      const total = (weightVariance: number, depth: number): number =>
        solveDeepLinearScale({ depth, weightVariance, load, ratio: 0.8 }).logTotal;
      const below = 0.9 * threshold;
      expect(total(below, 100_000)).toBeCloseTo(
        Math.log(deepLinearLimit({ weightVariance: below, load, ratio: 0.8 })),
        2,
      );
      // above, log u^L grows in proportion to the depth: u -> s (1 - P / N)
      const above = 1.1 * threshold;
      expect((total(above, 4000) - total(above, 2000)) / 2000).toBeCloseTo(Math.log(1.1), 9);
    }
    expect(deepLinearThreshold(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => deepLinearThreshold(-1)).toThrow(/P\/N -1/);
  });

  it("shrink or grow with width as the targets are larger or smaller than the prior", () => {
    for (const [ratio, sign] of [
      [3, -1],
      [0.4, 1],
    ] as const) {
      for (const depth of [1, 2, 5]) {
        const totals = [10, 30, 100, 1000].map(
          (width) => solveDeepLinearScale({ depth, weightVariance: 1, load: 30 / width, ratio }).logTotal,
        );
        for (let i = 1; i < totals.length; i++)
          expect(sign * ((totals[i] as number) - (totals[i - 1] as number))).toBeGreaterThan(0);
        const narrow = solveDeepLinearScale({ depth, weightVariance: 1, load: 1e9, ratio });
        expect(Math.exp(narrow.logTotal)).toBeCloseTo(ratio, 6);
      }
    }
  });

  it("take layers of unequal widths, in any order", () => {
    const task = linearTask(3);
    const scales = (widths: readonly number[]) =>
      solveDeepScaleDistribution(task, { widths, temperature: 0.1 });
    const equal = solveDeepScaleDistribution(task, { depth: 2, width: 20, temperature: 0.1 });
    expect(scales([20, 20]).mean).toBeCloseTo(equal.mean, 12);
    expect(scales([15, 40, 20]).mean).toBeCloseTo(scales([40, 20, 15]).mean, 9);
    // a wide layer does little: its own scale is 1 + O(20 / 2000)
    expect(scales([20, 2000]).mean).toBeCloseTo(solveScaleDistribution(task, 20, 0.1).mean, 1);
    expect(() => scales([])).toThrow(/widths \[\]/);
    expect(() => scales([20, 0])).toThrow(/widths \[20, 0\]/);
  });

  it("know their evidence", () => {
    // closed form with a Bessel function, and quadrature: N0 = 40, P = 6, N = 10, T = 0
    const task = linearTask(1, 6);
    expect(solveScaleDistribution(task, 10, 0).logEvidence).toBeCloseTo(-6.255070571948, 9);
    const deep = solveDeepScaleDistribution(task, { depth: 1, width: 10, temperature: 0 });
    expect(deep.logEvidence).toBeCloseTo(-6.255070571948, 8);
    // infinite width: the Gaussian value
    expect(solveScaleDistribution(task, 1e7, 0).logEvidence).toBeCloseTo(-6.4793379112, 5);
  });

  it("agree with networks drawn from the prior: two layers of 5 and 4 units", () => {
    const data = referenceTask(3, 4, 1, 3);
    const spec = uniformKernelSpec(resolveActivation("linear"), 2, { weightVariance: 1, biasVariance: 0 });
    const eigen = diagonalizeTask(
      {
        train: solveDenseKernels(spec, data.inputs, null, algebra).nngp,
        cross: solveDenseKernels(spec, data.testInputs, data.inputs, algebra).nngp,
        diagonal: solveKernelDiagonal(spec, data.testInputs),
      },
      { train: data.targets, test: data.testTargets },
      algebra,
    );
    const temperature = 0.2;
    const scales = solveDeepScaleDistribution(eigen, { widths: [5, 4], temperature });
    const theory = predictOverScales(eigen, scales, temperature);
    const inputs = {
      rows: 7,
      cols: 3,
      data: Float64Array.from([...data.inputs.data, ...data.testInputs.data]),
    };
    const layer = (below: Matrix, width: number, stream: RandomStream): Matrix => {
      const weights = { rows: width, cols: below.cols, data: new Float64Array(width * below.cols) };
      stream.fillNormal(weights.data, 1 / Math.sqrt(below.cols));
      return algebra.multiplyTransposedRight(below, weights);
    };
    const column = (values: Float64Array): Matrix => ({ rows: values.length, cols: 1, data: values });
    const drawn = samplePrior(
      { targets: column(data.targets), testTargets: column(data.testTargets), temperature },
      (stream) => {
        const top = layer(layer(inputs, 5, stream), 4, stream);
        return { ...top, data: top.data.map((value) => value / 2) };
      },
      createStream(12),
      15_000,
    );
    expect(drawn.effectiveSamples).toBeGreaterThan(1000);
    expect(Math.abs(theory.error - drawn.error)).toBeLessThan(3 * drawn.stderr);
    theory.mean.forEach((value, m) => {
      expect(Math.abs(value - (drawn.mean[m] as number))).toBeLessThan(0.05);
    });
  });
});
