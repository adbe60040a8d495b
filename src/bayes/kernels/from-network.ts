/**
 * A network specification in the limit of infinite width: its layers with the variances that its initialisation scheme has at
 * the widths given. What the limit does not cover is reported by name.
 */
import { UnsupportedOpError } from "../../base/index.ts";
import {
  type Activation,
  buildNetwork,
  type LayerSpec,
  layerVariances,
  type NetworkGraph,
  type NetworkLayer,
  type NetworkSpec,
  resolveActivation,
} from "../../networks/index.ts";
import type { WideNetwork, WideNetworkLayer } from "./network-layers.ts";
import type { KernelParametrization } from "./types.ts";

/**
 * The wide network of a specification.
 *
 * @param spec - of dense layers, convolutions, average pools and residual blocks; widths and channels matter where the scheme's
 * variances depend on them (Glorot's, and PyTorch's biases), and in other parametrisations than "ntk".
 * @param kind - what the NTK counts: gradients in the NTK, standard or maximal-update parametrisation. Default "ntk".
 * @returns layers for `solveNetworkKernels`. A delta-orthogonal convolution acts on its centre alone.
 * @throws UnsupportedOpError naming the layers or options without a wide limit here: maximum pools, transposed convolutions,
 * normalisation, dropout, an activation behind the last layer. (`solveNetworkKernels` refuses blocks `b` whose skip connection is
 * the identity: what they activate is not Gaussian at any width.)
 * @example
 * ```ts
 * import { wideNetworkOf } from "isinglass/bayes";
 * import { parseNetwork } from "isinglass/networks";
 *
 * const { layers } = wideNetworkOf(parseNetwork("cnn:1x28x28-c32-gap-10 relu init=he"));
 * layers.map(({ type }) => type); // => ["convolution", "activation", "global-average-pool", "dense"]
 * ```
 */
export function wideNetworkOf(spec: NetworkSpec, kind: KernelParametrization["kind"] = "ntk"): WideNetwork {
  const reasons = unsupported(spec, kind);
  if (reasons.length > 0) {
    throw new UnsupportedOpError(
      `kernel: received a network with ${reasons.join(", ")}, which have no wide limit here`,
      {
        hint: "known: dense layers, convolutions, average and global pools, residual blocks, a linear output",
        data: { reasons },
      },
    );
  }
  const walk = new Walk(spec, buildNetwork(spec, { batch: 1 }));
  const steps = expand(spec.layers);
  const last = steps.findLastIndex(({ type }) => type !== "pool");
  const layers = steps.flatMap((step, k) => walk.step(step, k === last));
  if (kind === "ntk") return { input: spec.input, layers };
  return { input: spec.input, layers, parametrization: { kind, widths: walk.widthsOf(layers).slice(0, -1) } };
}

function unsupported(
  { layers, output, normalization, keepRate = 1, initialization }: NetworkSpec,
  kind: KernelParametrization["kind"],
): string[] {
  const reasons = layers.flatMap((layer, k) => {
    if (layer.type === "pool" && layer.method === "max") return [`a maximum pool (layer ${k + 1})`];
    if (layer.type === "conv-transpose") return [`a transposed convolution (layer ${k + 1})`];
    if (layer.type === "image") return [`a dense layer shaped to an image (layer ${k + 1})`];
    return [];
  });
  if (normalization !== "none") reasons.push(`${normalization} normalisation`);
  if (keepRate < 1) reasons.push(`dropout (keep=${keepRate})`);
  if (kind !== "ntk" && initialization.scheme === "delta-orthogonal") {
    reasons.push(`delta-orthogonal weights in the ${kind} parametrization (taps of weight 0 are trained)`);
  }
  if (output !== "linear") reasons.push(`the output activation ${output}`);
  return reasons;
}

/** Every repetition as a layer of its own, as the graph is built. */
function expand(layers: readonly LayerSpec[]): LayerSpec[] {
  return layers.flatMap((layer): LayerSpec[] => {
    if (!("repeat" in layer)) return [layer];
    return Array.from({ length: layer.repeat }, (_, k) =>
      layer.type === "residual" && k > 0 ? { ...layer, stride: 1, repeat: 1 } : { ...layer, repeat: 1 },
    );
  });
}

/** Goes through the weight layers of a built network in the order of computation. */
class Walk {
  private readonly spec: NetworkSpec;
  private readonly layers: readonly NetworkLayer[];
  private readonly activation: WideNetworkLayer;
  private readonly widths = new Map<WideNetworkLayer, number>();
  private at = 0;

  constructor(spec: NetworkSpec, { layers }: NetworkGraph) {
    this.spec = spec;
    this.layers = layers;
    this.activation = {
      type: "activation",
      activation: resolveActivation(spec.activation) satisfies Activation,
    };
  }

  /** Units or channels of the weight layers of a list, in its order. */
  widthsOf(layers: readonly WideNetworkLayer[]): number[] {
    return layers.flatMap((layer) => {
      if (layer.type === "residual") return this.widthsOf([...layer.branch, ...(layer.skip ?? [])]);
      const width = this.widths.get(layer);
      return width === undefined ? [] : [width];
    });
  }

  /** The wide layers of one step; the last one has no activation. */
  step(step: LayerSpec, isLast: boolean): WideNetworkLayer[] {
    const after = isLast ? [] : [this.activation];
    switch (step.type) {
      case "dense":
        return [this.dense(), ...after];
      case "conv":
        return [this.convolution(step.kernel, step.stride), ...after];
      case "pool":
        return [
          step.method === "global"
            ? { type: "global-average-pool" }
            : { type: "average-pool", size: step.size },
        ];
      case "full-residual": {
        const branch = [this.dense(), this.activation, this.dense()];
        return [{ type: "residual", branch }];
      }
      case "residual":
        return [this.block(step), ...after];
      default:
        throw new Error(`internal: a wide network has no ${step.type}`);
    }
  }

  private block({ kernel, stride }: Extract<LayerSpec, { type: "residual" }>): WideNetworkLayer {
    const isShortcut = this.peek().role === "shortcut";
    const isImage = this.peek().kind === "conv";
    const skip = isShortcut ? [isImage ? this.convolution(1, stride) : this.dense()] : [];
    const branch = isImage
      ? [this.convolution(kernel, stride), this.activation, this.convolution(kernel, 1)]
      : [this.dense(), this.activation];
    return { type: "residual", branch, skip };
  }

  private peek(): NetworkLayer {
    return this.layers[this.at] as NetworkLayer;
  }

  private next() {
    const layer = this.peek();
    this.at++;
    const { sigmaW2, sigmaB2, weights } = layerVariances(this.spec.initialization, layer);
    return {
      layer,
      weights,
      variances: { weightVariance: sigmaW2, biasVariance: sigmaB2, hasBias: layer.bias !== null },
    };
  }

  private dense(): WideNetworkLayer {
    const { layer, variances } = this.next();
    const dense: WideNetworkLayer = { type: "dense", ...variances };
    this.widths.set(dense, layer.fanOut);
    return dense;
  }

  private convolution(kernel: number, stride: number): WideNetworkLayer {
    const { layer, weights, variances } = this.next();
    const convolution: WideNetworkLayer = {
      type: "convolution",
      kernel: weights === "delta-orthogonal" ? 1 : kernel,
      stride,
      padding: this.spec.padding === "circular" ? "circular" : "same",
      ...variances,
    };
    this.widths.set(convolution, layer.fanOut / kernel ** 2);
    return convolution;
  }
}
