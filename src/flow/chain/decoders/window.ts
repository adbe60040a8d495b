/** Reads the window of a convolution or pooling node: kernel, strides, dilations, what was added in front. */
import { intOf, intsOf, type Node, stringOf, type ValueInfo } from "../../../engine/index.ts";
import type { FrozenGraph } from "../frozen.ts";
import { weightOf } from "../roles.ts";
import type { Window } from "./convolution.ts";

/**
 * The window of a Conv, ConvTranspose or pooling node inside a block whose input is `input` [c, ...]. Padding that
 * separate nodes added before (circular convolutions) counts with the window's own.
 */
export function windowOf(frozen: FrozenGraph, node: Node, input: readonly number[]): Window {
  const [x = ""] = node.inputs;
  const from = (frozen.values.get(x) as ValueInfo).shape.slice(2);
  const to = (frozen.values.get(node.outputs[0] as string) as ValueInfo).shape.slice(2);
  const weight = weightOf(frozen, node.inputs);
  const kernel =
    weight === null
      ? (intsOf(node.attributes, "kernel_shape") ?? from)
      : (frozen.constants.get(weight)?.shape.slice(2) as readonly number[]);
  const ones = kernel.map(() => 1);
  const strides = intsOf(node.attributes, "strides") ?? ones;
  const dilations = intsOf(node.attributes, "dilations") ?? ones;
  const pads = intsOf(node.attributes, "pads");
  const mode = stringOf(node.attributes, "auto_pad", "NOTSET");
  const before = kernel.map((size, i) => {
    const at = (list: readonly number[]): number => list[i] as number;
    const added = Math.floor((at(from) - (input[i + 1] ?? at(from))) / 2);
    if (!mode.startsWith("SAME")) return (pads?.[i] ?? 0) + added;
    const [small, large] = node.op === "ConvTranspose" ? [from, to] : [to, from];
    const total = Math.max(0, (at(small) - 1) * at(strides) + (size - 1) * at(dilations) + 1 - at(large));
    return (mode === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2)) + added;
  });
  return { kernel, strides, dilations, before, groups: intOf(node.attributes, "group", 1) };
}
