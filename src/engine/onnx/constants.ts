/** The value of a Constant node, which has one attribute for each way to write it. */
import { UnsupportedOpError } from "../../base/index.ts";
import { type Tensor, tensorOf } from "../tensor.ts";
import { attributeOf } from "./attributes.ts";
import type { AttributeProto } from "./schema.ts";

/** Reads `value`, `value_float(s)` or `value_int(s)`. */
export function constantOf(file: string, attributes: readonly AttributeProto[]): Tensor {
  const proto = attributes[0];
  const attribute = proto === undefined ? undefined : attributeOf(file, proto);
  switch (attribute?.type) {
    case "tensor":
      return attribute.value;
    case "float":
      return tensorOf("float32", [], [attribute.value]);
    case "int":
      return tensorOf("int64", [], [attribute.value]);
    case "floats":
      return tensorOf("float32", [attribute.value.length], attribute.value);
    case "ints":
      return tensorOf("int64", [attribute.value.length], attribute.value);
  }
  throw new UnsupportedOpError(`a constant given as ${proto?.name ?? "nothing"}`, {
    hint: "export the model with dense numeric constants",
  });
}
