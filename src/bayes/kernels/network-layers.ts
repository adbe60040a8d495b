/** A network of infinite width as a list of layers; what each does to covariances is in network.ts. */
import type { Activation } from "../../networks/index.ts";
import type { KernelParametrization, LayerVariances } from "./types.ts";
import type { WidePadding } from "./windows.ts";

/** One layer of a wide network. */
export type WideNetworkLayer =
  | ({ readonly type: "dense" } & LayerVariances)
  | ({
      readonly type: "convolution";
      readonly kernel: number;
      /** Default 1. */
      readonly stride?: number;
      /** Default "same". */
      readonly padding?: WidePadding;
    } & LayerVariances)
  | { readonly type: "activation"; readonly activation: Activation }
  /** Averages over windows of size x size without overlap. */
  | { readonly type: "average-pool"; readonly size: number }
  | { readonly type: "global-average-pool" }
  | { readonly type: "flatten" }
  /** The sum of a branch and of a skip connection; an empty skip is the identity. */
  | {
      readonly type: "residual";
      readonly branch: readonly WideNetworkLayer[];
      readonly skip?: readonly WideNetworkLayer[];
    };

/** A network of infinitely many units or channels in every layer. */
export interface WideNetwork {
  /** Shape of one input: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  readonly layers: readonly WideNetworkLayer[];
  /**
   * What the NTK counts; default the NTK parametrisation. Widths are units of dense layers and channels of convolutions, one for each
   * but the last, in the order of `layers`, of a residual block its branch before its skip connection.
   */
  readonly parametrization?: KernelParametrization;
}
