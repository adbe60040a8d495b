/**
 * A function of data and parameters as the empirical kernels see it: an engine graph, its data input, its output, and the values
 * that count as parameters, each with the factor its derivative is multiplied by. With weights W = s w the factor s turns
 * derivatives by W (standard parametrisation) into derivatives by w (NTK parametrisation: s = sigma_w / sqrt(fan-in), sigma_b), and
 * the square root of a rate into those of training at that rate (maximal update).
 */
import { SpecError } from "../../base/index.ts";
import {
  type Graph,
  isFloat,
  type NamedTensors,
  type Node,
  sizeOf,
  type Tensor,
  tensorOf,
} from "../../engine/index.ts";
import {
  bindParameters,
  type InitializedParameters,
  type NetworkGraph,
  type NetworkLayer,
} from "../../networks/index.ts";

/** A value to differentiate by: an initializer, or an input of the graph. */
export interface TangentParameter {
  readonly name: string;
  /** Factor of the derivative. Default 1. */
  readonly scale?: number;
}

/** A function to linearise. */
export interface TangentModel {
  readonly graph: Graph;
  /** Data, [batch, ...]. */
  readonly input: { readonly name: string };
  /** f, [batch, ...]; all axes but the first are outputs. */
  readonly output: { readonly name: string };
  readonly parameters: readonly TangentParameter[];
  /** Values of all other inputs of the graph. */
  readonly feeds?: NamedTensors;
}

/** Which values of a graph mean what; found out where not said. */
export interface TangentNames {
  /** Default: the only float input, or the only input (tokens). */
  readonly input?: string;
  /** Default: the first output. */
  readonly output?: string;
  /** Default: see `tangentModelOf`. */
  readonly parameters?: readonly string[];
  readonly feeds?: NamedTensors;
}

/** Inputs that hold stored statistics, by operator: the mean and variance of BatchNormalization. */
const STATISTICS: Readonly<Record<string, readonly number[]>> = { BatchNormalization: [3, 4] };

/**
 * Names the parts of any graph, imported files included: parameters are all float initializers of more than one element, except
 * the stored statistics of batch normalisation, that the output depends on. Buffers of a file that are no parameters (position
 * tables, masks) have to be left out by naming the parameters.
 *
 * @throws SpecError for names that do not exist, or several inputs none of which is named.
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 *
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 1 });
 * tangentModelOf(graph).parameters.length; // => 10
 * ```
 */
export function tangentModelOf(graph: Graph, names: TangentNames = {}): TangentModel {
  const fed = new Set(Object.keys(names.feeds ?? {}));
  const free = graph.inputs.filter(({ name }) => !fed.has(name));
  const floats = free.filter(({ dtype }) => isFloat(dtype));
  const open = floats.length > 0 ? floats : free;
  const input = names.input ?? (open.length === 1 ? open[0]?.name : undefined);
  if (input === undefined) {
    throw new SpecError(
      `tangent model: the graph has ${open.length} inputs (${open.map(({ name }) => name).join(", ")}), expected to be told which is the data`,
      { hint: "name it: tangentModelOf(graph, { input, feeds })" },
    );
  }
  const output = names.output ?? graph.outputs[0] ?? "";
  const parameters = names.parameters ?? findParameters(graph, output);
  for (const name of [input, output, ...parameters]) {
    if (!graph.values.has(name)) throw new SpecError(`tangent model: the graph has no value "${name}"`);
  }
  if (parameters.length === 0) throw new SpecError("tangent model: the graph has no parameters");
  return {
    graph,
    input: { name: input },
    output: { name: output },
    parameters: parameters.map((name) => ({ name })),
    ...(names.feeds === undefined ? {} : { feeds: names.feeds }),
  };
}

/** How derivatives by weights and biases are scaled. */
export type TangentParametrization = "standard" | "ntk" | "mup";

