/**
 * Draws all parameters of a network. Each tensor has a random stream of its own, named after its layer, so that a
 * change of depth or of another layer leaves it as it was.
 */
import type { Tensor } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { NetworkGraph, NetworkLayer, ParameterInfo } from "../build/index.ts";
import { checkInitialization, type InitializationSpec, type SchemeName } from "../spec/index.ts";
import { gramSchmidt, type Orthonormalize } from "./orthogonal.ts";
import { layerVariances, varianceConvention } from "./schemes.ts";
import { type FloatArray, fillWeight } from "./weights.ts";

/** Variances that were used for one layer. */
export interface LayerParametrization {
  readonly layer: string;
  readonly sigmaW2: number;
  readonly sigmaB2: number;
}

/** How parameters were drawn: part of every result. */
export interface Parametrization {
  readonly scheme: SchemeName;
  readonly convention: typeof varianceConvention;
  readonly layers: readonly LayerParametrization[];
}

/** Parameters with the way they were drawn. */
export interface InitializedParameters {
  readonly values: Readonly<Record<string, Tensor>>;
  readonly parametrization: Parametrization;
}

/** Options of `initialize`. */
export interface InitializeOptions {
  /** QR used by orthogonal schemes. Default: a plain one; pass a kernel's for matrices beyond 200 x 200. */
  readonly orthonormalize?: Orthonormalize;
}

const constants: Readonly<Partial<Record<ParameterInfo["role"], number>>> = {
  scale: 1,
  shift: 0,
  "running-mean": 0,
  "running-variance": 1,
};

/**
 * Draws the parameters of a network under a scheme.
 *
 * Weights have variance sigmaW2 / fan-in and biases sigmaB2; normalisation starts as scale 1, shift 0. The
 * delta-orthogonal first layers that widen, c_out > c_in, have the effective variance sigmaW2 c_in / c_out, which
 * the parametrisation states.
 *
 * @param network - of `buildNetwork`.
 * @param scheme - for example `spec.initialization`.
 * @param stream - forked per layer name; the same seed gives the same bytes on any machine.
 * @throws SpecError when a variance is given to a scheme that fixes its own, or delta-orthogonal would narrow.
 *
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { buildNetwork, initialize, parseNetwork } from "isinglass/networks";
 *
 * const spec = parseNetwork("784-300x2-10 tanh sw2=1.76 sb2=0.05");
 * const { values, parametrization } = initialize(buildNetwork(spec, { batch: 1 }), spec.initialization, createStream(1));
 * values["dense1.weight"]?.shape; // => [300, 784]
 * parametrization.layers[0]?.sigmaW2; // => 1.76
 * ```
 */
export function initialize(
  network: NetworkGraph,
  scheme: InitializationSpec,
  stream: RandomStream,
  { orthonormalize = gramSchmidt }: InitializeOptions = {},
): InitializedParameters {
  checkInitialization(scheme);
  const values: Record<string, Tensor> = {};
  const dtype = network.input.dtype === "float64" ? "float64" : "float32";
  for (const parameter of network.parameters) {
    const layer = network.layers[parameter.layer] as NetworkLayer;
    const data = storage(dtype, parameter.shape);
    const own = stream.fork(layer.name).fork(parameter.role);
    const variances = layerVariances(scheme, layer);
    if (parameter.role === "weight") {
      fillWeight(data, { layer, shape: parameter.shape, variances, stream: own, orthonormalize });
    } else if (parameter.role === "bias") fillBias(data, variances.sigmaB2, variances.biases, own);
    else data.fill(constants[parameter.role] as number);
    values[parameter.name] = { dtype, shape: parameter.shape, data };
  }
  const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
  const layers = parametrizationOfLayers(network.layers, ({ weight }) => shapes.get(weight) ?? [], scheme);
  return { values, parametrization: { scheme: scheme.scheme, convention: varianceConvention, layers } };
}

function storage(dtype: "float32" | "float64", shape: readonly number[]): FloatArray {
  const size = shape.reduce((product, n) => product * n, 1);
  return dtype === "float64" ? new Float64Array(size) : new Float32Array(size);
}

/** Draws weight and bias of one layer, in the layout they have in its graph. */
export function drawLayer(
  layer: NetworkLayer,
  shapes: { readonly weight: readonly number[]; readonly bias: readonly number[] | null },
  dtype: "float32" | "float64",
  scheme: InitializationSpec,
  stream: RandomStream,
  { orthonormalize = gramSchmidt }: InitializeOptions = {},
): { readonly weight: Tensor; readonly bias: Tensor | null } {
  checkInitialization(scheme);
  const own = stream.fork(layer.name);
  const variances = layerVariances(scheme, layer);
  const weight = storage(dtype, shapes.weight);
  fillWeight(weight, { layer, shape: shapes.weight, variances, stream: own.fork("weight"), orthonormalize });
  const bias = shapes.bias === null ? null : storage(dtype, shapes.bias);
  if (bias !== null) fillBias(bias, variances.sigmaB2, variances.biases, own.fork("bias"));
  return {
    weight: { dtype, shape: shapes.weight, data: weight },
    bias: bias === null || shapes.bias === null ? null : { dtype, shape: shapes.bias, data: bias },
  };
}

function fillBias(
  out: FloatArray,
  sigmaB2: number,
  distribution: "normal" | "uniform",
  stream: RandomStream,
): void {
  const bound = Math.sqrt(3 * sigmaB2);
  if (distribution === "normal") stream.fillNormal(out, Math.sqrt(sigmaB2));
  else stream.fillUniform(out, -bound, bound);
}

/** The variances that a scheme gives to layers; `shapeOf` is the shape of a layer's weight. */
export function parametrizationOfLayers(
  layers: readonly NetworkLayer[],
  shapeOf: (layer: NetworkLayer) => readonly number[],
  scheme: InitializationSpec,
): readonly LayerParametrization[] {
  return layers.map((layer) => {
    const { sigmaW2, sigmaB2, weights } = layerVariances(scheme, layer);
    const [channels = 1, incoming = 1] = shapeOf(layer);
    const isWidening = weights === "delta-orthogonal" && layer.kind === "conv";
    return { layer: layer.name, sigmaW2: isWidening ? (sigmaW2 * incoming) / channels : sigmaW2, sigmaB2 };
  });
}
