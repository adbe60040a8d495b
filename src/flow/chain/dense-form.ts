/** Recognises blocks that are one dense layer phi(W x + b) and nothing else, which are trained on by a faster way. */
import { flagOf, floatOf, type Node } from "../../engine/index.ts";
import type { NetworkLayer } from "../../networks/index.ts";
import type { FrozenGraph } from "./frozen.ts";
import type { Span } from "./group.ts";
import { identities } from "./roles.ts";

/** A dense layer by the names of its parts. */
export interface DenseForm {
  /** W, [outputs, inputs]. */
  readonly weight: string;
  /** b, [outputs]. */
  readonly bias: string | null;
  readonly activation: string | null;
}

/** The dense layer that a span is; null for any other span. */
export function denseForm(
  frozen: FrozenGraph,
  span: Span,
  layers: readonly NetworkLayer[],
): DenseForm | null {
  const nodes = span.segments
    .flatMap((segment) => segment.nodes.map(({ node }) => node))
    .filter(({ op }) => !identities.has(op));
  const [first, ...rest] = nodes;
  if (first === undefined || !isPlainGemm(frozen, first)) return null;
  const [, weight = "", bias = ""] = first.inputs;
  const layer = layers.find(({ output }) => output === first.outputs[0]);
  if (layer === undefined || layer.normalization !== "none" || layer.role !== "plain") return null;
  const form = { weight, bias: bias === "" ? null : bias, activation: layer.activation };
  if (rest.length === 0) return layer.activation === null ? form : null;
  const ends = [rest.at(-1)?.outputs[0], span.segments.at(-1)?.output];
  return layer.activation !== null && ends.includes(layer.postActivation) ? form : null;
}

/** Whether a node is x W^T + b with constant W and b. */
function isPlainGemm({ constants }: FrozenGraph, { op, inputs, attributes }: Node): boolean {
  const [, weight = "", bias = ""] = inputs;
  const shape = constants.get(weight)?.shape;
  return (
    op === "Gemm" &&
    flagOf(attributes, "transB") &&
    !flagOf(attributes, "transA") &&
    floatOf(attributes, "alpha", 1) === 1 &&
    floatOf(attributes, "beta", 1) === 1 &&
    shape !== undefined &&
    (bias === "" || `${constants.get(bias)?.shape}` === `${shape[0]}`)
  );
}
