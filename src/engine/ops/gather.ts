/** Reading by integer indices. The adjoint writes back by addition (scatter.ts). */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf } from "./attributes.ts";
import type { Attributes, Emitter, Operator, OutputType } from "./definition.ts";
import { build } from "./dense.ts";
import { full, one, pad, reshape, transpose } from "./emit.ts";
import { argument, required } from "./family.ts";
import { blockAt, elementAt, wrapIndex } from "./positions.ts";
import { inversePermutation, normalizeAxis, range, splitAt } from "./shapes.ts";

const axisOf = (attributes: Attributes, rank: number): number =>
  normalizeAxis(intOf(attributes, "axis", 0), rank) ?? -1;

/**
 * Adjoint of Gather along `axis`: adds the rows of `g` back to the places they were read from.
 * A known single index needs only padding.
 */
export function scatterAlong(
  b: Emitter,
  g: ValueInfo,
  indices: ValueInfo,
  axis: number,
  shape: readonly number[],
): ValueInfo {
  const n = shape[axis] as number;
  const known = b.known(indices);
  if (known?.data.length === 1) {
    const at = wrapIndex(known.data[0] as number, n);
    const zeros = shape.map(() => 0);
    const row = reshape(b, g, shape.with(axis, 1));
    return pad(b, row, zeros.with(axis, at), zeros.with(axis, n - 1 - at));
  }
  const rank = indices.shape.length;
  // [before, indices, after] -> [indices, before, after], so that rows are whole blocks.
  const order = [
    ...range(rank).map((i) => axis + i),
    ...range(axis),
    ...range(shape.length - axis - 1).map((i) => axis + rank + i),
  ];
  const rows = transpose(b, g, order);
  const front = [axis, ...range(shape.length).filter((i) => i !== axis)];
  const zeros = full(
    b,
    0,
    front.map((i) => shape[i] as number),
    g.dtype,
  );
  const columns = reshape(b, indices, [...indices.shape, 1]);
  const sum = one(b, "ScatterND", [zeros, columns, rows], { reduction: "add" });
  return transpose(b, sum, inversePermutation(front));
}

const gather: Operator = {
  name: "Gather",
  domain: "",
  since: 1,
  attributes: { axis: "int" },
  arity: [2, 2],
  shape: (call) => {
    const [x, indices] = [required(call, 0), required(call, 1)];
    const axis = axisOf(call.attributes, x.shape.length);
    if (axis < 0) return call.fail(`an axis within -${x.shape.length}..${x.shape.length - 1}`);
    return [{ dtype: x.dtype, shape: x.shape.toSpliced(axis, 1, ...indices.shape) }];
  },
  evaluate: (call) => {
    const [x, indices] = [argument(call, 0), argument(call, 1)];
    const { dtype, shape } = call.outputs[0] as OutputType;
    const { n, inner } = splitAt(x.shape, axisOf(call.attributes, x.shape.length));
    const m = indices.data.length;
    return [
      build(dtype, shape, (flat) => {
        const row = wrapIndex(indices.data[Math.floor(flat / inner) % m] as number, n);
        return x.data[(Math.floor(flat / (inner * m)) * n + row) * inner + (flat % inner)] as number;
      }),
    ];
  },
  vjp: ({ b, attributes, inputs, cotangents }) => {
    const [x, indices] = inputs as [ValueInfo, ValueInfo];
    const axis = axisOf(attributes, x.shape.length);
    return [scatterAlong(b, cotangents[0] as ValueInfo, indices, axis, x.shape), null];
  },
  differentiable: "yes",
  note: "gradient to the data",
};

const gatherElements: Operator = {
  name: "GatherElements",
  domain: "",
  since: 11,
  attributes: { axis: "int" },
  arity: [2, 2],
  shape: (call) => {
    const [x, indices] = [required(call, 0), required(call, 1)];
    if (x.shape.length !== indices.shape.length) return call.fail("data and indices of equal rank");
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  evaluate: (call) => {
    const [x, indices] = [argument(call, 0), argument(call, 1)];
    const axis = axisOf(call.attributes, x.shape.length);
    return [build(x.dtype, indices.shape, (i) => x.data[elementAt(x.shape, indices, axis, i)] as number)];
  },
  vjp: ({ b, attributes, inputs, cotangents }) => {
    const [x, indices] = inputs as [ValueInfo, ValueInfo];
    const zeros = full(b, 0, x.shape, x.dtype);
    const axis = axisOf(attributes, x.shape.length);
    return [
      one(b, "ScatterElements", [zeros, indices, cotangents[0] as ValueInfo], { axis, reduction: "add" }),
      null,
    ];
  },
  differentiable: "yes",
  note: "gradient to the data",
};

const gatherNd: Operator = {
  name: "GatherND",
  domain: "",
  since: 11,
  attributes: { batch_dims: "int" },
  arity: [2, 2],
  shape: (call) => {
    const [x, indices] = [required(call, 0), required(call, 1)];
    const q = indices.shape.at(-1) ?? 0;
    const batchDims = intOf(call.attributes, "batch_dims", 0);
    if (q + batchDims > x.shape.length) return call.fail("index rows no longer than the data's rank");
    return [{ dtype: x.dtype, shape: [...indices.shape.slice(0, -1), ...x.shape.slice(q + batchDims)] }];
  },
  evaluate: (call) => {
    const [x, indices] = [argument(call, 0), argument(call, 1)];
    const { dtype, shape } = call.outputs[0] as OutputType;
    const batchDims = intOf(call.attributes, "batch_dims", 0);
    const rows = sizeOf(indices.shape.slice(0, -1));
    const perBatch = rows / Math.max(1, sizeOf(indices.shape.slice(0, batchDims)));
    const block = sizeOf(shape) / Math.max(1, rows);
    return [
      build(dtype, shape, (flat) => {
        const row = Math.floor(flat / block);
        const at = blockAt(x.shape, indices, row, Math.floor(row / perBatch), batchDims);
        return x.data[at + (flat % block)] as number;
      }),
    ];
  },
  vjp: ({ b, node, attributes, inputs, cotangents }) => {
    const [x, indices] = inputs as [ValueInfo, ValueInfo];
    if (intOf(attributes, "batch_dims", 0) !== 0)
      throw new UnsupportedOpError(
        `gradient: node "${node.name}": GatherND with batch_dims has no derivative`,
        {
          hint: "use Gather or GatherElements",
        },
      );
    const zeros = full(b, 0, x.shape, x.dtype);
    return [one(b, "ScatterND", [zeros, indices, cotangents[0] as ValueInfo], { reduction: "add" }), null];
  },
  differentiable: "yes",
  note: "gradient to the data, without batch_dims",
};

/** Entries of this family. */
export const gathering: readonly Operator[] = [gather, gatherElements, gatherNd];
