import { beforeAll, describe, expect, it } from "vitest";
import {
  type Centring,
  densityMatrix,
  estimateGram,
  relativeEntropy,
  renyiEntropy,
  type Scaling,
} from "../../../src/flow/spectra/index.ts";
import { type Kernels, loadKernels } from "../../../src/kernels/index.ts";
import table from "../../fixtures/flow-gram.json" with { type: "json" };

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const variants = [
  ["default", "sample", "sample"],
  ["uncentred", "none", "sample"],
  ["trace", "sample", "trace"],
] as const satisfies readonly (readonly [string, Centring, Scaling])[];

describe.each(table.batches)("a batch of $samples x $features beside NumPy", (batch) => {
  const { samples: rows, features: cols } = batch;
  const x = { rows, cols, data: Float64Array.from(batch.data) };

  it.each(variants)("%s: centring %s, scaling %s", (name, centring, scaling) => {
    const expected = batch[name];
    const { spectrum, ...found } = estimateGram(x, { kernels, centring, scaling });
    spectrum.eigenvalues.forEach((value, k) => {
      expect(Math.abs(value - (expected.eigenvalues[k] as number))).toBeLessThan(1e-14);
    });
    for (const key of [
      "entropy",
      "effectiveRank",
      "renyi2",
      "participationRatio",
      "minEntropy",
      "spectralGap",
    ] as const)
      expect(found[key].value).toBeCloseTo(expected[key], 12);
    expect(renyiEntropy(spectrum, 0.5)).toBeCloseTo(expected.renyiHalf, 6);
    if (scaling === "sample") expect(spectrum.meanCosine).toBeCloseTo(expected.meanCosine, 13);
  });

  it("error of the entropy, and relative entropy of a layer in both orders", () => {
    expect(estimateGram(x, { kernels }).vonNeumann.stderr).toBeCloseTo(batch.vonNeumannError, 11);
    const y = { rows, cols, data: Float64Array.from(batch.layer) };
    const [rho, sigma] = [x, y].map((one) => densityMatrix(one, { kernels }));
    const options = { kernels, mixing: table.mixing };
    expect(relativeEntropy(rho as never, sigma as never, options).value).toBeCloseTo(
      batch.relativeEntropy,
      10,
    );
    expect(relativeEntropy(sigma as never, rho as never, options).value).toBeCloseTo(
      batch.relativeEntropyReverse,
      10,
    );
  });
});