/**
 * A network of `buildNetwork` with drawn parameters.
 *
 * @param parametrization - "standard": derivatives by the weights themselves; "ntk": by w and b with W = sigma_w w / sqrt(fan-in),
 * B = sigma_b b, whose kernel tends to the NTK of `solveDenseKernels` as widths grow, scales of normalisation counting unscaled;
 * "mup": by the weights at the relative rates of maximal-update training, the number of units or channels for the weights of the inputs
 * and for biases below the readout, 1 for hidden weights and the last bias, 1 / fan-in for the readout, whose drawn weights are divided
 * by sqrt(fan-in).
 * @throws SpecError for "mup" with transposed or grouped convolutions, normalisation, or no readout behind the last block.
 * @source Jacot et al. 2018; Yang et al. 2022 (arXiv:2203.03466), table 3, SGD.
 */
export function tangentModelOfNetwork(
  network: NetworkGraph,
  initialized: InitializedParameters,
  parametrization: TangentParametrization,
): TangentModel {
  if (parametrization === "mup") return maximalUpdateModel(network, initialized);
  const { layers } = initialized.parametrization;
  const trained = network.parameters.filter(({ role }) => !role.startsWith("running"));
  return {
    graph: bindParameters(network, initialized.values),
    input: network.input,
    output: network.logits,
    parameters: trained.map(({ name, role, layer }) => {
      if (parametrization === "standard" || (role !== "weight" && role !== "bias")) return { name };
      const { sigmaW2, sigmaB2 } = layers[layer] ?? { sigmaW2: 1, sigmaB2: 1 };
      const fanIn = network.layers[layer]?.fanIn ?? 1;
      return { name, scale: Math.sqrt(role === "weight" ? sigmaW2 / fanIn : sigmaB2) };
    }),
  };
}

function maximalUpdateModel(network: NetworkGraph, { values }: InitializedParameters): TangentModel {
  const { layers, parameters } = network;
  const last = layers.length - 1;
  checkMaximalUpdate(layers);
  const readout = layers[last] as NetworkLayer;
  const drawn = values[readout.weight] as Tensor;
  const smaller = Float64Array.from(drawn.data as Float64Array, (w) => w / Math.sqrt(readout.fanIn));
  const isFirst = ({ input }: NetworkLayer): boolean => input === layers[0]?.input;
  const graph = bindParameters(network, {
    ...values,
    ...(isFirst(readout) ? {} : { [readout.weight]: tensorOf(drawn.dtype, drawn.shape, smaller) }),
  });
  return {
    graph,
    input: network.input,
    output: network.logits,
    parameters: parameters.map(({ name, role, layer }) => {
      const place = layers[layer] as NetworkLayer;
      const units = layer === last ? 1 : unitsOf(place, values[place.weight] as Tensor);
      const ofWeight = isFirst(place) ? units : layer === last ? 1 / place.fanIn : 1;
      return { name, scale: Math.sqrt(role === "weight" ? ofWeight : units) };
    }),
  };
}

/** Units of a dense layer, channels of a convolution. */
const unitsOf = ({ kind, fanOut }: NetworkLayer, { shape }: Tensor): number =>
  kind === "conv" ? (shape[0] as number) : fanOut;

function checkMaximalUpdate(layers: readonly NetworkLayer[]): void {
  const foreign = layers.find(
    ({ kind, normalization, groups }) => kind === "conv-transpose" || normalization !== "none" || groups > 1,
  );
  const end = layers.at(-1);
  const wrong = foreign ?? (end?.role === "plain" ? undefined : end);
  if (wrong === undefined) return;
  throw new SpecError(
    `tangent model: maximal-update rates cover dense layers and convolutions without normalisation and with a readout, received ${wrong.name} (${wrong.kind}, ${wrong.role})`,
    { hint: 'use the parametrisation "ntk" or "standard"' },
  );
}

/** Float initializers that the output depends on, in the order of their first use. */
function findParameters(graph: Graph, output: string): string[] {
  const needed = new Set([output]);
  for (let k = graph.nodes.length - 1; k >= 0; k--) {
    const node = graph.nodes[k] as Node;
    if (node.outputs.some((name) => needed.has(name))) for (const name of node.inputs) needed.add(name);
  }
  const found = new Set<string>();
  for (const { op, inputs } of graph.nodes) {
    inputs.forEach((name, place) => {
      const tensor = graph.initializers.get(name);
      const counts = tensor !== undefined && isFloat(tensor.dtype) && sizeOf(tensor.shape) > 1;
      if (counts && needed.has(name) && STATISTICS[op]?.includes(place) !== true) found.add(name);
    });
  }
  return [...found];
}
