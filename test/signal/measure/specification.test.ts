import { describe, expect, it } from "vitest";
import { parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { type Examples, measureSignal } from "../../../src/signal/measure/index.ts";

function gaussianExamples(count: number, size: number, seed = 11): Examples {
  const inputs = new Float32Array(count * size);
  createStream(seed).fillNormal(inputs);
  return { inputs, count, shape: [size] };
}

describe("measureSignal", () => {
  it("is exact for an orthogonal linear network: q and gradients multiply by sigma_w^2, angles stay", async () => {
    const spec = parseNetwork("24-24x6 linear init=orthogonal sw2=1.3 bias=no");
    const result = await measureSignal(spec, gaussianExamples(16, 24), createStream(5), { seeds: 2 });
    result.layers.forEach(({ q, c, chi, weightGradient }, l) => {
      // float32 through l layers: 1e-6 each.
      expect(q.value / (1.3 ** (l + 1) * result.input.q.value)).toBeCloseTo(1, 4);
      expect(c.value).toBeCloseTo(result.input.c.value, 5);
      if (l < 5) expect(chi?.value).toBeCloseTo(1.3, 4);
      else expect(chi).toBeNull();
      expect(weightGradient?.value).toBeGreaterThan(0);
    });
  });

  it("agrees with q = sigma_w^2 q + sigma_b^2 for Gaussian linear networks within its errors", async () => {
    const spec = parseNetwork("100-200x4 linear sw2=0.8 sb2=0.3");
    const result = await measureSignal(spec, gaussianExamples(16, 100), createStream(6), { seeds: 12 });
    let expected = result.input.q.value;
    for (const { q, qSpread } of result.layers) {
      expected = 0.8 * expected + 0.3;
      expect(Math.abs(q.value - expected) / q.stderr!).toBeLessThan(4);
      // width 200: relative spread of order sqrt(2 / 200) = 10 %.
      expect(qSpread! / q.value).toBeLessThan(0.3);
    }
  });

  // Fixed points of tanh, sigma_b^2 = 0.05: signal-propagation tables [trapezoid rule, 1e-6].
  it.each([
    { sw2: 0.5, q: 0.08757987, c: 1, chi: 0.43198738 },
    { sw2: 1.5, q: 0.4180372, c: null, chi: 0.93863627 },
    { sw2: 4, q: 2.19549393, c: 0.16506496, chi: 1.34240241 },
  ])("reaches the mean-field fixed point of tanh at sigma_w^2 = $sw2", async ({ sw2, q, c, chi }) => {
    const spec = parseNetwork(`100-200x12-10 tanh sw2=${sw2} sb2=0.05`);
    const result = await measureSignal(spec, gaussianExamples(32, 100), createStream(7), { seeds: 6 });
    const layer = result.layers[10]!;
    // 5 standard errors plus the O(1/N) bias of width 200.
    expect(Math.abs(layer.q.value - q)).toBeLessThan(5 * layer.q.stderr! + q / 200);
    expect(Math.abs(layer.chi!.value - chi)).toBeLessThan(5 * layer.chi!.stderr! + chi / 200);
    if (c !== null) expect(Math.abs(layer.c.value - c)).toBeLessThan(5 * layer.c.stderr! + 3 / 200);
    expect(layer.oneMinusC.value).toBeCloseTo(1 - layer.c.value, 10);
  });

  it("follows 1 - c below the resolution of float32 cosines", async () => {
    const spec = parseNetwork("50-100x16-10 tanh sw2=0.3 sb2=0.3");
    const { layers } = await measureSignal(spec, gaussianExamples(8, 50), createStream(8), { seeds: 2 });
    // chi_1 < 0.3: 1 - c falls by more than a factor 3 per layer, down to 1e-8.
    const ratio = layers[14]!.oneMinusC.value / layers[10]!.oneMinusC.value;
    expect(layers[14]!.oneMinusC.value).toBeLessThan(1e-7);
    expect(ratio).toBeLessThan(0.3 ** 4);
    expect(ratio).toBeGreaterThan(0.1 ** 4);
  });

  it("repeats itself bit for bit for the same seed", async () => {
    const spec = parseNetwork("20-30x3-5 relu init=he");
    const once = await measureSignal(spec, gaussianExamples(8, 20), createStream(9), { seeds: 2 });
    const again = await measureSignal(spec, gaussianExamples(8, 20), createStream(9), { seeds: 2 });
    expect(again).toEqual(once);
  });

  it("puts chi on the main path of residual networks only", async () => {
    const spec = parseNetwork("20-y20x3-5 tanh sw2=1 sv2=1");
    const { layers } = await measureSignal(spec, gaussianExamples(8, 20), createStream(9), { seeds: 2 });
    expect(layers.map(({ chi }) => chi !== null)).toEqual([false, true, false, true, false, true, false]);
  });

  it("reports progress and stops when asked", async () => {
    const spec = parseNetwork("20-30x3-5 tanh");
    const steps: number[] = [];
    const options = { seeds: 3, onProgress: ({ done }: { done: number }) => steps.push(done) };
    await measureSignal(spec, gaussianExamples(8, 20), createStream(9), options);
    expect(steps).toEqual([0, 1, 2, 3]);
    const signal = AbortSignal.abort();
    await expect(
      measureSignal(spec, gaussianExamples(8, 20), createStream(9), { signal }),
    ).rejects.toMatchObject({ code: "interrupted" });
  });

  it("refuses data that do not fit or do not vary", async () => {
    const spec = parseNetwork("20-30-5 tanh");
    const stream = createStream(1);
    const withNaN = gaussianExamples(4, 20);
    withNaN.inputs[25] = Number.NaN;
    await expect(measureSignal(spec, gaussianExamples(4, 21), stream)).rejects.toThrow(/21 values/);
    await expect(measureSignal(spec, withNaN, stream)).rejects.toThrow(/NaN in example 1/);
    const constant = { inputs: new Float32Array(80).fill(2), count: 4, shape: [20] };
    await expect(measureSignal(spec, constant, stream)).rejects.toThrow(/all values are 2/);
    await expect(measureSignal(spec, gaussianExamples(1, 20), stream)).rejects.toThrow(/at least 2/);
    await expect(measureSignal(spec, gaussianExamples(4, 20), stream, { seeds: 0 })).rejects.toThrow(/seeds/);
  });
});
