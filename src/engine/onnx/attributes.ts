/** Attributes of file nodes as attributes of graph nodes. */
import { UnsupportedOpError } from "../../base/index.ts";
import type { Attribute } from "../ir.ts";
import { type AttributeProto, attributeType } from "./schema.ts";
import { tensorOfProto } from "./tensors.ts";

const utf8 = new TextDecoder();

/** An attribute as read; graphs are left to the importer, which knows the values around them. */
export function attributeOf(file: string, proto: AttributeProto): Exclude<Attribute, { type: "graph" }> {
  switch (proto.type ?? guessType(proto)) {
    case attributeType.float:
      return { type: "float", value: proto.float ?? 0 };
    case attributeType.int:
      return { type: "int", value: proto.int ?? 0 };
    case attributeType.string:
      return { type: "string", value: utf8.decode(proto.string) };
    case attributeType.floats:
      return { type: "floats", value: proto.floats };
    case attributeType.ints:
      return { type: "ints", value: proto.ints };
    case attributeType.strings:
      return { type: "strings", value: proto.strings };
    case attributeType.tensor:
      if (proto.tensor !== undefined) return { type: "tensor", value: tensorOfProto(file, proto.tensor) };
  }
  throw new UnsupportedOpError(
    `attribute ${proto.name} is of a kind that is not covered (type ${proto.type})`,
  );
}

/** Files older than IR version 2 do not say the type. */
function guessType(proto: AttributeProto): number {
  if (proto.float !== undefined) return attributeType.float;
  if (proto.int !== undefined) return attributeType.int;
  if (proto.string !== undefined) return attributeType.string;
  if (proto.tensor !== undefined) return attributeType.tensor;
  if (proto.floats.length > 0) return attributeType.floats;
  return proto.strings.length > 0 ? attributeType.strings : attributeType.ints;
}
