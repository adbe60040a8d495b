import { beforeAll, describe, expect, it } from "vitest";
import {
  accumulateGram,
  densityMatrix,
  entropyOf,
  estimateGram,
  measureGram,
  measureLayers,
  predictEquicorrelated,
  relativeEntropy,
  type SampleBatch,
  summarizeSpectrum,
} from "../../../src/flow/spectra/index.ts";
import { type Kernels, loadKernels } from "../../../src/kernels/index.ts";
import { createStream, meanWithError, type RandomStream } from "../../../src/numerics/index.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const spreadOf = (values: readonly number[]): number =>
  (meanWithError(values).stderr as number) * Math.sqrt(values.length);

/** Samples of four classes around fixed prototypes, with a class-dependent amount of noise: a source with structure. */
function mixture(n: number, d: number, stream: RandomStream): SampleBatch {
  const prototypes = new Float64Array(4 * d);
  createStream(77).fillNormal(prototypes);
  const data = new Float64Array(n * d);
  stream.fillNormal(data);
  for (let i = 0; i < n; i++) {
    const label = stream.integer(4);
    for (let j = 0; j < d; j++) {
      data[i * d + j] =
        (prototypes[label * d + j] as number) + 0.3 * (1 + label) * (data[i * d + j] as number);
    }
  }
  return { rows: n, cols: d, data };
}

function noise(n: number, d: number, stream: RandomStream): SampleBatch {
  const data = new Float64Array(n * d);
  stream.fillNormal(data);
  return { rows: n, cols: d, data };
}

function without({ rows, cols, data }: SampleBatch, leftOut: number): SampleBatch {
  const kept = Array.from({ length: rows }, (_, i) => i).filter((i) => i !== leftOut);
  const out = new Float64Array(kept.length * cols);
  kept.forEach((i, k) => {
    out.set(data.subarray(i * cols, (i + 1) * cols), k * cols);
  });
  return { rows: rows - 1, cols, data: out };
}

describe("error bars", () => {
  it.each([
    ["structure, more features than samples", () => mixture(40, 60, createStream(1))],
    ["structure, fewer features than samples", () => mixture(80, 12, createStream(2))],
  ])("equal the jackknife that leaves samples out one by one (%s)", (_, make) => {
    const batch = make();
    const n = batch.rows;
    const estimates = estimateGram(batch, { kernels });
    const left = Array.from({ length: n }, (_, i) => estimateGram(without(batch, i), { kernels }));
    for (const name of [
      "vonNeumann",
      "effectiveRank",
      "renyi2",
      "participationRatio",
      "minEntropy",
    ] as const) {
      const jackknife = Math.sqrt(((n - 1) ** 2 / n) * spreadOf(left.map((one) => one[name].value)) ** 2);
      expect((estimates[name].stderr as number) / jackknife).toBeCloseTo(1, 6);
    }
  });

  it.each([
    ["structure", 30, 40, mixture, 0.9, 1.4],
    ["structure, fewer features", 40, 10, mixture, 0.9, 1.4],
    // pairs alone matter: the jackknife bar is sqrt 2 too large (Efron and Stein 1981)
    ["noise", 30, 250, noise, 1.2, 1.65],
  ] as const)("are not below the true spread over draws: %s, n = %i, d = %i", (_, n, d, draw, low, high) => {
    const stream = createStream(5);
    const draws = Array.from({ length: 80 }, (_, i) => estimateGram(draw(n, d, stream.fork(i)), { kernels }));
    for (const name of ["entropy", "effectiveRank", "renyi2"] as const) {
      const spread = spreadOf(draws.map((one) => one[name].value));
      const bar = Math.sqrt(meanWithError(draws.map((one) => (one[name].stderr as number) ** 2)).value);
      expect(bar / spread).toBeGreaterThan(low);
      expect(bar / spread).toBeLessThan(high);
    }
  });

  it("go with the values of measureGram on both sides and for every scaling", () => {
    for (const [n, d] of [
      [20, 30],
      [30, 9],
    ] as const)
      for (const scaling of ["sample", "trace"] as const) {
        const batch = mixture(n, d, createStream(3));
        const { spectrum, entropy } = estimateGram(batch, { kernels, scaling });
        const plain = measureGram(batch, { kernels, scaling });
        expect(entropy.value).toBeCloseTo(entropyOf(plain), 13);
        expect(spectrum.decorrelation).toBeCloseTo(plain.decorrelation, 13);
        expect(spectrum.eigenvalues.length).toBe(plain.eigenvalues.length);
      }
  });

  it("vanish for a pure state, and for given eigenvalues", () => {
    const batch = { rows: 3, cols: 4, data: new Float64Array(12) };
    expect(estimateGram(batch, { kernels, constant: "pure" }).entropy.stderr).toBe(0);
    const { effectiveRank } = summarizeSpectrum(predictEquicorrelated(8, 0));
    expect(effectiveRank.value).toBeCloseTo(8, 13);
    expect(effectiveRank.stderr).toBe(0);
  });
});

