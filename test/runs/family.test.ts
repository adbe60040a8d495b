import { describe, expect, it } from "vitest";
import { type Dataset, loadDataset } from "../../src/data/index.ts";
import { parseNetwork } from "../../src/networks/index.ts";
import { createStream, type Matrix, multiplyMatrices, zeros } from "../../src/numerics/index.ts";
import {
  coverageOf,
  fitComponents,
  frechetDistance,
  frechetScore,
  momentsOf,
  scaleToUnitRange,
  trainFamily,
  varianceOf,
  withInitialization,
} from "../../src/runs/index.ts";

const gaussian = (count: number, scales: readonly number[], shift: number, seed: number): Dataset => {
  const inputs = new Float32Array(count * scales.length);
  createStream(seed).fillNormal(inputs, 1);
  for (let i = 0; i < inputs.length; i++) {
    inputs[i] = shift + (inputs[i] as number) * (scales[i % scales.length] as number);
  }
  const shape = [scales.length];
  return { name: "gaussian", inputs, labels: null, count, shape, classes: null, provenance: [] };
};

const diagonal = (values: readonly number[]): Matrix => {
  const m = zeros(values.length, values.length);
  for (const [i, value] of values.entries()) m.data[i * values.length + i] = value;
  return m;
};

describe("frechetDistance", () => {
  const moments = (mean: readonly number[], covariance: Matrix) => ({
    mean: Float64Array.from(mean),
    covariance,
    count: 100,
  });

  it("is (m - m')^2 + sum (s - s')^2 for diagonal covariances, and 0 for equal ones", () => {
    const a = moments([1, 0], diagonal([4, 1]));
    const b = moments([0, 2], diagonal([1, 9]));
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 4 + (2 - 1) ** 2 + (1 - 3) ** 2, 10);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 10);
    expect(frechetScore(a, moments([1, 0], diagonal([0, 0])))).toBeCloseTo(0, 10);
  });

  it("does not change when both are rotated", () => {
    const turn = { rows: 2, cols: 2, data: Float64Array.of(0.6, -0.8, 0.8, 0.6) };
    const back = { rows: 2, cols: 2, data: Float64Array.of(0.6, 0.8, -0.8, 0.6) };
    const rotated = (m: Matrix) => multiplyMatrices(multiplyMatrices(turn, m), back);
    const tilted = { rows: 2, cols: 2, data: Float64Array.of(2, 0.5, 0.5, 1) };
    const before = frechetDistance(moments([0, 0], tilted), moments([0, 0], diagonal([1, 3])));
    const after = frechetDistance(
      moments([0, 0], rotated(tilted)),
      moments([0, 0], rotated(diagonal([1, 3]))),
    );
    expect(after).toBeCloseTo(before, 10);
  });

  it("scores samples of the same law near 1 and shifted ones lower, by the shift", async () => {
    const real = gaussian(4000, [3, 2, 1, 0.5], 0, 1);
    const space = await fitComponents(real, 4);
    expect(space.share).toBeCloseTo(1, 10);
    const held = momentsOf(space, real.inputs, real.count);
    const again = gaussian(4000, [3, 2, 1, 0.5], 0, 2);
    const score = frechetScore(held, momentsOf(space, again.inputs, again.count));
    expect(score).toBeGreaterThan(0.99);
    expect(score).toBeLessThanOrEqual(1);
    const shifted = gaussian(4000, [3, 2, 1, 0.5], 1, 2);
    const lost = score - frechetScore(held, momentsOf(space, shifted.inputs, shifted.count));
    // a shift of 1 in each of 4 directions, over the variance 9 + 4 + 1 + 1/4
    expect(lost).toBeCloseTo(4 / 14.25, 1);
  });
});

describe("coverageOf", () => {
  it("counts classes from a tenth of their equal share on", () => {
    const labels = Int32Array.from({ length: 1000 }, (_, i) => (i < 980 ? i % 3 : 3));
    const { covered, effective, shares } = coverageOf(labels, 10);
    expect(covered).toBe(4);
    expect(shares[3]).toBeCloseTo(0.02, 10);
    expect(effective).toBeGreaterThan(3);
    expect(effective).toBeLessThan(3.4);
  });
});

