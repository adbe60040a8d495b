/**
 * Normalisations. Batch normalisation with fixed statistics is affine; the others subtract a mean and divide by a
 * standard deviation of the input itself. Gradients recompute the statistics from operators, so they can be
 * differentiated again.
 */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { flagOf, floatOf, intOf } from "./attributes.ts";
import type {
  Attributes,
  Dense,
  Emitter,
  EvaluateCall,
  Operator,
  OutputType,
  ShapeCall,
  VjpCall,
} from "./definition.ts";
import { build, dense } from "./dense.ts";
import { add, div, mul, neg, reduceMean, reduceSum, reshape, sqrt, sub, sumTo } from "./emit.ts";
import { argument, required } from "./family.ts";
import { normalizeAxis, range } from "./shapes.ts";

/** Default of every normalisation in ONNX. */
const EPSILON = 1e-5;
const epsilonOf = (attributes: Attributes): number => floatOf(attributes, "epsilon", EPSILON);

/** A per-channel list [c] shaped to broadcast over [n, c, ...]. */
function perChannel(b: Emitter, v: ValueInfo, rank: number): ValueInfo {
  return reshape(b, v, [v.shape[0] as number, ...new Array<number>(rank - 2).fill(1)]);
}

/** All axes but the channel axis. */
const acrossChannel = (rank: number): number[] => range(rank).filter((i) => i !== 1);

/** x minus mean, over standard deviation, with 1/std kept for gradients. */
function standardized(b: Emitter, x: ValueInfo, axes: readonly number[], epsilon: number) {
  const centred = sub(b, x, reduceMean(b, x, { axes, keepdims: true }));
  const variance = reduceMean(b, mul(b, centred, centred), { axes, keepdims: true });
  const deviation = sqrt(b, add(b, variance, epsilon));
  return { hat: div(b, centred, deviation), deviation };
}

/** dL/dx of x -> (x - mean)/std, given dL/d(hat): Ioffe and Szegedy 2015, section 3. */
function standardizedVjp(
  b: Emitter,
  { hat, deviation }: { readonly hat: ValueInfo; readonly deviation: ValueInfo },
  g: ValueInfo,
  axes: readonly number[],
): ValueInfo {
  const mean = reduceMean(b, g, { axes, keepdims: true });
  const slope = reduceMean(b, mul(b, g, hat), { axes, keepdims: true });
  return div(b, sub(b, sub(b, g, mean), mul(b, hat, slope)), deviation);
}

/** Mean and (biased) variance of a block. */
function moments(block: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = block.reduce((s, v) => s + v, 0) / block.length;
  return { mean, variance: block.reduce((s, v) => s + (v - mean) ** 2, 0) / block.length };
}

/** Normalises consecutive blocks of `size` elements; returns the result with mean and 1/std per block. */
function standardizeBlocks(x: Dense, size: number, epsilon: number) {
  const count = x.data.length / size;
  const [data, means, inverses] = [
    new Float64Array(x.data.length),
    new Float64Array(count),
    new Float64Array(count),
  ];
  for (let k = 0; k < count; k++) {
    const block = x.data.subarray(k * size, (k + 1) * size);
    const { mean, variance } = moments(block);
    const inverse = 1 / Math.sqrt(variance + epsilon);
    means[k] = mean;
    inverses[k] = inverse;
    for (let i = 0; i < size; i++) data[k * size + i] = ((block[i] as number) - mean) * inverse;
  }
  return { data, means, inverses };
}

/** Mean and variance of every channel of [n, c, ...] over all else. */
function channelMoments(x: Dense): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const [n, c] = x.shape as [number, number];
  const size = sizeOf(x.shape.slice(2));
  const [mean, variance] = [new Float64Array(c), new Float64Array(c)];
  for (let q = 0; q < c; q++) {
    const block = new Float64Array(n * size);
    for (let s = 0; s < n; s++)
      block.set(x.data.subarray((s * c + q) * size, (s * c + q + 1) * size), s * size);
    const m = moments(block);
    mean[q] = m.mean;
    variance[q] = m.variance;
  }
  return { mean, variance };
}

