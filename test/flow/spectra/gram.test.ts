import { beforeAll, describe, expect, it } from "vitest";
import {
  densityMatrix,
  effectiveRank,
  entropyOf,
  measureGram,
  minEntropy,
  participationRatio,
  predictEquicorrelated,
  predictNoiseEntropy,
  renyiEntropy,
  type SampleBatch,
  spectralGap,
  spectrumOfDensity,
  vonNeumannEntropy,
} from "../../../src/flow/spectra/index.ts";
import { type Kernels, loadKernels } from "../../../src/kernels/index.ts";
import { createStream, meanWithError, symmetricEigen } from "../../../src/numerics/index.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

function noise(rows: number, cols: number, seed: number): SampleBatch & { readonly data: Float64Array } {
  const data = new Float64Array(rows * cols);
  createStream(seed).fillNormal(data);
  return { rows, cols, data };
}

/** The definition, written as it stands: loops, Jacobi, no blocks. */
function plainSpectrum({ rows, cols, data }: SampleBatch): number[] {
  const x = Array.from({ length: rows }, (_, i) => {
    const row = Array.from(data.subarray(i * cols, (i + 1) * cols));
    const mean = row.reduce((a, b) => a + b, 0) / cols;
    const centred = row.map((value) => value - mean);
    const length = Math.hypot(...centred);
    return centred.map((value) => value / length);
  });
  const rho = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++)
      rho[i * rows + j] = (x[i] as number[]).reduce((s, v, k) => s + v * (x[j] as number[])[k]!, 0) / rows;
  return Array.from(symmetricEigen({ rows, cols: rows, data: rho }).values).sort((a, b) => b - a);
}

describe("the spectrum of a batch", () => {
  it.each([
    [7, 30],
    [31, 8],
    [20, 20],
    [2, 3],
  ])("equals the definition for %i samples of %i features, by either side and solver", (n, d) => {
    const batch = noise(n, d, n);
    const expected = plainSpectrum(batch).slice(0, Math.min(n, d));
    for (const solver of ["gram", "singular-values"] as const) {
      const { eigenvalues } = measureGram(batch, { kernels, solver });
      expect(eigenvalues.length).toBe(Math.min(n, d));
      eigenvalues.forEach((value, k) => {
        expect(Math.abs(value - Math.max(0, expected[k] as number))).toBeLessThan(1e-14);
      });
    }
  });

  it("does not depend on how features are cut into blocks", () => {
    // 1200 samples leave 873 columns to a block of 8 MiB
    const batch = noise(24, 90_000, 3);
    const whole = measureGram(batch, { kernels });
    const density = densityMatrix(batch, { kernels });
    const again = spectrumOfDensity(density, { kernels, features: 90_000 });
    const reference = measureGram(batch, { kernels, solver: "singular-values" });
    whole.eigenvalues.forEach((value, k) => {
      expect(Math.abs(value - (reference.eigenvalues[k] as number))).toBeLessThan(1e-14);
      expect(Math.abs(value - (again.eigenvalues[k] as number))).toBeLessThan(1e-14);
    });
    expect(again.meanCosine).toBeCloseTo(whole.meanCosine, 14);
  });

  it("singular values see eigenvalues that squaring hides", () => {
    const data = Float64Array.of(1, 0, 0, 1, 1e-12, 0);
    const options = { kernels, centring: "none" } as const;
    const fine = measureGram({ rows: 2, cols: 3, data }, { ...options, solver: "singular-values" });
    expect((fine.eigenvalues[1] as number) / 2.5e-25).toBeCloseTo(1, 3);
    expect(measureGram({ rows: 2, cols: 3, data }, options).eigenvalues[1]).toBeLessThan(1e-15);
  });

  it("float32 samples give the same spectrum as the same numbers in float64", () => {
    const data = Float32Array.from(noise(12, 50, 8).data);
    const single = measureGram({ rows: 12, cols: 50, data }, { kernels });
    const double = measureGram({ rows: 12, cols: 50, data: Float64Array.from(data) }, { kernels });
    expect(single.eigenvalues).toEqual(double.eigenvalues);
  });
});

