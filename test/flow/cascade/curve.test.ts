/** Entropies, their errors, and the cutoff depth, on cases with a known answer. */
import { describe, expect, test } from "vitest";
import { sampleBlobs } from "../../../src/data/index.ts";
import { medianWithError } from "../../../src/flow/cascade/curve.ts";
import { measureLayer } from "../../../src/flow/cascade/layer-entropies.ts";
import {
  drawDenseChain,
  findCutoff,
  measureCurve,
  measureDifferentialEntropy,
  measureRelativeEntropies,
  type Reconstruction,
  reconstruct,
  trainDecoders,
} from "../../../src/flow/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const curveOf = (values: readonly number[], first = 0) => ({
  name: "gram",
  depths: values.map((_, i) => i + first),
  values: Float64Array.from(values),
  stderr: new Float64Array(values.length),
});

describe("relative entropy", () => {
  test("is zero for the same picture, and for one that is shifted and stretched", () => {
    const picture = Float32Array.of(0, 0.25, 1, 0.5);
    const stretched = picture.map((value) => 3 * value - 2);
    const [same] = measureRelativeEntropies(picture, picture, 1);
    const [other] = measureRelativeEntropies(picture, stretched, 1);
    expect(same).toBe(0);
    expect(other).toBeCloseTo(0, 12);
  });

  test("of two known distributions", () => {
    // P = (0, 1/2, 1/2), Q = (0, 1/4, 3/4)
    const [value] = measureRelativeEntropies(Float32Array.of(0, 1, 1), Float32Array.of(0, 1, 3), 1);
    expect(value).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 10);
  });
});

describe("differential entropy", () => {
  test("of pixels with a known deviation", () => {
    // sums are 4: pixels 1/4 and 3/4 in turn, unbiased deviation sqrt(1/8)
    const { value } = measureDifferentialEntropy(Float32Array.of(1, 3, 3, 1), 2);
    expect(value).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(Math.sqrt(1 / 8)), 12);
  });

  test("does not change when an example is multiplied by a number", () => {
    const values = Float32Array.from({ length: 60 }, (_, i) => 1 + ((i * 7) % 11));
    const scaled = values.map((value, i) => (i < 20 ? 4 * value : value));
    expect(measureDifferentialEntropy(scaled, 3).value).toBeCloseTo(
      measureDifferentialEntropy(values, 3).value,
      12,
    );
  });

  test("counts constant pixels", () => {
    const constant = measureDifferentialEntropy(Float32Array.of(1, 1, 2, 2), 2);
    expect(constant).toMatchObject({ constantPixels: 2, leftOutExamples: 0 });
    expect(constant.value).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E), 12);
  });

  test("leaves out examples whose sum is near zero or of the other sign, and is undefined where most are", () => {
    const good = [1, 3, 3, 1];
    const { value } = measureDifferentialEntropy(Float32Array.of(...good), 2);
    for (const bad of [
      [1, -0.9],
      [-3, -1],
      [0, 0],
    ]) {
      const mixed = measureDifferentialEntropy(Float32Array.of(...good, ...bad), 3);
      expect(mixed).toMatchObject({ leftOutExamples: 1, value });
    }
    expect(
      measureDifferentialEntropy(
        Float32Array.of(...good).map((x) => -x),
        2,
      ).value,
    ).toBe(value);
    const lost = measureDifferentialEntropy(Float32Array.of(1, -1, 2, -2, 3, 1), 3);
    expect(lost).toEqual({ value: Number.NaN, constantPixels: 0, leftOutExamples: 2 });
  });
});

describe("errors over the examples cover the spread of other batches", () => {
  test("for Gram, differential and relative entropy", async () => {
    const kernels = await loadKernels();
    const [batches, count, pixels] = [40, 50, 25];
    const { inputs: all } = sampleBlobs(batches * count, [5, 5], createStream(6));
    const measured = Array.from({ length: batches }, (_, k) => {
      const inputs = all.slice(k * count * pixels, (k + 1) * count * pixels);
      const reconstructed = inputs.map((value, i) => Math.tanh(0.5 * value + 0.2 * (inputs[i - 1] ?? 0)));
      const layer = measureLayer({ inputs, reconstructed, activations: inputs, count, depth: 1 }, kernels);
      return [layer.gram, layer.differential, medianWithError(layer.relativeEach)];
    });
    for (const which of [0, 1, 2]) {
      const values = measured.map((one) => one[which]?.value as number);
      const mean = values.reduce((sum, value) => sum + value, 0) / batches;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1));
      const error = measured.reduce((sum, one) => sum + (one[which]?.stderr as number), 0) / batches;
      // forty batches know the spread to 11 %, ten jackknife blocks their error to 24 %
      expect(error / spread).toBeGreaterThan(0.6);
      expect(error / spread).toBeLessThan(1.6);
    }
  });

  test("the rank interval holds the true median in about 68 of 100 samples", () => {
    const stream = createStream(8);
    let inside = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const values = new Float64Array(100);
      stream.fillNormal(values);
      const { value, stderr } = medianWithError(values);
      if (Math.abs(value) < stderr) inside += 1;
    }
    expect(inside / 1000).toBeGreaterThan(0.62);
    expect(inside / 1000).toBeLessThan(0.74);
  });
});

