/** Task files of `effective-action`: which theory each asks for, its numbers, and what is refused. In process, without the shell. */
import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/base/index.ts";
import { parseTaskFile, solveDeepEffectiveAction, solveMultiOutputAction } from "../../src/bayes/index.ts";
import { effectiveActionCommand } from "../../src/cli/commands/effective-action.ts";
import { answerTaskFile } from "../../src/cli/effective-action-forms.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { referenceTask } from "../bayes/reference-task.ts";

const algebra = await loadKernels();
const context = { seed: 1, onProgress: () => {}, signal: new AbortController().signal };
const rows = ({ rows, cols, data }: { rows: number; cols: number; data: Float64Array }): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.slice(i * cols, (i + 1) * cols)]);
const { inputs, targets, testInputs, testTargets } = referenceTask(16, 20, 1, 10);
const task = {
  X: rows(inputs),
  y: [...targets] as unknown,
  Xtest: rows(testInputs),
  ytest: [...testTargets] as unknown,
  activation: "erf",
  temperature: 0.1,
};
const two = (values: Float64Array): number[][] => [...values].map((y, i) => [y, i % 2 === 0 ? y : -y]);
const pair = { ...task, y: two(targets), ytest: two(testTargets) };
const parse = (change: Record<string, unknown>, base: Record<string, unknown> = task) =>
  parseTaskFile(JSON.stringify({ ...base, ...change }), "task.json");
const answer = (change: Record<string, unknown>, base?: Record<string, unknown>) =>
  answerTaskFile(parse(change, base), algebra, context);

