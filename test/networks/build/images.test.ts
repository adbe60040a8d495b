import { describe, expect, it } from "vitest";
import { createSession, fromOnnx, interpret, numbersOf } from "../../../src/engine/index.ts";
import {
  bindParameters,
  buildNetwork,
  exportNetwork,
  initialize,
  parseNetwork,
  traceShapes,
} from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

function build(text: string, batch: number) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch });
  const { values } = initialize(network, spec.initialization, createStream(3));
  const data = new Float32Array(network.input.shape.reduce((a, b) => a * b, 1));
  createStream(4).fillNormal(data);
  const input = { dtype: "float32" as const, shape: network.input.shape, data };
  return { spec, network, values, input, graph: bindParameters(network, values) };
}

describe("networks on images", () => {
  it.each([
    "cnn:1x8x8-c4-c6k5/2x2-max2-10 relu",
    "cnn:2x7x7-c4k2-avg3-10 tanh padding=circular",
    "resnet:3x8x8-c4-b4x2-b8/2x2-gap-10 relu norm=batch",
    "generator:6-8x3x3-t4-t1k2/1 relu",
    "generator:6-4x2x2-t2k2/3",
    "discriminator:1x9x9-c4/2-c8/2-1",
  ])("gives every value of %s the shape that the specification promises", (text) => {
    const { spec, network, input, graph } = build(text, 2);
    expect(network.logits.shape).toEqual([2, ...traceShapes(spec).at(-1)!]);
    const { logits } = interpret(graph, { input });
    expect(numbersOf(logits!).every(Number.isFinite)).toBe(true);
  });

  it("computes a circular convolution: shifting the input shifts the output", () => {
    const { input, graph, network } = build("cnn:1x5x5-c2-c3k4-1 tanh padding=circular sw2=2", 1);
    const layer = network.layers[1]!.preActivation;
    const shifted = input.data.map((_, i) => input.data[(Math.floor(i / 5) * 5 + ((i + 3) % 5)) % 25]!);
    const [a, b] = [input, { ...input, data: shifted }].map((x) =>
      numbersOf(interpret(graph, { input: x }, [layer])[layer]!),
    );
    // column j of the shifted input is column (j + 3) mod 5
    for (let i = 0; i < a!.length; i++) {
      const row = Math.floor(i / 5) * 5;
      expect(b![i]).toBeCloseTo(a![row + ((i - row + 3) % 5)]!, 5);
    }
  });

  it("keeps lengths with delta-orthogonal convolutions and circular padding", () => {
    const { input, graph, network } = build(
      "cnn:4x6x6-c4x5-1 linear padding=circular init=delta-orthogonal sw2=1 bias=no",
      1,
    );
    const layer = network.layers[4]!.preActivation;
    const out = numbersOf(interpret(graph, { input }, [layer])[layer]!);
    const norm = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, v) => sum + v * v, 0);
    expect(norm(out) / norm(input.data)).toBeCloseTo(1, 5);
  });

  it("writes a file whose batch size is open and whose numbers are the network's", async () => {
    for (const text of [
      "cnn:1x8x8-c4-b6/2-max2-10 gelu init=he",
      "generator:6-4x3x3-t2 relu",
      "7-9x2-3 x*sigmoid(1.5*x)",
    ]) {
      const { spec, values, input, graph } = build(text, 3);
      const bytes = exportNetwork(spec, values);
      const session = await createSession(bytes);
      const { logits } = await session.run({ input });
      const expected = numbersOf(interpret(graph, { input }).logits!);
      expect(logits!.shape[0]).toBe(3);
      numbersOf(logits!).forEach((y, i) => {
        expect(Math.abs(y - expected[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i]!)));
      });
      await session.release();
      const again = await fromOnnx(bytes, { batch: 3 });
      expect(numbersOf(interpret(again.graph, { input }).logits!)).toEqual(expected);
    }
  });

  it("stores statistics of batch normalisation in files", () => {
    const spec = parseNetwork("cnn:1x8x8-c4-10 relu norm=batch");
    const network = buildNetwork(spec, { batch: 1, statistics: "running" });
    const { values } = initialize(network, spec.initialization, createStream(1));
    expect(values["conv1.norm.variance"]!.data).toEqual(new Float32Array(4).fill(1));
    expect(exportNetwork(spec, values).length).toBeGreaterThan(500);
  });

  it("refuses circular padding for transposed convolutions", () => {
    expect(() => parseNetwork("generator:6-4x3x3-t2 padding=circular")).toThrow(/circular/);
  });

  it("has no more than the parameters it names", () => {
    const { network, values } = build("resnet:3x8x8-c4-b8/2-gap-10 relu norm=layer", 1);
    expect(Object.keys(values).sort()).toEqual(network.parameters.map(({ name }) => name).sort());
  });
});
