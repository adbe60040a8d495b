/**
 * Nodes of older operator sets in the form of operator set 21: attributes that became inputs, defaults that changed,
 * and 16-bit floats, which are widened. Source: onnx/docs/Changelog.md.
 */
import { UnsupportedOpError } from "../../base/index.ts";
import type { Value } from "../graph/index.ts";
import type { Attribute } from "../ir.ts";
import type { Tensor } from "../tensor.ts";
import { codeOfDtype, dtypeOfCode, nameOfCode, widened } from "./data-types.ts";

/** A node while it is brought up to date. */
export interface Draft {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: number;
}

/** What a rule may use. */
export interface UpgradeContext {
  /** Operator set that the node was written for. */
  readonly opset: number;
  /** A constant, named after the node. */
  constant(role: string, tensor: Tensor): Value;
}

interface Rule {
  readonly ops: ReadonlySet<string>;
  /** Applies to nodes written for an older set than this. */
  readonly before: number;
  readonly apply: (draft: Draft, context: UpgradeContext) => Draft;
}

/** Oldest and newest operator set that is read. */
export const readableOpsets: readonly [number, number] = [11, 27];

const reductions =
  "ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare";

const rules: readonly Rule[] = [
  { ops: words("ReduceSum Squeeze Unsqueeze"), before: 13, apply: attributeToInput("axes") },
  { ops: words("Split"), before: 13, apply: attributeToInput("split") },
  { ops: words(reductions), before: 18, apply: attributeToInput("axes") },
  { ops: words("Split"), before: 18, apply: countOutputs },
  { ops: words("Softmax LogSoftmax Hardmax"), before: 13, apply: lastAxisOnly },
  { ops: words("Dropout"), before: 12, apply: (draft) => without(draft, "ratio") },
  { ops: words("GroupNormalization"), before: 21, apply: refuseGroups },
  { ops: words("Cast"), before: Number.POSITIVE_INFINITY, apply: widenCast },
  {
    ops: words("Cast CastLike"),
    before: Number.POSITIVE_INFINITY,
    apply: (draft) => without(draft, "saturate"),
  },
];

/** Applies every rule that the node needs. */
export function upgrade(draft: Draft, context: UpgradeContext): Draft {
  return rules
    .filter(({ ops, before }) => context.opset < before && ops.has(draft.op))
    .reduce((current, rule) => rule.apply(current, context), draft);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

function without(draft: Draft, name: string): Draft {
  const { [name]: _removed, ...attributes } = draft.attributes;
  return { ...draft, attributes };
}

function attributeToInput(name: string): Rule["apply"] {
  return (draft, context) => {
    const attribute = draft.attributes[name];
    if (attribute?.type !== "ints") return draft;
    const { value } = attribute;
    const tensor: Tensor = { dtype: "int64", shape: [value.length], data: BigInt64Array.from(value, BigInt) };
    return { ...without(draft, name), inputs: [draft.inputs[0] ?? null, context.constant(name, tensor)] };
  };
}

/** From 18 on, equal parts need their number. */
function countOutputs(draft: Draft): Draft {
  if (draft.inputs[1]) return draft;
  return {
    ...draft,
    attributes: { ...draft.attributes, num_outputs: { type: "int", value: draft.outputs } },
  };
}

/** Before 13, softmax ran over all axes from `axis` (default 1) on; over the last one both meanings agree. */
function lastAxisOnly(draft: Draft): Draft {
  const rank = draft.inputs[0]?.shape.length ?? 0;
  const attribute = draft.attributes.axis;
  const axis = attribute?.type === "int" ? attribute.value : 1;
  if (axis === -1 || axis === rank - 1) {
    return { ...draft, attributes: { ...draft.attributes, axis: { type: "int", value: -1 } } };
  }
  throw new UnsupportedOpError(`${draft.op} over several axes (axis ${axis} of ${rank}, before opset 13)`, {
    hint: "export with opset 13 or newer",
  });
}

function refuseGroups(draft: Draft): Draft {
  throw new UnsupportedOpError(`${draft.op} before opset 21 scales groups, not channels`, {
    hint: "export with opset 21, or with opset 17 where it is written as InstanceNormalization",
  });
}

function widenCast(draft: Draft): Draft {
  const { to } = draft.attributes;
  const code = to?.type === "int" ? to.value : 0;
  const dtype = dtypeOfCode(code);
  if (dtype === null) {
    throw new UnsupportedOpError(`Cast to ${nameOfCode(code)}, an element type that is not covered`, {
      hint: "export the model in float32",
    });
  }
  return {
    ...draft,
    attributes: { ...draft.attributes, to: { type: "int", value: codeOfDtype(widened(dtype)) } },
  };
}
