import { describe, expect, it } from "vitest";
import {
  type MultiOutputTask,
  sampleMultiOutputMixture,
  solveDeepEffectiveAction,
  solveEffectiveAction,
  solveMultiOutputAction,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix, type RandomStream } from "../../../src/numerics/index.ts";
import { samplePrior } from "../prior-sampling.ts";
import { drawReference, referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

/** The reference task with a second output: teacher of seed 424242, factor 1.5. */
function twoOutputs(features: number, examples: number, testRows = 50): MultiOutputTask {
  const task = referenceTask(features, examples, 1, testRows);
  const teacher = drawReference(424242, features);
  const beside = ({ rows, cols, data }: Matrix, first: Float64Array): Matrix => ({
    rows,
    cols: 2,
    data: Float64Array.from({ length: 2 * rows }, (_, at) => {
      const row = Math.floor(at / 2);
      if (at % 2 === 0) return first[row] as number;
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += (teacher[k] as number) * (data[row * cols + k] as number);
      return (1.5 * sum) / Math.sqrt(cols);
    }),
  });
  return {
    inputs: task.inputs,
    testInputs: task.testInputs,
    targets: beside(task.inputs, task.targets),
    testTargets: beside(task.testInputs, task.testTargets),
  };
}

const linear = resolveActivation("linear");
const erf = resolveActivation("erf");
const near = (a: Float64Array, b: ArrayLike<number>, digits: number): void => {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(value).toBeCloseTo(b[i] as number, digits);
  });
};