describe("exact spectra", () => {
  it("equal samples are a pure state: entropy 0", () => {
    const row = noise(1, 40, 5).data;
    const data = new Float64Array(10 * 40);
    for (let i = 0; i < 10; i++) data.set(row, i * 40);
    const spectrum = measureGram({ rows: 10, cols: 40, data }, { kernels });
    expect(entropyOf(spectrum)).toBeLessThan(1e-13);
    expect(effectiveRank(spectrum)).toBeCloseTo(1, 12);
    expect(minEntropy(spectrum)).toBeLessThan(1e-14);
    expect(spectralGap(spectrum)).toBeCloseTo(1, 13);
    expect(spectrum.meanCosine).toBeCloseTo(1, 14);
  });

  it("orthonormal samples: entropy 1, with n = d - 1 directions left by centring", () => {
    // rows of the Helmert matrix are orthonormal and orthogonal to all ones
    const n = 15;
    const data = new Float64Array(n * (n + 1));
    for (let i = 1; i <= n; i++) {
      for (let j = 0; j < i; j++) data[(i - 1) * (n + 1) + j] = 1 / Math.sqrt(i * (i + 1));
      data[(i - 1) * (n + 1) + i] = -i / Math.sqrt(i * (i + 1));
    }
    const spectrum = measureGram({ rows: n, cols: n + 1, data }, { kernels });
    expect(entropyOf(spectrum)).toBeCloseTo(1, 14);
    expect(participationRatio(spectrum)).toBeCloseTo(n, 12);
    expect(renyiEntropy(spectrum, 0)).toBeCloseTo(Math.log(n), 12);
  });

  // signal-and-flow notes C2: digits as printed
  it.each([
    [64, 0.1, 0.9679243],
    [64, 0.5, 0.65696106],
    [64, 0.744082, 0.386683],
    [64, 0.9, 0.1754019],
    [64, 0.99, 0.02309906],
    [64, 0.999, 0.00285596],
    [100, 0.165065, 0.92494283],
    [100, 0.446804, 0.69599566],
    [100, 0.744082, 0.37571018],
  ])("n = %i samples of cosine %f have entropy %f, in the formula and in a batch", (n, c, entropy) => {
    expect(Math.abs(entropyOf(predictEquicorrelated(n, c)) - entropy)).toBeLessThan(6e-9);
    // x_i = sqrt(c) e_0 + sqrt(1-c) e_i
    const data = new Float64Array(n * (n + 1));
    for (let i = 0; i < n; i++) {
      data[i * (n + 1)] = Math.sqrt(c);
      data[i * (n + 1) + i + 1] = Math.sqrt(1 - c);
    }
    const spectrum = measureGram({ rows: n, cols: n + 1, data }, { kernels, centring: "none" });
    expect(Math.abs(entropyOf(spectrum) - entropy)).toBeLessThan(6e-9);
    expect(spectrum.meanCosine).toBeCloseTo(c, 13);
  });

  it("participation ratios of the same table", () => {
    expect(participationRatio(predictEquicorrelated(64, 0.1))).toBeCloseTo(39.263804, 6);
    expect(participationRatio(predictEquicorrelated(64, 0.5))).toBeCloseTo(3.820896, 6);
  });

  it("a negative cosine, down to the simplex", () => {
    const simplex = predictEquicorrelated(5, -0.25);
    expect(entropyOf(simplex)).toBeCloseTo(Math.log(4) / Math.log(5), 14);
    expect(() => predictEquicorrelated(5, -0.3)).toThrow(
      /cosine -0.3, expected a number between -1\/4 and 1/,
    );
    expect(() => predictEquicorrelated(1, 0)).toThrow(/1 samples/);
  });
});

describe("independent noise", () => {
  it.each([
    [64, 784, 0.9903, 0.0003],
    [100, 784, 0.98626, 0.00027],
    [64, 64, 0.879, 0.002],
  ])(
    "n = %i, d = %i: simulation, formula and the value %f(%f) of an independent program",
    (n, d, value, spread) => {
      const entropies = Array.from({ length: 8 }, (_, seed) =>
        entropyOf(measureGram(noise(n, d, 100 + seed), { kernels })),
      );
      const mean = meanWithError(entropies);
      expect(Math.abs(mean.value - value)).toBeLessThan(2 * spread);
      expect(Math.abs(mean.value - predictNoiseEntropy(n, d))).toBeLessThan(spread);
    },
  );

  it("more samples than features: the rank is the number of features less one", () => {
    const spectrum = measureGram(noise(200, 11, 4), { kernels });
    expect(effectiveRank(spectrum)).toBeLessThan(10);
    expect(renyiEntropy(spectrum, 0)).toBeCloseTo(Math.log(10), 12);
    expect(Math.abs(entropyOf(spectrum) - predictNoiseEntropy(200, 11))).toBeLessThan(0.003);
  });
});