describe("blocks of features", () => {
  it.each([
    ["sample", "sample"],
    ["none", "sample"],
    ["sample", "trace"],
    ["none", "trace"],
  ] as const)("give the spectrum of the whole batch: centring %s, scaling %s", (centring, scaling) => {
    const batch = mixture(12, 41, createStream(9));
    // offsets make the subtraction of means hard, and one sample has no contrast
    for (let i = 0; i < batch.data.length; i++) batch.data[i] = (batch.data[i] as number) + 50;
    batch.data.fill(centring === "sample" ? 3 : 0, 41, 82);
    const options = { kernels, centring, scaling };
    const gram = accumulateGram(12, options);
    for (const [from, to] of [
      [0, 10],
      [10, 11],
      [11, 41],
    ] as const) {
      const data = new Float64Array(12 * (to - from));
      for (let i = 0; i < 12; i++) data.set(batch.data.subarray(i * 41 + from, i * 41 + to), i * (to - from));
      gram.add({ rows: 12, cols: to - from, data });
    }
    const whole = measureGram(batch, options);
    const summed = gram.measure();
    expect(summed).toMatchObject({ features: 41, samples: 12, zeroRows: 1, centring, scaling });
    whole.eigenvalues.forEach((value, k) => {
      expect(Math.abs(value - (summed.eigenvalues[k] as number))).toBeLessThan(1e-13);
    });
  });

  it("are refused when they do not belong together or nothing is in them", () => {
    const gram = accumulateGram(3, { kernels, where: "stream" });
    expect(() => gram.add({ rows: 2, cols: 1, data: new Float64Array(2) })).toThrow(
      /stream: received a block of 2 samples, expected 3/,
    );
    gram.add({ rows: 3, cols: 2, data: new Float64Array(6).fill(0.1) });
    expect(() => gram.measure()).toThrow(/stream: all 3 samples are constant/);
    expect(() => accumulateGram(1, { kernels })).toThrow(/at least 2/);
  });
});

describe("relative entropy of layers", () => {
  it("is 0 for equal states, positive otherwise, and equals the classical one for commuting states", () => {
    const rho = densityMatrix(mixture(10, 20, createStream(1)), { kernels });
    expect(relativeEntropy(rho, rho, { kernels }).value).toBeLessThan(1e-4);
    const p = [0.5, 0.3, 0.2];
    const q = [0.1, 0.6, 0.3];
    const diagonal = (values: readonly number[]) => ({
      rows: 3,
      cols: 3,
      data: Float64Array.from({ length: 9 }, (_, k) => (k % 4 === 0 ? (values[k / 4] as number) : 0)),
    });
    const classical = p.reduce((sum, x, k) => sum + x * Math.log(x / (q[k] as number)), 0);
    const result = relativeEntropy(diagonal(p), diagonal(q), { kernels, mixing: 1e-12 });
    expect(result.value).toBeCloseTo(classical, 10);
    expect(result.sensitivity).toBeLessThan(1e-9);
  });

  it("agrees with Umegaki's formula written with full matrix logarithms for states that do not commute", () => {
    // qubit states with Bloch vectors r, s: closed form
    const bloch = (x: number, z: number) => ({
      rows: 2,
      cols: 2,
      data: Float64Array.of((1 + z) / 2, x / 2, x / 2, (1 - z) / 2),
    });
    const h = (r: number) => -((1 + r) / 2) * Math.log((1 + r) / 2) - ((1 - r) / 2) * Math.log((1 - r) / 2);
    const [r, s, cosine] = [0.6, 0.8, Math.cos(0.7)];
    const cross = 0.5 * Math.log((1 - s * s) / 4) + ((r * cosine) / 2) * Math.log((1 + s) / (1 - s));
    const rho = bloch(r * Math.sin(0.7), r * Math.cos(0.7));
    expect(relativeEntropy(rho, bloch(0, s), { kernels, mixing: 1e-13 }).value).toBeCloseTo(
      -h(r) - cross,
      10,
    );
  });

  it("says how much a value owes to the mixing when sigma lacks a direction", () => {
    const pure = { rows: 2, cols: 2, data: Float64Array.of(1, 0, 0, 0) };
    const uniform = { rows: 2, cols: 2, data: Float64Array.of(0.5, 0, 0, 0.5) };
    const result = relativeEntropy(uniform, pure, { kernels });
    expect(result.value).toBeCloseTo(-Math.LN2 - 0.5 * Math.log(0.5e-6), 5);
    expect(result.sensitivity).toBeCloseTo(0.5 * Math.log(10), 5);
    expect(() =>
      relativeEntropy(uniform, { rows: 3, cols: 3, data: new Float64Array(9) }, { kernels }),
    ).toThrow(/\[2, 2\] and \[3, 3\]/);
    expect(() => relativeEntropy(uniform, uniform, { kernels, mixing: 0 })).toThrow(/mixing 0/);
  });
});

describe("layers one after the other", () => {
  it("are measured as they come, without keeping them", async () => {
    let alive = 0;
    async function* produce() {
      for (let l = 0; l < 6; l++) {
        alive += 1;
        yield mixture(8, 10 + l, createStream(l));
        alive -= 1;
      }
    }
    const results = [];
    for await (const layer of measureLayers(produce(), { kernels })) {
      expect(alive).toBe(1);
      results.push(layer);
    }
    expect(results.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(results[0]).toMatchObject({ fromInput: null, fromPrevious: null });
    const first = densityMatrix(mixture(8, 10, createStream(0)), { kernels });
    const third = densityMatrix(mixture(8, 12, createStream(2)), { kernels });
    expect(results[2]?.fromInput?.value).toBeCloseTo(relativeEntropy(first, third, { kernels }).value, 12);
    const plain = measureGram(mixture(8, 12, createStream(2)), { kernels });
    expect(entropyOf(results[2]?.spectrum as typeof plain)).toBeCloseTo(entropyOf(plain), 13);
  });

  it("a dead layer is a pure state, and a bad one is named", async () => {
    const dead = { rows: 2, cols: 2, data: new Float64Array(4) };
    const bad = { rows: 2, cols: 2, data: Float64Array.of(1, 2, Number.NaN, 1) };
    const run = measureLayers([dead, bad], { kernels, where: "decoder" });
    const first = await run.next();
    expect(first.done === false && entropyOf(first.value.spectrum)).toBe(0);
    await expect(run.next()).rejects.toThrow(/decoder, layer 1: value NaN in sample 1/);
  });
});