describe("task files", () => {
  it("ask for one hidden layer", async () => {
    const one = await answer({ width: 20 });
    expect([one.scale, one.layerScales]).toEqual([null, null]);
    expect(one.q?.value).toBeGreaterThan(0);
    expect((await answer({ widths: [20] })).q?.value).toBe(one.q?.value);
  });

  it("ask for several layers in every form, and averaged", async () => {
    for (const form of ["vanilla", "nested", "full"] as const) {
      const solved = solveDeepEffectiveAction(
        { inputs, targets, testInputs, testTargets },
        { activation: resolveActivation("erf"), widths: [20, 30], temperature: 0.1, form },
        algebra,
      );
      const deep = await answer({ widths: [20, 30], form });
      expect(deep.prediction.error).toBeCloseTo(solved.prediction.error, 12);
      expect(deep.layerScales).toHaveLength(2);
    }
    const mixture = await answer({ widths: [20, 30], method: "mixture" });
    expect(mixture.q?.method).toMatch(/mean over the posterior/);
    expect(mixture.prediction.error).toBeCloseTo((await answer({ widths: [20, 30] })).prediction.error, 1);
  });

  it("warn of activations with a mean wherever order parameters rescale it", async () => {
    const warned = async (change: Record<string, unknown>, base?: Record<string, unknown>) =>
      (await answer({ activation: "relu", ...change }, base)).warnings.filter((text) =>
        /mean that is not zero.*"two-parameter"/.test(text),
      ).length;
    expect(await warned({ width: 30 })).toBe(1);
    expect(await warned({ width: 30, method: "two-parameter" })).toBe(0);
    expect(await warned({ widths: [30, 20] })).toBe(1);
    expect(await warned({ width: 30 }, pair)).toBe(1);
    expect(await warned({ width: 30, patches: { shape: [1, 4, 4], mask: 2 } })).toBe(1);
  });

  it("ask for several outputs, at the saddle point and averaged", async () => {
    const matrix = (values: number[][]) => ({
      rows: values.length,
      cols: 2,
      data: Float64Array.from(values.flat()),
    });
    const solved = solveMultiOutputAction(
      { inputs, targets: matrix(two(targets)), testInputs, testTargets: matrix(two(testTargets)) },
      { activation: resolveActivation("erf"), width: 20, temperature: 0.1 },
      algebra,
    );
    const outputs = await answer({ width: 20 }, pair);
    expect(outputs.scale?.data).toEqual(solved.scale.data);
    expect(outputs.prediction.mean.cols).toBe(2);
    const turned = await answer({ widths: [30, 20] }, pair);
    expect(turned.prediction.error).toBeCloseTo(
      (await answer({ widths: [20, 30] }, pair)).prediction.error,
      8,
    );
    const linear = await answer({ width: 20, activation: "linear", method: "mixture" }, pair);
    expect(linear.method).toMatch(/Hamiltonian/);
    expect(linear.validity.isInside).toBe(true);
  });

  it("ask for a convolutional layer", async () => {
    const conv = await answer({ width: 20, patches: { shape: [1, 4, 4], mask: 2 } });
    expect(conv.scale?.rows).toBe(4);
    expect(conv.infiniteWidth?.error).toBeGreaterThan(0);
  });

  it("are refused where the theory does not cover them", async () => {
    for (const [change, base, message] of [
      [{ width: 20, method: "two-parameter" }, pair, /cover one output, received 2/],
      [{ widths: [20, 20], method: "two-parameter" }, task, /one hidden layer/],
      [{ widths: [20, 20], form: "nested" }, pair, /"nested" covers one output, received 2/],
      [{ width: 2 }, pair, /2 outputs, width 2/],
      [{ widths: [20, 20], form: "nested", method: "mixture" }, task, /mixture covers the vanilla form/],
      [{ width: 20, patches: { shape: [1, 4, 4], mask: 2 } }, pair, /one output/],
      [{ width: 20, patches: { shape: [1, 5, 4], mask: 2 } }, task, /16 values/],
      [{ widths: [20, 20, 20], form: "full" }, task, /two hidden layers, received 3/],
    ] as const) {
      await expect(answer(change, base as Record<string, unknown>)).rejects.toThrow(message);
    }
  });

  it("are refused with a code of 4, the field, what it holds and what was expected", () => {
    for (const [change, message] of [
      [{}, /neither width nor widths/],
      [{ width: 2, widths: [2] }, /width and widths/],
      [{ width: 2, y: [[1], [2, 3]] }, /field y\[1\]: received 2 numbers, expected 1/],
      [{ width: 2, ytest: two(testTargets) }, /1 and 2 outputs/],
      [{ width: 2, y: [1] }, /X and y have 20 and 1 rows/],
      [{ width: 2, y: [] }, /field y: received no examples/],
      [{ width: 2, X: [] }, /field X: received no examples/],
      [
        { width: 2, y: [...targets].map((y) => 1e160 * y) },
        /field y\[0\]: received .*expected at most 1e\+150/,
      ],
      [{ width: 2, Xtest: undefined }, /field Xtest: received nothing, expected rows of finite numbers/],
      [{ width: 2, form: "deep" }, /field form: received "deep", expected "vanilla", "nested"/],
      [{ width: 2.5 }, /field width: received 2.5, expected a whole number/],
      [{ width: -1 }, /field width: received -1, expected a whole number of hidden units, at least 1/],
      [{ widths: [2, 0] }, /field widths\[1\]: received 0/],
      [{ width: 2, Temperature: 1 }, /field Temperature: is not known, expected X, y/],
      [{ width: 2, activation: "erff" }, /task.json, field activation: .*"erff"/],
      [{ width: 2, patches: { shape: [1, 4], mask: 2 } }, /field patches.shape: received \[1,4\]/],
    ] as const) {
      expect(() => parse(change)).toThrow(message);
      expect(() => parse(change)).toThrow(FormatError);
    }
    expect(() => parseTaskFile("[1]", "task.json")).toThrow(/received \[1\], expected an object/);
  });

  it("name the warning of activations whose mean is not zero, and a remedy that works", async () => {
    const relu = await answer({ width: 40, activation: "relu" });
    expect(relu.warnings.join()).toMatch(/"two-parameter" does not/);
    const offered = await answer({ width: 40, activation: "relu", method: "two-parameter" });
    expect(offered.bigQ?.value).toBeGreaterThan(-1);
    expect(offered.warnings.join()).not.toMatch(/two-parameter/);
  });

  it("name duplicates at temperature 0 with their rank, and take them above", async () => {
    const X = rows(inputs);
    X[3] = X[7] as number[];
    await expect(answer({ width: 20, temperature: 0, X })).rejects.toThrow(/rank 19/);
    await expect(answer({ widths: [20, 20], temperature: 0, X, form: "nested" })).rejects.toThrow(/rank 19/);
    await expect(answer({ widths: [20, 20], temperature: 0, X, method: "mixture" })).rejects.toThrow(
      /rank 19/,
    );
    expect((await answer({ width: 20, X })).q?.value).toBeGreaterThan(0);
  });

  it("are described by the command", () => {
    expect(JSON.stringify(effectiveActionCommand.args)).toMatch(/patches/);
  });
});