describe("several outputs at finite width", () => {
  it("repeats the reference at T = 0", () => {
    const solved = solveMultiOutputAction(
      twoOutputs(40, 30),
      { activation: linear, width: 60, temperature: 0 },
      algebra,
    );
    near(solved.ratio?.data as Float64Array, [0.8183101, -0.3820789, -0.3820789, 2.1324049], 7);
    near(solved.scale.data, [0.9278827, -0.110137, -0.110137, 1.3066798], 6);
    expect(solved.prediction.trainError).toBeCloseTo(0, 9);
  });

  it("tends to the closed form of T = 0 from a small temperature, at any depth", () => {
    for (const depth of [1, 3]) {
      const options = { activation: linear, width: 60, depth };
      const task = twoOutputs(40, 30);
      const cold = solveMultiOutputAction(task, { ...options, temperature: 0 }, algebra);
      const cool = solveMultiOutputAction(task, { ...options, temperature: 1e-9 }, algebra);
      near(cool.scale.data, cold.scale.data, 6);
      expect(cool.prediction.error).toBeCloseTo(cold.prediction.error, 6);
    }
  });

  it("takes layers of unequal width: of one output those of its action, at any temperature, in any order", () => {
    const task = twoOutputs(40, 30);
    for (const temperature of [0, 0.1]) {
      const solve = (activation: typeof linear, widths: readonly number[], columns = 2) => {
        const first = ({ rows, data }: Matrix): Matrix => ({
          ...{ rows, cols: 1, data: Float64Array.from({ length: rows }, (_, i) => data[2 * i] as number) },
        });
        const { targets, testTargets } = task;
        const own =
          columns === 2 ? task : { ...task, targets: first(targets), testTargets: first(testTargets) };
        return { own, ...solveMultiOutputAction(own, { activation, widths, temperature }, algebra) };
      };
      const one = solve(erf, [50, 80, 60], 1);
      const options = { activation: erf, widths: [50, 80, 60], temperature };
      const single = solveDeepEffectiveAction(
        {
          ...{ inputs: task.inputs, testInputs: task.testInputs },
          ...{ targets: one.own.targets.data, testTargets: one.own.testTargets.data },
        },
        options,
        algebra,
      );
      const product = single.layerScales.reduce((all, { value }) => all * value, 1);
      expect(one.scale.data[0]).toBeCloseTo(product, 6);
      expect(one.prediction.error).toBeCloseTo(single.prediction.error, 7);
      near(solve(erf, [80, 50]).scale.data, solve(erf, [50, 80]).scale.data, 6);
      const equal = solveMultiOutputAction(
        task,
        { activation: linear, width: 60, depth: 2, temperature },
        algebra,
      );
      near(solve(linear, [60, 60]).scale.data, equal.scale.data, 8);
      // a very wide layer stays at infinite width
      const shallow = solveMultiOutputAction(task, { activation: linear, width: 60, temperature }, algebra);
      near(solve(linear, [60, 1e9]).scale.data, shallow.scale.data, 5);
    }
    const options = { activation: linear, widths: [50, 80] };
    const cold = solveMultiOutputAction(task, { ...options, temperature: 0 }, algebra);
    const cool = solveMultiOutputAction(task, { ...options, temperature: 1e-9 }, algebra);
    near(cool.scale.data, cold.scale.data, 6);
  });

  it("averages to the exact scale of linear units", async () => {
    const mixture = await sampleMultiOutputMixture(
      twoOutputs(40, 30),
      { activation: linear, widths: [60], temperature: 0 },
      algebra,
      { stream: createStream(3), samples: 300 },
    );
    // importance sampling over Wishart matrices, 3e4 effective samples: 0.938, -0.111, 1.319
    expect(mixture.rHat).toBeLessThan(1.05);
    [0.938, -0.111, -0.111, 1.319].forEach((expected, at) => {
      const { value, stderr } = mixture.scale[at] as { value: number; stderr: number };
      expect(Math.abs(value - expected)).toBeLessThan(3 * Math.hypot(stderr, 0.001));
    });
    expect(mixture.prediction.error).toBeCloseTo(mixture.prediction.bias + mixture.prediction.spread, 12);
  });

  it("is the theory of one output where there is one, deep ones included", () => {
    const task = referenceTask(20, 30, 1);
    const column = (data: Float64Array): Matrix => ({ rows: data.length, cols: 1, data });
    const single = {
      ...task,
      targets: column(task.targets),
      testTargets: column(task.testTargets),
    };
    const one = solveEffectiveAction(task, { activation: erf, width: 20, temperature: 0.1 }, algebra);
    const wrapped = solveMultiOutputAction(single, { activation: erf, width: 20, temperature: 0.1 }, algebra);
    expect(wrapped.scale.data[0]).toBeCloseTo(one.q.value, 8);
    expect(wrapped.action?.value).toBeCloseTo(one.action?.value as number, 9);
    expect(wrapped.prediction.error).toBeCloseTo(one.prediction.error, 8);
    const deep = solveDeepEffectiveAction(
      task,
      { activation: erf, widths: [20, 20], temperature: 0.1 },
      algebra,
    );
    const deepWrapped = solveMultiOutputAction(
      single,
      { activation: erf, width: 20, depth: 2, temperature: 0.1 },
      algebra,
    );
    expect(deepWrapped.prediction.error).toBeCloseTo(deep.prediction.error, 7);
  });

  it("does not depend on the axes of the outputs, and is diagonal for uncoupled ones", () => {
    const task = twoOutputs(20, 30);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turn = ({ rows, cols, data }: Matrix): Matrix => ({
      rows,
      cols,
      data: data.map((value, at) =>
        at % 2 === 0 ? c * value + s * (data[at + 1] as number) : c * value - s * (data[at - 1] as number),
      ),
    });
    const options = { activation: erf, width: 40, temperature: 0.1 };
    const plain = solveMultiOutputAction(task, options, algebra);
    const turned = solveMultiOutputAction(
      { ...task, targets: turn(task.targets), testTargets: turn(task.testTargets) },
      options,
      algebra,
    );
    expect(turned.prediction.bias).toBeCloseTo(plain.prediction.bias, 8);
    expect(turned.prediction.spread).toBeCloseTo(plain.prediction.spread, 8);
    near(turned.prediction.mean.data, turn(plain.prediction.mean).data, 7);
    // one output silent: it shrinks by itself, without coupling
    const silent = {
      ...task,
      targets: { ...task.targets, data: task.targets.data.map((value, at) => (at % 2 === 0 ? value : 0)) },
    };
    expect(solveMultiOutputAction(silent, options, algebra).scale.data[1]).toBeCloseTo(0, 8);
  });

  it("tends to infinite width", () => {
    const wide = solveMultiOutputAction(
      twoOutputs(20, 30),
      { activation: erf, width: 1e8, temperature: 0.1 },
      algebra,
    );
    near(wide.scale.data, [1, 0, 0, 1], 5);
    expect(wide.prediction.error).toBeCloseTo(wide.infiniteWidth.error, 5);
  });

  it("agrees with networks drawn from the prior: linear units, two layers of unequal width, two outputs", async () => {
    const task = twoOutputs(3, 4, 3);
    const temperature = 0.3;
    const widths = [5, 4] as const;
    const inputs = {
      rows: 7,
      cols: 3,
      data: Float64Array.from([...task.inputs.data, ...task.testInputs.data]),
    };
    const layer = (below: Matrix, width: number, stream: RandomStream): Matrix => {
      const weights = { rows: width, cols: below.cols, data: new Float64Array(width * below.cols) };
      stream.fillNormal(weights.data, 1 / Math.sqrt(below.cols));
      return algebra.multiplyTransposedRight(below, weights);
    };
    const oracle = samplePrior(
      { targets: task.targets, testTargets: task.testTargets, temperature },
      (stream) => {
        const top = layer(layer(inputs, widths[0], stream), widths[1], stream);
        return { ...top, data: top.data.map((value) => value / Math.sqrt(widths[1])) };
      },
      createStream(5),
      10_000,
    );
    const mixture = await sampleMultiOutputMixture(
      task,
      { activation: linear, widths, temperature },
      algebra,
      {
        stream: createStream(6),
        samples: 400,
      },
    );
    expect(oracle.effectiveSamples).toBeGreaterThan(500);
    expect(mixture.rHat).toBeLessThan(1.05);
    expect(Math.abs(mixture.error.value - oracle.error)).toBeLessThan(
      3 * Math.hypot(mixture.error.stderr as number, oracle.stderr),
    );
    mixture.prediction.mean.data.forEach((value, at) => {
      expect(Math.abs(value - (oracle.mean[at] as number))).toBeLessThan(0.08);
    });
  });

  it("warns of many outputs, and refuses more than the method covers", async () => {
    const task = twoOutputs(20, 30);
    const options = { activation: erf, width: 7, temperature: 0.1 };
    expect(solveMultiOutputAction(task, options, algebra).warnings[0]).toMatch(/2 outputs on 7 hidden units/);
    expect(() => solveMultiOutputAction(task, { ...options, width: 2 }, algebra)).toThrow(
      /2 outputs, width 2/,
    );
    await expect(
      sampleMultiOutputMixture(task, { ...options, widths: [2, 9] }, algebra, { stream: createStream(1) }),
    ).rejects.toThrow(/fewer outputs than hidden units/);
    const half = { activation: erf, width: 9, depth: 1.5, temperature: 0.1 };
    expect(() => solveMultiOutputAction(task, half, algebra)).toThrow(/depth 1.5/);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const endless = { stream: createStream(1), samples: 1e6, signal: controller.signal };
    await expect(
      sampleMultiOutputMixture(task, { ...options, widths: [9] }, algebra, endless),
    ).rejects.toThrow(/interrupted/);
  });

  it("refuses no examples, NaN, sizes that do not fit, duplicates and dependent outputs at T = 0", () => {
    const task = twoOutputs(20, 15);
    const options = { activation: linear, width: 10, temperature: 0 };
    const targets = { ...task.targets, data: task.targets.data.slice() };
    targets.data[3] = Number.NaN;
    expect(() => solveMultiOutputAction({ ...task, targets }, options, algebra)).toThrow(/NaN in Y\[1, 1\]/);
    const none = { rows: 0, cols: 2, data: new Float64Array() };
    expect(() => solveMultiOutputAction({ ...task, targets: none }, options, algebra)).toThrow(
      /no training examples/,
    );
    const short = { rows: 14, cols: 2, data: task.targets.data.slice(0, 28) };
    expect(() => solveMultiOutputAction({ ...task, targets: short }, options, algebra)).toThrow(
      /Y \[14, 2\]/,
    );
    const same = { ...task.inputs, data: task.inputs.data.slice() };
    same.data.copyWithin(20, 0, 20);
    expect(() => solveMultiOutputAction({ ...task, inputs: same }, options, algebra)).toThrow(/rank 14/);
    const twice = { ...task.targets, data: task.targets.data.map((value, at) => (at % 2 === 0 ? value : 0)) };
    expect(() => solveMultiOutputAction({ ...task, targets: twice }, options, algebra)).toThrow(
      /fewer dimensions/,
    );
  });
});