describe("withInitialization", () => {
  it("finds the critical point of an activation", () => {
    const spec = parseNetwork("8-16-3 tanh");
    const critical = withInitialization(spec, "critical").initialization;
    expect(critical.scheme).toBe("gaussian");
    // Schoenholz et al. 2017: chi_1 = 1 at sigma_b^2 = 0.05
    expect(critical.sigmaW2).toBeCloseTo(1.76095, 4);
    expect(critical.sigmaB2).toBeCloseTo(0.05, 10);
    expect(withInitialization(parseNetwork("8-16-3 relu"), "critical").initialization).toMatchObject({
      sigmaW2: 2,
      sigmaB2: 0,
    });
    expect(withInitialization(spec, "glorot").initialization.scheme).toBe("glorot");
  });
});

describe("trainFamily", () => {
  const options = { seed: 1, batch: 20, steps: 60, rate: 0.01 } as const;
  const parts = () => loadDataset("mixture:8:3:6", { train: 300, test: 100 });

  it("trains classifiers from named schemes and from variances layer by layer", async () => {
    const data = await parts();
    const spec = parseNetwork("8-16x2-3 tanh");
    for (const initialization of ["he", { sigmaW2: [1.5, 1.7, 1], sigmaB2: [0.05, 0.05, 0] }] as const) {
      const { family, final, curves, chance } = await trainFamily(spec, data, { ...options, initialization });
      expect(family).toBe("classifier");
      expect(chance).toBeCloseTo(1 / 3, 10);
      expect(final.value).toBeGreaterThan(0.9);
      expect(final.stderr).toBeCloseTo(Math.sqrt((final.value * (1 - final.value)) / 100), 10);
      expect(curves.map(({ name }) => name)).toEqual(["loss", "accuracy", "test loss", "test accuracy"]);
      expect(curves[2]?.steps).toEqual([15, 30, 45, 60]);
    }
    const short = trainFamily(spec, data, {
      ...options,
      initialization: { sigmaW2: [1, 1], sigmaB2: [0] },
    });
    await expect(short).rejects.toThrow(/2 weight and 1 bias variances/);
  });

  it("trains autoencoders on unlabelled data: a linear one reaches the variance of the components", async () => {
    const train = gaussian(1000, [3, 2, 0.5, 0.5], 0, 1);
    const test = gaussian(400, [3, 2, 0.5, 0.5], 0, 2);
    expect(varianceOf(test)).toBeCloseTo(13.5 / 4, 0);
    const { family, final } = await trainFamily(
      parseNetwork("autoencoder:4-2 linear init=lecun"),
      { train, test },
      { ...options, steps: 800 },
    );
    expect(family).toBe("autoencoder");
    // two components of variances 9 and 4 of 13.5 in all
    expect(final.value).toBeGreaterThan(0.93);
    expect(final.value).toBeLessThan(13.3 / 13.5);
  });

  it("trains GANs: the score rises from that of an untrained generator, and a resumed one is the same", async () => {
    const data = scaleToUnitRange(await loadDataset("mixture:2:3:6", { train: 600, test: 300 }));
    const specs = {
      generator: parseNetwork("generator:4-32x2-2 relu output=linear init=he"),
      discriminator: parseNetwork("discriminator:2-32x2-1 init=he"),
    };
    const gan = { ...options, batch: 50, rate: 2e-3 };
    const early = await trainFamily(specs, data, { ...gan, steps: 5 });
    const late = await trainFamily(specs, data, { ...gan, steps: 200 });
    expect(late.family).toBe("gan");
    expect(late.final.value).toBeGreaterThan(0.5);
    expect(late.final.value).toBeGreaterThan(early.final.value + 0.1);
    expect(late.adversarial?.ceiling?.value).toBeGreaterThan(0.95);
    expect(late.adversarial?.coverage?.covered).toBeGreaterThanOrEqual(2);
    expect(late.parameters.has("generator.dense1.weight")).toBe(true);
    expect(late.adversarial?.samples.length).toBe(64 * 2);
    const resumed = await trainFamily(specs, data, { ...gan, steps: 200, resume: early.checkpoint });
    expect(resumed.final).toEqual(late.final);
    expect(resumed.parameters).toEqual(late.parameters);
  });

  it("refuses a generator alone, and networks in each other's place", async () => {
    const data = await parts();
    const generator = parseNetwork("generator:4-8-8 output=linear");
    const discriminator = parseNetwork("discriminator:8-8-1");
    await expect(trainFamily(generator, data, options)).rejects.toMatchObject({
      hint: "give both: train GENERATOR --discriminator DISCRIMINATOR",
    });
    const swapped = trainFamily({ generator: discriminator, discriminator: generator }, data, options);
    await expect(swapped).rejects.toThrow(/the generator is a specification of kind discriminator/);
  });
});
