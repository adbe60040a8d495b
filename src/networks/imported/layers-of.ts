/** Reads the structure of an imported graph: weight layers with what follows them, blocks, and a row for every node. */
import type { Graph } from "../../engine/index.ts";
import type { NetworkLayer } from "../build/index.ts";
import { assignBlocks } from "./blocks.ts";
import { coverNodes, type NodeCoverage, type NodeRole } from "./coverage.ts";
import { type Following, followLinear } from "./follow.ts";
import { indexGraph, nodeAt } from "./graph-index.ts";
import { coverLayer, type LayerCoverage } from "./layer-coverage.ts";
import { findLinearNodes, type LinearNode } from "./linear-nodes.ts";
import { layerNames } from "./names.ts";
import { type NetworkWiring, wire } from "./residual-blocks.ts";

/** The structure of a graph. */
export interface ModelStructure extends NetworkWiring {
  readonly layers: readonly NetworkLayer[];
  /** Which theory covers each layer, or why none does. */
  readonly theories: readonly LayerCoverage[];
  /** One row for every node of the graph. */
  readonly nodes: readonly NodeCoverage[];
}

/**
 * Finds the weight layers of a graph (Gemm, MatMul + Add, Conv, ConvTranspose with constant weights), what follows
 * each (normalisation, skip connection, activation, decomposed ones included) and its residual block, and says for
 * every node which theory covers it.
 *
 * @param graph - of `fromOnnx`, or of `bindParameters`.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { describeModel } from "isinglass/networks";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx");
 * const { layers, nodes } = describeModel(graph);
 * layers[0]?.activation; // => "tanh"
 * nodes.filter(({ coveredBy }) => coveredBy === null).length; // => 0
 * ```
 */
export function describeModel(graph: Graph): ModelStructure {
  const index = indexGraph(graph);
  const linears = findLinearNodes(index);
  const first = linears.map((linear) => followLinear(index, linear));
  const sums = first.map(({ skipAdd }) => skipAdd);
  const members = assignBlocks(index, linears, sums);
  const followings = linears.map((linear, i) =>
    members[i]?.role === "shortcut" ? followLinear(index, linear, true) : (first[i] as Following),
  );
  const names = layerNames(
    linears,
    linears.map(({ nodes }) => nodeAt(index, nodes[0] as number).name),
  );
  const layers = linears.map((linear, i): NetworkLayer => {
    const following = followings[i] as Following;
    return {
      index: i,
      name: names[i] as string,
      kind: linear.kind,
      input: linear.input,
      output: linear.output,
      preActivation: following.preActivation,
      postActivation: following.postActivation,
      activation: following.activation,
      weight: linear.weight,
      bias: linear.bias,
      layout: linear.layout,
      fanIn: linear.fanIn,
      fanOut: linear.fanOut,
      groups: linear.groups,
      normalization: following.normalization,
      ...(following.statistics === null ? {} : { statistics: following.statistics }),
      block: members[i]?.block ?? null,
      role: members[i]?.role ?? "plain",
    };
  });
  const wiring = wire(index, layers);
  const followed = new Set(wiring.blocks.map(({ block }) => block));
  const theories = layers.map((layer, i) => {
    const own = coverLayer(index, layer, linears[i] as LinearNode);
    return own.coveredBy === "residual" && !followed.has(layer.block as number) ? ofAnotherMake : own;
  });
  const nodes = coverNodes(index, theories, rolesOf(linears, followings), wiring.padding);
  return { layers, theories, ...wiring, nodes };
}

/** A layer of a residual block whose branch or shortcut holds more than weight layers and their activations. */
const ofAnotherMake: LayerCoverage = {
  coveredBy: null,
  reason: "residual block with something else in its branch, such as a normalisation before the weights",
};

/** Which layer every node belongs to; the first claim counts. */
function rolesOf(
  linears: readonly LinearNode[],
  followings: readonly Following[],
): ReadonlyMap<number, NodeRole> {
  const roles = new Map<number, NodeRole>();
  const claim = (positions: readonly number[], layer: number, part: NodeRole["part"]): void => {
    for (const position of positions) if (!roles.has(position)) roles.set(position, { layer, part });
  };
  linears.forEach(({ nodes }, layer) => {
    claim(nodes, layer, "weight");
  });
  followings.forEach(({ nodes, activationNodes }, layer) => {
    claim(nodes, layer, "follow");
    claim(activationNodes, layer, "activation");
  });
  return roles;
}

/**
 * The weight layers of a graph, see `describeModel`.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { layersOf } from "isinglass/networks";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/resnet.onnx");
 * layersOf(graph).filter(({ role }) => role === "outer").length; // => 3
 * ```
 */
export function layersOf(graph: Graph): readonly NetworkLayer[] {
  return describeModel(graph).layers;
}
