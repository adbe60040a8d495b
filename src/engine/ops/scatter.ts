/** Writing by integer indices, with addition or by overwriting. The adjoint reads at the same indices (gather.ts). */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { intOf, stringOf } from "./attributes.ts";
import type { Attributes, Operator, VjpCall } from "./definition.ts";
import { dense } from "./dense.ts";
import { full, one } from "./emit.ts";
import { argument, required } from "./family.ts";
import { blockAt, elementAt } from "./positions.ts";
import { normalizeAxis, sameShape } from "./shapes.ts";

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
    const axis = normalizeAxis(intOf(call.attributes, "axis", 0), x.shape.length) ?? 0;
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
export const scattering: readonly Operator[] = [scatterElements, scatterNd];
