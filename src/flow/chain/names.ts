/** Names of blocks: those of their weight layers, or the operator with a number. */
import { type Graph, usedNames } from "../../engine/index.ts";
import { describeModel, type NetworkLayer } from "../../networks/index.ts";
import { exampleShape, type FrozenGraph } from "./frozen.ts";
import type { Span } from "./group.ts";
import type { BlockKind } from "./types.ts";

/** A block's name and the weight layers in it. */
export interface BlockNames {
  readonly name: string;
  readonly layers: readonly string[];
}

/** Names for all blocks, each used once. */
export function nameBlocks(
  frozen: FrozenGraph,
  spans: readonly Span[],
  kinds: readonly BlockKind[],
  layers: readonly NetworkLayer[],
): readonly BlockNames[] {
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
        ? numbered(stemOf(frozen, span, kinds[i] as BlockKind))
        : span.role === "composite"
          ? `${commonName(ownSet)}${partOf(span, kinds[i] as BlockKind)}`
          : (ownSet[0] as string);
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return { name: count === 1 ? plain : `${plain} (${count})`, layers: ownSet };
  });
}

/** All weight layers, with evaluated constants as initializers, so that those whose weights were transposed are found. */
export function layersIn(graph: Graph, frozen: FrozenGraph): readonly NetworkLayer[] {
  const nodes = frozen.nodes.map(({ node }) => node);
  const used = new Set(nodes.flatMap(usedNames));
  const initializers = new Map([...frozen.constants].filter(([name]) => used.has(name)));
  const values = new Map(graph.values);
  for (const [name, { dtype, shape }] of initializers) values.set(name, { name, dtype, shape });
  return describeModel({ ...graph, nodes, initializers, values }).layers;
}

function stemOf(frozen: FrozenGraph, span: Span, kind: BlockKind): string {
  if (kind === "flatten" && exampleShape(frozen, span.segments.at(-1)?.output as string).length > 1) {
    return "reshape";
  }
  if (span.role !== "pooling") return kind === "pooling" ? span.role : kind;
  const op = span.head.nodes.find(({ node }) => /Pool|Reduce/.test(node.op))?.node.op ?? "pool";
  if (op === "MaxPool") return "maxpool";
  return op.startsWith("Global") || op.startsWith("Reduce") ? "globalpool" : "averagepool";
}

/**
 * What several layers of one block are called together: the words with which most of their names begin. Exporters give
 * a bias that occurs twice one name, so that some names belong elsewhere: those with a number come last.
 */
function commonName(names: readonly string[]): string {
  const own = names.filter((name) => !/ \(\d+\)$/.test(name));
  const [first = "", ...rest] = own.length === 0 ? names : own;
  const parts = first.split(".");
  const prefixes = parts
    .map((_, k) => parts.slice(0, parts.length - 1 - k).join("."))
    .filter((text) => text !== "");
  const most = (rest.length + 1) / 2;
  const shared = prefixes.find(
    (prefix) => 1 + rest.filter((name) => name.startsWith(`${prefix}.`)).length > most,
  );
  return (rest.length === 0 ? prefixes[0] : shared) ?? first;
}

function partOf(span: Span, kind: BlockKind): string {
  if (kind !== "transformer") return "";
  return span.head.nodes.some(({ node }) => node.op === "Softmax" || node.op === "Attention")
    ? " attention"
    : " feed-forward";
}