function evaluateBatchNorm(call: EvaluateCall): Dense[] {
  const [x, scale, bias, givenMean, givenVar] = [0, 1, 2, 3, 4].map((i) => argument(call, i)) as [
    Dense,
    Dense,
    Dense,
    Dense,
    Dense,
  ];
  const training = flagOf(call.attributes, "training_mode");
  const { mean, variance } = training ? channelMoments(x) : { mean: givenMean.data, variance: givenVar.data };
  const size = sizeOf(x.shape.slice(2));
  const epsilon = epsilonOf(call.attributes);
  const y = build(x.dtype, x.shape, (flat) => {
    const c = Math.floor(flat / size) % (x.shape[1] as number);
    const hat =
      ((x.data[flat] as number) - (mean[c] as number)) / Math.sqrt((variance[c] as number) + epsilon);
    return hat * (scale.data[c] as number) + (bias.data[c] as number);
  });
  const momentum = floatOf(call.attributes, "momentum", 0.9);
  const running = (old: Dense, now: Float64Array): Dense =>
    dense(
      old.dtype,
      old.shape,
      old.data.map((v, i) => v * momentum + (now[i] as number) * (1 - momentum)),
    );
  return call.outputs.length === 1 ? [y] : [y, running(givenMean, mean), running(givenVar, variance)];
}

/** Gradients of scale and bias when y = hat scale + bias per channel. */
function affineVjp(
  { b, wanted }: VjpCall,
  g: ValueInfo,
  hat: ValueInfo,
  axes: readonly number[],
): (ValueInfo | null)[] {
  return [
    wanted[1] ? reduceSum(b, mul(b, g, hat), { axes }) : null,
    wanted[2] ? reduceSum(b, g, { axes }) : null,
  ];
}

function batchNormVjp(call: VjpCall): (ValueInfo | null)[] {
  const { b, node, attributes, inputs, cotangents, wanted } = call;
  const [x, scale, , mean, variance] = inputs as [ValueInfo, ValueInfo, ValueInfo, ValueInfo, ValueInfo];
  const g = cotangents[0];
  const rank = x.shape.length;
  const axes = acrossChannel(rank);
  if (!g || cotangents.slice(1).some((c) => c !== null))
    throw new UnsupportedOpError(
      `gradient: node "${node.name}": BatchNormalization's running statistics have no derivative`,
    );
  const weighted = mul(b, g, perChannel(b, scale, rank));
  if (flagOf(attributes, "training_mode")) {
    const now = standardized(b, x, axes, epsilonOf(attributes));
    const dx = wanted[0] ? standardizedVjp(b, now, weighted, axes) : null;
    return [dx, ...affineVjp(call, g, now.hat, axes), null, null];
  }
  const deviation = perChannel(b, sqrt(b, add(b, variance, epsilonOf(attributes))), rank);
  const dx = div(b, weighted, deviation);
  const needsHat = wanted[1] || wanted[4];
  const hat = needsHat ? div(b, sub(b, x, perChannel(b, mean, rank)), deviation) : null;
  const dVariance = (): ValueInfo => {
    const slope = reduceSum(b, mul(b, weighted, hat as ValueInfo), { axes });
    return div(b, mul(b, slope, -0.5), add(b, variance, epsilonOf(attributes)));
  };
  return [
    wanted[0] ? dx : null,
    ...affineVjp(call, g, hat ?? g, axes),
    wanted[3] ? neg(b, reduceSum(b, dx, { axes })) : null,
    wanted[4] ? dVariance() : null,
  ];
}

const batchNormalization: Operator = {
  name: "BatchNormalization",
  domain: "",
  since: 9,
  attributes: { epsilon: "float", momentum: "float", training_mode: "int" },
  arity: [5, 5],
  shape: (call) => {
    const x = required(call, 0);
    const c = x.shape[1];
    for (let i = 1; i < 5; i++)
      if (x.shape.length < 2 || required(call, i).shape.join() !== `${c}`)
        return call.fail(`x [n, c, ...] and scale, bias, mean, variance of shape [c]`);
    if (flagOf(call.attributes, "training_mode") && call.outputs !== 3)
      return call.fail("three outputs in training mode: y, running mean, running variance");
    const list = { dtype: required(call, 3).dtype, shape: [c as number] };
    return [{ dtype: x.dtype, shape: x.shape }, list, list];
  },
  evaluate: evaluateBatchNorm,
  vjp: batchNormVjp,
  differentiable: "yes",
  note: "both modes; in training mode the running statistics carry no gradient",
};

