/**
 * Entropies of a batch with error bars. The error bar is the standard deviation of the number over repeated draws of n
 * samples from the same source, at this n: a spectrum of n samples is not an unbiased picture of infinitely many (its rank
 * is at most n), so values are compared at equal n and the bar says nothing about other n.
 *
 * Errors come from the jackknife: samples are left out one by one (in groups when there are many) and the spectrum of the
 * rest is solved again. On average such bars are not below the true spread (Efron and Stein 1981): they are exact where samples act
 * one by one, and sqrt 2 too large where only pairs matter, as in unstructured noise. Bootstrap bars are not offered,
 * because repeated samples lower the rank; the infinitesimal jackknife falls short by up to a half when n is not far
 * below d.
 */
import { type Estimate, exact, SpecError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { columnDensity, rowDensity } from "./density.ts";
import {
  effectiveRank,
  entropyOf,
  minEntropy,
  participationRatio,
  renyiEntropy,
  spectralGap,
  vonNeumannEntropy,
} from "./entropies.ts";
import { assemble, descending, spectrumOfDensity, spreadOf, spreadOfRows } from "./measure.ts";
import { type PreparedRows, preparedBlock, prepareRows } from "./rows.ts";
import type { DensityOptions, GramSpectrum, SampleBatch, Spectrum } from "./types.ts";

/** A spectrum and what sums it up, each with its error over draws of the samples. */
export interface GramEstimates {
  readonly spectrum: GramSpectrum;
  /** Von Neumann entropy over log n, 0 to 1. */
  readonly entropy: Estimate;
  /** Von Neumann entropy in nats. */
  readonly vonNeumann: Estimate;
  /** exp of the entropy in nats. */
  readonly effectiveRank: Estimate;
  /** -log Tr rho^2 in nats. */
  readonly renyi2: Estimate;
  /** 1 / Tr rho^2. */
  readonly participationRatio: Estimate;
  /** -log lambda_max in nats. */
  readonly minEntropy: Estimate;
  /** lambda_1 - lambda_2. */
  readonly spectralGap: Estimate;
}

/** Options of `estimateGram`. */
export interface EstimateOptions extends DensityOptions {
  /** Groups of samples that are left out in turn, 2 to n. Default: n up to 128 samples, then 32, 16 above 512. */
  readonly groups?: number;
}

/** The numbers whose spread is estimated, in nats where they are entropies. */
const STATISTICS = {
  vonNeumann: vonNeumannEntropy,
  effectiveRank,
  renyi2: (spectrum: Spectrum): number => renyiEntropy(spectrum, 2),
  participationRatio,
  minEntropy,
  spectralGap,
} as const satisfies Readonly<Record<string, (spectrum: Spectrum) => number>>;

/**
 * Measures the spectrum of a batch and its entropies with errors.
 *
 * @param batch - samples as rows [n, d], n >= 2.
 * @param options - as for `measureGram`.
 * @returns estimates whose `stderr` is the spread over draws of n samples; `n` is the number of samples. Cost `groups`
 * eigenvalue problems of size min(n, d): 0.1 s at n = 100.
 * @throws as `measureGram`.
 * Source: Efron and Stein (1981), "The jackknife estimate of variance".
 *
 * @example
 * ```ts
 * import { estimateGram } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 *
 * const data = new Float64Array(64 * 784);
 * createStream(1).fillNormal(data);
 * const { entropy } = estimateGram({ rows: 64, cols: 784, data }, { kernels: await loadKernels() });
 * entropy.value; // about 0.990
 * (entropy.stderr ?? 0) < 0.001; // => true
 * ```
 */
export function estimateGram(batch: SampleBatch, options: EstimateOptions): GramEstimates {
  const prepared = prepareRows(batch, options);
  const { kernels } = options;
  const [n, d] = [batch.rows, batch.cols];
  const groups = checkGroups(options.groups ?? (n <= 128 ? n : n <= 512 ? 32 : 16), n);
  const density = n <= d ? rowDensity(batch, prepared, kernels) : columnDensity(batch, prepared, kernels);
  const { values } = kernels.eigenSymmetric(density, { vectors: false });
  const decorrelation = n <= d ? spreadOf(density) : spreadOfRows(batch, prepared);
  const spectrum = assemble(batch, prepared, options, descending(values), decorrelation);
  // with two samples nothing is left to compare when one is gone
  const hasSpread = prepared.zeroRows < n && n > 2;
  const left = hasSpread ? spectraWithout(batch, prepared, density, groups, kernels) : [];
  const size = Math.floor(n / groups);
  const estimate = (value: number, statistic: (spectrum: Spectrum) => number): Estimate => ({
    value,
    stderr: prepared.zeroRows === n ? 0 : hasSpread ? spreadOver(left.map(statistic), n, size) : null,
    n,
    method: `Gram spectrum of ${n} samples, jackknife over ${groups === n ? "samples" : `${groups} groups of samples`}`,
  });
  const all = Object.entries(STATISTICS).map(
    ([name, statistic]) => [name, estimate(statistic(spectrum), statistic)] as const,
  );
  const estimates = Object.fromEntries(all) as Record<keyof typeof STATISTICS, Estimate>;
  const entropy = estimate(entropyOf(spectrum), (one) => vonNeumannEntropy(one) / Math.log(n));
  return { spectrum, entropy, ...estimates };
}

function checkGroups(groups: number, samples: number): number {
  if (Number.isInteger(groups) && groups >= 2 && groups <= samples) return groups;
  throw new SpecError(`estimateGram: received ${groups} groups, expected an integer from 2 to ${samples}.`, {
    hint: "Leave it out to leave samples out one by one.",
  });
}

/** The numbers of a spectrum whose samples are not at hand: theory, or a file of eigenvalues. */
export function summarizeSpectrum(spectrum: GramSpectrum): GramEstimates {
  const known = (value: number): Estimate => exact(value, "function of the given eigenvalues");
  return {
    spectrum,
    entropy: known(entropyOf(spectrum)),
    vonNeumann: known(vonNeumannEntropy(spectrum)),
    effectiveRank: known(effectiveRank(spectrum)),
    renyi2: known(renyiEntropy(spectrum, 2)),
    participationRatio: known(participationRatio(spectrum)),
    minEntropy: known(minEntropy(spectrum)),
    spectralGap: known(spectralGap(spectrum)),
  };
}

/** Jackknife error from values without each of the groups of `size` samples: (n - size)/size times their variance. */
function spreadOver(values: readonly number[], n: number, size: number): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(((n - size) / size) * variance);
}

