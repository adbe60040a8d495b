/** What a segment of a graph does, from its operators: whether it begins a block, or belongs to the block before or after. */
import { intsOf, type Node } from "../../engine/index.ts";
import type { Segment } from "./cuts.ts";
import { exampleShape, type FrozenGraph } from "./frozen.ts";

/** What a segment does. */
export type Role =
  /** One weight layer. */
  | "weight"
  /** Weight layers with branches: a residual, dense or attention block. */
  | "composite"
  /** Reduces positions by a mean or a maximum. */
  | "pooling"
  /** Enlarges an image without weights. */
  | "upsampling"
  /** Keeps a part of the signal. */
  | "selection"
  /** Moves elements or adds constants beside them; can be undone exactly. */
  | "rearrangement"
  /** Adds positions at the edges of an image; belongs to the layer that follows. */
  | "padding"
  /** Element by element, normalisation, gates: belongs to the block before. */
  | "follower";

const weightOperators: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum"]);

const rearranging: ReadonlySet<string> = new Set(["Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze"]);

const pooling: ReadonlySet<string> = new Set([
  "MaxPool",
  "AveragePool",
  "LpPool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "ReduceMean",
  "ReduceMax",
  "ReduceSum",
]);

const selecting: ReadonlySet<string> = new Set(["Slice", "Gather", "Split"]);
const padding: ReadonlySet<string> = new Set(["Slice", "Concat", "Pad", "Gather"]);

/** Operators that pass a value on as it is. */
export const identities: ReadonlySet<string> = new Set(["Identity", "Dropout", "Cast"]);

/** Operators that pass elements on in their order. */
const ordered: ReadonlySet<string> = new Set([...identities, "Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

/** Whether a segment gives back its input; pooling over single positions does. */
export function isIdentity(frozen: FrozenGraph, segment: Segment): boolean {
  return (
    hasSameShape(frozen, segment) &&
    segment.nodes.every(({ node: { op, attributes } }) => {
      if (op !== "MaxPool" && op !== "AveragePool") return ordered.has(op);
      const sizes = ["kernel_shape", "strides"].map((name) => intsOf(attributes, name) ?? [1]);
      return sizes.flat().every((size) => size === 1);
    })
  );
}

function hasSameShape(frozen: FrozenGraph, { input, output }: Segment): boolean {
  return `${exampleShape(frozen, input)}` === `${exampleShape(frozen, output)}`;
}

/** Nodes that multiply the signal by constant weights. */
export function weightNodes(frozen: FrozenGraph, segment: Segment): readonly Node[] {
  return segment.nodes
    .map(({ node }) => node)
    .filter(({ op, inputs }) => weightOperators.has(op) && weightOf(frozen, inputs) !== null);
}

/** Name of the weight among the operands of a weight node. */
export function weightOf(frozen: FrozenGraph, inputs: readonly string[]): string | null {
  return inputs.slice(0, 2).find((name) => frozen.constants.has(name)) ?? null;
}

/** Says what a segment does. */
export function roleOf(frozen: FrozenGraph, segment: Segment): Role {
  const weights = weightNodes(frozen, segment);
  const ops = segment.nodes.map(({ node }) => node.op);
  const isSameShape = hasSameShape(frozen, segment);
  if (weights.length > 0) {
    if (segment.breadth === 1 && weights.length === 1) return "weight";
    return isSameShape && isGate(segment) ? "follower" : "composite";
  }
  if (segment.breadth === 1) {
    if (isIdentity(frozen, segment)) return "follower";
    if (ops.some((op) => pooling.has(op))) return "pooling";
    if (ops.some((op) => selecting.has(op))) return "selection";
    if (ops.some((op) => op === "Resize")) return "upsampling";
    if (ops.some((op) => op === "Pad")) return "padding";
    const isMoved = !isSameShape || ops.some((op) => op === "Transpose");
    if (isMoved && ops.every((op) => rearranging.has(op) || op === "Concat")) return "rearrangement";
    return isSameShape ? "follower" : "selection";
  }
  if (isSameShape) return "follower";
  return ops.every((op) => padding.has(op)) ? "padding" : "selection";
}

/** Whether a segment multiplies its input by a function of it: squeeze-and-excitation. */
function isGate(segment: Segment): boolean {
  const last = segment.nodes.findLast(({ node }) => !identities.has(node.op))?.node;
  return last?.op === "Mul" && last.inputs.includes(segment.input);
}
