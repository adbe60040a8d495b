/**
 * Initialisation schemes as variances. One convention everywhere: sigmaW2 is the weight variance times fan-in,
 * sigmaB2 the bias variance. Sources: Glorot and Bengio 2010 (eq. 16), He et al. 2015 (eq. 10), LeCun et al. 1998
 * (eq. 16), Saxe et al. 2014 (orthogonal), Xiao et al. 2018 (delta-orthogonal), PyTorch's nn.Linear and nn.Conv2d
 * (kaiming_uniform with a = sqrt 5, that is uniform on +-1/sqrt(fan_in), for weights and biases).
 */
import type { NetworkLayer } from "../build/index.ts";
import type { InitializationSpec, SchemeName } from "../spec/index.ts";

/** How the entries of a weight are distributed. */
export type Distribution = "normal" | "uniform" | "orthogonal" | "delta-orthogonal";

/** What a scheme means for one layer. */
export interface LayerVariances {
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  readonly weights: Distribution;
  readonly biases: "normal" | "uniform";
}

/** The words that go with every result that names a weight variance. */
export const varianceConvention = "weight variance times fan-in" as const;

/** Weight variance times fan-in that a scheme fixes. */
const fixedVariance: Readonly<Partial<Record<SchemeName, (layer: NetworkLayer) => number>>> = {
  pytorch: () => 1 / 3,
  he: () => 2,
  lecun: () => 1,
  glorot: ({ fanIn, fanOut }) => (2 * fanIn) / (fanIn + fanOut),
};

const distributions: Readonly<Record<SchemeName, Distribution>> = {
  gaussian: "normal",
  orthogonal: "orthogonal",
  "delta-orthogonal": "delta-orthogonal",
  pytorch: "uniform",
  he: "normal",
  glorot: "uniform",
  lecun: "normal",
};

/**
 * Variances of one layer under a scheme. The outer map of residual blocks has its own (V and a of Yang and Schoenholz, the
 * second convolution of He et al.); without them it has those of the inner one.
 */
export function layerVariances(scheme: InitializationSpec, layer: NetworkLayer): LayerVariances {
  const isOuter = layer.block !== null && layer.role === "outer";
  const sigmaW2 = (isOuter ? scheme.sigmaV2 : null) ?? scheme.sigmaW2;
  const sigmaB2 = (isOuter ? scheme.sigmaA2 : null) ?? scheme.sigmaB2;
  const isTorch = scheme.scheme === "pytorch" && sigmaB2 === null;
  return {
    sigmaW2: fixedVariance[scheme.scheme]?.(layer) ?? sigmaW2 ?? 1,
    sigmaB2: layer.bias === null ? 0 : isTorch ? 1 / (3 * layer.fanIn) : (sigmaB2 ?? 0),
    weights: distributions[scheme.scheme],
    biases: isTorch ? "uniform" : "normal",
  };
}
