import { describe, expect, it } from "vitest";
import {
  cutPatches,
  sampleConvolutionMixture,
  solveConvolutionAction,
  solveEffectiveAction,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type RandomStream } from "../../../src/numerics/index.ts";
import { samplePrior } from "../prior-sampling.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();
const erf = resolveActivation("erf");
const linear = resolveActivation("linear");

/** Networks of `channels` filters of 2 x 1 pixels, as the theory defines them, on the prior. */
function oracle(
  name: string,
  task: ReturnType<typeof referenceTask>,
  channels: number,
  temperature: number,
  draws: number,
) {
  const { f } = resolveActivation(name);
  const patches = 2;
  const size = task.inputs.cols / patches;
  const rows = task.inputs.rows + task.testInputs.rows;
  const data = Float64Array.from([...task.inputs.data, ...task.testInputs.data]);
  const column = (values: Float64Array) => ({ rows: values.length, cols: 1, data: values });
  const draw = (stream: RandomStream) => {
    const weights = new Float64Array(channels * size);
    stream.fillNormal(weights);
    const features = new Float64Array(rows * channels * patches);
    for (let p = 0; p < rows; p++) {
      for (let c = 0; c < channels; c++) {
        for (let i = 0; i < patches; i++) {
          let h = 0;
          for (let k = 0; k < size; k++)
            h += (weights[c * size + k] as number) * (data[p * task.inputs.cols + i * size + k] as number);
          features[(p * channels + c) * patches + i] = f(h / Math.sqrt(size)) / Math.sqrt(channels * patches);
        }
      }
    }
    return { rows, cols: channels * patches, data: features };
  };
  const targets = { targets: column(task.targets), testTargets: column(task.testTargets), temperature };
  return samplePrior(targets, draw, createStream(9), draws);
}

describe("patches", () => {
  it("are cut row by row, over all channels", () => {
    const data = Float64Array.from({ length: 2 * 3 * 4 }, (_, i) => i);
    const inputs = { rows: 1, cols: 24, data };
    const plain = cutPatches(inputs, { shape: [2, 3, 4], mask: 2 });
    expect(plain.map((patch) => [...patch.data])).toEqual([
      [0, 1, 4, 5, 12, 13, 16, 17],
      [2, 3, 6, 7, 14, 15, 18, 19],
    ]);
    expect(cutPatches(inputs, { shape: [2, 3, 4], mask: 2, stride: 1 })).toHaveLength(6);
    expect(() => cutPatches(inputs, { shape: [1, 3, 4], mask: 2 })).toThrow(/24 values/);
    expect(() => cutPatches(inputs, { shape: [2, 3, 4], mask: 4 })).toThrow(/mask of 4/);
  });
});

