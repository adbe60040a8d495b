/** Layer, instance and group normalisation: each example by its own mean and standard deviation. */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf } from "./attributes.ts";
import type { Attributes, Operator, OutputType, ShapeCall } from "./definition.ts";
import { dense } from "./dense.ts";
import { mul, reshape, sumTo } from "./emit.ts";
import { argument, required } from "./family.ts";
import { normalizeAxis, range, sameShape } from "./shapes.ts";
import {
  acrossChannel,
  affineVjp,
  epsilonOf,
  perChannel,
  standardizeBlocks,
  standardized,
  standardizedVjp,
} from "./standardize.ts";

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
    for (const i of [1, 2])
      if (call.inputs[i] && !sameShape(call.inputs[i].shape, x.shape.slice(axis)))
        return call.fail(`scale and bias of shape [${x.shape.slice(axis)}]`);
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
