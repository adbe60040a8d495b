import { beforeAll, describe, expect, it } from "vitest";
import {
  entropyOf,
  innerProducts,
  measureGram,
  predictEquicorrelated,
  predictForwardEntropy,
  predictForwardSpectra,
  sampleForwardSpectra,
} from "../../../src/flow/spectra/index.ts";
import { activationMoments } from "../../../src/flow/spectra/pair-moments.ts";
import { type Kernels, loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, gaussianAverage2, type Matrix, meanWithError } from "../../../src/numerics/index.ts";
import { predictDepthProfile, solveMeanField } from "../../../src/signal/index.ts";
import table from "../../fixtures/flow-forward-entropy.json" with { type: "json" };

const tanh = resolveActivation("tanh");
let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

function pair(q1: number, q2: number, c: number): Matrix {
  const covariance = c * Math.sqrt(q1 * q2);
  return { rows: 2, cols: 2, data: Float64Array.of(q1, covariance, covariance, q2) };
}

/** Positive, correlated samples of different lengths. */
function images(n: number, d: number, seed = 1) {
  const stream = createStream(seed);
  const common = new Float64Array(d);
  stream.fillUniform(common);
  const data = new Float64Array(n * d);
  stream.fillNormal(data);
  for (let k = 0; k < data.length; k++) {
    const row = Math.floor(k / d);
    data[k] = (1 + 0.02 * row) * ((common[k % d] as number) + 0.6 * (data[k] as number));
  }
  return { rows: n, cols: d, data };
}

function equicorrelated(n: number, q: number, c: number): Matrix {
  return {
    rows: n,
    cols: n,
    data: Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? q : q * c)),
  };
}

describe("second moments of activations", () => {
  it.each([
    ["tanh", 0.3, 1.7, 0.6, 1e-11],
    ["tanh", 0.1, 0.8, -0.9, 1e-11],
    ["tanh", 2, 0.5, 0.999, 1e-9],
    ["gelu", 0.7, 2.2, 0.4, 1e-11],
    ["relu", 0.5, 3, 0.7, 1e-9],
    ["hard-tanh", 0.5, 0.9, 0.7, 1e-6],
  ])(
    "%s with variances %f and %f at correlation %f equal a two-dimensional quadrature",
    (name, q1, q2, c, tolerance) => {
      const activation = resolveActivation(name);
      const { f, kinks } = activation;
      const [r1, r2] = [Math.sqrt(q1), Math.sqrt(q2)];
      const expected = gaussianAverage2((x, y) => f(r1 * x) * f(r2 * y), c, {
        kinks: kinks.flatMap((x) => [x / r1, x / r2]),
      });
      const { products } = activationMoments(activation, pair(q1, q2, c));
      expect(Math.abs((products.data[1] as number) - expected)).toBeLessThan(tolerance);
    },
  );

  it("erf has its closed form for unequal variances", () => {
    const [q1, q2, c] = [0.4, 1.3, 0.55];
    const { products, means } = activationMoments(resolveActivation("erf"), pair(q1, q2, c));
    const s = c * Math.sqrt(q1 * q2);
    const exact = (2 / Math.PI) * Math.asin((2 * s) / Math.sqrt((1 + 2 * q1) * (1 + 2 * q2)));
    expect(products.data[1]).toBeCloseTo(exact, 13);
    expect(products.data[0]).toBeCloseTo((2 / Math.PI) * Math.asin((2 * q1) / (1 + 2 * q1)), 13);
    expect(means[0]).toBeCloseTo(0, 14);
  });

  it.each(["tanh", "hard-tanh", "gelu"])(
    "%s: the interpolation over many pairs equals single pairs",
    (name) => {
      const activation = resolveActivation(name);
      const n = 16;
      const data = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) data[i * n + j] = 0.8 * (i === j ? 1 : 0.95 * Math.cos(0.09 * (i - j)));
      const { products } = activationMoments(activation, { rows: n, cols: n, data });
      for (const [i, j] of [
        [0, 1],
        [3, 9],
        [15, 0],
      ] as const) {
        const c = (data[i * n + j] as number) / 0.8;
        const single = activationMoments(activation, pair(0.8, 0.8, c)).products.data[1] as number;
        expect(Math.abs((products.data[i * n + j] as number) - single)).toBeLessThan(1e-11);
      }
    },
  );
});

