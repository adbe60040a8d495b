import { describe, expect, it } from "vitest";
import {
  diagonalizeTask,
  predictAtScale,
  solveDeepLinearScale,
  solveDeepSaddle,
  solveDenseKernels,
  solveKernelDiagonal,
  solveSaddle,
  targetRatio,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

function eigenTask(name: string, depth: number, features: number, scale: number) {
  const task = referenceTask(features, 30, scale);
  const spec = uniformKernelSpec(resolveActivation(name), depth, { weightVariance: 1, biasVariance: 0 });
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

describe("effective action of deep networks", () => {
  // independent numpy calculation, two hidden layers, P = 30, N = 20, T = 0.1
  for (const [name, features, scale, u, error] of [
    ["erf", 20, 2, 2.16728, 0.744],
    ["relu", 20, 1, 1.73739, 0.5552],
    ["linear", 40, 1, 0.892291, 0.6014],
  ] as const) {
    it(`repeats the reference of two layers: ${name}`, () => {
      const task = eigenTask(name, 2, features, scale);
      const { layerScale, q } = solveDeepSaddle(task, { depth: 2, width: 20, temperature: 0.1 });
      expect(layerScale).toBeCloseTo(u, 4);
      expect(q).toBeCloseTo(layerScale ** 2, 12);
      expect(predictAtScale(task, q, 0.1).error).toBeCloseTo(error, 4);
    });
  }

  it("is the action of one layer at depth 1", () => {
    const task = eigenTask("erf", 1, 20, 1);
    const { q } = solveDeepSaddle(task, { depth: 1, width: 20, temperature: 0.1 });
    expect(q).toBeCloseTo(solveSaddle(task, 20, 0.1), 10);
  });

  it("is the theory of deep linear networks at temperature 0", () => {
    const task = eigenTask("linear", 3, 40, 1);
    const { layerScale } = solveDeepSaddle(task, { depth: 3, width: 25, temperature: 0 });
    const { u } = solveDeepLinearScale({
      depth: 3,
      weightVariance: 1,
      load: 30 / 25,
      ratio: targetRatio(task),
    });
    expect(layerScale).toBeCloseTo(u, 9);
  });

  it("refuses depth 0", () => {
    const task = eigenTask("erf", 1, 20, 1);
    expect(() => solveDeepSaddle(task, { depth: 0, width: 20, temperature: 0.1 })).toThrow(/depth 0/);
  });
});
