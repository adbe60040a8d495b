/**
 * Networks as chains of blocks: a graph is cut at the values that every path from input to output passes through, and
 * the pieces are grouped into layers as a person counts them. Specifications and imported ONNX files go the same way.
 */
import type { Graph, GraphBuilder, Value } from "../../engine/index.ts";
import { bindParameters, type NetworkGraph, type ParameterValues } from "../../networks/index.ts";
import { appendNodes, buildBlock, kindOf } from "./build-blocks.ts";
import { requireChain, requireFloat32 } from "./check.ts";
import { denseForm } from "./dense-form.ts";
import { exampleShape, type FrozenGraph, freeze } from "./frozen.ts";
import { groupSegments } from "./group.ts";
import { type BlockNames, layersIn, nameBlocks } from "./names.ts";
import { type Interval, rangesOf } from "./range.ts";
import { requireBatch, requireSeparateExamples } from "./separate.ts";
import type { FlowChain } from "./types.ts";

/** Options of `chainOfNetwork` and `chainOfModel`. */
export interface ChainOptions {
  /** Name of the chain. Default: that of the graph. */
  readonly name?: string;
  /**
   * Bounds on the data, which choose the activation of the decoders that reproduce them: inside [-1, 1] it is tanh, as
   * in the published method for images; without bounds they are linear, which suits standardised data.
   */
  readonly inputRange?: Interval;
}

/**
 * The chain of a network of a specification: one block for each weight layer with its normalisation and activation,
 * each pooling layer, each flattening and each residual block.
 *
 * @param network - of `buildNetwork`, with any batch; blocks work for every batch
 * @param parameters - values of all parameters, see `initialize`
 * @throws SpecError or ShapeError when parameters are missing or do not fit
 * @example
 * ```ts
 * import { buildNetwork, initialize, parseNetwork } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 * import { chainOfNetwork } from "isinglass/flow";
 *
 * const spec = parseNetwork("cnn:1x28x28-c8x2-max2-b8-gap-10 tanh");
 * const network = buildNetwork(spec, { batch: 2 });
 * const chain = chainOfNetwork(network, initialize(network, spec.initialization, createStream(1)).values);
 * chain.blocks.map(({ name }) => name); // => ["conv1", "conv2", "maxpool1", "block1", "globalpool1", "flatten1", "dense1"]
 * ```
 */
export function chainOfNetwork(
  network: NetworkGraph,
  parameters: ParameterValues,
  options: ChainOptions = {},
): FlowChain {
  const graph = bindParameters(network, parameters);
  return chainOfGraph(graph, freeze(graph), options);
}

/**
 * The chain of an imported model. Inputs that are tokens go through the chain's `entry` first: the chain begins at the
 * output of the embedding.
 *
 * @param model - of `fromOnnx`. Import it with a batch of 2 when it reshapes (attention), so that sizes of 1 are not
 *   taken for the batch; blocks work for every batch
 * @throws UnsupportedOpError naming the nodes that break the chain: several inputs or outputs, skip connections over
 *   an encoder and a decoder, a batch that the model fixes, statistics over the batch
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { chainOfModel } from "isinglass/flow";
 *
 * const chain = chainOfModel(await fromOnnx("test/fixtures/models/resnet.onnx", { batch: 2 }));
 * chain.blocks.map(({ kind }) => kind).slice(0, 3); // => ["convolution", "pooling", "residual"]
 * ```
 */
export function chainOfModel(model: { readonly graph: Graph }, options: ChainOptions = {}): FlowChain {
  const frozen = freeze(model.graph);
  requireSeparateExamples(frozen);
  return chainOfGraph(model.graph, frozen, options);
}

/** Data within [-1, 1] get tanh decoders like the published method, also where they are positive. */
function boundsOfData([low, high]: Interval): Interval {
  return low >= -1 && high <= 1 ? [-1, 1] : [low, high];
}

function chainOfGraph(
  graph: Graph,
  frozen: FrozenGraph,
  { name = graph.name, inputRange }: ChainOptions,
): FlowChain {
  requireBatch(frozen);
  const { entry, spans } = groupSegments(frozen);
  requireFloat32(frozen, spans);
  requireChain(frozen, spans);
  const kinds = spans.map((span) => kindOf(frozen, span));
  const layers = layersIn(graph, frozen);
  const names = nameBlocks(frozen, spans, kinds, layers);
  const range = rangesOf(frozen, inputRange === undefined ? undefined : boundsOfData(inputRange));
  const blocks = spans.map((span, i) =>
    buildBlock(frozen, span, names[i] as BlockNames, range, denseForm(frozen, span, layers)),
  );
  const start = spans[0]?.segments[0]?.input ?? frozen.input.name;
  const chain = { name, inputShape: exampleShape(frozen, start), blocks };
  if (entry.length === 0) return { ...chain, entry: null };
  const nodes = entry.flatMap((segment) => segment.nodes);
  const ends = { input: frozen.input.name, output: start };
  return {
    ...chain,
    entry: {
      inputShape: exampleShape(frozen, frozen.input.name),
      dtype: frozen.input.dtype,
      forward: (b: GraphBuilder, x: Value) => appendNodes(b, frozen, nodes, ends, x, {}),
    },
  };
}
