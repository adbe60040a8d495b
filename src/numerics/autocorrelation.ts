/**
 * Integrated autocorrelation time of a stationary sequence, tau = 1/2 + sum_{t>0} rho(t), with Sokal's automatic
 * window ("Monte Carlo methods in statistical mechanics", 1996, section 3): the sum stops at the first W >= 6 tau(W).
 * Errors after Madras and Sokal (J. Stat. Phys. 50, 1988, eq. E.19). The convention is tau = 1/2 for independent
 * samples, so that the variance of the mean is 2 tau / n times the variance.
 */
import { type Estimate, exact } from "../base/index.ts";
import { fft, inverseFft } from "./fft.ts";
import { requireSamples } from "./statistics.ts";
import { momentsOf } from "./summation.ts";

/** Window in units of tau: the truncated tail is exp(-6) of an exponential decay. */
const WINDOW_FACTOR = 6;
/** A run shorter than this many tau gives a tau that is too small. */
const LEAST_LENGTH = 50;

/** Autocorrelation time and the mean with the error it implies. */
export interface AutocorrelationResult {
  /** Integrated autocorrelation time in samples, with its error. */
  readonly tau: Estimate;
  /** Mean of the samples; stderr^2 = 2 tau variance / n. */
  readonly mean: Estimate;
  /** Lag at which the sum was cut. */
  readonly window: number;
  /** Whether the window closed and the run is longer than 50 tau. */
  readonly converged: boolean;
}

/**
 * Normalised autocorrelation rho(t) = C(t) / C(0), C(t) = (1/n) sum_i (x_i - mean)(x_{i+t} - mean).
 *
 * @param samples at least 2, equally spaced in time.
 * @returns n values, rho(0) = 1; all zero but the first for constant samples.
 * @cost O(n log n) by FFT of the zero-padded sequence.
 * @source Sokal (1996), eq. 3.4, with the biased normalisation 1/n, which keeps the spectrum positive.
 * @example
 * import { autocorrelationFunction } from "isinglass/numerics";
 * autocorrelationFunction([1, -1, 1, -1])[1]; // => -0.75000000
 */
export function autocorrelationFunction(samples: ArrayLike<number>): Float64Array {
  const n = samples.length;
  requireSamples(n, 2, "autocorrelation function");
  const { mean } = momentsOf(samples);
  const padded = 2 ** Math.ceil(Math.log2(2 * n));
  const data = new Float64Array(2 * padded);
  for (let i = 0; i < n; i++) data[2 * i] = (samples[i] as number) - mean;
  const spectrum = fft(data);
  for (let i = 0; i < spectrum.length; i += 2) {
    spectrum[i] = (spectrum[i] as number) ** 2 + (spectrum[i + 1] as number) ** 2;
    spectrum[i + 1] = 0;
  }
  const correlation = inverseFft(spectrum);
  const variance = correlation[0] as number;
  const rho = new Float64Array(n);
  rho[0] = 1;
  for (let t = 1; t < n && variance > 0; t++) rho[t] = (correlation[2 * t] as number) / variance;
  return rho;
}

/**
 * Integrated autocorrelation time with error, and the mean with its honest error.
 *
 * @param samples at least 2, equally spaced in time, from a stationary (thermalised) run.
 * @returns tau in samples; error tau sqrt(2 (2 W + 1) / n). `converged` false means: longer run needed.
 * @throws SpecError for fewer than 2 samples.
 * @accuracy bias about -tau (2 W + 1)/n, corrected to first order (Wolff, Comput. Phys. Commun. 156, 2004, eq. 49).
 * @source Sokal (1996), section 3; Madras and Sokal (1988), eq. E.19.
 * @example
 * import { autocorrelationTime, createStream } from "isinglass/numerics";
 * const stream = createStream(1);
 * let x = 0;
 * const samples = Float64Array.from({ length: 100000 }, () => (x = 0.8 * x + stream.normal()));
 * const { tau } = autocorrelationTime(samples);
 * Math.abs(tau.value - 4.5) < 4 * tau.stderr; // => true
 */
export function autocorrelationTime(samples: ArrayLike<number>): AutocorrelationResult {
  const n = samples.length;
  requireSamples(n, 2, "autocorrelation time");
  const { mean, squares } = momentsOf(samples);
  const method = "integrated autocorrelation, Sokal window";
  if (squares === 0) {
    return {
      tau: exact(0.5, method),
      mean: { value: mean, stderr: 0, n, method },
      window: 0,
      converged: true,
    };
  }
  const rho = autocorrelationFunction(samples);
  let sum = 0.5;
  let window = 0;
  while (window < n - 1 && window < WINDOW_FACTOR * sum) {
    window += 1;
    sum += rho[window] as number;
  }
  // Anticorrelated samples can push the sum to zero, where no error would be left.
  const value = Math.max(sum * (1 + (2 * window + 1) / n), 1 / n);
  const tau: Estimate = { value, stderr: value * Math.sqrt((2 * (2 * window + 1)) / n), n, method };
  const independent = Math.max(1, Math.floor(n / (2 * value)));
  const stderr = Math.sqrt((2 * value * (squares / (n - 1))) / n);
  return {
    tau,
    mean: { value: mean, stderr, n: Math.min(n, independent), method: `mean of ${n} correlated samples` },
    window,
    converged: window < n - 1 && n >= LEAST_LENGTH * value,
  };
}
