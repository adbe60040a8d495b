/**
 * Draws new weights and biases for an imported graph and keeps everything else: normalisation with its statistics,
 * embeddings, attention. A tensor that several nodes share is copied first, so that only the layers meant change.
 */
import type { Graph, Node, Tensor } from "../../engine/index.ts";
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
  { layers: wanted, ...options }: ReinitializeOptions = {},
): ReinitializedModel {
  const { layers, theories } = describeModel(graph);
  const rows = layers.map((layer, i): ReinitializedLayer => {
    const reason = wanted === undefined ? (theories[i]?.reason ?? "") : "not asked for";
    const isReplaced = wanted?.includes(layer.name) ?? theories[i]?.coveredBy !== null;
    return { layer: layer.name, isReplaced, reason: isReplaced ? "" : reason };
  });
  const initializers = new Map(graph.initializers);
  const renamed = new Map<Node, Map<string, string>>();
  const replaced = layers.filter((_, i) => rows[i]?.isReplaced ?? false);
  for (const layer of replaced) {
    const shapes = {
      weight: (initializers.get(layer.weight) as Tensor).shape,
      bias: layer.bias === null ? null : (initializers.get(layer.bias) as Tensor).shape,
    };
    const dtype = initializers.get(layer.weight)?.dtype === "float64" ? "float64" : "float32";
    const { weight, bias } = drawLayer(layer, shapes, dtype, scheme, stream, options);
    substitute(graph, layer, layer.weight, weight, initializers, renamed);
    if (layer.bias !== null && bias !== null) {
      substitute(graph, layer, layer.bias, bias, initializers, renamed);
    }
  }
  const shapeOf = (layer: NetworkLayer): readonly number[] =>
    graph.initializers.get(layer.weight)?.shape ?? [];
  const used: readonly LayerParametrization[] = parametrizationOfLayers(replaced, shapeOf, scheme);
  return {
    graph: rewire(graph, initializers, renamed),
    layers: rows,
    parametrization: { scheme: scheme.scheme, convention: "weight variance times fan-in", layers: used },
  };
}

/** Puts a new tensor in place of `name` for the nodes of one layer only. */
function substitute(
  graph: Graph,
  layer: NetworkLayer,
  name: string,
  tensor: Tensor,
  initializers: Map<string, Tensor>,
  renamed: Map<Node, Map<string, string>>,
): void {
  const users = graph.nodes.filter(({ inputs }) => inputs.includes(name));
  const own = users.filter(({ outputs }) => outputs.includes(layer.output) || feeds(graph, outputs, layer));
  if (users.length === own.length) {
    initializers.set(name, tensor);
    return;
  }
  let fresh = `${name}_${layer.index}`;
  while (graph.values.has(fresh) || initializers.has(fresh)) fresh += "_";
  initializers.set(fresh, tensor);
  for (const node of own) {
    const names = renamed.get(node) ?? new Map<string, string>();
    renamed.set(node, names.set(name, fresh));
  }
}

/** Whether a node is the product in front of the Add that ends the layer. */
function feeds(graph: Graph, outputs: readonly string[], layer: NetworkLayer): boolean {
  const last = graph.nodes.find((node) => node.outputs.includes(layer.output));
  return last?.op === "Add" && outputs.some((name) => last.inputs.includes(name));
}

function rewire(
  graph: Graph,
  initializers: ReadonlyMap<string, Tensor>,
  renamed: ReadonlyMap<Node, ReadonlyMap<string, string>>,
): Graph {
  const values = new Map(graph.values);
  for (const [name, { dtype, shape }] of initializers) values.set(name, { name, dtype, shape });
  const nodes = graph.nodes.map((node) => {
    const names = renamed.get(node);
    return names === undefined
      ? node
      : { ...node, inputs: node.inputs.map((name) => names.get(name) ?? name) };
  });
  return { ...graph, initializers, values, nodes };
}
