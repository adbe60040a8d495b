/** A network as a graph, with the names by which theory and measurement find its layers and parameters. */
import type { Graph, ValueInfo } from "../../engine/index.ts";

/** How a weight layer is connected. */
export type LayerKind = "dense" | "conv" | "conv-transpose";

/** Where a weight layer stands in a residual block; "plain" outside of blocks. */
export type LayerRole = "plain" | "inner" | "outer" | "shortcut";

/**
 * How a weight lies in memory: dense [out, in] or [in, out], convolution [out, in, k, k], transposed convolution
 * [in, out, k, k].
 */
export type WeightLayout = "out-in" | "in-out" | "convolution" | "transposed";

/** Where batch normalisation takes mean and variance from: the batch at hand, or stored values. */
export type NormalizationStatistics = "batch" | "running";

/** One weight layer h = W x + b and what follows it. */
export interface NetworkLayer {
  /** Position among the weight layers, from 0, in the order of computation. */
  readonly index: number;
  readonly name: string;
  readonly kind: LayerKind;
  /** Name of the value x that the weights multiply. */
  readonly input: string;
  /** Name of W x + b. */
  readonly output: string;
  /** Name of what enters the activation: W x + b, normalised and with the skip connection added where there are any. */
  readonly preActivation: string;
  /** Name of what leaves the activation, behind dropout where there is some; equal to `preActivation` without either. */
  readonly postActivation: string;
  /** Name or expression of the activation; null when none follows. */
  readonly activation: string | null;
  readonly weight: string;
  readonly bias: string | null;
  /** How the weight lies in memory. */
  readonly layout: WeightLayout;
  /** Number of inputs that one output adds up: c_in k^2 for convolutions. */
  readonly fanIn: number;
  /** Number of outputs that one input reaches, without stride: c_out k^2 for convolutions. */
  readonly fanOut: number;
  /** Groups of channels that do not mix; 1 for ordinary layers. */
  readonly groups: number;
  readonly normalization: "none" | "batch" | "layer";
  /**
   * Where batch normalisation takes mean and variance from: the batch at hand, or stored values, which make it an affine
   * map. Absent without batch normalisation.
   */
  readonly statistics?: NormalizationStatistics;
  /** Number of the residual block, from 1; null outside. */
  readonly block: number | null;
  readonly role: LayerRole;
  /** Probability that dropout keeps a unit behind the activation; absent without dropout. */
  readonly keepRate?: number;
}

/** Factors of dropout as a graph input: 0 with probability 1 - keepRate, else 1 / keepRate. */
export interface DropoutMask {
  readonly name: string;
  readonly shape: readonly number[];
  readonly keepRate: number;
}

/** A trainable tensor, or a stored statistic of batch normalisation. */
export interface ParameterInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: "weight" | "bias" | "scale" | "shift" | "running-mean" | "running-variance";
  /** Index of the weight layer it belongs to. */
  readonly layer: number;
}

/** A network whose parameters are graph inputs; `bindParameters` makes them constants. */
export interface NetworkGraph {
  readonly graph: Graph;
  /** The data input, [batch, ...shape]. */
  readonly input: ValueInfo;
  /** What the network returns, after the output activation. */
  readonly logits: ValueInfo;
  readonly layers: readonly NetworkLayer[];
  readonly parameters: readonly ParameterInfo[];
  /** Inputs that dropout needs; empty unless asked for. */
  readonly masks: readonly DropoutMask[];
}
