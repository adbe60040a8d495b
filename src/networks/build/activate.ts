/** What follows a weight layer: normalisation, the skip connection, the activation. Records the finished layer. */
import { add, div, mul, one, reduceMean, reshape, sqrt, sub, type ValueInfo } from "../../engine/index.ts";
import type { Activation } from "../activations/index.ts";
import { type BuildContext, drop, parameter } from "./context.ts";
import type { Linear } from "./linear.ts";
import type { LayerKind, WeightLayout } from "./types.ts";

const layouts: Readonly<Record<LayerKind, WeightLayout>> = {
  dense: "out-in",
  conv: "convolution",
  "conv-transpose": "transposed",
};

/** Added to variances before the square root (Ioffe and Szegedy 2015; PyTorch's default). */
const epsilon = 1e-5;

/** (h - mean) / sqrt(variance + epsilon) over `axes`. */
function standardized(context: BuildContext, h: ValueInfo, axes: readonly number[]): ValueInfo {
  const { b } = context;
  const centred = sub(b, h, reduceMean(b, h, { axes, keepdims: true }));
  const variance = reduceMean(b, mul(b, centred, centred), { axes, keepdims: true });
  return div(b, centred, sqrt(b, add(b, variance, epsilon)));
}

/** Normalises h and applies the learned scale and shift, one per feature or channel. */
function normalize(context: BuildContext, h: ValueInfo, name: string): ValueInfo {
  const { b, spec, statistics } = context;
  if (spec.normalization === "none") return h;
  const channels = h.shape[1] as number;
  const scale = parameter(context, `${name}.norm.scale`, [channels], "scale");
  const shift = parameter(context, `${name}.norm.shift`, [channels], "shift");
  if (spec.normalization === "batch" && statistics === "running") {
    const mean = parameter(context, `${name}.norm.mean`, [channels], "running-mean");
    const variance = parameter(context, `${name}.norm.variance`, [channels], "running-variance");
    return one(b, "BatchNormalization", [h, scale, shift, mean, variance], { epsilon });
  }
  const positions = h.shape.slice(2).map((_, k) => k + 2);
  const axes = spec.normalization === "batch" ? [0, ...positions] : [1, ...positions];
  const along = [channels, ...positions.map(() => 1)];
  const scaled = mul(b, standardized(context, h, axes), reshape(b, scale, along));
  return add(b, scaled, reshape(b, shift, along));
}

/** What follows W x + b. */
export interface Following {
  /** null: the layer is linear. */
  readonly activation: Activation | null;
  /** Added before the activation: the shortcut of a residual block. */
  readonly skip?: ValueInfo;
  /** Whether normalisation applies (not at the output). Default true. */
  readonly isNormalized?: boolean;
  /** Whether dropout follows the activation. Default false. */
  readonly isDropped?: boolean;
}

/** Finishes a weight layer and returns what leaves it. */
export function activate(context: BuildContext, linear: Linear, following: Following): ValueInfo {
  const { activation, skip, isNormalized = true, isDropped = false } = following;
  const { b, spec } = context;
  const normal = isNormalized ? normalize(context, linear.output, linear.place.name) : linear.output;
  const entering = skip === undefined ? normal : add(b, normal, skip);
  const active = activation === null ? entering : activation.build(b, entering);
  const leaving = isDropped ? drop(context, active, linear.place.name) : active;
  context.layers.push({
    index: context.layers.length,
    name: linear.place.name,
    kind: linear.kind,
    input: linear.input.name,
    output: linear.output.name,
    preActivation: entering.name,
    postActivation: leaving.name,
    activation: activation?.name ?? null,
    weight: linear.weight,
    bias: linear.bias,
    layout: layouts[linear.kind],
    fanIn: linear.fanIn,
    fanOut: linear.fanOut,
    groups: 1,
    normalization: isNormalized ? spec.normalization : "none",
    ...(isNormalized && spec.normalization === "batch" ? { statistics: context.statistics } : {}),
    block: linear.place.block,
    role: linear.place.role,
    ...(leaving === active ? {} : { keepRate: spec.keepRate ?? 1 }),
  });
  return leaving;
}
