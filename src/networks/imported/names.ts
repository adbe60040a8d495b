/** Names of layers as a person knows them, from what exporters leave: weight names, bias names, node paths. */
import type { LinearNode } from "./linear-nodes.ts";

/** Names that exporters invent. */
const invented = /^(val_\d|onnx::|\d|c_?\d)/;

/**
 * "/features/features.0/features.0.0/Conv" as "features.0.0": TorchScript repeats the name of a sequential container
 * in front of its children.
 */
function pathName(nodeName: string): string {
  const parts = nodeName.split("/").filter((part) => part !== "");
  parts.pop();
  return parts.filter((part, k) => !(parts[k + 1]?.startsWith(`${part}.`) ?? false)).join(".");
}

function nameOf(linear: LinearNode, nodeName: string, position: number): string {
  const weight = linear.weight.replace(/[._/]weight$/, "");
  const bias = (linear.bias ?? "").replace(/[._]bias$/, "");
  const candidates = [weight, pathName(nodeName), bias].filter((name) => name !== "" && !invented.test(name));
  return candidates[0] ?? `layer${position + 1}`;
}

/** One name per layer; repeated ones (shared weights) get a number. */
export function layerNames(linears: readonly LinearNode[], nodeNames: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return linears.map((linear, position) => {
    const name = nameOf(linear, nodeNames[position] ?? "", position);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
