/** Reading and writing by integer indices: the Gather and Scatter families, which are each other's adjoints. */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf, stringOf } from "./attributes.ts";
import type { Attributes, Dense, Emitter, Operator, OutputType, VjpCall } from "./definition.ts";
import { build, dense } from "./dense.ts";
import { full, one, pad, reshape, transpose } from "./emit.ts";
import { argument, required } from "./family.ts";
import { inversePermutation, normalizeAxis, range, sameShape, splitAt, stridesOf } from "./shapes.ts";

const axisOf = (attributes: Attributes, rank: number): number =>
  normalizeAxis(intOf(attributes, "axis", 0), rank) ?? -1;

const wrap = (index: number, n: number): number => (index < 0 ? index + n : index);

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
    const at = wrap(known.data[0] as number, n);
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
        const row = wrap(indices.data[Math.floor(flat / inner) % m] as number, n);
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

/** Flat position in `shape` that element `flat` of `indices` addresses along `axis`. */
function elementAt(shape: readonly number[], indices: Dense, axis: number, flat: number): number {
  const strides = stridesOf(shape);
  let at = 0;
  let rest = flat;
  for (const [k, stride] of stridesOf(indices.shape).entries()) {
    const i = Math.floor(rest / stride);
    rest -= i * stride;
    const position = k === axis ? wrap(indices.data[flat] as number, shape[k] as number) : i;
    at += position * (strides[k] as number);
  }
  return at;
}

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

/** Flat offset in `shape` of the block that row `row` of `indices` [..., q] addresses. */
function blockAt(
  shape: readonly number[],
  indices: Dense,
  row: number,
  batch: number,
  batchDims: number,
): number {
  const q = indices.shape.at(-1) as number;
  const strides = stridesOf(shape);
  let at = batchDims === 0 ? 0 : batch * (strides[batchDims - 1] as number);
  for (let k = 0; k < q; k++) {
    const axis = batchDims + k;
    at += wrap(indices.data[row * q + k] as number, shape[axis] as number) * (strides[axis] as number);
  }
  return at;
}

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

type Write = (old: number, update: number) => number;
const WRITES: Readonly<Record<string, Write>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

const writeOf = (attributes: Attributes): Write =>
  WRITES[stringOf(attributes, "reduction", "none")] ?? (WRITES.none as Write);

/** Gradients of a scatter, given how to read back at the same indices. */
function scatterVjp(
  { b, node, attributes, inputs, cotangents, wanted }: VjpCall,
  read: (g: ValueInfo) => ValueInfo,
): (ValueInfo | null)[] {
  const g = cotangents[0] as ValueInfo;
  const updates = inputs[2] as ValueInfo;
  const reduction = stringOf(attributes, "reduction", "none");
  if (reduction !== "none" && reduction !== "add")
    throw new UnsupportedOpError(
      `gradient: node "${node.name}": ${node.op} with reduction "${reduction}" has no derivative`,
      { hint: "reductions none and add have one" },
    );
  const overwritten = (): ValueInfo =>
    one(b, node.op, [g, inputs[1] as ValueInfo, full(b, 0, updates.shape, g.dtype)], { ...attributes });
  return [wanted[0] ? (reduction === "add" ? g : overwritten()) : null, null, wanted[2] ? read(g) : null];
}

const scatterElements: Operator = {
  name: "ScatterElements",
  domain: "",
  since: 11,
  attributes: { axis: "int", reduction: "string" },
  arity: [3, 3],
  shape: (call) => {
    const [x, indices, updates] = [required(call, 0), required(call, 1), required(call, 2)];
    if (!sameShape(indices.shape, updates.shape) || x.shape.length !== indices.shape.length)
      return call.fail("indices and updates of equal shape and of the data's rank");
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (call) => {
    const [x, indices, updates] = [argument(call, 0), argument(call, 1), argument(call, 2)];
    const axis = axisOf(call.attributes, x.shape.length);
    const write = writeOf(call.attributes);
    const data = x.data.slice();
    for (const [i, update] of updates.data.entries()) {
      const at = elementAt(x.shape, indices, axis, i);
      data[at] = write(data[at] as number, update);
    }
    return [dense(x.dtype, x.shape, data)];
  },
  vjp: (call) =>
    scatterVjp(call, (g) =>
      one(call.b, "GatherElements", [g, call.inputs[1] as ValueInfo], {
        axis: intOf(call.attributes, "axis", 0),
      }),
    ),
  differentiable: "yes",
  note: "reductions none (without doubled indices) and add",
};

const scatterNd: Operator = {
  name: "ScatterND",
  domain: "",
  since: 11,
  attributes: { reduction: "string" },
  arity: [3, 3],
  shape: (call) => {
    const [x, indices, updates] = [required(call, 0), required(call, 1), required(call, 2)];
    const q = indices.shape.at(-1) ?? 0;
    const expected = [...indices.shape.slice(0, -1), ...x.shape.slice(q)];
    if (!sameShape(updates.shape, expected)) return call.fail(`updates of shape [${expected}]`);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate: (call) => {
    const [x, indices, updates] = [argument(call, 0), argument(call, 1), argument(call, 2)];
    const write = writeOf(call.attributes);
    const rows = sizeOf(indices.shape.slice(0, -1));
    const block = updates.data.length / Math.max(1, rows);
    const data = x.data.slice();
    for (const [i, update] of updates.data.entries()) {
      const at = blockAt(x.shape, indices, Math.floor(i / block), 0, 0) + (i % block);
      data[at] = write(data[at] as number, update);
    }
    return [dense(x.dtype, x.shape, data)];
  },
  vjp: (call) => scatterVjp(call, (g) => one(call.b, "GatherND", [g, call.inputs[1] as ValueInfo])),
  differentiable: "yes",
  note: "reductions none (without doubled indices) and add",
};

/** Entries of this family. */
export const indexing: readonly Operator[] = [gather, gatherElements, gatherNd, scatterElements, scatterNd];
