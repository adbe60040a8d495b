import { describe, expect, it } from "vitest";
import { fromOnnx, numbersOf, toOnnx } from "../../../src/engine/index.ts";
import { describeModel, reinitialize } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const critical = { scheme: "gaussian", sigmaW2: 1.76, sigmaB2: 0.05, sigmaV2: null, sigmaA2: null } as const;

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
}

describe("reinitialize", () => {
  it("replaces weights and biases of a file and leaves the original alone", async () => {
    const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 2 });
    const before = numbersOf(graph.initializers.get(describeModel(graph).layers[0]!.weight)!);
    const { graph: fixed, layers, parametrization } = reinitialize(graph, critical, createStream(1));
    expect(layers.every(({ isReplaced }) => isReplaced)).toBe(true);
    expect(parametrization.layers[0]).toEqual({ layer: "layer1", sigmaW2: 1.76, sigmaB2: 0.05 });
    const [first] = describeModel(fixed).layers;
    // 784 x 48 entries: 0.7 % relative error of the variance.
    expect(variance(numbersOf(fixed.initializers.get(first!.weight)!)) * 784).toBeCloseTo(1.76, 1);
    expect(numbersOf(graph.initializers.get(first!.weight)!)).toEqual(before);
    const again = await fromOnnx(toOnnx(fixed));
    expect(describeModel(again.graph).layers.map(({ activation }) => activation)).toEqual([
      "tanh",
      "tanh",
      "tanh",
      "tanh",
      null,
    ]);
  });

  it("keeps what no theory covers, and says why", async () => {
    const { graph } = await fromOnnx("test/fixtures/models/transformer.onnx");
    const { layers } = reinitialize(graph, critical, createStream(1));
    expect(layers.filter(({ isReplaced }) => !isReplaced).map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining("attention projection"),
    );
  });

  it("does not touch other users of a shared tensor", async () => {
    // this file shares one zero vector between biases of convolution, projections and layer normalisation
    const { graph } = await fromOnnx("test/fixtures/models/vit-torchscript.onnx");
    const shared = "conv_proj.bias";
    const { graph: fixed, layers } = reinitialize(graph, critical, createStream(1), {
      layers: ["conv_proj"],
    });
    expect(layers.filter(({ isReplaced }) => isReplaced)).toHaveLength(1);
    expect(fixed.initializers.get(shared)).toEqual(graph.initializers.get(shared));
    const conv = fixed.nodes.find(({ op }) => op === "Conv")!;
    expect(conv.inputs[2]).not.toBe(shared);
    expect(variance(numbersOf(fixed.initializers.get(conv.inputs[2]!)!))).toBeGreaterThan(0);
    const norm = fixed.nodes.find(({ op }) => op === "LayerNormalization")!;
    expect(norm.inputs[2]).toBe(shared);
  });

  it("makes orthogonal weights in every layout", async () => {
    const { graph } = await fromOnnx("test/fixtures/models/transformer.onnx");
    const scheme = { ...critical, scheme: "orthogonal", sigmaW2: 1, sigmaB2: null } as const;
    const { graph: fixed } = reinitialize(graph, scheme, createStream(1), { layers: ["layers.0.project"] });
    const layer = describeModel(fixed).layers.find(({ name }) => name === "layers.0.project")!;
    expect(layer.layout).toBe("in-out");
    const w = numbersOf(fixed.initializers.get(layer.weight)!);
    for (let i = 0; i < 32; i++) {
      for (let j = 0; j < 32; j++) {
        let dot = 0;
        for (let k = 0; k < 32; k++) dot += w[i * 32 + k]! * w[j * 32 + k]!;
        expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-6);
      }
    }
  });
});
