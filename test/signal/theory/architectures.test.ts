import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, meanWithError } from "../../../src/numerics/index.ts";
import {
  averagingEigenvalue,
  predictBatchNorm,
  predictConvolutionModes,
  predictHeResidual,
  predictResidual,
  solveMeanField,
} from "../../../src/signal/index.ts";
import batchNorm from "../../fixtures/signal-batch-norm.json" with { type: "json" };
import residual from "../../fixtures/signal-residual.json" with { type: "json" };

describe("convolution", () => {
  const geometry = { size: [6, 5], kernel: [3, 3], kind: "gaussian" } as const;

  it("averaging eigenvalues are those of the explicit circular averaging matrix", () => {
    // The operator acts on f(a) by (1/9) sum_b f(a + b): apply it to cos(k a) and compare at a = 0.
    for (const wave of [
      [0, 0],
      [1, 0],
      [2, 3],
      [3, 4],
    ] as const) {
      let sum = 0;
      for (const di of [-1, 0, 1]) {
        for (const dj of [-1, 0, 1])
          sum += Math.cos(2 * Math.PI * ((wave[0] * di) / 6 + (wave[1] * dj) / 5)) / 9;
      }
      expect(averagingEigenvalue(wave, geometry)).toBeCloseTo(sum, 12);
    }
  });

  it("the uniform mode decays like a fully connected network, others faster; delta-orthogonal keeps all", () => {
    const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 1.2, sigmaB2: 2e-5 });
    const modes = predictConvolutionModes(field, geometry);
    expect(modes.length).toBe(30);
    expect(modes[0]?.wave).toEqual([0, 0]);
    expect(modes[0]?.depthScale).toBeCloseTo(field.xiC.value, 10);
    expect(modes.slice(1).every((mode) => mode.depthScale < 3)).toBe(true);
    const delta = predictConvolutionModes(field, { ...geometry, kind: "delta-orthogonal" });
    expect(delta.every((mode) => mode.depthScale === field.xiC.value)).toBe(true);
    expect(() => predictConvolutionModes(field, { ...geometry, kernel: [7, 3] })).toThrow(/7x3/);
  });
});