const layerNormalization: Operator = {
  name: "LayerNormalization",
  domain: "",
  since: 17,
  attributes: { axis: "int", epsilon: "float", stash_type: "int" },
  arity: [2, 3],
  shape: (call) => {
    const x = required(call, 0);
    const axis = layerAxis(call, x.shape.length);
    if (axis === null) return call.fail("an axis within the rank");
    const stash = { dtype: x.dtype, shape: x.shape.map((n, i) => (i < axis ? n : 1)) };
    return [{ dtype: x.dtype, shape: x.shape }, stash, stash];
  },
  evaluate: (call) => {
    const [x, scale, bias] = [argument(call, 0), argument(call, 1), call.inputs[2] ?? null];
    const axis = layerAxis(call, x.shape.length) as number;
    const size = sizeOf(x.shape.slice(axis));
    const { data, means, inverses } = standardizeBlocks(x, size, epsilonOf(call.attributes));
    const m = scale.data.length;
    const y = data.map(
      (v, i) => v * (scale.data[i % m] as number) + (bias ? (bias.data[i % m] as number) : 0),
    );
    const stash = (call.outputs[1] as OutputType | undefined)?.shape ?? [];
    return [dense(x.dtype, x.shape, y), dense(x.dtype, stash, means), dense(x.dtype, stash, inverses)];
  },
  vjp: (call) => {
    const { b, inputs, cotangents, wanted, node } = call;
    const [x, scale, bias] = inputs as [ValueInfo, ValueInfo, ValueInfo | undefined];
    const g = cotangents[0];
    if (!g || cotangents.slice(1).some((c) => c !== null))
      throw new UnsupportedOpError(
        `gradient: node "${node.name}": LayerNormalization's mean and deviation outputs have no derivative`,
        {
          hint: "use ReduceMean for them",
        },
      );
    const axis = layerAxis(call, x.shape.length) as number;
    const axes = range(x.shape.length).slice(axis);
    const now = standardized(b, x, axes, epsilonOf(call.attributes));
    return [
      wanted[0] ? standardizedVjp(b, now, mul(b, g, scale), axes) : null,
      wanted[1] ? sumTo(b, mul(b, g, now.hat), scale.shape) : null,
      bias && wanted[2] ? sumTo(b, g, bias.shape) : null,
    ];
  },
  differentiable: "yes",
  note: "over the axes from `axis` on",
};

function layerAxis(call: { readonly attributes: Attributes }, rank: number): number | null {
  return normalizeAxis(intOf(call.attributes, "axis", -1), rank);
}

/** Instance and group normalisation: blocks of channels of one example, then scale and bias per channel. */
function groupwise(
  name: string,
  since: number,
  attributes: Operator["attributes"],
  groupsOf: (attributes: Attributes, channels: number) => number,
  note: string,
): Operator {
  const check = (call: ShapeCall): OutputType[] => {
    const [x, scale, bias] = [required(call, 0), required(call, 1), required(call, 2)];
    const c = x.shape[1] ?? 0;
    const groups = groupsOf(call.attributes, c);
    const perChannelScale = scale.shape.join() === `${c}` && bias.shape.join() === `${c}`;
    if (x.shape.length < 3 || groups < 1 || c % groups !== 0 || !perChannelScale)
      return call.fail("x [n, c, ...], c divisible by the groups, scale and bias of shape [c]");
    return [{ dtype: x.dtype, shape: x.shape }];
  };
  return {
    name,
    domain: "",
    since,
    attributes,
    arity: [3, 3],
    shape: check,
    evaluate: (call) => {
      const [x, scale, bias] = [argument(call, 0), argument(call, 1), argument(call, 2)];
      const [c, size] = [x.shape[1] as number, sizeOf(x.shape.slice(2))];
      const block = (c / groupsOf(call.attributes, c)) * size;
      const { data } = standardizeBlocks(x, block, epsilonOf(call.attributes));
      const y = data.map((v, i) => {
        const channel = Math.floor(i / size) % c;
        return v * (scale.data[channel] as number) + (bias.data[channel] as number);
      });
      return [dense(x.dtype, x.shape, y)];
    },
    vjp: (call) => {
      const { b, inputs, cotangents, wanted } = call;
      const [x, scale] = inputs as [ValueInfo, ValueInfo];
      const g = cotangents[0] as ValueInfo;
      const [n, c] = x.shape as [number, number];
      const groups = groupsOf(call.attributes, c);
      const blocks = [n, groups, (c / groups) * sizeOf(x.shape.slice(2))];
      const now = standardized(b, reshape(b, x, blocks), [2], epsilonOf(call.attributes));
      const weighted = mul(b, g, perChannel(b, scale, x.shape.length));
      const hat = reshape(b, now.hat, x.shape);
      return [
        wanted[0] ? reshape(b, standardizedVjp(b, now, reshape(b, weighted, blocks), [2]), x.shape) : null,
        ...affineVjp(call, g, hat, acrossChannel(x.shape.length)),
      ];
    },
    differentiable: "yes",
    note,
  };
}

/** Entries of this family. */
export const normalisation: readonly Operator[] = [
  batchNormalization,
  layerNormalization,
  groupwise("InstanceNormalization", 1, { epsilon: "float" }, (_, c) => c, ""),
  groupwise(
    "GroupNormalization",
    21,
    { epsilon: "float", num_groups: "int", stash_type: "int" },
    (attributes) => intOf(attributes, "num_groups", 0),
    "scale and bias per channel (opset 21)",
  ),
];