describe("Renyi entropies", () => {
  it("fall with the order and meet the named ones", () => {
    const spectrum = measureGram(noise(20, 25, 1), { kernels });
    const orders = [0, 0.5, 1, 2, 5, 50, Number.POSITIVE_INFINITY];
    const values = orders.map((alpha) => renyiEntropy(spectrum, alpha));
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeLessThan(values[k - 1] as number);
    expect(renyiEntropy(spectrum, 1)).toBe(vonNeumannEntropy(spectrum));
    expect(Math.exp(renyiEntropy(spectrum, 2))).toBeCloseTo(participationRatio(spectrum), 11);
    expect(renyiEntropy(spectrum, Number.POSITIVE_INFINITY)).toBe(minEntropy(spectrum));
    expect(renyiEntropy(spectrum, 1 + 1e-5)).toBeCloseTo(vonNeumannEntropy(spectrum), 4);
    expect(renyiEntropy(spectrum, 1e4)).toBeCloseTo(minEntropy(spectrum), 3);
    expect(() => renyiEntropy(spectrum, -1)).toThrow(/order -1/);
  });
});

describe("bad batches", () => {
  const measure = (rows: number, cols: number, values: readonly number[], where?: string) => () =>
    measureGram(
      { rows, cols, data: Float64Array.from(values) },
      { kernels, ...(where === undefined ? {} : { where }) },
    );
  it("are refused with what was found and where", () => {
    expect(measure(1, 3, [1, 2, 3])).toThrow(/received 1 sample, expected at least 2/);
    expect(measure(2, 2, [1, 2, Number.NaN, 4], "layer 3")).toThrow(
      /layer 3: value NaN in sample 1, feature 0/,
    );
    expect(measure(2, 2, [1, 2, 3, Number.POSITIVE_INFINITY])).toThrow(
      /value Infinity in sample 1, feature 1/,
    );
    expect(measure(2, 3, [3, 3, 3, 3, 3, 3])).toThrow(/all 2 samples are constant/);
    expect(measure(2, 3, [0.1, 0.1, 0.1, 0.7, 0.7, 0.7])).toThrow(/all 2 samples are constant/);
    expect(measure(2, 1, [1, 2])).toThrow(/all 2 samples are constant/);
    expect(measure(2, 3, [1, 2, 3, 4, 5])).toThrow(/received 5 numbers for shape \[2, 3\]/);
  });

  it("a constant batch is the pure state where that is asked for", () => {
    const batch = { rows: 3, cols: 4, data: new Float64Array(12) };
    for (const scaling of ["sample", "trace"] as const) {
      const spectrum = measureGram(batch, { kernels, constant: "pure", scaling });
      expect(entropyOf(spectrum)).toBeLessThan(1e-14);
      expect(spectrum.zeroRows).toBe(3);
    }
  });

  it("samples without contrast count as one state of their own", () => {
    const data = Float64Array.of(1, -1, 0, 0, 5, 5, 5, 5, 0, 0, 2, -2, 0.1, 0.1, 0.1, 0.1);
    const spectrum = measureGram({ rows: 4, cols: 4, data }, { kernels });
    expect(spectrum.zeroRows).toBe(2);
    expect(Array.from(spectrum.eigenvalues, (value) => Math.round(value * 1e12) / 1e12)).toEqual([
      0.5, 0.25, 0.25, 0,
    ]);
    const weighted = measureGram({ rows: 4, cols: 4, data }, { kernels, scaling: "trace" });
    expect(weighted.zeroRows).toBe(2);
    expect(weighted.eigenvalues[0]).toBeCloseTo(0.8, 13);
  });

  it("rounding of a constant sample is not taken for contrast", () => {
    const values = Float64Array.from({ length: 300 }, (_, i) =>
      i < 100 ? 0.1 : i < 200 ? 1 / 3 : Math.sin(i),
    );
    expect(measureGram({ rows: 3, cols: 100, data: values }, { kernels }).zeroRows).toBe(2);
    expect(measureGram({ rows: 3, cols: 100, data: Float32Array.from(values) }, { kernels }).zeroRows).toBe(
      2,
    );
  });

  it("very large and very small numbers neither overflow nor vanish", () => {
    const { data } = noise(6, 20, 2);
    const reference = measureGram({ rows: 6, cols: 20, data }, { kernels }).eigenvalues;
    for (const scale of [1e-200, 1e200]) {
      const { eigenvalues } = measureGram(
        { rows: 6, cols: 20, data: data.map((x) => x * scale) },
        { kernels },
      );
      eigenvalues.forEach((value, k) => {
        expect(value).toBeCloseTo(reference[k] as number, 13);
      });
    }
  });
});
