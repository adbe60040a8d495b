import { describe, expect, it } from "vitest";
import { fromOnnx } from "../../../src/engine/index.ts";
import { chainOfModel, type FlowChain } from "../../../src/flow/chain/index.ts";
import { inputOf, largestError, models, pathOf, sizesOf } from "../../engine/onnx/fixture.ts";
import { composed, decodedShape, outputOf, smoothInput } from "./compose.ts";

async function chainOf(name: string): Promise<FlowChain> {
  return chainOfModel(await fromOnnx(pathOf(name), sizesOf(name)));
}

const summary = (chain: FlowChain): string[] =>
  chain.blocks.map(({ kind, layers }) => `${kind} ${layers.length}`);

const networks = [
  "mlp",
  "mlp-torchscript",
  "resnet",
  "resnet-torchscript-unfolded",
  "transformer",
  "transformer-torchscript",
  "vgg-dynamo",
  "densenet-torchscript",
  "mobilenet-v2-dynamo",
  "mobilenet-v3-torchscript",
  "efficientnet-dynamo",
  "vit-dynamo",
  "vit-torchscript",
  "gpt2-dynamo",
  "gpt2-torchscript",
];

describe("chainOfModel", () => {
  it.each(networks)("computes what PyTorch computes with %s", async (name) => {
    const y = await outputOf(composed(await chainOf(name), 2), inputOf(name));
    expect(largestError(y.data, models[name]!.output.values)).toBeLessThan(1e-4);
  });

  it.each(["transformer", "vit-torchscript", "gpt2-dynamo", "resnet-unfolded"])(
    "works for batches that %s was not imported for",
    async (name) => {
      const sizes = sizesOf(name);
      const batch = 3;
      const other = sizes.names === undefined ? { batch } : { names: { ...sizes.names, batch } };
      const { graph } = await fromOnnx(pathOf(name), other);
      const { shape, dtype } = graph.inputs[0]!;
      const x = dtype === "float32" ? smoothInput(shape) : { ...inputOf(name), shape };
      const length = shape.reduce((product, size) => product * size, 1);
      const input =
        dtype === "float32"
          ? x
          : { ...x, data: BigInt64Array.from({ length }, (_, i) => BigInt((13 * i) % 50)) };
      const expected = await outputOf(graph, input);
      const actual = await outputOf(composed(await chainOf(name), batch), input);
      expect(largestError(actual.data, expected.data)).toBeLessThan(1e-6);
    },
  );

  it.each(networks)("maps every output in %s back to the shape of the input", async (name) => {
    for (const block of (await chainOf(name)).blocks) {
      expect([block.name, ...decodedShape(block, 3)]).toEqual([block.name, ...block.inputShape]);
    }
  });

  it("counts layers as a person does", async () => {
    expect(summary(await chainOf("mlp"))).toEqual(["flatten 0", ...new Array(5).fill("dense 1")]);
    const residual = ["residual 2", "residual 3", "residual 2"];
    for (const name of ["resnet", "resnet-torchscript-unfolded"]) {
      expect(summary(await chainOf(name))).toEqual([
        "convolution 1",
        "pooling 0",
        ...residual,
        "pooling 0",
        "flatten 0",
        "dense 1",
      ]);
    }
    expect(summary(await chainOf("densenet-dynamo"))).toEqual([
      "convolution 1",
      "pooling 0",
      "branched 4",
      "convolution 1",
      "pooling 0",
      "branched 4",
      "pooling 0",
      "flatten 0",
      "dense 1",
    ]);
  });

  it("cuts transformers at the residual stream", async () => {
    const chain = await chainOf("transformer");
    expect(chain.blocks.map(({ name }) => name)).toEqual([
      "patch",
      "reshape1",
      "layers.0 attention",
      "layers.0 feed-forward",
      "layers.1 attention",
      "layers.1 feed-forward",
      "globalpool1",
      "head",
    ]);
    const vit = await chainOf("vit-torchscript");
    expect(vit.blocks.filter(({ kind }) => kind === "transformer")).toHaveLength(4);
    expect(vit.blocks[1]).toMatchObject({ inputShape: [16, 4, 4], outputShape: [17, 16] });
  });

  it("begins at the embedding of tokens", async () => {
    const chain = await chainOf("gpt2-torchscript");
    expect(chain.entry).toMatchObject({ inputShape: [8], dtype: "int64" });
    expect(chain.inputShape).toEqual([8, 16]);
    expect(chain.blocks.map(({ kind }) => kind)).toEqual([...new Array(4).fill("transformer"), "dense"]);
  });

  it("puts gates into the layer they belong to", async () => {
    const chain = await chainOf("mobilenet-v3-dynamo");
    const gated = chain.blocks.find(({ name }) => name === "features.1.block.0.0");
    expect(gated).toMatchObject({ kind: "convolution", layers: { length: 3 } });
    expect(gated?.decoder.description).toContain("8 groups");
  });
});
