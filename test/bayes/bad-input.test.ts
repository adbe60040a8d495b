/** What the Bayesian solvers are given wrong: every one names it, with the error of the right kind and the next step. */
import { describe, expect, it } from "vitest";
import { type IsinglassError, ShapeError } from "../../src/base/index.ts";
import {
  describeDuplicates,
  findDuplicates,
  type RegressionTask,
  solveConvolutionAction,
  solveDeepEffectiveAction,
  solveDeepMixture,
  solveEffectiveAction,
  solveMultiOutputAction,
} from "../../src/bayes/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { referenceTask } from "./reference-task.ts";

const algebra = await loadKernels();
const erf = resolveActivation("erf");
const column = (data: Float64Array) => ({ rows: data.length, cols: 1, data });

/** Every solver of finite width on one task. */
const solvers: Readonly<Record<string, (task: RegressionTask, temperature: number) => unknown>> = {
  "one layer": (task, temperature) =>
    solveEffectiveAction(task, { activation: erf, width: 20, temperature }, algebra),
  "one layer, mixture": (task, temperature) =>
    solveEffectiveAction(task, { activation: erf, width: 20, temperature, method: "mixture" }, algebra),
  "one layer, two parameters": (task, temperature) =>
    solveEffectiveAction(task, { activation: erf, width: 20, temperature, method: "two-parameter" }, algebra),
  nested: (task, temperature) =>
    solveDeepEffectiveAction(
      task,
      { activation: erf, widths: [20, 20], temperature, form: "nested" },
      algebra,
    ),
  "deep mixture": (task, temperature) =>
    solveDeepMixture(task, { activation: erf, widths: [20, 20], temperature }, algebra),
  "several outputs": ({ targets, testTargets, ...inputs }, temperature) =>
    solveMultiOutputAction(
      { ...inputs, targets: column(targets), testTargets: column(testTargets) },
      { activation: erf, width: 20, temperature },
      algebra,
    ),
  convolution: (task, temperature) =>
    solveConvolutionAction(
      task,
      { activation: erf, channels: 20, temperature, shape: [1, 4, 4], mask: 2 },
      algebra,
    ),
};

function errorOf(run: () => unknown): IsinglassError {
  try {
    run();
  } catch (error) {
    return error as IsinglassError;
  }
  throw new Error("nothing was thrown");
}

const changed = (data: Float64Array, at: number, value: number): Float64Array => {
  const copy = data.slice();
  copy[at] = value;
  return copy;
};

describe.each(Object.entries(solvers))("bad input of the solver for %s", (_, solve) => {
  const task = referenceTask(16, 12, 1, 5);

  it("no examples", () => {
    const empty = {
      ...task,
      inputs: { rows: 0, cols: 16, data: new Float64Array() },
      targets: new Float64Array(),
    };
    expect(errorOf(() => solve(empty, 0.1))).toBeInstanceOf(ShapeError);
  });

  it("NaN in the inputs and in the targets", () => {
    const inputs = { ...task.inputs, data: changed(task.inputs.data, 20, Number.NaN) };
    const first = errorOf(() => solve({ ...task, inputs }, 0.1));
    expect([first.exitCode, first.message]).toEqual([5, expect.stringContaining("NaN")]);
    const second = errorOf(() => solve({ ...task, targets: changed(task.targets, 2, Number.NaN) }, 0.1));
    expect([second.exitCode, second.message]).toEqual([5, expect.stringMatching(/NaN in [yY]\[2/)]);
    const third = errorOf(() => solve({ ...task, testTargets: changed(task.testTargets, 1, Infinity) }, 0.1));
    expect(third.exitCode).toBe(5);
  });

  it("duplicates: singular at temperature 0 with rank and remedy, fine above", () => {
    const data = task.inputs.data.slice();
    data.copyWithin(16, 0, 16);
    const twice = { ...task, inputs: { ...task.inputs, data } };
    const error = errorOf(() => solve(twice, 0));
    expect([error.exitCode, error.message]).toEqual([5, expect.stringContaining("rank 11")]);
    expect(error.data).toEqual({ rank: 11, examples: 12 });
    expect(error.hint).toMatch(/temperature above 0/);
    expect(() => solve(twice, 0.1)).not.toThrow();
  });

  it("more targets than inputs, and negative temperatures", () => {
    expect(errorOf(() => solve({ ...task, targets: new Float64Array(13) }, 0.1))).toBeInstanceOf(ShapeError);
    expect(errorOf(() => solve(task, -1)).exitCode).toBe(2);
  });
});

describe("equal inputs", () => {
  const pair = referenceTask(6, 8, 1, 3);
  const data = pair.inputs.data.slice();
  data.copyWithin(5 * 6, 2 * 6, 3 * 6);
  const task = { ...pair, inputs: { ...pair.inputs, data } };

  it("are found, and named where they make a kernel singular", () => {
    expect(findDuplicates(task.inputs)).toEqual([[2, 5]]);
    expect(findDuplicates(pair.inputs)).toEqual([]);
    const zeros = { rows: 3, cols: 2, data: new Float64Array(6) };
    expect(findDuplicates(zeros)).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(describeDuplicates(zeros)).toBe("inputs 0 and 1 are equal, and 1 more pair");
    for (const solve of Object.values(solvers).slice(0, -1)) {
      const error = errorOf(() => solve(task, 0));
      expect([error.exitCode, error.message]).toEqual([
        5,
        expect.stringContaining("inputs 2 and 5 are equal"),
      ]);
      expect(error.hint).toContain("remove one of each pair");
    }
  });
});
