/**
 * Refuses graphs whose blocks are no layers: an encoder and a decoder joined by skip connections (U-Net) leave one
 * block that shrinks an image and enlarges it again, and nothing in between can be cut.
 */
import { type Node, sizeOf, type ValueInfo } from "../../engine/index.ts";
import type { FrozenGraph } from "./frozen.ts";
import type { Span } from "./group.ts";
import { listed, noChain } from "./refuse.ts";
import { weightNodes } from "./roles.ts";

/** A block with more weight layers than this must not be the whole network. */
const MOST_LAYERS_OF_A_WHOLE = 4;

/** Decoders are trained in float32. @throws UnsupportedOpError naming the first value of another type */
export function requireFloat32(frozen: FrozenGraph, spans: readonly Span[]): void {
  for (const { segments } of spans) {
    const { name = "", dtype } = frozen.values.get(segments[0]?.input as string) ?? {};
    if (dtype === "float32") continue;
    throw noChain(
      frozen.name,
      `value ${name} is ${dtype}, expected float32`,
      [name],
      "Convert the model to float32 before exporting it.",
    );
  }
}

/** @throws UnsupportedOpError naming the nodes at which skip connections end */
export function requireChain(frozen: FrozenGraph, spans: readonly Span[]): void {
  if (spans.length === 0) {
    throw noChain(frozen.name, "it has no layers", [], "Give a model with at least one layer.");
  }
  const total = spans.reduce((sum, span) => sum + countLayers(frozen, span), 0);
  for (const span of spans) {
    if (span.role !== "composite") continue;
    const own = countLayers(frozen, span);
    const isWhole = own === total && own > MOST_LAYERS_OF_A_WHOLE;
    if (!isWhole && !shrinksAndGrows(frozen, span)) continue;
    const joins = joinsOf(frozen, span);
    const ends = listed(joins.map((node) => `"${node.name}" (${node.op})`));
    throw noChain(
      frozen.name,
      `skip connections pass over ${own} of its ${total} weight layers and end at ${ends}`,
      joins.map(({ name }) => name),
      "Measure the encoder and the decoder as models of their own, cut where the skip connections begin and end.",
    );
  }
}

function countLayers(frozen: FrozenGraph, span: Span): number {
  return span.segments.reduce((sum, segment) => sum + weightNodes(frozen, segment).length, 0);
}

function positionsOf(frozen: FrozenGraph, name: string): number {
  return sizeOf((frozen.values.get(name) as ValueInfo).shape.slice(2));
}

/** Whether an image becomes smaller and then larger again on the way through a block. */
function shrinksAndGrows(frozen: FrozenGraph, span: Span): boolean {
  return span.head.nodes.some(({ node }) => {
    const isGrowing = node.op === "ConvTranspose" || node.op === "Resize";
    const [from = ""] = node.inputs;
    return (
      isGrowing &&
      positionsOf(frozen, from) < positionsOf(frozen, span.head.input) &&
      positionsOf(frozen, node.outputs[0] as string) > positionsOf(frozen, from)
    );
  });
}

/** Nodes that join two computed values. */
function joinsOf({ constants }: FrozenGraph, span: Span): readonly Node[] {
  return span.head.nodes
    .map(({ node }) => node)
    .filter(({ op, inputs }) => {
      const computed = new Set(inputs.filter((name) => name !== "" && !constants.has(name)));
      return (op === "Add" || op === "Concat") && computed.size > 1;
    });
}
