import { describe, expect, it } from "vitest";
import { fromOnnx, interpret, numbersOf, tensorOf } from "../../../src/engine/index.ts";
import { bindParameters, buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { type Examples, measureJacobian, measureModelJacobian } from "../../../src/signal/measure/index.ts";

function gaussianExamples(count: number, size: number, q = 1, seed = 11): Examples {
  const inputs = new Float32Array(count * size);
  createStream(seed).fillNormal(inputs, Math.sqrt(q));
  return { inputs, count, shape: [size] };
}

describe("measureJacobian", () => {
  it.each(["dense", "lanczos"] as const)(
    "finds singular values 1 for an orthogonal linear network (%s)",
    async (method) => {
      const spec = parseNetwork("30-30x8 linear init=orthogonal sw2=1");
      const result = await measureJacobian(spec, gaussianExamples(4, 30), createStream(1), {
        seeds: 2,
        method,
      });
      for (const { singularValues } of result.spectra)
        for (const s of singularValues) expect(s).toBeCloseTo(1, 4);
      expect(result.meanSquare.value).toBeCloseTo(1, 4);
      expect(result.relativeVariance.value).toBeCloseTo(0, 4);
    },
  );

  // Pennington et al. 2017/2018 for L = 10: relative variance of squared singular values at chi = 1. Infinite width;
  // at N = 200 corrections are of order L / N = 5 %, doubled for the heavy tail of ReLU: 10 % beside 4 standard errors.
  it.each([
    { text: "linear sw2=1", q: 1, expected: 10 },
    { text: "relu output=relu sw2=2", q: 1, expected: 20 },
    { text: "relu output=relu init=orthogonal sw2=2", q: 1, expected: 10 },
    { text: "tanh output=tanh sw2=1.76095464 sb2=0.05", q: 0.295321, expected: 13.4226 },
    { text: "tanh output=tanh init=orthogonal sw2=1.76095464 sb2=0.05", q: 0.295321, expected: 3.4226 },
  ])("spreads singular values of $text as theory says", async ({ text, q, expected }) => {
    const spec = parseNetwork(`200-200x10 ${text}`);
    const { relativeVariance, meanSquare } = await measureJacobian(
      spec,
      gaussianExamples(3, 200, q),
      createStream(3),
      {
        seeds: 3,
      },
    );
    const tolerance = 4 * relativeVariance.stderr! + 0.1 * expected;
    expect(Math.abs(relativeVariance.value - expected)).toBeLessThan(tolerance);
    // chi = 1: the mean squared singular value stays 1
    expect(Math.abs(meanSquare.value - 1)).toBeLessThan(4 * meanSquare.stderr! + 0.1);
  });

  it("gives the same largest singular values by Lanczos and by whole Jacobians", async () => {
    const graph = (() => {
      const spec = parseNetwork("40-60x3-30 tanh sw2=1.5 sb2=0.1");
      const network = buildNetwork(spec, { batch: 4 });
      return bindParameters(network, initialize(network, spec.initialization, createStream(5)).values);
    })();
    const examples = gaussianExamples(4, 40);
    const dense = await measureModelJacobian(graph, examples, createStream(1), { method: "dense" });
    const few = await measureModelJacobian(graph, examples, createStream(1), { method: "lanczos", count: 3 });
    expect(dense.spectra).toHaveLength(4);
    few.spectra.forEach(({ singularValues }, k) => {
      // Lanczos stops at residual 1e-5 of the largest squared singular value; products are float32.
      singularValues.forEach((s, i) => {
        expect(Math.abs(s / dense.spectra[k]!.singularValues[i]! - 1)).toBeLessThan(1e-4);
      });
    });
  });

  it("equals finite differences of the interpreter", async () => {
    const spec = parseNetwork("4-6-3 tanh sw2=1.5 sb2=0.1");
    const network = buildNetwork(spec, { batch: 3 });
    const graph = bindParameters(network, initialize(network, spec.initialization, createStream(5)).values);
    const examples = gaussianExamples(2, 4);
    const { spectra, rows, cols } = await measureModelJacobian(graph, examples, createStream(1), {
      inputs: 1,
    });
    expect([rows, cols]).toEqual([3, 4]);
    const step = 1e-5;
    const f = (x: Float64Array): Float64Array => {
      const feed = new Float64Array(12);
      feed.set(x);
      const feeds = { input: tensorOf("float64", [3, 4], feed) };
      return numbersOf(interpret(graph, feeds, ["logits"], { floats: "float64" }).logits!).slice(0, 3);
    };
    const x = Float64Array.from(examples.inputs.subarray(0, 4));
    let frobenius = 0;
    for (let j = 0; j < 4; j++) {
      const [up, down] = [1, -1].map((sign) => f(x.map((v, i) => (i === j ? v + sign * step : v))));
      for (let k = 0; k < 3; k++) frobenius += ((up![k]! - down![k]!) / (2 * step)) ** 2;
    }
    const sum = spectra[0]!.singularValues.reduce((total, s) => total + s * s, 0);
    expect(sum / frobenius).toBeCloseTo(1, 5);
  });

  it("measures between layers of a file and of a specification", async () => {
    const spec = parseNetwork("20-30x4-5 tanh sw2=1.5");
    const { layers } = buildNetwork(spec, { batch: 1 });
    const between = { from: layers[0]!.postActivation, to: layers[3]!.postActivation };
    const hidden = await measureJacobian(spec, gaussianExamples(4, 20), createStream(1), {
      seeds: 2,
      ...between,
    });
    expect([hidden.rows, hidden.cols]).toEqual([30, 30]);
    const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 10 });
    const file = await measureModelJacobian(graph, gaussianExamples(4, 784), createStream(1));
    expect([file.rows, file.cols, file.errorsOver]).toEqual([10, 784, "inputs"]);
  });

  it("refuses batch normalisation and unknown values", async () => {
    const examples = gaussianExamples(4, 20);
    const spec = parseNetwork("20-30-5 tanh norm=batch");
    await expect(measureJacobian(spec, examples, createStream(1))).rejects.toThrow(/batch normalisation/);
    const plain = parseNetwork("20-30-5 tanh");
    await expect(measureJacobian(plain, examples, createStream(1), { to: "nothing" })).rejects.toThrow(
      /"nothing"/,
    );
  });
});
