import { describe, expect, it } from "vitest";
import { IsinglassError } from "../../../src/base/index.ts";
import { formatNetwork, parseNetwork, traceShapes } from "../../../src/networks/index.ts";

function errorOf(text: unknown): IsinglassError {
  try {
    parseNetwork(text);
  } catch (error) {
    expect(error).toBeInstanceOf(IsinglassError);
    return error as IsinglassError;
  }
  throw new Error(`${text} was accepted`);
}

describe("parseNetwork", () => {
  it("reads the constant MLP of the mean-field papers", () => {
    const spec = parseNetwork("784-300x50-10 tanh sw2=1.76 sb2=0.05");
    expect(spec).toMatchObject({
      kind: "mlp",
      input: [784],
      activation: "tanh",
      output: "linear",
      layers: [
        { type: "dense", width: 300, repeat: 50 },
        { type: "dense", width: 10, repeat: 1 },
      ],
      initialization: { scheme: "gaussian", sigmaW2: 1.76, sigmaB2: 0.05 },
    });
  });

  it("spells out shrinking widths as ceil(linspace)", () => {
    const spec = parseNetwork("784~10x5 relu");
    expect(spec.input).toEqual([784]);
    // numpy.ceil(numpy.linspace(784, 10, 5)) = 784 591 397 204 10
    expect(spec.layers.map((layer) => layer.type === "dense" && layer.width)).toEqual([591, 397, 204, 10]);
  });

  it("reads the convolutional network of Xiao et al.", () => {
    const spec = parseNetwork(
      "1x28x28-c128-c128/2x2-c128x398-avg5-10 tanh padding=circular init=delta-orthogonal sw2=1.05 sb2=2e-5 bias=no",
    );
    expect(spec.kind).toBe("cnn");
    expect(traceShapes(spec)).toEqual([
      [1, 28, 28],
      [128, 28, 28],
      [128, 7, 7],
      [128, 7, 7],
      [128, 1, 1],
      [10],
    ]);
    expect(spec).toMatchObject({
      padding: "circular",
      bias: false,
      initialization: { scheme: "delta-orthogonal" },
    });
  });

  it("reads residual networks, autoencoders, generators and discriminators", () => {
    expect(parseNetwork("784-300-y300x100-10 tanh sw2=1 sv2=1 sa2=0.1").layers[1]).toEqual({
      type: "full-residual",
      width: 300,
      repeat: 100,
    });
    expect(
      traceShapes(parseNetwork("resnet:3x32x32-c16-b16x3-b32/2x3-gap-10 relu norm=batch")).at(-2),
    ).toEqual([32, 1, 1]);
    const mirrored = parseNetwork("autoencoder:784-256-32 tanh");
    expect(mirrored.layers.map((layer) => layer.type === "dense" && layer.width)).toEqual([
      256, 32, 256, 784,
    ]);
    expect(traceShapes(parseNetwork("generator:64-128x7x7-t64-t1"))).toEqual([
      [64],
      [128, 7, 7],
      [64, 14, 14],
      [1, 28, 28],
    ]);
    expect(parseNetwork("discriminator:784-256-1").activation).toBe("leaky-relu:0.2");
  });

  it("means the PyTorch default when nothing is said about parameters", () => {
    expect(parseNetwork("784-10 relu").initialization.scheme).toBe("pytorch");
    expect(parseNetwork("784-10 relu sb2=0.1").initialization.scheme).toBe("gaussian");
  });

  it("lets options override the text", () => {
    const spec = parseNetwork("784-10 tanh init=orthogonal sw2=1.2", { sigmaB2: 0.05, activation: "erf" });
    expect(spec.activation).toBe("erf");
    expect(spec.initialization).toMatchObject({ scheme: "orthogonal", sigmaW2: 1.2, sigmaB2: 0.05 });
    expect(parseNetwork("784-10 tanh", { sigmaW2: 2 }).initialization.scheme).toBe("gaussian");
  });

  it("takes expressions as activations", () => {
    expect(parseNetwork("784-10 x * sigmoid(1.5*x) sw2=2").activation).toBe("x * sigmoid(1.5*x)");
  });

  it.each([
    "784-300x50-10 tanh sw2=1.76 sb2=0.05",
    "784~10x20 x * sigmoid(1.5*x) init=he output=sigmoid",
    "1x28x28-c8k5/2x2-max2-gap-10 relu norm=layer padding=circular bias=no",
    "generator:64-128x7x7-t64k2/1-t1 relu",
    "resnet:784-300-y300x3-b300x2-10 tanh sv2=1 init=orthogonal",
  ])("writes %s and reads it back", (text) => {
    const spec = parseNetwork(text);
    expect(parseNetwork(formatNetwork(spec))).toEqual(spec);
    expect(parseNetwork(JSON.stringify(spec))).toEqual(spec);
    expect(parseNetwork(spec)).toEqual(spec);
  });

  it.each([
    ["784-300z50-10 tanh", 5, "300z50"],
    ["784-300x50-10 thanh", 15, 'Did you mean "tanh"?'],
    ["784-10 tanh wsw2=1", 13, 'Did you mean "sw2="?'],
    ["784-10 tanh sw2=-1", 17, "docs/specs.md"],
    ["784-10 tanh init=orthogonl", 18, 'Did you mean "orthogonal"?'],
    ["784-10 x*sgmoid(x)", 10, 'Did you mean "sigmoid"?'],
    ["reset:784-10", 1, 'Did you mean "resnet:"?'],
    ["784-0-10", 5, "docs/specs.md"],
    ["c32-10", 1, "docs/specs.md"],
    ["784", 1, "docs/specs.md"],
    ["784-10 sw2=1 tanh", 14, "docs/specs.md"],
  ])("points at the mistake in %s", (text, column, word) => {
    const error = errorOf(text);
    expect(error.code).toBe("spec");
    expect(error.message).toContain(`column ${column}:`);
    expect(`${error.message} ${error.hint}`).toContain(word);
  });

  it("explains layers that do not fit, files, and wrong JSON", () => {
    expect(errorOf("784-c32-10 relu")).toMatchObject({ code: "shape" });
    expect(errorOf("784-300-y200-10").message).toContain(
      "received an input of shape 300, expected a vector of width 200",
    );
    expect(errorOf("my-model.onnx").hint).toContain("isinglass check");
    expect(errorOf('{"kind": "mlp", "input": [4], "layers": []}').message).toContain("field layers");
    expect(errorOf('{"kind": ').message).toContain("network JSON");
    expect(
      errorOf({
        kind: "mlp",
        input: [4],
        layers: [{ type: "dense", width: 3 }],
        activation: "tanh",
        depth: 3,
      }).message,
    ).toContain("depth");
    expect(errorOf("").message).toContain("column 1");
  });
});
