/**
 * Singular values of Jacobians and what is read off them. Pennington, Schoenholz and Ganguli (2017, 2018): for random
 * deep networks the mean squared singular value is chi^L and the squared singular values spread with depth unless the
 * weights are orthogonal and the activation works in its linear part.
 */
import type { Estimate } from "../../base/index.ts";
import { jackknife, meanWithError } from "../../numerics/index.ts";

/** Singular values of one Jacobian [rows, cols]. */
export interface JacobianSpectrum {
  readonly rows: number;
  readonly cols: number;
  /** Descending; all min(rows, cols) of them, or the largest few. */
  readonly singularValues: Float64Array;
  /** Whether all are there. */
  readonly isComplete: boolean;
  /** Mean of s^2 and of s^4 over min(rows, cols) singular values; estimates from one random vector for Lanczos. */
  readonly moments: readonly [number, number];
}

/** Result of a Jacobian measurement. */
export interface JacobianMeasurement {
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly cols: number;
  /** "dense": all singular values of whole Jacobians; "lanczos": the largest, with moments from random vectors. */
  readonly method: "dense" | "lanczos";
  readonly spectra: readonly JacobianSpectrum[];
  /** sum s^2 / rows: chi^L for any widths, because squared gradients multiply by chi per layer. */
  readonly meanSquare: Estimate;
  /** Variance of s^2 over its squared mean, over min(rows, cols) values. */
  readonly relativeVariance: Estimate;
  readonly largest: Estimate;
  readonly errorsOver: "seeds" | "inputs";
  readonly seed: number | null;
  readonly assumptions: readonly string[];
}

/** A complete spectrum with its moments. */
export function spectrumOf(rows: number, cols: number, singularValues: Float64Array): JacobianSpectrum {
  const mean = (power: number): number =>
    singularValues.reduce((sum, s) => sum + s ** power, 0) / singularValues.length;
  return { rows, cols, singularValues, isComplete: true, moments: [mean(2), mean(4)] };
}

/** Means over spectra with their errors. */
export function summarize(
  spectra: readonly JacobianSpectrum[],
  errorsOver: "seeds" | "inputs",
): Pick<JacobianMeasurement, "meanSquare" | "relativeVariance" | "largest"> {
  const method = `mean over ${spectra.length} ${errorsOver}`;
  const mean = (values: readonly number[]): Estimate => ({ ...meanWithError(values), method });
  return {
    meanSquare: mean(spectra.map(({ moments, rows, cols }) => (moments[0] * Math.min(rows, cols)) / rows)),
    relativeVariance: spectra.every(({ isComplete }) => isComplete)
      ? mean(spectra.map(({ moments }) => moments[1] / moments[0] ** 2 - 1))
      : ratioOfMoments(spectra, errorsOver),
    largest: mean(spectra.map(({ singularValues }) => singularValues[0] as number)),
  };
}

/** <s^4> / <s^2>^2 - 1 from random vectors: the ratio of means, because single vectors scatter. */
function ratioOfMoments(spectra: readonly JacobianSpectrum[], errorsOver: string): Estimate {
  const ratio = (samples: readonly JacobianSpectrum[]): number => {
    const mean = (k: 0 | 1): number =>
      samples.reduce((sum, { moments }) => sum + moments[k], 0) / samples.length;
    return mean(1) / mean(0) ** 2 - 1;
  };
  const method = `ratio of moments from random vectors over ${spectra.length} ${errorsOver}, jackknife`;
  if (spectra.length < 2) return { value: ratio(spectra), stderr: null, n: spectra.length, method };
  return { ...jackknife(spectra, ratio), method };
}