describe("cutoff depth", () => {
  test("is the last depth that differs from the deepest value", () => {
    expect(findCutoff(curveOf([0.7, 0.6, 0.3, 0.1, 0, 0, 0]))).toEqual({
      deviates: true,
      depth: 3,
      reference: 0,
    });
    expect(findCutoff(curveOf([0.7, 0.6, 0.5, 0.401, 0.4, 0.4]))).toMatchObject({ depth: 2 });
    expect(findCutoff(curveOf([0.7, 0.6, 0.5, 0.401, 0.4, 0.4]), { relative: 0.001 })).toMatchObject({
      depth: 3,
    });
  });

  test("says when nothing differs; the input does not count", () => {
    const expected = { deviates: false, depth: null, reference: 0.5 };
    expect(findCutoff(curveOf([0.9, 0.5, 0.5, 0.5]))).toEqual(expected);
  });

  test("is not read off behind an undefined value", () => {
    const lost = { deviates: false, depth: null, reference: Number.NaN };
    expect(findCutoff(curveOf([0.9, 0.6, 0.5, Number.NaN, 0.5]))).toEqual(lost);
    expect(findCutoff(curveOf([0.9, 0.6, 0.5, Number.NaN]))).toEqual(lost);
    expect(findCutoff(curveOf([0.9, Number.NaN, 0.6, 0.5, 0.5]))).toMatchObject({ deviates: true, depth: 2 });
  });

  test("by first difference", () => {
    const curve = curveOf([0.9, 0.6, 0.5, 0.3, 0.3, 0.3]);
    expect(findCutoff(curve, { mode: "difference" })).toEqual({ deviates: true, depth: 2, reference: 0 });
    expect(findCutoff(curveOf([1, 2, 2, 2]), { mode: "difference" }).deviates).toBe(false);
  });

  test("wrong input", () => {
    expect(() => findCutoff(curveOf([1, 2]))).toThrow(/has 1 depths, expected at least 2/);
    expect(() => findCutoff(curveOf([1, 2, 3]), { relative: -1 })).toThrow(/tolerances -1/);
  });
});

describe("a measured curve", () => {
  const stream = createStream(1);
  const data = sampleBlobs(300, [6, 6], stream);
  const batch = { ...data, inputs: data.inputs.slice(0, 36 * 20), count: 20 };
  const chain = drawDenseChain({ widths: [36, 24, 24, 24, 24, 5], sigmaW2: 1.7, sigmaB2: 0.05, stream });
  const training = trainDecoders(chain, data, { stream, batch: 25, batches: 40 });

  test("is the same whatever the threads and the memory, in order of depth", async () => {
    const cascade = await training;
    const collect = async (options: object): Promise<Reconstruction[]> => {
      const all = [];
      for await (const one of reconstruct(cascade, batch, options)) all.push(one);
      return all;
    };
    const expected = await collect({});
    expect(expected.map(({ depth }) => depth)).toEqual([1, 2, 3, 4, 5]);
    expect(expected.map(({ activations }) => activations.length)).toEqual([480, 480, 480, 480, 100]);
    expect(await collect({ threads: 2 })).toEqual(expected);
    // two depths at a time
    expect(await collect({ threads: 2, memory: 2 * 36 * 20 * 4 })).toEqual(expected);
  });

  test("starts at the input, leaves out the last layers and says so", async () => {
    const seen: number[] = [];
    const curve = await measureCurve(await training, batch, {
      skipLast: 2,
      onReconstruction: ({ depth }) => seen.push(depth),
    });
    expect(seen).toEqual([1, 2, 3]);
    expect(curve.gram.depths).toEqual([0, 1, 2, 3]);
    expect(curve.skipped).toBe(2);
    expect(curve.notes[0]).toBe("The last 2 layers are left out; the deepest one measured is dense3.");
    expect(curve.relative.values[0]).toBe(0);
    expect(curve.forwardGram.values[0]).toBe(curve.gram.values[0]);
    expect(curve.spectra.forward.length).toBe(4);
    for (const eigenvalues of curve.spectra.reconstructed) {
      expect(eigenvalues.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
  });

  test("wrong input", async () => {
    const cascade = await training;
    const flat = { ...batch, inputs: new Float32Array(720).fill(0.5) };
    await expect(measureCurve(cascade, { ...batch, count: 1 })).rejects.toThrow(
      /batch of 1, expected at least 2/,
    );
    await expect(measureCurve(cascade, batch, { skipLast: 5 })).rejects.toThrow(/5 of 5 layers left out/);
    await expect(measureCurve(cascade, { ...batch, shape: [7] })).rejects.toThrow(
      /expected at least one of shape \[36\]/,
    );
    await expect(measureCurve(cascade, flat)).rejects.toMatchObject({ code: "format" });
    const stop = new AbortController();
    stop.abort();
    await expect(measureCurve(cascade, batch, { signal: stop.signal })).rejects.toMatchObject({
      code: "interrupted",
    });
  });
});
