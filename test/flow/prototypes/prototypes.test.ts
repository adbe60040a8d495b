import { describe, expect, it } from "vitest";
import { ShapeError, SpecError } from "../../../src/base/index.ts";
import { sampleMixture } from "../../../src/data/index.ts";
import {
  chainOfNetwork,
  drawDenseChain,
  reconstruct,
  reconstructChannels,
  reconstructPrototypes,
  type TrainedCascade,
  trainDecoders,
} from "../../../src/flow/index.ts";
import { buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

/** A linear chain 6 -> 4 -> 3 with drawn linear decoders without bias: everything is a matrix product. */
function linearCascade(): TrainedCascade {
  const stream = createStream(5);
  const chain = drawDenseChain({
    widths: [6, 4, 3],
    sigmaW2: 1,
    activation: "linear",
    decoderActivation: "linear",
    stream,
  });
  const decoders = chain.blocks.map(({ decoder }, layer) => ({
    parameters: decoder.parameters.map(({ shape }, k) => {
      const data = new Float32Array(shape.reduce((p, n) => p * n, 1));
      if (k === 0) stream.fork(`decoder${layer}`).fillNormal(data);
      return { dtype: "float32" as const, shape, data };
    }),
    loss: new Float32Array(0),
  }));
  return { chain, decoders, batch: 2, batches: 0, rate: 0, seed: 0 };
}

/** V y for V [rows, columns]. */
function product(v: Float32Array, y: readonly number[]): number[] {
  const rows = v.length / y.length;
  return Array.from({ length: rows }, (_, i) =>
    y.reduce((sum, value, j) => sum + v[i * y.length + j]! * value, 0),
  );
}

describe("reconstructPrototypes", () => {
  it("multiplies the class vector by all decoders", async () => {
    const cascade = linearCascade();
    const [first, second] = cascade.decoders.map(({ parameters }) => parameters[0]!.data);
    for (const others of [-1, 0] as const) {
      const { inputs, shape } = await reconstructPrototypes(cascade, { others });
      expect(shape).toEqual([6]);
      for (let k = 0; k < 3; k++) {
        const y = [others, others, others].map((value, i) => (i === k ? 1 : value));
        const expected = product(first!, product(second!, y));
        expected.forEach((value, i) => {
          expect(inputs[k * 6 + i]).toBeCloseTo(value, 4);
        });
      }
    }
  });

  it("shows the classes that are asked for", async () => {
    const cascade = linearCascade();
    const all = await reconstructPrototypes(cascade, { strength: 3 });
    const some = await reconstructPrototypes(cascade, { classes: [2, 0], strength: 3 });
    expect([...some.inputs]).toEqual([...all.inputs.subarray(12, 18), ...all.inputs.subarray(0, 6)]);
  });

  it("refuses classes that the network does not have", async () => {
    await expect(reconstructPrototypes(linearCascade(), { classes: [3] })).rejects.toThrow(SpecError);
    await expect(reconstructPrototypes(linearCascade(), { classes: [3] })).rejects.toThrow(
      /class 3, .* 0 to 2/,
    );
  });

  it("refuses outputs that are no classes", async () => {
    const stream = createStream(1);
    const spec = parseNetwork("generator:4-2x3x3-t1 tanh");
    const network = buildNetwork(spec, { batch: 2 });
    const chain = chainOfNetwork(network, initialize(network, spec.initialization, stream).values);
    const cascade = await trainDecoders(chain, sampleMixture(64, [4], stream), { stream, batch: 16 });
    await expect(reconstructPrototypes(cascade)).rejects.toThrow(/shape \[1,6,6\], expected a vector/);
  });

  it("finds the mean pattern of every class of separate clusters", async () => {
    // the network reads off three groups of inputs; its perfect inputs light up one group each
    const stream = createStream(8);
    const spec = parseNetwork("9-3 tanh output=tanh bias=no");
    const network = buildNetwork(spec, { batch: 2 });
    const weight = Float32Array.from({ length: 27 }, (_, i) =>
      Math.floor((i % 9) / 3) === Math.floor(i / 9) ? 0.7 : 0,
    );
    const values = { "dense1.weight": { dtype: "float32", shape: [3, 9], data: weight } } as const;
    const chain = chainOfNetwork(network, values);
    const count = 1280;
    const inputs = new Float32Array(count * 9);
    for (let n = 0; n < count; n++) {
      for (let i = 0; i < 9; i++)
        inputs[n * 9 + i] = (Math.floor(i / 3) === n % 3 ? 1 : -1) + 0.1 * stream.normal();
    }
    const cascade = await trainDecoders(
      chain,
      { name: "groups", inputs, count, shape: [9] },
      { stream, batch: 64, epochs: 20, rate: 0.01 },
    );
    const { inputs: perfect } = await reconstructPrototypes(cascade);
    perfect.forEach((value, i) => {
      const isLit = Math.floor((i % 9) / 3) === Math.floor(i / 9);
      expect(Math.abs(value - (isLit ? 1 : -1))).toBeLessThan(0.1);
    });
  });
});

describe("reconstructChannels", () => {
  const batch = {
    name: "batch",
    inputs: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)),
    count: 2,
    shape: [6],
  };

  it("adds up to the whole reconstruction when decoders are linear", async () => {
    const cascade = linearCascade();
    for (const depth of [1, 2]) {
      const sum = new Float64Array(12);
      for await (const { reconstructed } of reconstructChannels(cascade, batch, { depth })) {
        reconstructed.forEach((value, i) => {
          sum[i] = sum[i]! + value;
        });
      }
      for await (const row of reconstruct(cascade, batch)) {
        if (row.depth !== depth) continue;
        row.reconstructed.forEach((value, i) => {
          expect(sum[i]).toBeCloseTo(value, 4);
        });
      }
    }
  });

  it("measures how strongly a channel of an image answers", async () => {
    const spec = parseNetwork("cnn:1x6x6-c3-5 relu");
    const network = buildNetwork(spec, { batch: 2 });
    const { values } = initialize(network, spec.initialization, createStream(1));
    const stream = createStream(2);
    const data = sampleMixture(256, [1, 6, 6], stream.fork("data"));
    const cascade = await trainDecoders(chainOfNetwork(network, values), data, { stream, batch: 32 });
    const few = { ...data, count: 4 };
    const strengths: number[] = [];
    for await (const { strength, reconstructed } of reconstructChannels(cascade, few, { depth: 1 })) {
      expect(reconstructed).toHaveLength(4 * 36);
      strengths.push(strength);
    }
    for await (const { depth, activations } of reconstruct(cascade, few)) {
      if (depth !== 1) continue;
      const total = activations.reduce((sum, value) => sum + value ** 2, 0) / (4 * 36);
      expect(strengths.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(total, 4);
    }
  });

  it("refuses depths, channels and batches that do not exist", async () => {
    const cascade = linearCascade();
    const first = (options: { depth: number; channels?: number[] }, data = batch) =>
      reconstructChannels(cascade, data, options).next();
    await expect(first({ depth: 3 })).rejects.toThrow(/depth 3, expected .* from 1 to 2/);
    await expect(first({ depth: 1, channels: [4] })).rejects.toThrow(/received 4, expected .* 0 to 3/);
    await expect(first({ depth: 1 }, { ...batch, shape: [5] })).rejects.toThrow(ShapeError);
  });
});
