/** What the Generalise room asks its worker for, and what comes back. */
import type { CurveForm, CurvePoint, TestErrors, Validity } from "../../../../src/bayes/index.ts";

/** Where examples come from. */
export type TaskRequest =
  | { readonly kind: "pair"; readonly classes: readonly [number, number] }
  | { readonly kind: "parity" }
  | { readonly kind: "teacher"; readonly inputs: number; readonly units: number; readonly noise: number };

/** How the posterior is sampled. */
export interface SamplingRequest {
  readonly chains: number;
  readonly samples: number;
  readonly burnIn: number;
  /** Dynamics of all weights; without, the library's choice: the readout of one hidden layer is integrated. */
  readonly dynamics?: "hamiltonian" | "langevin";
}

/** A learning curve: everything that decides its numbers. */
export interface CurveRequest {
  readonly task: TaskRequest;
  readonly activation: string;
  /** Hidden layers. */
  readonly depth: number;
  readonly width: number;
  readonly temperature: number;
  /** Prior variance of all weights, times fan-in. */
  readonly weightVariance: number;
  /** Prior variance of all biases, above 0; without, there are none. */
  readonly biasVariance?: number;
  /** Largest number of training examples. */
  readonly largest: number;
  readonly seed: number;
  /** Which form of the theory. */
  readonly form: CurveForm;
  /** Null: theory alone. */
  readonly sampling: SamplingRequest | null;
}

/** A kernel matrix of a few examples, in the order of their targets. */
export interface KernelPicture {
  readonly size: number;
  readonly nngp: Float64Array;
  readonly ntk: Float64Array;
  readonly groups: readonly { readonly label: string; readonly count: number }[];
  /** How the averages of the activation were found. */
  readonly methods: readonly string[];
  /** Means over the picture's examples. */
  readonly means: KernelMeans;
}

/** Means over pairs of examples. */
export interface KernelMeans {
  readonly nngp: number;
  /** Correlation of the outputs of two different examples. */
  readonly correlation: number;
  readonly ntk: number;
  /** Of two examples of one group, and of two of different groups; null with one group only. */
  readonly within: number | null;
  readonly between: number | null;
}

/** The prediction at another width. */
export interface WidthPoint {
  readonly width: number;
  readonly infiniteWidth: number;
  readonly finiteWidth: number;
}

/** One size of the training set; what belongs to finite width is null with biases. */
export interface ShownPoint extends Pick<CurvePoint, "examples" | "infiniteWidth" | "form" | "sampled"> {
  readonly finiteWidth: TestErrors | null;
  readonly q: number | null;
  readonly validity: Validity | null;
  /** y^T K^{-1} y / P; null for a singular kernel too. */
  readonly ratio: number | null;
}

/** A learning curve, finished or with points whose samples are still missing. */
export interface CurveAnswer {
  readonly request: CurveRequest;
  readonly description: string;
  readonly features: number;
  readonly points: readonly ShownPoint[];
  /** The largest size over widths; empty for forms that are not solved on the side. */
  readonly widths: readonly WidthPoint[];
  readonly kernels: KernelPicture;
  /** Eigenvalues of the training kernel of the largest size, descending. */
  readonly eigenvalues: Float64Array;
  /** Sizes that are still to be sampled. */
  readonly missing: readonly number[];
}
