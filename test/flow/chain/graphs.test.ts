/** Shapes of graphs that exporters write and specifications do not have. */
import { describe, expect, it } from "vitest";
import {
  add,
  type Graph,
  GraphBuilder,
  layerNormalization,
  matmul,
  mul,
  one,
  relu,
  reshape,
  sigmoid,
  slice,
  tanh,
  tensorOf,
  transpose,
  type Value,
} from "../../../src/engine/index.ts";
import { chainOfModel, type FlowChain } from "../../../src/flow/chain/index.ts";
import { composed, decodedShape, outputOf, smoothInput } from "./compose.ts";

const filled = (shape: number[]) =>
  tensorOf(
    "float32",
    shape,
    Array.from({ length: shape.reduce((p, n) => p * n, 1) }, (_, i) => Math.sin(i) / 2),
  );

function conv(
  b: GraphBuilder,
  x: Value,
  channels: number,
  attributes: Record<string, readonly number[] | string | number> = { pads: [1, 1, 1, 1] },
): Value {
  const group = typeof attributes.group === "number" ? attributes.group : 1;
  const weight = b.parameter(filled([channels, x.shape[1]! / group, 3, 3]), `w${b.nodes.length}`);
  return one(b, "Conv", [x, weight], attributes);
}

function graphOf(shape: readonly number[], build: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = new GraphBuilder("small");
  b.output(build(b, b.input("x", "float32", [2, ...shape])), "y");
  return b.build();
}

/** The chain, after its forward pass and the shapes of its decoders were checked. */
async function checked(graph: Graph): Promise<FlowChain> {
  const chain = chainOfModel({ graph });
  const x = smoothInput(graph.inputs[0]!.shape);
  const expected = await outputOf(graph, x);
  expect((await outputOf(composed(chain, 2), x)).data).toEqual(expected.data);
  for (const block of chain.blocks) {
    expect([block.name, ...decodedShape(block, 3)]).toEqual([block.name, ...block.inputShape]);
  }
  return chain;
}

const axesOf = (b: GraphBuilder, axis: number): Value => b.constant(tensorOf("int64", [1], [axis]));

const kinds = (chain: FlowChain): string[] => chain.blocks.map(({ kind }) => kind);

