/** Names of blocks: those of their weight layers, or the operator with a number. */
import { type Graph, usedNames } from "../../engine/index.ts";
import { describeModel } from "../../networks/index.ts";
import type { FrozenGraph } from "./frozen.ts";
import type { Span } from "./group.ts";
import type { BlockKind } from "./types.ts";

/** A block's name and the weight layers in it. */
export interface BlockNames {
  readonly name: string;
  readonly layers: readonly string[];
}

/** Names for all blocks, each used once. */
export function nameBlocks(
  graph: Graph,
  frozen: FrozenGraph,
  spans: readonly Span[],
  kinds: readonly BlockKind[],
): readonly BlockNames[] {
  const layers = describeModel(reducedGraph(graph, frozen)).layers;
  const layerOf = new Map(layers.map(({ output, name }) => [output, name]));
  const counts = new Map<string, number>();
  const numbered = (stem: string): string => {
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    return `${stem}${count}`;
  };
  const seen = new Map<string, number>();
  return spans.map((span, i) => {
    const outputs = span.segments.flatMap(({ nodes }) => nodes.flatMap(({ node }) => node.outputs));
    const own = outputs.flatMap((output) => layerOf.get(output) ?? []);
    const ownSet = [...new Set(own)];
    const plain =
      ownSet.length === 0
        ? numbered(stemOf(span, kinds[i] as BlockKind))
        : span.role === "composite"
          ? `${commonName(ownSet)}${partOf(span, kinds[i] as BlockKind)}`
          : (ownSet[0] as string);
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return { name: count === 1 ? plain : `${plain} (${count})`, layers: ownSet };
  });
}

/** The graph with evaluated constants as initializers, so that layers whose weights were transposed are found. */
function reducedGraph(graph: Graph, frozen: FrozenGraph): Graph {
  const nodes = frozen.nodes.map(({ node }) => node);
  const used = new Set(nodes.flatMap(usedNames));
  const initializers = new Map([...frozen.constants].filter(([name]) => used.has(name)));
  const values = new Map(graph.values);
  for (const [name, { dtype, shape }] of initializers) values.set(name, { name, dtype, shape });
  return { ...graph, nodes, initializers, values };
}

function stemOf(span: Span, kind: BlockKind): string {
  if (span.role !== "pooling") return kind === "pooling" ? span.role : kind;
  const op = span.head.nodes.find(({ node }) => /Pool|Reduce/.test(node.op))?.node.op ?? "pool";
  if (op === "MaxPool") return "maxpool";
  return op.startsWith("Global") || op.startsWith("Reduce") ? "globalpool" : "averagepool";
}

/** What several layers of one block are called together: the words their names begin with. */
function commonName(names: readonly string[]): string {
  const [first = "", ...rest] = names.map((name) => name.split("."));
  const words = (first as string[]).filter(
    (word, k) =>
      rest.every(
        (other) => other.slice(0, k + 1).join(".") === (first as string[]).slice(0, k + 1).join("."),
      ) && word !== "",
  );
  const shared = rest.length === 0 ? (first as string[]).slice(0, -1) : words;
  return shared.join(".") || (names[0] as string);
}

function partOf(span: Span, kind: BlockKind): string {
  if (kind !== "transformer") return "";
  return span.head.nodes.some(({ node }) => node.op === "Softmax" || node.op === "Attention")
    ? " attention"
    : " feed-forward";
}
