/** Pooling, normalisation and resampling that ONNX Runtime lacks in float64. */
import type { ValueInfo } from "../../ir.ts";
import { sizeOf, tensorOf } from "../../tensor.ts";
import { flagOf, floatOf, intOf } from "../attributes.ts";
import { shifted } from "../convolution-weights.ts";
import type { Emitter } from "../definition.ts";
import { abs, add, div, full, mul, one, pow, reduceMax, reduceMean, reshape, sqrt, sub } from "../emit.ts";
import { poolWindows, windowCounts } from "../pooling.ts";
import { resizeByProducts } from "../resize.ts";
import { range } from "../shapes.ts";
import { kernelOffsets, type Windows } from "../windows.ts";
import { padForWindows } from "./convolution.ts";
import type { LoweringRule } from "./rule.ts";

/** Sum of the input over every window, the padding counting as zero. */
function windowSums(b: Emitter, x: ValueInfo, w: Windows): ValueInfo {
  const padded = padForWindows(b, x, w);
  return kernelOffsets(w.kernel)
    .map((tap) => shifted(b, padded, w, tap))
    .reduce((p, q) => add(b, p, q));
}

const averagePoolRule: LoweringRule = ({ b, attributes, inputs }) => {
  const x = inputs[0] as ValueInfo;
  const w = poolWindows(attributes, x.shape) as Windows;
  const counts = windowCounts(w, flagOf(attributes, "count_include_pad"));
  const scale = tensorOf(
    x.dtype,
    w.output,
    counts.map((n) => 1 / n),
  );
  return mul(b, windowSums(b, x, w), b.constant(scale));
};

const lpPoolRule: LoweringRule = ({ b, attributes, inputs }) => {
  const x = inputs[0] as ValueInfo;
  const p = intOf(attributes, "p", 2);
  const w = poolWindows(attributes, x.shape) as Windows;
  return pow(b, windowSums(b, pow(b, abs(b, x), p), w), 1 / p);
};

const spatialAxes = (x: ValueInfo): number[] => range(x.shape.length).slice(2);

const maxUnpoolRule: LoweringRule = ({ b, inputs, shape }) => {
  const [x, positions] = inputs as [ValueInfo, ValueInfo];
  const count = [sizeOf(x.shape)];
  const flat = [full(b, 0, [sizeOf(shape)], x.dtype), reshape(b, positions, count), reshape(b, x, count)];
  return reshape(b, one(b, "ScatterElements", flat, { axis: 0 }), shape);
};

/** Normalises blocks of channels of one example, then scales every channel. */
function groupRule(
  groupsOf: (attributes: Parameters<LoweringRule>[0]["attributes"], c: number) => number,
): LoweringRule {
  return ({ b, attributes, inputs }) => {
    const [x, scale, bias] = inputs as [ValueInfo, ValueInfo, ValueInfo];
    const [n, c] = x.shape as [number, number];
    const groups = groupsOf(attributes, c);
    const blocks = reshape(b, x, [n, groups, sizeOf(x.shape) / (n * groups)]);
    const axis = { axes: [2], keepdims: true };
    const centred = sub(b, blocks, reduceMean(b, blocks, axis));
    const variance = reduceMean(b, mul(b, centred, centred), axis);
    const hat = div(b, centred, sqrt(b, add(b, variance, floatOf(attributes, "epsilon", 1e-5))));
    const channel = [c, ...spatialAxes(x).map(() => 1)];
    const scaled = mul(b, reshape(b, hat, x.shape), reshape(b, scale, channel));
    return add(b, scaled, reshape(b, bias, channel));
  };
}

/** Rules by operator. */
export const spatialRules: Readonly<Record<string, LoweringRule>> = {
  AveragePool: averagePoolRule,
  LpPool: lpPoolRule,
  GlobalAveragePool: ({ b, inputs }) => {
    const x = inputs[0] as ValueInfo;
    return reduceMean(b, x, { axes: spatialAxes(x), keepdims: true });
  },
  GlobalMaxPool: ({ b, inputs }) => {
    const x = inputs[0] as ValueInfo;
    return reduceMax(b, x, { axes: spatialAxes(x), keepdims: true });
  },
  MaxUnpool: maxUnpoolRule,
  InstanceNormalization: groupRule((_, c) => c),
  GroupNormalization: groupRule((attributes) => intOf(attributes, "num_groups", 1)),
  Resize: ({ b, attributes, inputs }) => resizeByProducts(b, attributes, inputs),
};
