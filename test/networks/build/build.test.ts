import { describe, expect, it } from "vitest";
import { interpret, numbersOf, tensorOf } from "../../../src/engine/index.ts";
import { bindParameters, buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

function run(text: string, batch: number, wanted: readonly string[] = []) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch, dtype: "float64" });
  const { values } = initialize(network, spec.initialization, createStream(3));
  const x = new Float64Array(network.input.shape.reduce((a, b) => a * b, 1));
  createStream(4).fillNormal(x);
  const feeds = { input: tensorOf("float64", network.input.shape, x) };
  const graph = bindParameters(network, values);
  const names = wanted.flatMap((name) => {
    const layer = network.layers.find((candidate) => candidate.name === name)!;
    return [layer.input, layer.output, layer.preActivation, layer.postActivation];
  });
  return { network, values, x, result: interpret(graph, feeds, ["logits", ...names]) };
}

describe("buildNetwork", () => {
  it("computes tanh(W x + b) layer by layer", () => {
    const { network, values, x, result } = run("3-4-2 tanh sw2=2 sb2=0.5", 2, ["dense1"]);
    const layer = network.layers[0]!;
    const [w, b] = [numbersOf(values["dense1.weight"]!), numbersOf(values["dense1.bias"]!)];
    const hidden = numbersOf(result[layer.preActivation]!);
    for (let s = 0; s < 2; s++) {
      for (let i = 0; i < 4; i++) {
        const h = b[i]! + [0, 1, 2].reduce((sum, j) => sum + w[i * 3 + j]! * x[s * 3 + j]!, 0);
        expect(hidden[s * 4 + i]).toBeCloseTo(h, 12);
        expect(numbersOf(result[layer.postActivation]!)[s * 4 + i]).toBeCloseTo(Math.tanh(h), 12);
      }
    }
    expect(result.logits!.shape).toEqual([2, 2]);
  });

  it("names layers and their parameters", () => {
    const { network } = run("3-4x2-2 tanh output=sigmoid bias=no", 1);
    expect(
      network.layers.map(({ name, fanIn, fanOut, activation, bias }) => [
        name,
        fanIn,
        fanOut,
        activation,
        bias,
      ]),
    ).toEqual([
      ["dense1", 3, 4, "tanh", null],
      ["dense2", 4, 4, "tanh", null],
      ["dense3", 4, 2, "sigmoid", null],
    ]);
    expect(network.parameters.map(({ name }) => name)).toEqual([
      "dense1.weight",
      "dense2.weight",
      "dense3.weight",
    ]);
  });

  it("adds the stream of full residual blocks unchanged", () => {
    const { network, result } = run("5-y5-2 tanh sw2=1 sv2=1", 2, ["block1.inner", "block1.outer"]);
    const [inner, outer] = network.layers;
    const stream = numbersOf(result[inner!.input]!);
    const added = numbersOf(result[outer!.output]!);
    numbersOf(result[outer!.preActivation]!).forEach((y, i) => {
      expect(y).toBeCloseTo(stream[i]! + added[i]!, 12);
    });
    expect(network.layers.map(({ role, block }) => [role, block])).toEqual([
      ["inner", 1],
      ["outer", 1],
      ["plain", null],
    ]);
  });

  it("computes y = f(f(W x + b) + x) in vector blocks, with a shortcut where the width changes", () => {
    const { network, result } = run("5-b5-2 tanh sw2=1", 2, ["block1.dense1", "dense1"]);
    const x = numbersOf(result[network.layers[0]!.input]!);
    const inner = numbersOf(result[network.layers[0]!.postActivation]!);
    numbersOf(result[network.layers[1]!.input]!).forEach((y, i) => {
      expect(y).toBeCloseTo(Math.tanh(inner[i]! + x[i]!), 12);
    });
    expect(run("5-b7-2 tanh sw2=1", 1).network.layers.map(({ role }) => role)).toEqual([
      "shortcut",
      "inner",
      "plain",
    ]);
  });

  it("standardises over the batch", () => {
    const { network, result } = run("5-6-2 tanh sw2=3 sb2=1 norm=batch", 16, ["dense1"]);
    const h = numbersOf(result[network.layers[0]!.preActivation]!);
    for (let j = 0; j < 6; j++) {
      const column = Array.from({ length: 16 }, (_, s) => h[s * 6 + j]!);
      expect(column.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
      expect(column.reduce((a, b) => a + b * b, 0) / 16).toBeCloseTo(1, 3);
    }
    expect(network.layers.map(({ normalization }) => normalization)).toEqual(["batch", "none"]);
  });

  it("standardises over the features of one example", () => {
    const { network, result } = run("5-6-2 tanh sw2=3 sb2=1 norm=layer", 3, ["dense1"]);
    const h = numbersOf(result[network.layers[0]!.preActivation]!);
    for (let s = 0; s < 3; s++) {
      const row = h.slice(s * 6, s * 6 + 6);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
      expect(row.reduce((a, b) => a + b * b, 0) / 6).toBeCloseTo(1, 3);
    }
  });

  it("refuses a batch that is not a positive integer", () => {
    const spec = parseNetwork("3-2");
    expect(() => buildNetwork(spec, { batch: 0 })).toThrow(/positive integer/);
  });
});