describe("convolutional layer at finite width", () => {
  const patches = { shape: [1, 2, 2], mask: 1, stride: 1 } as const;

  it("is a dense layer where one patch covers the input", () => {
    const task = referenceTask(16, 20, 1);
    const conv = solveConvolutionAction(
      task,
      { activation: erf, channels: 25, temperature: 0.1, shape: [1, 4, 4], mask: 4 },
      algebra,
    );
    const dense = solveEffectiveAction(task, { activation: erf, width: 25, temperature: 0.1 }, algebra);
    expect(conv.scale.data[0]).toBeCloseTo(dense.q.value, 8);
    expect(conv.prediction.bias).toBeCloseTo(dense.prediction.bias, 9);
    expect(conv.prediction.spread).toBeCloseTo(dense.prediction.spread, 9);
    expect(conv.prediction.trainError).toBeCloseTo(dense.prediction.trainError, 9);
    expect(conv.action.value).toBeCloseTo(dense.action?.value as number, 9);
  });

  it("couples patches at finite width, and not at infinite width", () => {
    const task = referenceTask(4, 6, 1, 3);
    const options = { activation: erf, channels: 30, temperature: 0.1, ...patches };
    const { scale, infiniteWidth } = solveConvolutionAction(task, options, algebra);
    expect(scale.rows).toBe(4);
    // symmetric, and different from infinite width in its couplings between patches
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < i; j++)
        expect(scale.data[i * 4 + j]).toBeCloseTo(scale.data[j * 4 + i] as number, 12);
    }
    expect(Math.max(...[1, 2, 3].map((j) => Math.abs(scale.data[j] as number)))).toBeGreaterThan(0.01);
    const wide = solveConvolutionAction(task, { ...options, channels: 1e9 }, algebra);
    expect(wide.prediction.error).toBeCloseTo(infiniteWidth.error, 6);
  });

  it("averages to networks drawn from the prior, exactly for linear units", async () => {
    const task = referenceTask(4, 4, 1, 5);
    const options = { activation: linear, channels: 4, temperature: 0.3, shape: [2, 1, 2], mask: 1 } as const;
    const stacked = { ...task, inputs: interleave(task.inputs), testInputs: interleave(task.testInputs) };
    const drawn = oracle("linear", task, 4, 0.3, 10_000);
    const mixture = await sampleConvolutionMixture(stacked, options, algebra, {
      stream: createStream(2),
      samples: 400,
    });
    expect(drawn.effectiveSamples).toBeGreaterThan(500);
    expect(mixture.rHat).toBeLessThan(1.05);
    expect(Math.abs(mixture.error.value - drawn.error)).toBeLessThan(
      3 * Math.hypot(mixture.error.stderr as number, drawn.stderr),
    );
  });

  it("comes near to networks drawn from the prior for erf units", () => {
    const task = referenceTask(4, 4, 1, 5);
    const stacked = { ...task, inputs: interleave(task.inputs), testInputs: interleave(task.testInputs) };
    const drawn = oracle("erf", task, 12, 0.1, 15_000);
    const options = { activation: erf, channels: 12, temperature: 0.1, shape: [2, 1, 2], mask: 1 } as const;
    const { prediction, infiniteWidth } = solveConvolutionAction(stacked, options, algebra);
    expect(drawn.effectiveSamples).toBeGreaterThan(300);
    expect(Math.abs(prediction.error / drawn.error - 1)).toBeLessThan(0.04);
    expect(Math.abs(prediction.error - drawn.error)).toBeLessThan(
      Math.abs(infiniteWidth.error - drawn.error) + 3 * drawn.stderr,
    );
  });

  it("states its validity, and refuses what does not fit", () => {
    const task = referenceTask(4, 6, 1, 3);
    const options = { activation: erf, channels: 9, temperature: 0.1, ...patches };
    const few = solveConvolutionAction(task, options, algebra);
    expect(few.warnings[0]).toMatch(/4 patches on 9 channels/);
    expect(few.validity).toEqual({ region: expect.stringContaining("10 percent low"), isInside: false });
    expect(() => solveConvolutionAction(task, { ...options, channels: 3 }, algebra)).toThrow(
      /3 channels for 4/,
    );
    expect(() => solveConvolutionAction(task, { ...options, memoryBytes: 100 }, algebra)).toThrow(
      /take 1 MB/,
    );
    expect(() => solveConvolutionAction(task, { ...options, temperature: -1 }, algebra)).toThrow(
      /temperature -1/,
    );
    const broken = { ...task, targets: task.targets.map(() => Number.NaN) };
    expect(() => solveConvolutionAction(broken, options, algebra)).toThrow(/y\[0\]/);
    const empty = {
      ...task,
      inputs: { rows: 0, cols: 4, data: new Float64Array() },
      targets: new Float64Array(),
    };
    expect(() => solveConvolutionAction(empty, options, algebra)).toThrow(/no training examples/);
    task.inputs.data.copyWithin(4, 0, 4);
    expect(() => solveConvolutionAction(task, { ...options, temperature: 0 }, algebra)).toThrow(/rank 5/);
  });
});

/** Two patches of two values each: as two channels of a 1 x 2 image, so that a mask of one pixel holds both. */
function interleave({ rows, cols, data }: { rows: number; cols: number; data: Float64Array }) {
  const order = [0, 2, 1, 3];
  return { rows, cols, data: data.map((_, at) => data[at - (at % 4) + (order[at % 4] as number)] as number) };
}
