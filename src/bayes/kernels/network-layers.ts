/** A network of infinite width as a list of layers; what each does to covariances is in network.ts. */
import type { Activation } from "../../networks/index.ts";
import type { WidePadding } from "./windows.ts";

/** One layer of a wide network. */
export type WideNetworkLayer =
  | { readonly type: "dense"; readonly weightVariance: number; readonly biasVariance: number }
  | {
      readonly type: "convolution";
      readonly kernel: number;
      /** Default 1. */
      readonly stride?: number;
      /** Default "same". */
      readonly padding?: WidePadding;
      readonly weightVariance: number;
      readonly biasVariance: number;
    }
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

/** A network of infinitely many units or channels in every layer, in the NTK parametrisation. */
export interface WideNetwork {
  /** Shape of one input: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  readonly layers: readonly WideNetworkLayer[];
}
