/** Follows the output of a weight layer through reshaping, normalisation and the sum of a skip connection to its activation. */
import { flagOf } from "../../engine/index.ts";
import type { NormalizationStatistics } from "../build/index.ts";
import { elementwiseFrom } from "./elementwise.ts";
import { consumersOf, type GraphIndex, isConstant, isOutput, nodeAt } from "./graph-index.ts";
import type { LinearNode } from "./linear-nodes.ts";
import { nameActivation } from "./name-activation.ts";

/** Operators that only rearrange elements. */
export const shapeOperators: ReadonlySet<string> = new Set([
  "Reshape",
  "Flatten",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Identity",
  "Cast",
  "Dropout",
]);

const normalizations: Readonly<Record<string, "batch" | "layer">> = {
  BatchNormalization: "batch",
  LayerNormalization: "layer",
  InstanceNormalization: "layer",
  GroupNormalization: "layer",
};

/** What follows a weight layer. */
export interface Following {
  readonly preActivation: string;
  readonly postActivation: string;
  /** Name or expression; null when none follows. */
  readonly activation: string | null;
  readonly normalization: "none" | "batch" | "layer";
  /** Of batch normalisation; null without. */
  readonly statistics: NormalizationStatistics | null;
  /** Position of the Add of a skip connection; null when there is none. */
  readonly skipAdd: number | null;
  /** Positions of all nodes passed, those of the activation last. */
  readonly nodes: readonly number[];
  readonly activationNodes: readonly number[];
}

/** Follows one weight layer; a shortcut ends before the sum it leads into. */
export function followLinear(index: GraphIndex, linear: LinearNode, isShortcut = false): Following {
  let value = linear.output;
  let normalization: Following["normalization"] = "none";
  let statistics: Following["statistics"] = null;
  let skipAdd: number | null = null;
  const nodes: number[] = [];
  while (!isOutput(index, value)) {
    const [position, ...others] = consumersOf(index, value);
    if (position === undefined || others.length > 0) break;
    const node = nodeAt(index, position);
    const normal = node.inputs[0] === value ? normalizations[node.op] : undefined;
    const isSum = !isShortcut && skipAdd === null && node.op === "Add" && isSkip(index, node.inputs, value);
    if (normal !== undefined && (normalization !== "none" || skipAdd !== null)) break;
    if (normal === undefined && !isSum && !shapeOperators.has(node.op)) break;
    if (normal !== undefined) normalization = normal;
    if (normal === "batch") statistics = flagOf(node.attributes, "training_mode") ? "batch" : "running";
    if (isSum) skipAdd = position;
    nodes.push(position);
    value = node.outputs[0] as string;
  }
  const found = isShortcut || isOutput(index, value) ? null : elementwiseFrom(index, value);
  const activation = found === null ? null : nameActivation(found.expression);
  const isActivation = found !== null && activation !== null && activation !== "linear";
  return {
    preActivation: value,
    postActivation: isActivation ? found.output : value,
    activation: isActivation ? activation : null,
    normalization,
    statistics,
    skipAdd,
    nodes,
    activationNodes: isActivation ? found.nodes : [],
  };
}

/** Whether an Add joins `value` with another computed value of the network. */
function isSkip(index: GraphIndex, inputs: readonly string[], value: string): boolean {
  const other = inputs.find((name) => name !== value);
  return other !== undefined && !isConstant(index, other);
}
