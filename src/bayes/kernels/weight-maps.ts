/**
 * The weight layers of a network in the order of computation: what each adds to Theta in the parametrisation of the network, and how
 * many channels it has. With K = b + (w / taps) sum_d V the rule Theta = rb + rw V + w S Theta_before of parametrization.ts is
 * Theta = gain K + offset + (w / taps) sum_d S Theta_before, gain = rw / w, offset = rb - gain b.
 */
import { UnsupportedOpError } from "../../base/index.ts";
import type { PositionSum } from "../../kernels/index.ts";
import type { WideNetwork, WideNetworkLayer } from "./network-layers.ts";
import { checkVariances, checkWidths, layerMap } from "./parametrization.ts";
import type { LayerVariances } from "./types.ts";

/** What a weight layer does to covariances, and the channels behind it. */
export interface WeightMap extends Pick<PositionSum, "scale" | "shift" | "tangent"> {
  readonly channels: number;
}

/** Hands out the weight layers one after the other. */
export interface WeightMaps {
  /** Whether numbers of channels are known, which the NTK parametrisation does without. */
  readonly areKnown: boolean;
  next(
    layer: LayerVariances,
    taps: number,
    from: { readonly channels: number; readonly isInput: boolean },
  ): WeightMap;
}

/** Starts at the first weight layer; throws ShapeError or SpecError for widths that do not fit. */
export function weightMaps({ layers, parametrization = { kind: "ntk" } }: WideNetwork): WeightMaps {
  const { kind } = parametrization;
  const count = countWeights(layers);
  const widths = checkWidths(parametrization, Math.max(0, count - 1), "weight layers below the last");
  if (kind !== "ntk" && layers.findLast(hasWeights)?.type === "residual") {
    throw new UnsupportedOpError(
      `kernel: received a residual block as the last layer with weights in the ${kind} parametrization, expected one readout`,
      { hint: 'end with a dense layer, or use the parametrization "ntk"' },
    );
  }
  let at = 0;
  return {
    areKnown: kind !== "ntk",
    next(layer, taps, { channels, isInput }) {
      checkVariances(layer);
      const fanOut = at === count - 1 ? null : (widths[at] ?? 1);
      at++;
      const { b, w, rb, rw } = layerMap(kind, layer, { fanIn: channels * taps, fanOut, isFirst: isInput });
      const gain = rw / w;
      return {
        scale: w / taps,
        shift: b,
        tangent: { gain, offset: rb - gain * b },
        channels: fanOut ?? 1,
      };
    },
  };
}

const hasWeights = (layer: WideNetworkLayer): boolean => countWeights([layer]) > 0;

function countWeights(layers: readonly WideNetworkLayer[]): number {
  return layers.reduce((sum, layer) => {
    if (layer.type === "residual") return sum + countWeights(layer.branch) + countWeights(layer.skip ?? []);
    return sum + Number(layer.type === "dense" || layer.type === "convolution");
  }, 0);
}
