/** Short forms for the few graph operators that activations are made of. */
import type { Attribute, GraphBuilder, Value } from "../../engine/index.ts";

/** One operator with one output. */
export function apply(
  builder: GraphBuilder,
  op: string,
  inputs: readonly Value[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  const [output] = builder.op(op, inputs, attributes);
  if (output === undefined) throw new Error(`internal: ${op} has no output`);
  return output;
}

/** A scalar constant of the same type as `like`. */
export function scalar(builder: GraphBuilder, like: Value, value: number): Value {
  const data = like.dtype === "float64" ? new Float64Array([value]) : new Float32Array([value]);
  const dtype = like.dtype === "float64" ? "float64" : "float32";
  return builder.constant({ dtype, shape: [], data });
}

/** A float attribute. */
export function float(value: number): Attribute {
  return { type: "float", value };
}
