import { describe, expect, it } from "vitest";
import { fromOnnx, type Graph, GraphBuilder, tensorOf } from "../../../src/engine/index.ts";
import {
  bindParameters,
  buildNetwork,
  describeModel,
  initialize,
  layersOf,
  parseNetwork,
} from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const folder = "test/fixtures/models";

async function model(name: string, options: object = {}): Promise<Graph> {
  return (await fromOnnx(`${folder}/${name}.onnx`, options)).graph;
}

describe("layersOf a specification", () => {
  it.each([
    "20-30x3-5 tanh",
    "20-30x3-5 x*sigmoid(1.5*x) bias=no output=sigmoid",
    "20-y20x2-5 relu",
    "1x8x8-c4-c8/2-max2-10 gelu",
    "1x8x8-c4-b4-b8/2-gap-10 relu",
    "generator:8-4x4x4-t3-t1 relu",
    "1x8x8-c4x2-10 tanh norm=batch",
  ])("finds in the graph of %s what the builder put there", (text) => {
    const spec = parseNetwork(text);
    const network = buildNetwork(spec, { batch: 2, statistics: "running" });
    const graph = bindParameters(network, initialize(network, spec.initialization, createStream(1)).values);
    const found = layersOf(graph);
    // the builder lists layers as it finishes them, the graph in the order of its nodes: the same here
    expect(found.map(({ weight }) => weight)).toEqual(network.layers.map(({ weight }) => weight));
    found.forEach((layer, i) => {
      const { activation, preActivation, postActivation, ...expected } = network.layers[i]!;
      expect(layer).toMatchObject(expected);
      // the output goes through an Identity that gives it its name
      const isLast = i === found.length - 1;
      expect([preActivation, isLast ? "logits" : ""]).toContain(layer.preActivation);
      expect([postActivation, isLast ? "logits" : ""]).toContain(layer.postActivation);
      if (activation === "x*sigmoid(1.5*x)") expect(layer.activation).toBe("x*sigmoid((1.5*x))");
      else expect(layer.activation).toBe(activation);
    });
  });
});

describe("layersOf files from PyTorch", () => {
  it.each(["mlp", "mlp-torchscript"])("reads %s", async (name) => {
    const { layers, nodes } = describeModel(await model(name));
    expect(layers.map(({ fanIn, fanOut, activation }) => [fanIn, fanOut, activation])).toEqual([
      [784, 48, "tanh"],
      [48, 48, "tanh"],
      [48, 48, "tanh"],
      [48, 48, "tanh"],
      [48, 10, null],
    ]);
    expect(nodes.every(({ coveredBy }) => coveredBy !== null)).toBe(true);
  });

  it.each(["resnet", "resnet-torchscript", "resnet-unfolded", "resnet-torchscript-unfolded"])(
    "finds the blocks of %s",
    async (name) => {
      const layers = layersOf(await model(name));
      expect(layers.map(({ block, role }) => `${block} ${role}`)).toEqual([
        "null plain",
        "1 inner",
        "1 outer",
        "2 inner",
        "2 outer",
        "2 shortcut",
        "3 inner",
        "3 outer",
        "null plain",
      ]);
      expect(layers.map(({ activation }) => activation)).toEqual([
        ...new Array(5).fill("relu"),
        null,
        "relu",
        "relu",
        null,
      ]);
      const normal = name.endsWith("unfolded") ? "batch" : "none";
      expect(layers.slice(0, 8).every(({ normalization }) => normalization === normal)).toBe(true);
    },
  );

  it.each(["transformer", "transformer-torchscript", "vit-dynamo", "vit-torchscript"])(
    "tells attention from feed-forward layers in %s",
    async (name) => {
      const { layers, theories, nodes } = describeModel(await model(name));
      const hidden = layers.filter(({ fanOut, block }) => block !== null && fanOut > 0);
      expect(hidden).toHaveLength(8);
      expect(layers.filter(({ activation }) => activation === "gelu")).toHaveLength(2);
      expect(theories.filter(({ reason }) => reason.startsWith("attention projection"))).toHaveLength(2);
      expect(nodes.find(({ op }) => op === "Softmax")).toMatchObject({ coveredBy: null });
      for (const { coveredBy, reason } of nodes)
        if (coveredBy === null) expect(reason).toContain("not covered");
    },
  );

  it("recovers ReLU6, hard swish, SiLU, gates and groups of mobile networks", async () => {
    const v2 = describeModel(await model("mobilenet-v2-torchscript"));
    expect(v2.layers[0]).toMatchObject({ name: "features.0.0", activation: "min(6,max(0,x))" });
    expect(v2.theories[1]?.reason).toContain("8 groups");
    const v3 = describeModel(await model("mobilenet-v3-dynamo"));
    expect(v3.layers[0]?.activation).toBe("x*max(0,min(1,x/6+1/2))");
    const efficient = describeModel(await model("efficientnet-torchscript"));
    expect(efficient.layers[0]?.activation).toBe("silu");
    expect(efficient.layers.filter(({ role }) => role === "outer")).toHaveLength(2);
  });

  it("gives every layer a name of its own", async () => {
    for (const name of ["vit-dynamo", "densenet-torchscript", "efficientnet-torchscript"]) {
      const names = layersOf(await model(name)).map((layer) => layer.name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe("decomposed activations", () => {
  function activationOf(
    write: (b: GraphBuilder, x: ReturnType<GraphBuilder["input"]>) => ReturnType<GraphBuilder["input"]>,
  ): string | null {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2, 8]);
    const w = b.parameter(tensorOf("float32", [8, 8], new Array(64).fill(0.1)), "w");
    const w2 = b.parameter(tensorOf("float32", [8, 4], new Array(32).fill(0.1)), "w2");
    const h = write(b, b.op("MatMul", [x, w])[0]!);
    b.output(b.op("MatMul", [h, w2])[0]!, "y");
    return layersOf(b.build())[0]!.activation;
  }
  const constant = (b: GraphBuilder, value: number) => b.constant(tensorOf("float32", [], [value]));

  it("knows GELU in PyTorch's five operators", () => {
    const name = activationOf((b, x) => {
      const e = b.op("Erf", [b.op("Div", [x, constant(b, Math.SQRT2)])[0]!])[0]!;
      const gate = b.op("Add", [e, constant(b, 1)])[0]!;
      return b.op("Mul", [b.op("Mul", [x, gate])[0]!, constant(b, 0.5)])[0]!;
    });
    expect(name).toBe("gelu");
  });

  it("knows leaky ReLU by its slope", () => {
    expect(activationOf((b, x) => b.op("LeakyRelu", [x], { alpha: 0.25 })[0]!)).toBe("leaky-relu:0.25");
  });

  it("keeps what has no name as an expression", () => {
    expect(activationOf((b, x) => b.op("Mul", [x, b.op("Tanh", [x])[0]!])[0]!)).toBe("x*tanh(x)");
  });
});
