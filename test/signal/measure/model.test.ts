import { describe, expect, it } from "vitest";
import {
  fromOnnx,
  GraphBuilder,
  interpret,
  numbersOf,
  tensorOf,
  vectorJacobian,
} from "../../../src/engine/index.ts";
import {
  bindParameters,
  buildNetwork,
  initialize,
  layersOf,
  parseNetwork,
} from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import {
  type Examples,
  effectivePhases,
  estimateVariances,
  measureModel,
} from "../../../src/signal/measure/index.ts";

function gaussianExamples(count: number, shape: readonly number[], seed = 11): Examples {
  const inputs = new Float32Array(count * shape.reduce((a, b) => a * b, 1));
  createStream(seed).fillNormal(inputs);
  return { inputs, count, shape };
}

function drawn(text: string, batch: number, seed = 1) {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch, statistics: "running" });
  return bindParameters(network, initialize(network, spec.initialization, createStream(seed)).values);
}

describe("measureModel", () => {
  it.each(["7-9x3-4 tanh sw2=1.5 sb2=0.1", "5-6-y6-3 relu", "1x6x6-c3-b3-gap-4 relu"])(
    "equals a direct evaluation of %s in float64",
    async (text) => {
      const graph = drawn(text, 5);
      const examples = gaussianExamples(5, parseNetwork(text).input);
      const { layers, input } = await measureModel(graph, examples, createStream(2));
      const names = layers.map(({ layer }) => layer.preActivation);
      const feeds = { input: tensorOf("float32", [5, ...examples.shape], examples.inputs) };
      const values = interpret(graph, feeds, names, { floats: "float64" });
      layers.forEach(({ q, c, oneMinusC }, l) => {
        const h = numbersOf(values[names[l]!]!);
        const size = h.length / 5;
        const dot = (i: number, j: number): number =>
          h.subarray(i * size, (i + 1) * size).reduce((sum, x, k) => sum + x * h[j * size + k]!, 0);
        let [cosines, pairs, squares] = [0, 0, 0];
        for (let i = 0; i < 5; i++) {
          squares += dot(i, i) / size / 5;
          for (let j = 0; j < i; j++) {
            cosines += dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j));
            pairs++;
          }
        }
        expect(q.value / squares).toBeCloseTo(1, 5);
        expect(c.value).toBeCloseTo(cosines / pairs, 5);
        expect(oneMinusC.value).toBeCloseTo(1 - cosines / pairs, 5);
      });
      expect(input.q.value).toBeGreaterThan(0.5);
    },
  );

  it("measures the gradient of a random linear function of the outputs", async () => {
    // with N(0, 1) cotangents E |dL/dh|^2 is the squared Frobenius norm of the Jacobian d output / d h
    const graph = drawn("4-6-3 tanh sw2=1.5", 2);
    const examples = gaussianExamples(2, [4]);
    const { layers } = await measureModel(graph, examples, createStream(2), { cotangents: 400 });
    const b = GraphBuilder.from({ ...graph, outputs: [] });
    const h = b.value(layers[0]!.layer.preActivation);
    for (let k = 0; k < 3; k++) {
      const unit = b.constant(
        tensorOf(
          "float32",
          [2, 3],
          [0, 1, 2, 0, 1, 2].map((i) => (i === k ? 1 : 0)),
        ),
      );
      b.output(vectorJacobian(b, [b.value("logits")], [h], [unit])[0]!, `row${k}`);
    }
    const rows = interpret(b.build(), { input: tensorOf("float32", [2, 4], examples.inputs) });
    const norm = [0, 1, 2].reduce(
      (sum, k) => sum + numbersOf(rows[`row${k}`]!).reduce((s, x) => s + x * x, 0),
      0,
    );
    // 400 cotangents for 2 inputs: relative error sqrt(2 / (400 * 2)) of a chi^2 with about one degree: 5 %.
    expect(Math.abs(layers[0]!.gradient.value / (norm / 2) - 1)).toBeLessThan(0.2);
  });

  it("finds the batch in attention layers that put positions first", async () => {
    const both = await Promise.all(
      [2, 3].map(async (count) => {
        const { graph } = await fromOnnx("test/fixtures/models/vit-torchscript.onnx", { batch: count });
        const { layers } = await measureModel(graph, gaussianExamples(count, [3, 16, 16]), createStream(2));
        return layers.map(({ q }) => q);
      }),
    );
    expect(both[0]).toHaveLength(10);
    for (const q of both.flat()) expect(q.value).toBeGreaterThan(0);
  });

  it.each(["resnet", "mobilenet-v3-dynamo", "densenet-torchscript", "transformer"])(
    "measures %s",
    async (name) => {
      const open = await fromOnnx(`test/fixtures/models/${name}.onnx`, { batch: 4 });
      const shape = open.graph.inputs[0]!.shape.slice(1);
      const { layers } = await measureModel(open.graph, gaussianExamples(4, shape), createStream(2));
      for (const { q, gradient, layer } of layers) {
        expect(q.value, layer.name).toBeGreaterThan(0);
        expect(Number.isFinite(gradient.value), layer.name).toBe(true);
      }
      const withChi = layers.filter(({ chi }) => chi !== null).map(({ layer }) => layer.role);
      expect(withChi).not.toContain("inner");
      expect(withChi).not.toContain("shortcut");
    },
  );

  it("refuses another batch size, and graphs of tokens", async () => {
    const graph = drawn("7-9-4 tanh", 5);
    await expect(measureModel(graph, gaussianExamples(6, [7]), createStream(1))).rejects.toThrow(
      /5 examples at once/,
    );
    const gpt = await fromOnnx("test/fixtures/models/gpt2-dynamo.onnx", { shapes: { input: [2, 8] } }).catch(
      () => null,
    );
    if (gpt !== null) {
      await expect(measureModel(gpt.graph, gaussianExamples(2, [8]), createStream(1))).rejects.toThrow(
        /float input/,
      );
    }
  });
});

