import { describe, expect, it } from "vitest";
import { numbersOf } from "../../../src/engine/index.ts";
import { buildNetwork, initialize, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

function draw(text: string, seed = 1) {
  const spec = parseNetwork(text);
  return initialize(buildNetwork(spec, { batch: 1 }), spec.initialization, createStream(seed));
}

function moments(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
}

/** Largest deviation of A^T A (columns) or A A^T (rows) from `scale` times the identity. */
function gramDeviation(
  a: Float64Array,
  rows: number,
  cols: number,
  along: "rows" | "cols",
  scale: number,
): number {
  const [n, m] = along === "rows" ? [rows, cols] : [cols, rows];
  const at = (i: number, k: number): number => (along === "rows" ? a[i * cols + k]! : a[k * cols + i]!);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let k = 0; k < m; k++) dot += at(i, k) * at(j, k);
      worst = Math.max(worst, Math.abs(dot - (i === j ? scale : 0)));
    }
  }
  return worst;
}

describe("initialize", () => {
  it.each([
    ["gaussian", "200-300-10 tanh sw2=1.7 sb2=0.05", 1.7, 0.05],
    ["pytorch", "200-300-10 tanh", 1 / 3, 1 / 600],
    ["he", "200-300-10 relu init=he", 2, 0],
    ["glorot", "200-300-10 relu init=glorot", 0.8, 0],
    ["lecun", "200-300-10 tanh init=lecun sb2=0.1", 1, 0.1],
    ["orthogonal", "200-300-10 tanh init=orthogonal sw2=1.5", 1.5, 0],
  ])("draws %s with its variances over fan-in", (_, text, sigmaW2, sigmaB2) => {
    const { values, parametrization } = draw(text);
    const first = parametrization.layers[0]!;
    expect(first.layer).toBe("dense1");
    expect(first.sigmaW2).toBeCloseTo(sigmaW2, 12);
    expect(first.sigmaB2).toBeCloseTo(sigmaB2, 12);
    const weight = moments(numbersOf(values["dense1.weight"]!));
    // 60 000 entries: relative error of a variance sqrt(2 / 60000) = 0.6 %, of a mean 0.4 % of sigma.
    expect(Math.abs((weight.variance * 200) / sigmaW2 - 1)).toBeLessThan(0.025);
    expect(Math.abs(weight.mean)).toBeLessThan(4 * Math.sqrt(sigmaW2 / 200 / 60_000));
    const bias = moments(numbersOf(values["dense1.bias"]!));
    // 300 entries: 8 %.
    if (sigmaB2 === 0) expect(bias.variance).toBe(0);
    else expect(Math.abs(bias.variance / sigmaB2 - 1)).toBeLessThan(0.35);
  });

  it("bounds the uniform schemes", () => {
    const weight = numbersOf(draw("200-300-10 tanh").values["dense1.weight"]!);
    const largest = weight.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(200) + 1e-9);
    expect(largest).toBeGreaterThan(0.999 / Math.sqrt(200));
  });

  it.each([
    ["32-32-4", 32, 32, "rows", 1.5],
    ["32-8-4", 8, 32, "rows", 1.5],
    ["8-32-4", 32, 8, "cols", (1.5 * 32) / 8],
  ] as const)("makes %s orthogonal", (widths, rows, cols, along, scale) => {
    const { values } = draw(`${widths} tanh init=orthogonal sw2=1.5`);
    const weight = numbersOf(values["dense1.weight"]!);
    // float32 storage: 1e-6.
    expect(gramDeviation(weight, rows, cols, along, scale)).toBeLessThan(5e-6);
  });

  it("is Haar distributed: the first entry of an orthogonal matrix has mean 0 and variance 1/n", () => {
    const samples = Float64Array.from(
      { length: 400 },
      (_, seed) => draw("8-8 tanh init=orthogonal", seed).values["dense1.weight"]!.data[0] as number,
    );
    const { mean, variance } = moments(samples);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 8 / 400));
    expect(Math.abs(variance * 8 - 1)).toBeLessThan(0.3);
  });

  it("puts delta-orthogonal weights on the centre tap", () => {
    const { values, parametrization } = draw("1x8x8-c16x2-10 tanh init=delta-orthogonal sw2=1.2 sb2=2e-5");
    const weight = numbersOf(values["conv2.weight"]!);
    const centre = weight.filter((_, i) => i % 9 === 4);
    expect(weight.filter((x, i) => i % 9 !== 4 && x !== 0)).toHaveLength(0);
    expect(gramDeviation(centre, 16, 16, "cols", 1.2)).toBeLessThan(2e-6);
    expect(parametrization.layers.map(({ sigmaW2 }) => sigmaW2)).toEqual([1.2 / 16, 1.2, 1.2]);
    expect(() => draw("16x8x8-c8-10 tanh init=delta-orthogonal")).toThrow(/16 channels in and 8 out/);
  });

  it("draws a layer the same whatever the depth, and differently for another seed", () => {
    const shallow = draw("20-30x2-5 tanh sw2=2 sb2=1").values;
    const deep = draw("20-30x9-5 tanh sw2=2 sb2=1").values;
    expect(deep["dense2.weight"]).toEqual(shallow["dense2.weight"]);
    expect(deep["dense2.bias"]).toEqual(shallow["dense2.bias"]);
    expect(draw("20-30x2-5 tanh sw2=2 sb2=1", 2).values["dense2.weight"]).not.toEqual(
      shallow["dense2.weight"],
    );
    expect(shallow["dense1.weight"]!.data.slice(0, 5)).not.toEqual(
      shallow["dense2.weight"]!.data.slice(0, 5),
    );
  });

  it("gives V and a of full residual blocks their own variances", () => {
    const { parametrization } = draw("40-y40x2-3 tanh sw2=1 sb2=0.1 sv2=0.5 sa2=0.2");
    expect(parametrization.layers.map(({ sigmaW2, sigmaB2 }) => [sigmaW2, sigmaB2])).toEqual([
      [1, 0.1],
      [0.5, 0.2],
      [1, 0.1],
      [0.5, 0.2],
      [1, 0.1],
    ]);
  });

  it("refuses a weight variance for schemes that fix their own", () => {
    expect(() => draw("20-30-5 relu init=he sw2=3")).toThrow(/fixes its own/);
  });
});
