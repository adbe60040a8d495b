/** Batch normalisation: affine with fixed statistics; in training mode with the mean and variance of the batch. */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { flagOf, floatOf } from "./attributes.ts";
import type { Dense, EvaluateCall, Operator, VjpCall } from "./definition.ts";
import { build, dense } from "./dense.ts";
import { add, div, mul, neg, reduceSum, sqrt, sub } from "./emit.ts";
import { argument, required } from "./family.ts";
import {
  acrossChannel,
  affineVjp,
  epsilonOf,
  moments,
  perChannel,
  standardized,
  standardizedVjp,
} from "./standardize.ts";

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

/** Entries of this family. */
export const batchNormalisation: readonly Operator[] = [batchNormalization];