describe("estimateVariances", () => {
  it("recovers the variances of a drawn network within its errors", () => {
    const graph = drawn("100-200x3-10 tanh sw2=1.5 sb2=0.2", 1);
    for (const { sigmaW2, sigmaB2, meanInErrors } of estimateVariances(graph, layersOf(graph))) {
      expect(Math.abs(sigmaW2.value - 1.5)).toBeLessThan(4 * sigmaW2.stderr!);
      expect(Math.abs(sigmaB2!.value - 0.2)).toBeLessThan(4 * sigmaB2!.stderr!);
      expect(Math.abs(meanInErrors)).toBeLessThan(4);
    }
  });

  it("covers the truth in about 68 % of cases", () => {
    let inside = 0;
    for (let seed = 0; seed < 300; seed++) {
      const graph = drawn("20-30-1 tanh sw2=2", 1, seed);
      const [first] = estimateVariances(graph, layersOf(graph));
      if (Math.abs(first!.sigmaW2.value - 2) < first!.sigmaW2.stderr!) inside++;
    }
    expect(Math.abs(inside / 300 - 0.683)).toBeLessThan(0.08);
  });

  it("counts a folded and an unfolded batch normalisation alike", async () => {
    const read = async (name: string) => {
      const { graph } = await fromOnnx(`test/fixtures/models/${name}.onnx`);
      return estimateVariances(graph, layersOf(graph));
    };
    const folded = await read("resnet-torchscript");
    const unfolded = await read("resnet-torchscript-unfolded");
    expect(unfolded[0]!.isFolded).toBe(true);
    folded.forEach((row, i) => {
      expect(unfolded[i]!.sigmaW2.value / row.sigmaW2.value).toBeCloseTo(1, 4);
      expect(unfolded[i]!.sigmaB2!.value).toBeCloseTo(row.sigmaB2!.value, 6);
    });
  });
});

describe("effectivePhases", () => {
  it.each([
    { sw2: 0.8, phase: "ordered" },
    { sw2: 4, phase: "chaotic" },
  ])(
    "finds drawn networks with sigma_w^2 = $sw2 $phase, and agrees with the measured chi",
    async ({ sw2, phase }) => {
      const graph = drawn(`100-300x5-10 tanh sw2=${sw2} sb2=0.05`, 32);
      const measurement = await measureModel(graph, gaussianExamples(32, [100]), createStream(2), {
        cotangents: 8,
      });
      const phases = effectivePhases(measurement, estimateVariances(graph, layersOf(graph)));
      expect(phases.at(-1)).toMatchObject({ phase: null, reason: "no layer follows on the main path" });
      for (const [l, row] of phases.slice(1, 4).entries()) {
        expect(row.phase).toBe(phase);
        // one network of width 300: relative fluctuations of chi of order sqrt(5 / 300) = 13 %
        expect(Math.abs(row.chi!.value / measurement.layers[l + 1]!.chi!.value - 1)).toBeLessThan(0.3);
      }
    },
  );

  it("gives a reason inside residual blocks", async () => {
    const graph = drawn("20-y20x2-5 tanh sw2=1", 8);
    const measurement = await measureModel(graph, gaussianExamples(8, [20]), createStream(2));
    const phases = effectivePhases(measurement, estimateVariances(graph, layersOf(graph)));
    expect(phases.map(({ reason }) => reason !== "")).toEqual([true, true, true, true, true]);
  });

  it("measures the same whatever the order of the inputs", async () => {
    const graph = drawn("7-9x3-4 tanh sw2=1.5", 6);
    const examples = gaussianExamples(6, [7]);
    const turned = new Float32Array(42);
    for (let i = 0; i < 6; i++)
      turned.set(examples.inputs.subarray(((i + 2) % 6) * 7, (((i + 2) % 6) + 1) * 7), i * 7);
    const [a, b] = await Promise.all(
      [examples, { ...examples, inputs: turned }].map((data) => measureModel(graph, data, createStream(2))),
    );
    a!.layers.forEach(({ q, c }, l) => {
      expect(b!.layers[l]!.q.value).toBeCloseTo(q.value, 6);
      expect(b!.layers[l]!.c.value).toBeCloseTo(c.value, 5);
      expect(b!.layers[l]!.c.stderr).toBeCloseTo(c.stderr!, 5);
    });
  });
});