describe("chainOfModel", () => {
  it("keeps a normalisation between two transpositions with the layer before", async () => {
    const graph = graphOf([2, 6, 6], (b, x) => {
      const last = transpose(b, conv(b, x, 4), [0, 2, 3, 1]);
      const normal = layerNormalization(b, last, b.parameter(filled([4]), "scale"));
      return conv(b, transpose(b, normal, [0, 3, 1, 2]), 3);
    });
    expect(kinds(await checked(graph))).toEqual(["convolution", "convolution"]);
  });

  it("puts a scaling of the data into the first layer", async () => {
    const graph = graphOf([2, 6, 6], (b, x) => relu(b, conv(b, mul(b, add(b, x, -0.5), 4), 3)));
    const { blocks } = await checked(graph);
    expect(blocks).toHaveLength(1);
    expect(blocks[0]?.decoder.description).toContain("linear");
  });

  it("uses padding that stands apart from its convolution", async () => {
    const graph = graphOf([2, 7, 7], (b, x) => {
      const pads = b.constant(tensorOf("int64", [8], [0, 0, 1, 1, 0, 0, 2, 2]));
      const padded = one(b, "Pad", [relu(b, conv(b, x, 3)), pads]);
      return conv(b, padded, 3, { strides: [2, 2] });
    });
    const { blocks } = await checked(graph);
    expect(blocks.map(({ outputShape }) => outputShape)).toEqual([
      [3, 7, 7],
      [3, 4, 4],
    ]);
  });

  it("inverts groups, dilations, automatic padding and even kernels", async () => {
    const graph = graphOf([4, 9, 9], (b, x) => {
      const grouped = tanh(b, conv(b, x, 8, { group: 4, pads: [1, 1, 1, 1] }));
      const dilated = tanh(
        b,
        conv(b, grouped, 4, { dilations: [2, 2], strides: [2, 2], pads: [2, 2, 2, 2] }),
      );
      const same = tanh(b, conv(b, dilated, 4, { auto_pad: "SAME_UPPER", strides: [2, 2] }));
      return one(b, "LpPool", [same], { kernel_shape: [2, 2] });
    });
    expect(kinds(await checked(graph))).toEqual(["convolution", "convolution", "convolution", "pooling"]);
  });

  it("enlarges the windows of a decoder where those of the layer leave positions out", async () => {
    const graph = graphOf([2, 7, 7], (b, x) =>
      one(b, "AveragePool", [tanh(b, conv(b, x, 3))], { kernel_shape: [5, 5], strides: [5, 5] }),
    );
    const { blocks } = await checked(graph);
    expect(blocks[1]?.decoder.description).toContain("7x7, stride 5x5");
    const sparse = graphOf([2, 7, 7], (b, x) => conv(b, x, 3, { strides: [4, 4], pads: [1, 1, 1, 1] }));
    expect((await checked(sparse)).blocks[0]?.decoder.description).toContain("4x4, stride 4x4");
  });

  it("ends in layers without weights", async () => {
    const graph = graphOf([2, 4, 4], (b, x) => {
      const wide = one(
        b,
        "Resize",
        [conv(b, x, 3), null, b.constant(tensorOf("float32", [4], [1, 1, 2, 2]))],
        {
          mode: "nearest",
        },
      );
      const half = slice(b, wide, [{ axis: 1, start: 0, end: 2 }]);
      return one(b, "Softmax", [reshape(b, half, [2, 128])], { axis: 1 });
    });
    const chain = await checked(graph);
    expect(chain.blocks.map(({ name }) => name)).toEqual([
      "w0",
      "upsampling1",
      "selection1",
      "flatten1",
      "activation1",
    ]);
  });

  it("takes gates with the layer they scale", async () => {
    const graph = graphOf([2, 6, 6], (b, x) => {
      const h = relu(b, conv(b, x, 4));
      const mean = one(b, "GlobalAveragePool", [h]);
      const squeezed = one(b, "Conv", [mean, b.parameter(filled([4, 4, 1, 1]), "gate")]);
      return mul(b, h, sigmoid(b, squeezed));
    });
    const { blocks } = await checked(graph);
    expect(blocks.map(({ layers }) => layers.length)).toEqual([2]);
  });

  it("maps sequences whose tokens are mixed or merged", async () => {
    const graph = graphOf([4, 6], (b, x) => {
      const mixed = matmul(b, b.parameter(filled([3, 4]), "tokens"), x);
      return matmul(b, mixed, b.parameter(filled([6, 5]), "features"));
    });
    const { blocks } = await checked(graph);
    expect(blocks.map(({ outputShape }) => outputShape)).toEqual([
      [3, 6],
      [3, 5],
    ]);
  });

  it("bounds decoders by what the layer before can give", async () => {
    const graph = graphOf([5], (b, x) => {
      const w = (name: string) => b.parameter(filled([5, 5]), name);
      const first = relu(b, matmul(b, x, w("a")));
      const second = sigmoid(b, matmul(b, first, w("b")));
      const third = one(b, "Sin", [matmul(b, second, w("c"))]);
      const fourth = one(b, "Gelu", [matmul(b, third, w("d"))]);
      return matmul(b, fourth, w("e"));
    });
    const words = (await checked(graph)).blocks.map(
      ({ decoder }) => /then ([a-z]+)/.exec(decoder.description)?.[1],
    );
    expect(words).toEqual(["linear", "relu", "sigmoid", "tanh", "linear"]);
    const bounded = chainOfModel({ graph }, { inputRange: [-1, 1] });
    expect(bounded.blocks[0]?.decoder.description).toContain("tanh");
  });

  it("repeats means, and keeps channels apart, where a decoder would have more than 2^24 weights", () => {
    const image = (op: string) =>
      graphOf([2100, 4, 4], (b, x) => one(b, op, [x], op === "MaxPool" ? { kernel_shape: [2, 2] } : {}));
    const tokens = graphOf([64, 520], (b, x) => one(b, "ReduceMean", [x, axesOf(b, 1)], { keepdims: 0 }));
    for (const [graph, words] of [
      [image("GlobalAveragePool"), "repeated at 4x4 positions"],
      [image("MaxPool"), "2100 groups"],
      [tokens, "repeated for 64 tokens"],
    ] as const) {
      const [block] = chainOfModel({ graph }).blocks;
      expect(block?.decoder.description).toContain(words);
      expect(decodedShape(block!, 3)).toEqual(block?.inputShape);
      const weights = block!.decoder.parameters.map(({ shape }) => shape.reduce((p, n) => p * n, 1));
      expect(Math.max(...weights)).toBeLessThanOrEqual(2 ** 24);
    }
  });

  it("undoes what only moves elements, exactly", async () => {
    const graph = graphOf([2, 4, 4], (b, x) => {
      const tokens = transpose(b, reshape(b, x, [2, 2, 16]), [0, 2, 1]);
      const first = b.parameter(tensorOf("float32", [2, 1, 2], [1, 2, 1, 2]), "token");
      const shift = b.parameter(filled([1, 17, 2]), "position");
      return add(b, b.op("Concat", [first, tokens], { axis: 1 })[0]!, shift);
    });
    const { blocks } = await checked(graph);
    expect(blocks).toHaveLength(1);
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [5, 2, 4, 4]);
    const parameters = Object.fromEntries(
      Object.entries(blocks[0]!.parameters).map(([name, tensor]) => [name, b.constant(tensor)]),
    );
    b.output(blocks[0]!.decoder.build(b, blocks[0]!.forward(b, x, parameters), []), "back");
    const input = smoothInput([5, 2, 4, 4]);
    const back = await outputOf(b.build(), input);
    back.data.forEach((value, i) => {
      expect(Number(value)).toBeCloseTo(Number(input.data[i]), 6);
    });
  });

  it("reads a copy by positions, which PyTorch writes for as_strided, as what it is", async () => {
    const graph = graphOf([3, 2, 2], (b, x) => {
      const mean = one(b, "GlobalAveragePool", [conv(b, x, 3)]);
      const positions = tensorOf("int64", [2, 3, 1, 1], [0, 1, 2, 3, 4, 5]);
      const copy = one(b, "Gather", [reshape(b, mean, [6]), b.constant(positions)]);
      return matmul(b, reshape(b, copy, [2, 3]), b.parameter(filled([3, 2]), "head"));
    });
    const chain = await checked(graph);
    expect((await outputOf(composed(chain, 4), smoothInput([4, 3, 2, 2]))).shape).toEqual([4, 2]);
  });
});
