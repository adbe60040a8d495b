/**
 * Spectra known exactly: samples of one common cosine, and samples of independent noise. The first is what mean-field theory
 * says of deep layers, the second what a batch without any structure has (Page 1993; Marchenko and Pastur 1967).
 */
import { SpecError } from "../../base/index.ts";
import type { GramSpectrum } from "./types.ts";

function checkSamples(n: number, where: string): void {
  if (Number.isInteger(n) && n >= 2) return;
  throw new SpecError(`${where}: received ${n} samples, expected an integer of at least 2.`);
}

/**
 * The spectrum of n samples that all have the same cosine c with each other: (1 + (n-1) c)/n once, (1 - c)/n for n - 1 times.
 *
 * @param n - samples, >= 2.
 * @param c - common cosine, -1/(n-1) <= c <= 1.
 * @throws SpecError otherwise.
 * @example
 * ```ts
 * import { entropyOf, predictEquicorrelated } from "isinglass/flow";
 *
 * entropyOf(predictEquicorrelated(100, 0.744082)); // => 0.37571018
 * ```
 */
export function predictEquicorrelated(n: number, c: number): GramSpectrum {
  const where = "predictEquicorrelated";
  checkSamples(n, where);
  if (!(c >= -1 / (n - 1) && c <= 1)) {
    throw new SpecError(`${where}: received cosine ${c}, expected a number between -1/${n - 1} and 1.`, {
      hint: "n directions cannot be more opposed than the corners of a simplex.",
    });
  }
  const eigenvalues = new Float64Array(n).fill((1 - c) / n);
  if (c >= 0) eigenvalues[0] = (1 + (n - 1) * c) / n;
  else eigenvalues[n - 1] = Math.max(0, (1 + (n - 1) * c) / n);
  return {
    eigenvalues,
    samples: n,
    features: n,
    zeroRows: 0,
    meanCosine: c,
    decorrelation: 1 - c,
    centring: "none",
    scaling: "sample",
  };
}

/**
 * Mean entropy over log n of n independent samples of Gaussian noise in d features, centred:
 * S = [log m - m / (2 M)] / log n with m the smaller and M the larger of n and d - 1.
 *
 * @param samples - n >= 2.
 * @param features - d >= 2; use d + 1 for samples that are not centred.
 * @returns error of order 1/(m M); 0.0003 at n = 64, d = 784 including the spread of a draw.
 * Source: Page (1993), "Average entropy of a subsystem", leading orders, which real and complex states share.
 * @example
 * ```ts
 * import { predictNoiseEntropy } from "isinglass/flow";
 *
 * predictNoiseEntropy(64, 784); // => 0.990173
 * ```
 */
export function predictNoiseEntropy(samples: number, features: number): number {
  const where = "predictNoiseEntropy";
  checkSamples(samples, where);
  checkSamples(features, where);
  const small = Math.min(samples, features - 1);
  const large = Math.max(samples, features - 1);
  return (Math.log(small) - small / (2 * large)) / Math.log(samples);
}