describe("residual networks", () => {
  const variances = { sigmaW2: 1, sigmaB2: 0, sigmaV2: 1, sigmaA2: 0 };

  it("tanh against independent values", () => {
    const profile = predictResidual(resolveActivation("tanh"), variances, { depth: 1000, cosine: 0.5 });
    for (const [l = 0, value = 0] of residual.p)
      expect(Math.abs((profile.p[l] as number) - value)).toBeLessThan(1e-6);
    for (const [l = 0, value = 0] of residual.logGradient) {
      expect(Math.abs((profile.logGradient[l] as number) - value)).toBeLessThan(1e-6);
    }
    for (const [l = 0, value = 0] of residual.correlation) {
      expect(Math.abs((profile.c[l] as number) - value)).toBeLessThan(1e-6);
    }
  });

  it("ReLU grows by 1 + sigmaV2 sigmaW2/2 per block, gradients likewise", () => {
    const profile = predictResidual(
      resolveActivation("relu"),
      { ...variances, sigmaW2: 0.8, sigmaV2: 0.5 },
      { depth: 20 },
    );
    expect(profile.p[20]).toBeCloseTo(1.2 ** 20, 9);
    expect(profile.logGradient[20]).toBeCloseTo(20 * Math.log(1.2), 12);
  });

  it("He-type blocks agree with simulated networks", () => {
    const width = 250;
    const depth = 8;
    const draws = 6;
    const activation = resolveActivation("tanh");
    const weightVariance = 1.5;
    const stream = createStream(5);
    const p = Array.from({ length: depth + 1 }, () => [] as number[]);
    const c = Array.from({ length: depth + 1 }, () => [] as number[]);
    const logGradient: number[] = [];
    for (let draw = 0; draw < draws; draw++) {
      // Inputs of exact length and cosine, so that only the weights are random.
      const unit = (v: Float64Array): Float64Array => {
        const size = Math.sqrt(v.reduce((sum, a) => sum + a * a, 0) / width);
        return v.map((a) => a / size);
      };
      let x = unit(Float64Array.from({ length: width }, () => stream.normal()));
      const other = Float64Array.from({ length: width }, () => stream.normal());
      const along = other.reduce((sum, a, i) => sum + a * (x[i] as number), 0) / width;
      const across = unit(other.map((a, i) => a - along * (x[i] as number)));
      let y = x.map((a, i) => 0.6 * a + 0.8 * (across[i] as number));
      const layers: { weights: Float64Array; h: Float64Array; s: Float64Array }[] = [];
      for (let l = 0; l <= depth; l++) {
        const overlap = (a: Float64Array, b: Float64Array): number =>
          a.reduce((sum, v, i) => sum + v * (b[i] as number), 0) / width;
        p[l]?.push(overlap(x, x));
        c[l]?.push(overlap(x, y) / Math.sqrt(overlap(x, x) * overlap(y, y)));
        if (l === depth) break;
        const weights = new Float64Array(width * width);
        stream.fillNormal(weights, Math.sqrt(weightVariance / width));
        const image = (v: Float64Array): Float64Array => {
          const out = new Float64Array(width);
          for (let i = 0; i < width; i++) {
            for (let j = 0; j < width; j++)
              out[i] = (out[i] as number) + (weights[i * width + j] as number) * (v[j] as number);
          }
          return out;
        };
        const [h, k] = [image(x), image(y)];
        const s = h.map((value, i) => Math.tanh(value) + (x[i] as number));
        const t = k.map((value, i) => Math.tanh(value) + (y[i] as number));
        layers.push({ weights, h, s });
        x = s.map(Math.tanh);
        y = t.map(Math.tanh);
      }
      let g = Float64Array.from({ length: width }, () => stream.normal());
      const start = g.reduce((sum, v) => sum + v * v, 0);
      for (const { weights, h, s } of layers.reverse()) {
        const gs = g.map((value, i) => value * activation.derivative(s[i] as number));
        const gh = gs.map((value, i) => value * activation.derivative(h[i] as number));
        const next = Float64Array.from(gs);
        for (let i = 0; i < width; i++) {
          for (let j = 0; j < width; j++)
            next[j] = (next[j] as number) + (weights[i * width + j] as number) * (gh[i] as number);
        }
        g = next;
      }
      logGradient.push(Math.log(g.reduce((sum, v) => sum + v * v, 0) / start));
    }
    const theory = predictHeResidual(
      activation,
      { sigmaW2: weightVariance, sigmaB2: 0 },
      { depth, cosine: 0.6, population: 20_000, stream: createStream(6) },
    );
    // Four standard errors of the simulation (with its own spread), 0.02 for 1/width and the population.
    const agrees = (value: number, samples: readonly number[]): void => {
      const { value: mean, stderr } = meanWithError(samples);
      expect(Math.abs(value - mean)).toBeLessThan(4 * (stderr ?? 0) + 0.02);
    };
    for (let l = 1; l <= depth; l++) {
      agrees(theory.p[l] as number, p[l] ?? []);
      agrees(theory.c[l] as number, c[l] ?? []);
    }
    agrees(theory.logGradient[0] as number, logGradient);
  });
});

describe("batch norm", () => {
  it("linear networks: (B-2)/(B-3)", () => {
    for (const batch of [4, 5, 16, 100]) {
      expect(predictBatchNorm(resolveActivation("linear"), batch).growth.value).toBeCloseTo(
        (batch - 2) / (batch - 3),
        10,
      );
    }
  });

  it("ReLU for large batches: pi/(pi - 1), reached like 1/B", () => {
    const relu = resolveActivation("relu");
    const limit = predictBatchNorm(relu, Number.POSITIVE_INFINITY).growth.value;
    expect(limit).toBeCloseTo(Math.PI / (Math.PI - 1), 12);
    const [coarse, fine] = [200, 400].map((batch) => predictBatchNorm(relu, batch).growth.value - limit);
    expect((coarse ?? 0) / (fine ?? 1)).toBeCloseTo(2, 1);
  });

  it("stationary layers of simulated networks", () => {
    for (const [name, batch, growth] of batchNorm.stationary as [string, number, number][]) {
      const theory = predictBatchNorm(resolveActivation(name), batch);
      expect(Math.abs(theory.growth.value - growth)).toBeLessThan(batchNorm.stationaryTolerance);
    }
  });

  it("whole simulated networks, whose first layer has inputs of variance 1 instead of activations", () => {
    for (const [name, batch, growth] of batchNorm.whole as [string, number, number][]) {
      const { growth: perLayer, activationVariance } = predictBatchNorm(resolveActivation(name), batch);
      const whole = perLayer.value * activationVariance.value ** (1 / batchNorm.depth);
      expect(Math.abs(whole - growth)).toBeLessThan(batchNorm.wholeTolerance);
    }
  });

  it("refuses batches whose mean squared gradient is infinite", () => {
    expect(() => predictBatchNorm(resolveActivation("relu"), 3)).toThrow(/batch 3/);
  });
});
