/** Makes blocks that can be appended to any graph out of the spans of a grouped graph. */
import type { GraphBuilder, Tensor, Value } from "../../engine/index.ts";
import { isFloat } from "../../engine/index.ts";
import type { NodePlan } from "./batch.ts";
import { planDecoder } from "./decoders/plan.ts";
import type { DenseForm } from "./dense-form.ts";
import { exampleShape, type FrozenGraph } from "./frozen.ts";
import type { Span } from "./group.ts";
import type { BlockNames } from "./names.ts";
import type { Interval } from "./range.ts";
import { emitNode } from "./replay.ts";
import { weightNodes } from "./roles.ts";
import type { BlockKind, FlowBlock } from "./types.ts";

/** What kind of block a span is. */
export function kindOf(frozen: FrozenGraph, span: Span): BlockKind {
  switch (span.role) {
    case "weight": {
      const op = weightNodes(frozen, span.head)[0]?.op;
      if (op === "Conv") return "convolution";
      return op === "ConvTranspose" ? "transposed-convolution" : "dense";
    }
    case "composite": {
      const ops = new Set(span.head.nodes.map(({ node }) => node.op));
      if (exampleShape(frozen, span.head.input).length >= 2 && !ops.has("Conv")) return "transformer";
      return ops.has("Concat") && !ops.has("Add") ? "branched" : "residual";
    }
    case "rearrangement":
      return "flatten";
    case "follower":
      return span.segments.some(({ nodes }) => nodes.some(({ node }) => node.op.endsWith("Normalization")))
        ? "normalization"
        : "activation";
    default:
      return "pooling";
  }
}

/** Appends nodes that lead from `input` to `output`. */
export function appendNodes(
  b: GraphBuilder,
  frozen: FrozenGraph,
  nodes: readonly NodePlan[],
  ends: { readonly input: string; readonly output: string },
  x: Value,
  parameters: Readonly<Record<string, Value>>,
): Value {
  const batch = x.shape[0] as number;
  const values = new Map([[ends.input, x]]);
  const operands = {
    value: (name: string): Value | null => values.get(name) ?? null,
    constant: (name: string): Value => parameters[name] ?? b.constant(frozen.constants.get(name) as Tensor),
  };
  for (const plan of nodes) {
    const made = emitNode(b, plan, operands, batch);
    plan.node.outputs.forEach((name, i) => {
      if (name !== "") values.set(name, made[i] as Value);
    });
  }
  return values.get(ends.output) as Value;
}

/** Operators whose float constants decide shapes, so that they cannot be inputs. */
const shaping: ReadonlySet<string> = new Set(["Resize", "Pad", "Clip"]);

/** Arrays that a span uses: what is not a single number, nor an index or a size. */
function parametersOf(frozen: FrozenGraph, nodes: readonly NodePlan[]): Record<string, Tensor> {
  const found: Record<string, Tensor> = {};
  for (const { node } of nodes) {
    if (shaping.has(node.op)) continue;
    for (const name of node.inputs) {
      const tensor = frozen.constants.get(name);
      if (tensor !== undefined && isFloat(tensor.dtype) && tensor.data.length > 1) found[name] = tensor;
    }
  }
  return found;
}

/** The block of a span. */
export function buildBlock(
  frozen: FrozenGraph,
  span: Span,
  names: BlockNames,
  range: (name: string) => Interval,
  dense: DenseForm | null,
): FlowBlock {
  const nodes = span.segments.flatMap((segment) => segment.nodes);
  const ends = { input: span.segments[0]?.input as string, output: span.segments.at(-1)?.output as string };
  const block = {
    name: names.name,
    kind: kindOf(frozen, span),
    layers: names.layers,
    inputShape: exampleShape(frozen, ends.input),
    outputShape: exampleShape(frozen, ends.output),
    decoder: planDecoder(frozen, span, range),
  };
  if (dense === null) {
    return {
      ...block,
      parameters: parametersOf(frozen, nodes),
      forward: (b, x, parameters) => appendNodes(b, frozen, nodes, ends, x, parameters),
    };
  }
  const byRole = Object.entries({
    weight: dense.weight,
    ...(dense.bias === null ? {} : { bias: dense.bias }),
  });
  return {
    ...block,
    dense: { activation: dense.activation },
    parameters: Object.fromEntries(
      byRole.map(([role, name]) => [role, frozen.constants.get(name) as Tensor]),
    ),
    forward: (b, x, parameters) => {
      const values = byRole.map(([role, name]) => [name, parameters[role] as Value]);
      return appendNodes(b, frozen, nodes, ends, x, Object.fromEntries(values));
    },
  };
}
