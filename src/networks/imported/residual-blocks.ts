/**
 * Residual blocks that are understood completely: a branch of weight layers that follow each other, a shortcut that is the
 * identity or one linear layer, their sum, and an activation after it. Recursions of theory need to know all of that.
 */
import type { Graph } from "../../engine/index.ts";
import type { NetworkLayer } from "../build/index.ts";
import { elementwiseFrom } from "./elementwise.ts";
import { ancestorsOf, consumersOf, type GraphIndex, indexGraph, nodeAt } from "./graph-index.ts";
import { nameActivation } from "./name-activation.ts";
import { originOf, traceOrigin } from "./origin.ts";

/** One residual block. */
export interface ResidualBlock {
  /** Number of the block, as its layers have it. */
  readonly block: number;
  /** Name of the value that enters. */
  readonly input: string;
  /** Indices of the weight layers of the branch, in order. */
  readonly branch: readonly number[];
  /** Index of the weight layer on the shortcut; null for the identity. */
  readonly shortcut: number | null;
  /** Name of the sum of branch and shortcut. */
  readonly sum: string;
  /** Name or expression of the activation after the sum; null when none follows. */
  readonly activation: string | null;
  /** Name of the value that leaves. */
  readonly output: string;
}

/** How the layers of a network are joined. */
export interface NetworkWiring {
  /** Residual blocks that are understood completely. */
  readonly blocks: readonly ResidualBlock[];
  /** For every layer the value its input is a rearrangement of, padding included. */
  readonly origins: readonly string[];
  /** Positions of nodes that only rearrange or pad the input of a layer. */
  readonly padding: readonly number[];
}

/**
 * How the weight layers of a graph are joined, for graphs whose layers are known; parameters may still be inputs.
 *
 * @param graph - of `buildNetwork`, or imported.
 * @param layers - its weight layers.
 *
 * @example
 * ```ts
 * import { buildNetwork, parseNetwork, wiringOf } from "isinglass/networks";
 *
 * const { graph, layers } = buildNetwork(parseNetwork("8-16-y16x3-2 tanh"), { batch: 2 });
 * wiringOf(graph, layers).blocks.length; // => 3
 * ```
 */
export function wiringOf(graph: Graph, layers: readonly NetworkLayer[]): NetworkWiring {
  return wire(indexGraph(graph), layers);
}

/** `wiringOf` on an index that exists already. */
export function wire(index: GraphIndex, layers: readonly NetworkLayer[]): NetworkWiring {
  const traces = layers.map(({ input }) => traceOrigin(index, input));
  return {
    blocks: findResidualBlocks(index, layers),
    origins: traces.map(({ origin }) => origin),
    padding: [...new Set(traces.flatMap(({ nodes }) => nodes))],
  };
}

/** All blocks that are understood, in order; a block of another make is left out. */
function findResidualBlocks(index: GraphIndex, layers: readonly NetworkLayer[]): readonly ResidualBlock[] {
  const numbers = [...new Set(layers.flatMap(({ block }) => (block === null ? [] : [block])))];
  return numbers.flatMap((block) => {
    const members = layers.filter((layer) => layer.block === block);
    return readBlock(index, block, members) ?? [];
  });
}

function readBlock(index: GraphIndex, block: number, members: readonly NetworkLayer[]): ResidualBlock | null {
  const branch = members.filter(({ role }) => role !== "shortcut");
  const [shortcut, ...more] = members.filter(({ role }) => role === "shortcut");
  const [first, last] = [branch[0], branch.at(-1)];
  if (first === undefined || last === undefined || more.length > 0) return null;
  const input = originOf(index, first.input);
  const isSequence = branch.every(
    (layer, k) =>
      (k === 0 || originOf(index, layer.input) === (branch[k - 1] as NetworkLayer).postActivation) &&
      (layer.role === "outer") === (layer === last && branch.some(({ role }) => role === "outer")),
  );
  const sum = sumAfter(index, last);
  if (!isSequence || sum === null) return null;
  const made = index.producers.get(last.output);
  const skips = sum.inputs.filter((name) => made === undefined || !ancestorsOf(index, name).has(made));
  const [skip] = skips;
  if (skip === undefined || skips.length !== 1) return null;
  const isClosed =
    shortcut === undefined
      ? originOf(index, skip) === input
      : originOf(index, skip) === originOf(index, shortcut.preActivation) &&
        originOf(index, shortcut.input) === input;
  if (!isClosed) return null;
  return {
    block,
    input,
    branch: branch.map((layer) => layer.index),
    shortcut: shortcut?.index ?? null,
    sum: sum.output,
    ...activationAfter(index, last, sum.output),
  };
}

/** The Add that ends the branch. */
function sumAfter(
  index: GraphIndex,
  last: NetworkLayer,
): { inputs: readonly string[]; output: string } | null {
  const position =
    last.role === "outer"
      ? index.producers.get(originOf(index, last.preActivation))
      : consumersOf(index, last.postActivation)[0];
  if (position === undefined) return null;
  const { op, inputs, outputs } = nodeAt(index, position);
  return op === "Add" ? { inputs, output: outputs[0] as string } : null;
}

function activationAfter(
  index: GraphIndex,
  last: NetworkLayer,
  sum: string,
): Pick<ResidualBlock, "activation" | "output"> {
  if (last.role === "outer") return { activation: last.activation, output: last.postActivation };
  const found = elementwiseFrom(index, sum);
  const activation = found === null ? null : nameActivation(found.expression);
  if (found === null || activation === null || activation === "linear")
    return { activation: null, output: sum };
  return { activation, output: found.output };
}
