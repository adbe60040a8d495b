/**
 * Draws new weights and biases for an imported graph and keeps everything else: embeddings, attention, normalisation (whose
 * statistics can be reset with the weights they were made of).
 */
import type { Graph, Tensor } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { NetworkLayer } from "../build/index.ts";
import {
  drawLayer,
  type InitializeOptions,
  type LayerParametrization,
  type Parametrization,
  parametrizationOfLayers,
} from "../initialization/index.ts";
import type { InitializationSpec } from "../spec/index.ts";
import { editParameters, rescaled } from "./edit-parameters.ts";
import { describeModel } from "./layers-of.ts";

/** What happened to one layer. */
export interface ReinitializedLayer {
  readonly layer: string;
  readonly isReplaced: boolean;
  /** Why it was kept; empty for a replaced layer. */
  readonly reason: string;
}

/** A graph with new parameters. */
export interface ReinitializedModel {
  readonly graph: Graph;
  readonly layers: readonly ReinitializedLayer[];
  readonly parametrization: Parametrization;
}

/** Options of `reinitialize`. */
export interface ReinitializeOptions extends InitializeOptions {
  /** Names of the layers to replace. Default: all that a mean-field theory covers. */
  readonly layers?: readonly string[];
  /** Factor on the weight and bias variance of a layer. Default 1 for all. */
  readonly scale?: (layer: NetworkLayer) => number;
  /**
   * Squared scale that the batch normalisation behind a replaced layer starts with (shift 0, stored mean 0 and variance 1), since
   * its statistics are those of the old weights; null keeps it. Default: kept.
   */
  readonly gain2?: (layer: NetworkLayer) => number | null;
}

/**
 * A copy of an imported graph with newly drawn weights and biases.
 *
 * @param graph - of `fromOnnx`; left as it is.
 * @param scheme - for example { scheme: "gaussian", sigmaW2: 1.76, sigmaB2: 0.05, sigmaV2: null, sigmaA2: null }.
 * @param stream - forked per layer name.
 * @returns the new graph, one row per weight layer, and the variances that were used. A layer that no theory covers
 * keeps its weights unless `layers` names it; a missing bias stays missing.
 *
 * @example
 * ```ts
 * import { fromOnnx, toOnnx } from "isinglass/engine";
 * import { createStream } from "isinglass/numerics";
 * import { reinitialize } from "isinglass/networks";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx");
 * const critical = { scheme: "gaussian", sigmaW2: 1.76, sigmaB2: 0.05, sigmaV2: null, sigmaA2: null } as const;
 * const fixed = reinitialize(graph, critical, createStream(1));
 * toOnnx(fixed.graph).length > 0; // => true
 * ```
 */
export function reinitialize(
  graph: Graph,
  scheme: InitializationSpec,
  stream: RandomStream,
  { layers: wanted, scale = () => 1, gain2 = () => null, ...options }: ReinitializeOptions = {},
): ReinitializedModel {
  const { layers, theories } = describeModel(graph);
  const rows = layers.map((layer, i): ReinitializedLayer => {
    const reason = wanted === undefined ? (theories[i]?.reason ?? "") : "not asked for";
    const isReplaced = wanted?.includes(layer.name) ?? theories[i]?.coveredBy !== null;
    return { layer: layer.name, isReplaced, reason: isReplaced ? "" : reason };
  });
  const edits = editParameters(graph);
  const replaced = layers.filter((_, i) => rows[i]?.isReplaced ?? false);
  for (const layer of replaced) {
    const shapes = {
      weight: (graph.initializers.get(layer.weight) as Tensor).shape,
      bias: layer.bias === null ? null : (graph.initializers.get(layer.bias) as Tensor).shape,
    };
    const dtype = graph.initializers.get(layer.weight)?.dtype === "float64" ? "float64" : "float32";
    const drawn = drawLayer(layer, shapes, dtype, scheme, stream, options);
    const factor = Math.sqrt(scale(layer));
    edits.replace(layer, layer.weight, rescaled(drawn.weight, factor));
    if (layer.bias !== null && drawn.bias !== null)
      edits.replace(layer, layer.bias, rescaled(drawn.bias, factor));
    const gain = gain2(layer);
    if (gain !== null) edits.resetNormalization(layer, gain);
  }
  const shapeOf = (layer: NetworkLayer): readonly number[] =>
    graph.initializers.get(layer.weight)?.shape ?? [];
  const used: readonly LayerParametrization[] = parametrizationOfLayers(replaced, shapeOf, scheme);
  return {
    graph: edits.apply(),
    layers: rows,
    parametrization: { scheme: scheme.scheme, convention: "weight variance times fan-in", layers: used },
  };
}
