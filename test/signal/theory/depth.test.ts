import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type RandomStream } from "../../../src/numerics/index.ts";
import {
  predictDepthProfile,
  predictFiniteWidth,
  predictLayers,
  predictTrainability,
  solveMeanField,
} from "../../../src/signal/index.ts";
import fixedPoints from "../../fixtures/signal-fixed-points.json" with { type: "json" };
import relu from "../../fixtures/signal-relu-map.json" with { type: "json" };

const tanh = resolveActivation("tanh");

describe("depth profiles", () => {
  it("ReLU at (2, 0) iterates its correlation map and keeps gradients", () => {
    const profile = predictDepthProfile(
      resolveActivation("relu"),
      { sigmaW2: 2, sigmaB2: 0 },
      { depth: 101 },
    );
    for (const [l = 0, value = 0] of relu.iterates) expect(profile.c[l]).toBeCloseTo(value, 9);
    expect(profile.q.every((q) => Math.abs(q - 2) < 1e-12)).toBe(true);
    expect(profile.gradient[0]).toBeCloseTo(1, 12);
  });

  it("approaches the fixed points at the predicted rates", () => {
    for (const sigmaW2 of [1.5, 2]) {
      const variances = { sigmaW2, sigmaB2: 0.05 };
      const field = solveMeanField(tanh, variances);
      const { q, c, gradient } = predictDepthProfile(tanh, variances, { depth: 300, cosine: 0.3 });
      expect(q[299]).toBeCloseTo(field.q.value, 10);
      const deviation = (l: number): number => Math.abs((c[l] as number) - field.c.value);
      expect(Math.log(deviation(200) / deviation(220)) / 20).toBeCloseTo(1 / field.xiC.value, 4);
      expect(Math.log((gradient[100] as number) / (gradient[120] as number)) / 20).toBeCloseTo(
        Math.log(field.chi1.value),
        10,
      );
    }
  });

  it("keeps 1 - c accurate far into the ordered phase", () => {
    const variances = { sigmaW2: 1, sigmaB2: 0.05 };
    const { chi1 } = solveMeanField(tanh, variances);
    const { decorrelation } = predictDepthProfile(tanh, variances, { depth: 200, cosine: 0.5 });
    const rate = (decorrelation[199] as number) / (decorrelation[198] as number);
    expect(decorrelation[199]).toBeLessThan(1e-23);
    expect(Math.abs(rate / chi1.value - 1)).toBeLessThan(1e-9);
  });

  it("layers may differ; their order matters for gradients and variances as written", () => {
    const layers = [
      { activation: tanh, sigmaW2: 1.2, sigmaB2: 0 },
      { activation: resolveActivation("relu"), sigmaW2: 2, sigmaB2: 0.1, keepRate: 0.8 },
      { activation: tanh, sigmaW2: 0.7, sigmaB2: 0.2 },
    ];
    const { q, chi, gradient } = predictLayers(layers, { secondMoment: 0.5 });
    expect(q[0]).toBeCloseTo(0.6, 14);
    // The third layer sees ReLU activations, rescaled by the keep rate of the second layer.
    expect(q[2]).toBeCloseTo((0.7 / 0.8) * ((q[1] as number) / 2) + 0.2, 12);
    expect(chi[1]).toBeCloseTo(0.7 / 0.8 / 2, 12);
    expect(gradient[0]).toBeCloseTo((chi[0] as number) * (chi[1] as number), 14);
  });

  it("dropout drives identical inputs apart", () => {
    const { c } = predictDepthProfile(
      tanh,
      { sigmaW2: 1.5, sigmaB2: 0.05 },
      { depth: 120, cosine: 1, keepRate: 0.9 },
    );
    const field = solveMeanField(tanh, { sigmaW2: 1.5, sigmaB2: 0.05 }, { keepRate: 0.9 });
    expect(c[119]).toBeCloseTo(field.c.value, 6);
    expect(field.c.value).toBeLessThan(1);
  });

  it("refuses impossible input with the next step", () => {
    const variances = { sigmaW2: 1, sigmaB2: 0 };
    expect(() => predictDepthProfile(tanh, variances, { depth: 0 })).toThrow(/depth 0/);
    expect(() => predictDepthProfile(tanh, variances, { depth: 2, cosine: 1.1 })).toThrow(/cosine 1.1/);
    expect(() => predictDepthProfile(tanh, variances, { depth: 2, secondMoment: 0 })).toThrow(
      /second moment 0/,
    );
  });
});

