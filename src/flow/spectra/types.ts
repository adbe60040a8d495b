/** The words of Gram spectra: a batch of samples, how it becomes a density matrix, and the spectrum of that matrix. */
import type { LinearAlgebra } from "../../kernels/index.ts";

/** Samples as rows [n, d]: n inputs (or activations, or reconstructions), each flattened to d numbers. */
export interface SampleBatch {
  readonly rows: number;
  readonly cols: number;
  /** Entry (i, j) is `data[i * cols + j]`. */
  readonly data: Float64Array | Float32Array;
}

/** What is subtracted from each sample: its own mean over features, or nothing. */
export type Centring = "sample" | "none";

/** How the trace becomes 1: every sample is brought to length 1, or all samples are divided by one common number. */
export type Scaling = "sample" | "trace";

/** How samples become a density matrix. */
export interface DensityOptions {
  readonly kernels: LinearAlgebra;
  /** Default "sample". Comparisons with mean-field correlations of forward activations use "none". */
  readonly centring?: Centring;
  /** Default "sample". */
  readonly scaling?: Scaling;
  /** What a batch becomes in which no sample has any contrast: an error, or the pure state. Default "error". */
  readonly constant?: "error" | "pure";
  /** Named in errors: a file, "layer 3". Default "batch". */
  readonly where?: string;
}

/** Options of `measureGram`. */
export interface GramOptions extends DensityOptions {
  /**
   * "gram" diagonalises the smaller of X X^T and X^T X: eigenvalues are good to 1e-16 of the largest. "singular-values"
   * never squares and resolves eigenvalues down to 1e-32 of the largest, at several times the cost. Default "gram".
   */
  readonly solver?: "gram" | "singular-values";
}

/** Spectrum of a density matrix of n samples. */
export interface GramSpectrum {
  /** Eigenvalues, descending, of sum 1; min(n, d) of them, all others are exactly 0. */
  readonly eigenvalues: Float64Array;
  /** n. */
  readonly samples: number;
  /** d. */
  readonly features: number;
  /** Samples without contrast (zero length after centring), each replaced by the uniform direction. */
  readonly zeroRows: number;
  /** Mean cosine of two different samples (their correlation coefficient when samples are centred). */
  readonly meanCosine: number;
  /** 1 - meanCosine, without cancellation. */
  readonly decorrelation: number;
  readonly centring: Centring;
  readonly scaling: Scaling;
}

/** What entropies need of a spectrum. */
export type Spectrum = Pick<GramSpectrum, "eigenvalues" | "samples">;
