/**
 * Weight and bias variances of a given network, estimated from its parameters. Convention: weight variance times
 * fan-in. A batch normalisation with stored statistics that follows the layer is an affine map per channel and is
 * counted in, because that is what signals meet.
 */
import type { Estimate } from "../../base/index.ts";
import { floatOf, type Graph, type Node, numbersOf } from "../../engine/index.ts";
import type { NetworkLayer } from "../../networks/index.ts";

/** Estimated parametrisation of one layer. */
export interface VarianceEstimate {
  readonly layer: NetworkLayer;
  /** Mean square of the weights times fan-in; the error is that of independent entries. */
  readonly sigmaW2: Estimate;
  /** Mean square of the biases; null for a layer without. */
  readonly sigmaB2: Estimate | null;
  /** Mean of the weights in units of their root mean square over sqrt(n): beyond 4 the weights are biased. */
  readonly meanInErrors: number;
  /** Whether a batch normalisation was counted in. */
  readonly isFolded: boolean;
}

/** Scale and shift per output channel. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Mean square times `factor` with the standard error of independent entries. */
function meanSquare(values: Float64Array, factor: number, what: string): Estimate {
  const n = values.length;
  const squares = values.map((x) => x * x);
  const mean = squares.reduce((sum, x) => sum + x, 0) / n;
  const variance = squares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, n - 1);
  const stderr = n > 1 ? factor * Math.sqrt(variance / n) : null;
  return { value: factor * mean, stderr, n, method: `mean square of ${n} ${what}` };
}

/** The batch normalisation that uses the layer's output, with its parameters; null when there is none. */
function normalizationNode(graph: Graph, layer: NetworkLayer): NormalizationNode | null {
  if (layer.normalization !== "batch") return null;
  const node = graph.nodes.find(
    ({ op, inputs }) => op === "BatchNormalization" && inputs[0] === layer.output,
  );
  if (node === undefined) return null;
  const tensors = node.inputs.slice(1, 5).map((name) => graph.initializers.get(name));
  const [gamma, beta, mean, variance] = tensors.map((tensor) => tensor && numbersOf(tensor));
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined) return null;
  return { node, gamma, beta, mean, variance };
}

/** A batch normalisation of a graph. */
interface NormalizationNode {
  readonly node: Node;
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The affine map of stored statistics; null for statistics of the batch, which forget the weights' scale. */
function normalizationAfter(graph: Graph, layer: NetworkLayer): Affine | null {
  if (layer.statistics === "batch") return null;
  const found = normalizationNode(graph, layer);
  return found && affineOf(found.node, found.gamma, found.beta, found.mean, found.variance);
}

/**
 * Mean squares of the scales gamma and shifts beta of the batch normalisation behind a layer; 1 and 0, the values at
 * initialisation, where there is none.
 *
 * @param graph - with constant parameters, of `fromOnnx` or `bindParameters`.
 * @param layer - of `layersOf(graph)`.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { layersOf, type NetworkLayer } from "isinglass/networks";
 * import { gainsOf } from "isinglass/signal";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/resnet-unfolded.onnx");
 * gainsOf(graph, layersOf(graph)[0] as NetworkLayer).gain2; // about 1
 * ```
 */
export function gainsOf(
  graph: Graph,
  layer: NetworkLayer,
): { readonly gain2: number; readonly shift2: number } {
  const found = normalizationNode(graph, layer);
  if (found === null) return { gain2: 1, shift2: 0 };
  const square = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value * value, 0) / values.length;
  return { gain2: square(found.gamma), shift2: square(found.beta) };
}

function affineOf(
  node: Node,
  gamma: Float64Array,
  beta: Float64Array,
  mean: Float64Array,
  variance: Float64Array,
): Affine {
  const epsilon = floatOf(node.attributes, "epsilon", 1e-5);
  const scale = gamma.map((g, i) => g / Math.sqrt((variance[i] as number) + epsilon));
  return { scale, shift: beta.map((b, i) => b - (mean[i] as number) * (scale[i] as number)) };
}

/** Output channel of every entry of a weight. */
function channelOf(layer: NetworkLayer, shape: readonly number[]): (position: number) => number {
  const inner = shape.slice(1).reduce((product, n) => product * n, 1);
  if (layer.layout === "out-in" || layer.layout === "convolution") return (i) => Math.floor(i / inner);
  const area = shape.slice(2).reduce((product, n) => product * n, 1);
  const outs = shape[1] as number;
  const perGroup = (shape[0] as number) / layer.groups;
  return (i) => {
    const rest = Math.floor(i / area);
    return Math.floor(Math.floor(rest / outs) / perGroup) * outs + (rest % outs);
  };
}

/**
 * Estimates sigma_w^2 and sigma_b^2 of every layer from its parameters.
 *
 * Errors assume independent entries, which holds at initialisation; in a trained network they are a lower bound.
 *
 * @param graph - with constant parameters, of `fromOnnx` or `bindParameters`.
 * @param layers - of `layersOf(graph)`.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { layersOf } from "isinglass/networks";
 * import { estimateVariances } from "isinglass/signal";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx");
 * estimateVariances(graph, layersOf(graph))[1]?.sigmaW2.value; // => 0.449
 * ```
 */
export function estimateVariances(
  graph: Graph,
  layers: readonly NetworkLayer[],
): readonly VarianceEstimate[] {
  return layers.map((layer) => {
    const tensor = graph.initializers.get(layer.weight);
    if (tensor === undefined) throw new Error(`internal: weight ${layer.weight} is not in the graph`);
    const affine = normalizationAfter(graph, layer);
    const channel = channelOf(layer, tensor.shape);
    const raw = numbersOf(tensor);
    const weights = affine === null ? raw : raw.map((w, i) => w * (affine.scale[channel(i)] as number));
    const sum = weights.reduce((total, w) => total + w, 0);
    const square = weights.reduce((total, w) => total + w * w, 0);
    return {
      layer,
      sigmaW2: meanSquare(weights, layer.fanIn, "weights times fan-in"),
      sigmaB2: biasVariance(graph, layer, affine),
      meanInErrors: square === 0 ? 0 : sum / Math.sqrt(square),
      isFolded: affine !== null,
    };
  });
}

function biasVariance(graph: Graph, layer: NetworkLayer, affine: Affine | null): Estimate | null {
  const tensor = layer.bias === null ? undefined : graph.initializers.get(layer.bias);
  if (tensor === undefined && affine === null) return null;
  const own = tensor === undefined ? null : numbersOf(tensor);
  if (affine === null) return own && meanSquare(own, 1, "biases");
  const folded = affine.shift.map((s, i) => s + (own?.[i] ?? 0) * (affine.scale[i] as number));
  return meanSquare(folded, 1, "biases after normalisation");
}
