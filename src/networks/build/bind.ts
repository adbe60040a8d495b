/** Parameters as constants: a network ready to run with its input alone, and its bytes as an ONNX file. */
import { ShapeError, SpecError } from "../../base/index.ts";
import { type Graph, type Tensor, type ToOnnxOptions, toOnnx } from "../../engine/index.ts";
import type { NetworkSpec } from "../spec/index.ts";
import { buildNetwork } from "./build.ts";
import type { NetworkGraph } from "./types.ts";

/** Values of parameters by name. */
export type ParameterValues = Readonly<Record<string, Tensor>>;

/**
 * The graph with its parameters as initializers; the data input is the only input left.
 *
 * @throws SpecError when a value is missing, ShapeError when one has another shape.
 */
export function bindParameters(network: NetworkGraph, values: ParameterValues): Graph {
  const initializers = new Map(network.graph.initializers);
  for (const { name, shape } of network.parameters) {
    const value = values[name];
    if (value === undefined) {
      throw new SpecError(`network: no value for the parameter "${name}" [${shape}].`, {
        hint: "Draw all parameters with initialize(network, scheme, stream).",
      });
    }
    if (value.shape.join() !== shape.join()) {
      throw new ShapeError(
        `network: parameter "${name}" received shape [${value.shape}], expected [${shape}].`,
      );
    }
    initializers.set(name, value);
  }
  const inputs = network.graph.inputs.filter(({ name }) => name === network.input.name);
  return { ...network.graph, inputs, initializers };
}

/**
 * The ONNX file of a specification with given parameters. The batch size is left open ("batch"); batch normalisation
 * uses stored statistics, as frameworks expect of a file.
 *
 * @param values - parameters of `buildNetwork(spec, { batch, statistics: "running" })`.
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { buildNetwork, exportNetwork, initialize, parseNetwork } from "isinglass/networks";
 *
 * const spec = parseNetwork("4-8-2 tanh init=he");
 * const network = buildNetwork(spec, { batch: 1, statistics: "running" });
 * const { values } = initialize(network, spec.initialization, createStream(1));
 * exportNetwork(spec, values).length > 300; // => true
 * ```
 */
export function exportNetwork(
  spec: NetworkSpec,
  values: ParameterValues,
  options: Omit<ToOnnxOptions, "symbolic"> = {},
): Uint8Array {
  const network = buildNetwork(spec, { batch: 1, statistics: "running" });
  const open = (shape: readonly number[]): (string | null)[] => ["batch", ...shape.slice(1).map(() => null)];
  return toOnnx(bindParameters(network, values), {
    ...options,
    symbolic: { [network.input.name]: open(network.input.shape), logits: open(network.logits.shape) },
  });
}
