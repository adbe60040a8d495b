/** Which mean-field theory covers a weight layer of an imported graph, or why none does. */
import type { NetworkLayer } from "../build/index.ts";
import { shapeOperators } from "./follow.ts";
import { consumersOf, type GraphIndex, isConstant, nodeAt } from "./graph-index.ts";
import type { LinearNode } from "./linear-nodes.ts";

/** Theories of a layer. */
export type LayerTheory = "dense" | "convolution" | "residual" | "batch-norm";

/** Coverage of one layer. */
export interface LayerCoverage {
  /** null when no theory covers it. */
  readonly coveredBy: LayerTheory | null;
  /** Why not; empty when it is covered. */
  readonly reason: string;
}

/** Below this fan-in the sum over inputs is not near a Gaussian: the limit of wide layers says little. */
const smallestFanIn = 8;

/** Operators through which queries, keys and values pass on their way into attention. */
const attentionPath: ReadonlySet<string> = new Set([
  ...shapeOperators,
  "Split",
  "Slice",
  "Gather",
  "Mul",
  "Div",
  "Add",
  "Softmax",
]);

/** Whether the output enters a product of two computed values before the next weight layer. */
function feedsAttention(index: GraphIndex, value: string): boolean {
  const open = [value];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const position of consumersOf(index, name)) {
      const node = nodeAt(index, position);
      if (node.op === "MatMul" && !node.inputs.some((input) => isConstant(index, input))) return true;
      if (attentionPath.has(node.op)) open.push(...node.outputs);
    }
  }
  return false;
}

/** Whether a layer normalisation stands right before the layer. */
function followsLayerNorm(index: GraphIndex, value: string): boolean {
  let name = value;
  for (;;) {
    const position = index.producers.get(name);
    if (position === undefined) return false;
    const node = nodeAt(index, position);
    if (node.op === "LayerNormalization") return true;
    if (!shapeOperators.has(node.op)) return false;
    name = node.inputs[0] as string;
  }
}

/** Judges one layer. */
export function coverLayer(index: GraphIndex, layer: NetworkLayer, linear: LinearNode): LayerCoverage {
  const uncovered = (reason: string): LayerCoverage => ({ coveredBy: null, reason });
  if (linear.groups > 1) return uncovered(`${linear.groups} groups of channels that do not mix`);
  if (feedsAttention(index, layer.postActivation)) {
    return uncovered("attention projection: its output is multiplied by other outputs");
  }
  if (followsLayerNorm(index, layer.input)) {
    return uncovered("layer normalisation before it resets the variance of every example");
  }
  if (layer.normalization === "layer") return uncovered("layer normalisation after it resets the variance");
  if (layer.fanIn < smallestFanIn)
    return uncovered(`fan-in ${layer.fanIn} is too small for a theory of wide layers`);
  if (layer.normalization === "batch") return { coveredBy: "batch-norm", reason: "" };
  if (layer.block !== null) return { coveredBy: "residual", reason: "" };
  return { coveredBy: layer.kind === "dense" ? "dense" : "convolution", reason: "" };
}