/** Draws networks of finite width and returns, per layer, q of one input and the squared gradient, over draws. */
function simulate(
  name: string,
  sigmaW2: number,
  sigmaB2: number,
  width: number,
  depth: number,
  draws: number,
  stream: RandomStream,
) {
  const { f, derivative } = resolveActivation(name);
  const q = Array.from({ length: depth }, () => [] as number[]);
  const logGradient: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    let x = new Float64Array(width).fill(1);
    const states: { weights: Float64Array; h: Float64Array }[] = [];
    for (let l = 0; l < depth; l++) {
      const weights = new Float64Array(width * width);
      stream.fillNormal(weights, Math.sqrt(sigmaW2 / width));
      const h = Float64Array.from({ length: width }, () => Math.sqrt(sigmaB2) * stream.normal());
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++)
          h[i] = (h[i] as number) + (weights[i * width + j] as number) * (x[j] as number);
      }
      q[l]?.push(h.reduce((sum, v) => sum + v * v, 0) / width);
      states.push({ weights, h });
      x = h.map(f);
    }
    let g = Float64Array.from({ length: width }, () => stream.normal());
    const norm = (v: Float64Array): number => v.reduce((sum, a) => sum + a * a, 0);
    const start = norm(g);
    for (let l = depth - 1; l > 0; l--) {
      const { weights } = states[l] as (typeof states)[number];
      const next = new Float64Array(width);
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++)
          next[j] = (next[j] as number) + (weights[i * width + j] as number) * (g[i] as number);
      }
      const below = (states[l - 1] as (typeof states)[number]).h;
      g = next.map((value, i) => value * derivative(below[i] as number));
    }
    logGradient.push(Math.log(norm(g) / start));
  }
  return { q, logGradient };
}

const variance = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
};

describe("finite width", () => {
  it("spread of q_l and of log gradients follows simulations", () => {
    const [width, depth, draws] = [60, 8, 250];
    for (const [name, sigmaW2, sigmaB2] of [
      ["relu", 2, 0],
      ["tanh", 1.5, 0.1],
    ] as const) {
      const measured = simulate(name, sigmaW2, sigmaB2, width, depth, draws, createStream(3));
      const theory = predictFiniteWidth(resolveActivation(name), { sigmaW2, sigmaB2 }, { depth, width });
      // A variance from 250 draws has a relative error of 9 % (13 % for the skewed q of ReLU), 1/N effects add L/N.
      for (const l of [0, 3, 7]) {
        const spread = Math.sqrt(variance(measured.q[l] ?? []));
        expect(Math.abs(spread / (theory.qSpread[l] as number) - 1)).toBeLessThan(0.25);
      }
      expect(
        Math.abs(variance(measured.logGradient) / (theory.logGradientVariance[0] as number) - 1),
      ).toBeLessThan(0.35);
    }
  });

  it("ReLU: 5/N per layer (Hanin and Nica 2020)", () => {
    const theory = predictFiniteWidth(
      resolveActivation("relu"),
      { sigmaW2: 2, sigmaB2: 0 },
      { depth: 20, width: 200 },
    );
    expect(theory.logGradientVariance[0]).toBeCloseTo((19 * 5) / 200, 12);
    expect(theory.aspect).toBe(0.1);
  });
});

describe("trainability", () => {
  it("boundary is 6 xi_c and splits the grid", () => {
    const rows = fixedPoints.rows.filter((row) => row.maxDepth !== undefined);
    const map = predictTrainability(tanh, {
      sigmaW2: rows.map(({ sigmaW2 }) => sigmaW2),
      sigmaB2: 0.05,
      depth: [10, 50, 150, 300],
    });
    rows.forEach(({ maxDepth }, i) => {
      expect(Math.abs((map.boundary[i] as number) / (maxDepth ?? 0) - 1)).toBeLessThan(1e-4);
      map.depth.forEach((depth, j) => {
        expect(map.isTrainable[j * rows.length + i]).toBe(depth < (map.boundary[i] as number) ? 1 : 0);
      });
    });
  });

  it("refuses an empty grid", () => {
    expect(() => predictTrainability(tanh, { sigmaW2: [], sigmaB2: 0, depth: [1] })).toThrow(
      /0 weight variances/,
    );
  });
});
