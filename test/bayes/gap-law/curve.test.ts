import { describe, expect, it } from "vitest";
import { measureFeatures, measureGapCurve } from "../../../src/bayes/index.ts";
import { loadDataset } from "../../../src/data/index.ts";
import { fromOnnx, interpret, tensorOf } from "../../../src/engine/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { bindParameters, buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const algebra = await loadKernels();

/** The last hidden layer of a random network on MNIST, and parity. */
async function mnistTask(text: string, count: number) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch: 250 });
  const { values } = initialize(network, spec.initialization, createStream(1));
  const { train } = await loadDataset("mnist", { train: count, test: 0, seed: 0, standardize: "global" });
  const examples = { rows: count, cols: 784, data: Float64Array.from(train.inputs) };
  const features = await measureFeatures(bindParameters(network, values), examples);
  return {
    features,
    targets: Float64Array.from(train.labels as ArrayLike<number>, (label) => (label % 2 === 1 ? 1 : -1)),
  };
}

describe("gap of a last layer on MNIST", () => {
  it("follows the law on random features", async () => {
    const task = await mnistTask("784-30-10 erf sw2=1 sb2=0.1", 3000);
    expect(task.features.cols).toBe(30);
    const options = { stream: createStream(3), draws: 20 };
    const curve = measureGapCurve(task, [60, 120, 600], options, algebra);
    expect(curve.targetSquare).toBe(1);
    expect(curve.warning).toMatch(/no guarantee/);
    for (const { examples, train, test, gap, law, finiteSizeTest, bound, ratio } of curve.points) {
      // draws scatter, and the residual comes from 3000 images
      expect(Math.abs(train.value - law.train)).toBeLessThan(4 * (train.stderr as number) + 0.03 * law.train);
      expect(Math.abs(test.value - (finiteSizeTest as number))).toBeLessThan(
        4 * (test.stderr as number) + 0.03 * law.test,
      );
      expect(Math.abs(ratio / (1 - 30 / examples) - 1)).toBeLessThan(0.1);
      expect(bound).toBeCloseTo(60 / examples, 12);
      // errors over the mean square of the targets are below 1, and the bound with them, at many examples
      if (examples >= 300) expect(gap.value).toBeLessThan(bound);
    }
  });

  it("follows ridge regression on the spectrum of the features, with fewer examples than features too", async () => {
    const task = await mnistTask("784-40-10 relu sw2=2 sb2=0", 2000);
    const curve = measureGapCurve(
      task,
      [20, 80, 400],
      { stream: createStream(4), draws: 40, ridge: 1 },
      algebra,
    );
    for (const { train, test, law, finiteSizeTest } of curve.points) {
      expect(finiteSizeTest).toBeNull();
      expect(Math.abs(test.value / law.test - 1)).toBeLessThan(0.1);
      expect(Math.abs(train.value / law.train - 1)).toBeLessThan(0.1);
    }
  });

  it("reads any value of an imported graph, the last batch cut", async () => {
    const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 2 });
    const [input] = graph.inputs;
    const data = Float64Array.from({ length: 3 * 784 }, (_, i) => Math.sin(i));
    const features = await measureFeatures(graph, { rows: 3, cols: 784, data }, graph.outputs[0]);
    const last = new Float64Array(2 * 784);
    last.set(data.subarray(2 * 784));
    const out = interpret(graph, { [input?.name as string]: tensorOf("float32", input?.shape ?? [], last) });
    const expected = out[graph.outputs[0] as string]?.data as Float32Array;
    expect(features.cols).toBe(10);
    for (let k = 0; k < 10; k++) expect(features.data[20 + k]).toBeCloseTo(expected[k] as number, 5);
    await expect(measureFeatures(graph, { rows: 1, cols: 5, data: new Float64Array(5) })).rejects.toThrow(
      /784/,
    );
    await expect(measureFeatures(graph, { rows: 1, cols: 784, data }, "nothing")).rejects.toThrow(/nothing/);
  });
});