describe("predicted spectra", () => {
  it("of equicorrelated inputs are those of the two-input theory at every layer", () => {
    const variances = { sigmaW2: 2, sigmaB2: 0.05 };
    const input = equicorrelated(8, 0.9, 0.3);
    const { spectra } = predictForwardSpectra(tanh, variances, input, { depth: 12, kernels });
    const profile = predictDepthProfile(tanh, variances, { depth: 13, secondMoment: 0.9, cosine: 0.3 });
    spectra.forEach((spectrum, k) => {
      // the next layer's pre-activations are sigmaW2 K + sigmaB2
      const q = profile.q[k + 1] as number;
      const c = (q * (profile.c[k + 1] as number) - 0.05) / (q - 0.05);
      expect(spectrum.meanCosine).toBeCloseTo(c, 10);
      expect(entropyOf(spectrum)).toBeCloseTo(entropyOf(predictEquicorrelated(8, c)), 9);
    });
  });

  it("reach 0 in the ordered and the equicorrelated entropy in the chaotic phase", () => {
    const batch = images(12, 30);
    const input = innerProducts(batch, { kernels });
    for (const { sigmaW2, limit } of table.rows) {
      if (limit === null || Math.abs(sigmaW2 - 1.76) < 0.2) continue;
      const prediction = predictForwardSpectra(tanh, { sigmaW2, sigmaB2: 0.05 }, input, {
        depth: 120,
        kernels,
      });
      expect(prediction.entropy[119]).toBeCloseTo(prediction.limit, 2);
      if (limit === 0) {
        expect(prediction.limit).toBe(0);
        continue;
      }
      const field = solveMeanField(tanh, { sigmaW2, sigmaB2: 0.05 });
      // tabulated with the cosine of pre-activations
      expect(Math.abs(entropyOf(predictEquicorrelated(100, field.c.value)) - limit)).toBeLessThan(6e-4);
      const c = (field.q.value * field.c.value - 0.05) / (field.q.value - 0.05);
      expect(prediction.limit).toBeCloseTo(entropyOf(predictEquicorrelated(12, c)), 10);
    }
  });

  it("lose entropy with depth in the ordered, gain it in the chaotic phase, and barely change at criticality", () => {
    const input = innerProducts(images(24, 60), { kernels });
    const entropies = (sigmaW2: number) =>
      predictForwardEntropy(tanh, { sigmaW2, sigmaB2: 0.05 }, input, { depth: 30, kernels });
    const [ordered, critical, chaotic] = [1, 1.76, 4].map(entropies) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    expect(ordered[29]).toBeLessThan(0.01);
    expect((critical[29] as number) / (critical[0] as number)).toBeGreaterThan(0.3);
    expect(chaotic[29]).toBeGreaterThan(chaotic[0] as number);
  });

  it("are refused for impossible inputs", () => {
    const predict =
      (input: Matrix, depth = 2) =>
      () =>
        predictForwardSpectra(tanh, { sigmaW2: 1, sigmaB2: 0 }, input, { depth, kernels });
    expect(predict({ rows: 2, cols: 3, data: new Float64Array(6) })).toThrow(
      /\[2, 3\], expected inner products/,
    );
    expect(predict(pair(1, 1, 0.5), 0)).toThrow(/depth 0/);
    expect(predict({ rows: 2, cols: 2, data: Float64Array.of(1, 0, 0, 0) })).toThrow(
      /mean square 0 of sample 1/,
    );
    expect(() =>
      predictForwardSpectra(tanh, { sigmaW2: -1, sigmaB2: 0 }, pair(1, 1, 0), { depth: 1, kernels }),
    ).toThrow(/weight variance -1/);
  });
});

