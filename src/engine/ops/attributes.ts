/** Reading operator attributes with their defaults, and tagging plain JavaScript values with their ONNX type. */
import { SpecError } from "../../base/index.ts";
import type { Attribute, Graph } from "../ir.ts";
import type { Tensor } from "../tensor.ts";
import type { AttributeInput, Attributes, AttributeType } from "./definition.ts";

/** Integer attribute; `fallback` when absent. */
export function intOf(attributes: Attributes, name: string, fallback: number): number {
  const a = attributes[name];
  return a?.type === "int" || a?.type === "float" ? a.value : fallback;
}

/** Whether an integer attribute used as a flag is set. */
export function flagOf(attributes: Attributes, name: string, fallback = false): boolean {
  return intOf(attributes, name, fallback ? 1 : 0) !== 0;
}

/** Float attribute, as the float32 that ONNX stores; `fallback` when absent. */
export function floatOf(attributes: Attributes, name: string, fallback: number): number {
  return Math.fround(intOf(attributes, name, fallback));
}

/** Text attribute; `fallback` when absent. */
export function stringOf(attributes: Attributes, name: string, fallback: string): string {
  const a = attributes[name];
  return a?.type === "string" ? a.value : fallback;
}

/** List of integers, null when absent. */
export function intsOf(attributes: Attributes, name: string): readonly number[] | null {
  const a = attributes[name];
  return a?.type === "ints" || a?.type === "floats" ? a.value : null;
}

/** Tensor attribute, null when absent. */
export function tensorAttribute(attributes: Attributes, name: string): Tensor | null {
  const a = attributes[name];
  return a?.type === "tensor" ? a.value : null;
}

/** Graph attribute (the body of Scan), null when absent. */
export function graphAttribute(attributes: Attributes, name: string): Graph | null {
  const a = attributes[name];
  return a?.type === "graph" ? a.value : null;
}

/** Tags plain values by the operator's attribute types; already tagged values pass through. */
export function tagAttributes(
  op: string,
  types: Readonly<Record<string, AttributeType>>,
  values: Readonly<Record<string, AttributeInput>>,
): Record<string, Attribute> {
  const tagged: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(values)) {
    const type = types[name];
    if (isTagged(value)) tagged[name] = value;
    else if (type === undefined)
      throw new SpecError(`${op}: unknown attribute "${name}"`, {
        hint: `known attributes: ${Object.keys(types).join(", ") || "none"}`,
      });
    else tagged[name] = tag(op, name, type, value);
  }
  return tagged;
}

function isTagged(value: AttributeInput): value is Attribute {
  return typeof value === "object" && "type" in value && "value" in value;
}

function tag(op: string, name: string, type: AttributeType, value: AttributeInput): Attribute {
  const plain = typeof value === "boolean" ? Number(value) : value;
  const fits: Record<AttributeType, boolean> = {
    int: typeof plain === "number" && Number.isInteger(plain),
    float: typeof plain === "number",
    string: typeof plain === "string",
    ints: Array.isArray(plain),
    floats: Array.isArray(plain),
    strings: Array.isArray(plain),
    tensor: typeof plain === "object" && "dtype" in plain,
    graph: typeof plain === "object" && "nodes" in plain,
  };
  if (!fits[type])
    throw new SpecError(`${op}: attribute "${name}" received ${JSON.stringify(value)}, expected ${type}`);
  return { type, value: plain } as Attribute;
}
