import { describe, expect, it } from "vitest";
import { chainOfNetwork, type FlowChain } from "../../../src/flow/chain/index.ts";
import { bindParameters, buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { composed, decodedShape, outputOf, smoothInput } from "./compose.ts";

function draw(text: string, batch: number, inputRange?: readonly [number, number]) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch });
  const { values } = initialize(network, spec.initialization, createStream(3));
  const chain = chainOfNetwork(network, values, inputRange === undefined ? {} : { inputRange });
  return { network, values, chain };
}

const namesOf = (chain: FlowChain): string[] => chain.blocks.map(({ name }) => name);

const families: readonly (readonly [string, readonly string[]])[] = [
  ["12-9x2-5 tanh", ["dense1", "dense2", "dense3"]],
  ["12-9-5 tanh norm=layer", ["dense1", "dense2"]],
  ["1x6x6-4 relu bias=no", ["flatten1", "dense1"]],
  [
    "cnn:1x12x12-c4-c4/2x2-c4x2-avg2-5 tanh padding=circular",
    ["conv1", "conv2", "conv3", "conv4", "conv5", "averagepool1", "flatten1", "dense1"],
  ],
  [
    "cnn:2x9x9-c4k5/2-c6k4-max2-gap-5 x*sigmoid(1.5*x)",
    ["conv1", "conv2", "maxpool1", "globalpool1", "flatten1", "dense1"],
  ],
  ["cnn:1x8x8-c4-c4-5 gelu norm=batch", ["conv1", "conv2", "flatten1", "dense1"]],
  [
    "resnet:1x8x8-c4-b4-b6/2-gap-5 relu norm=batch",
    ["conv1", "block1", "block2", "globalpool1", "flatten1", "dense1"],
  ],
  ["resnet:1x8x8-c4-b4x2-5 tanh padding=circular", ["conv1", "block1", "block2", "flatten1", "dense1"]],
  ["12-9-b9x2-b7-5 tanh", ["dense1", "block1", "block2", "block3", "dense2"]],
  ["12-y12x2-5 relu", ["block1", "block2", "dense1"]],
  ["autoencoder:12-8-3", ["dense1", "dense2", "dense3", "dense4"]],
  ["generator:6-4x4x4-t3-t2k3/1-t1 relu", ["dense1", "reshape1", "upconv1", "upconv2", "upconv3"]],
  ["discriminator:1x10x10-c4/2-c6/2-1", ["conv1", "conv2", "flatten1", "dense1"]],
];

describe("chainOfNetwork", () => {
  it.each(families)("cuts %s into layers", (text, names) => {
    expect(namesOf(draw(text, 2).chain)).toEqual(names);
  });

  it.each(families)("computes the same as the network %s", async (text) => {
    const { network, values, chain } = draw(text, 3);
    const x = smoothInput(network.input.shape);
    const expected = await outputOf(bindParameters(network, values), x);
    const actual = await outputOf(composed(chain, 3), x);
    expect([...actual.data].map(Number)).toEqual([...expected.data].map(Number));
  });

  it.each(families)("works for batches that the graph of %s was not made for", async (text) => {
    const made = draw(text, 5);
    const x = smoothInput(made.network.input.shape);
    const expected = await outputOf(bindParameters(made.network, made.values), x);
    const actual = await outputOf(composed(draw(text, 1).chain, 5), x);
    actual.data.forEach((value, i) => {
      expect(Number(value)).toBeCloseTo(Number(expected.data[i]), 5);
    });
  });

  it.each(families)("maps every output of %s back to the shape of the input", (text) => {
    for (const block of draw(text, 2).chain.blocks) {
      expect([block.name, ...decodedShape(block, 3)]).toEqual([block.name, ...block.inputShape]);
    }
  });

  it("joins inputs and outputs of neighbouring blocks", () => {
    for (const [text] of families) {
      const { chain, network } = draw(text, 2);
      expect(chain.inputShape).toEqual(network.input.shape.slice(1));
      chain.blocks.forEach((block, i) => {
        expect(block.inputShape).toEqual(i === 0 ? chain.inputShape : chain.blocks[i - 1]!.outputShape);
      });
    }
  });

  it("says which blocks are dense layers and nothing else", () => {
    const activations = (text: string) => draw(text, 2).chain.blocks.map(({ dense }) => dense?.activation);
    expect(activations("12-9-7-5 tanh")).toEqual(["tanh", "tanh", null]);
    expect(activations("12-9-5 x*sigmoid(1.5*x) output=tanh bias=no")).toEqual([
      "x*sigmoid((1.5*x))",
      "tanh",
    ]);
    expect(activations("12-9-5 relu norm=batch")).toEqual([undefined, null]);
    expect(activations("1x4x4-c2-b2-5 relu")).toEqual([undefined, undefined, undefined, null]);
    const { chain, values } = draw("12-9-1 tanh", 2);
    expect(chain.blocks.map(({ parameters }) => Object.keys(parameters))).toEqual([
      ["weight", "bias"],
      ["weight", "bias"],
    ]);
    expect(chain.blocks[1]?.parameters.weight).toBe(values["dense2.weight"]);
  });

  it("matches the decoder of the data to their bounds", () => {
    const first = (range?: readonly [number, number]) =>
      draw("12-9-5 tanh", 2, range).chain.blocks[0]?.decoder.dense?.activation;
    expect([first(), first([0, 1]), first([-1, 1]), first([0, 255]), first([-0.4, 2.8])]).toEqual([
      "linear",
      "tanh",
      "tanh",
      "relu",
      "linear",
    ]);
  });

  it("has every weight layer in exactly one block", () => {
    for (const [text] of families) {
      const { chain, network } = draw(text, 2);
      expect(chain.blocks.flatMap(({ layers }) => layers).toSorted()).toEqual(
        network.layers.map(({ name }) => name).toSorted(),
      );
    }
  });
});