/** A network with explicit weight matrices, layer by layer: the slow way. */
function simulate(width: number, depth: number, sigmaW2: number, sigmaB2: number, seed: number): number[] {
  const stream = createStream(seed);
  const batch = images(12, 30);
  let x: Matrix = batch;
  const entropies: number[] = [];
  for (let l = 0; l < depth; l++) {
    const weights = new Float64Array(x.cols * width);
    stream.fillNormal(weights, Math.sqrt(sigmaW2 / x.cols));
    const bias = new Float64Array(width);
    stream.fillNormal(bias, Math.sqrt(sigmaB2));
    const h = kernels.multiply(x, { rows: x.cols, cols: width, data: weights });
    x = {
      rows: h.rows,
      cols: width,
      data: h.data.map((value, k) => Math.tanh(value + (bias[k % width] as number))),
    };
    entropies.push(entropyOf(measureGram(x, { kernels, centring: "none" })));
  }
  return entropies;
}

describe("networks of finite width", () => {
  const variances = { sigmaW2: 2, sigmaB2: 0.05 };
  const draw = (width: number, depth: number, seed: number): number[] => {
    const input = innerProducts(images(12, 30), { kernels });
    return sampleForwardSpectra(tanh, variances, input, createStream(seed), { width, depth, kernels }).map(
      entropyOf,
    );
  };

  it("drawn unit by unit have the law of explicit weight matrices", () => {
    const [direct, explicit] = [
      draw,
      (width: number, depth: number, seed: number) => simulate(width, depth, 2, 0.05, seed),
    ].map((make) => Array.from({ length: 30 }, (_, seed) => make(40, 4, seed))) as [number[][], number[][]];
    for (let l = 0; l < 4; l++) {
      const [a, b] = [direct, explicit].map((runs) => meanWithError(runs.map((run) => run[l] as number)));
      const error = Math.hypot(a?.stderr as number, b?.stderr as number);
      expect(Math.abs((a?.value as number) - (b?.value as number))).toBeLessThan(3 * error);
    }
  });

  it("approach the prediction like 1/width", () => {
    const input = innerProducts(images(12, 30), { kernels });
    const theory = predictForwardEntropy(tanh, variances, input, { depth: 5, kernels })[4] as number;
    const residuals = [100, 400].map((width) => {
      const runs = Array.from({ length: 24 }, (_, seed) => draw(width, 5, 100 + seed)[4] as number);
      const { value, stderr } = meanWithError(runs);
      return { value: theory - value, stderr: stderr as number };
    });
    const [coarse, middle] = residuals as [(typeof residuals)[0], (typeof residuals)[0]];
    expect(coarse.value).toBeGreaterThan(4 * coarse.stderr);
    expect(Math.abs(middle.value - coarse.value / 4)).toBeLessThan(
      3 * Math.hypot(middle.stderr, coarse.stderr / 4),
    );
  });

  it("of width 784 have the entropies of an independent simulation where the input is forgotten", () => {
    const input = innerProducts(images(100, 200), { kernels });
    for (const sigmaW2 of [4]) {
      const row = table.rows.find((one) => one.sigmaW2 === sigmaW2) as (typeof table.rows)[0];
      const spectra = sampleForwardSpectra(tanh, { sigmaW2, sigmaB2: 0.05 }, input, createStream(5), {
        width: 784,
        depth: 24,
        kernels,
      });
      const plateau = meanWithError(spectra.slice(18).map(entropyOf)).value;
      const simulated = ((row.entropy[4] as number) + (row.entropy[5] as number)) / 2;
      expect(Math.abs(plateau - simulated)).toBeLessThan(0.04);
    }
  });

  it("centred: the mean over units is subtracted, which matters for ReLU", () => {
    const relu = resolveActivation("relu");
    const input = innerProducts(images(10, 30), { kernels });
    const setup = { sigmaW2: 2, sigmaB2: 0.1 };
    for (const centring of ["none", "sample"] as const) {
      const options = { depth: 3, kernels, centring };
      const theory = predictForwardEntropy(relu, setup, input, options)[2] as number;
      const runs = Array.from({ length: 8 }, (_, seed) =>
        entropyOf(
          sampleForwardSpectra(relu, setup, input, createStream(seed), {
            ...options,
            width: 1500,
          })[2] as never,
        ),
      );
      const { value, stderr } = meanWithError(runs);
      expect(Math.abs(value - theory)).toBeLessThan(3 * (stderr as number) + 0.004);
    }
  });
});