/**
 * Spectra of the batch without sample i, i + groups, ...: rows and columns of X X^T are dropped, or products of features
 * subtracted. All groups have the same size, because entropies depend on the number of samples.
 */
function spectraWithout(
  batch: SampleBatch,
  prepared: PreparedRows,
  density: Matrix,
  groups: number,
  kernels: DensityOptions["kernels"],
): Spectrum[] {
  const n = batch.rows;
  const size = Math.floor(n / groups);
  return Array.from({ length: groups }, (_, g) => {
    const leftOut = new Set(Array.from({ length: size }, (_, k) => g + k * groups));
    const rest =
      density.rows === n && n <= batch.cols
        ? submatrix(density, leftOut)
        : subtractRows(batch, prepared, density, leftOut, kernels);
    const { eigenvalues } = spectrumOfDensity(rest, { kernels });
    return { eigenvalues, samples: n - size };
  });
}

/** The matrix without some rows and columns. */
function submatrix({ rows: n, data }: Matrix, leftOut: ReadonlySet<number>): Matrix {
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => !leftOut.has(i));
  const out = new Float64Array(kept.length ** 2);
  kept.forEach((i, a) => {
    kept.forEach((j, b) => {
      out[a * kept.length + b] = data[i * n + j] as number;
    });
  });
  return { rows: kept.length, cols: kept.length, data: out };
}

/** X^T X / n without some samples. */
function subtractRows(
  batch: SampleBatch,
  prepared: PreparedRows,
  density: Matrix,
  leftOut: ReadonlySet<number>,
  kernels: DensityOptions["kernels"],
): Matrix {
  const d = batch.cols;
  const data = new Float64Array(leftOut.size * d);
  [...leftOut].forEach((row, k) => {
    data.set(preparedBlock(batch, prepared, { row, height: 1, col: 0, width: d }).data, k * d);
  });
  const part = kernels.gramOfColumns({ rows: leftOut.size, cols: d, data }).data;
  return { rows: d, cols: d, data: density.data.map((x, k) => x - (part[k] as number) / batch.rows) };
}
