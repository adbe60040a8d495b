/** From a specification to a graph: one operator sequence per layer, with parameters as graph inputs. */
import { SpecError } from "../../base/index.ts";
import { type DType, ints, one, type ValueInfo } from "../../engine/index.ts";
import { type Activation, resolveActivation } from "../activations/index.ts";
import type { LayerSpec, NetworkSpec } from "../spec/index.ts";
import { activate } from "./activate.ts";
import { fullResidualBlock, residualBlock } from "./blocks.ts";
import { type BuildContext, createContext, nextNumber, type Place } from "./context.ts";
import { convolution, dense, type Linear, transposedConvolution } from "./linear.ts";
import type { NetworkGraph, NormalizationStatistics } from "./types.ts";

/** Options of `buildNetwork`. */
export interface BuildOptions {
  /** Number of examples per run. */
  readonly batch: number;
  /** Type of data and parameters. Default "float32". */
  readonly dtype?: DType;
  /** Where batch normalisation takes its statistics from. Default "batch". */
  readonly statistics?: NormalizationStatistics;
  /** "masks": dropout multiplies by masks, which are graph inputs; "none" (default): every unit is kept, as outside training. */
  readonly dropout?: "none" | "masks";
}

/**
 * The graph of a specification. Parameters are graph inputs in PyTorch's layout (dense [out, in], convolution
 * [out, in, k, k], transposed convolution [in, out, k, k]); `initialize` draws them, `bindParameters` fixes them.
 *
 * @param spec - a checked specification, see `parseNetwork`.
 * @returns the graph with input "input" [batch, ...], output "logits", and all weight layers by name.
 * @throws SpecError when the batch is not a positive integer; UnsupportedOpError when the engine lacks an operator.
 *
 * @example
 * ```ts
 * import { buildNetwork, parseNetwork } from "isinglass/networks";
 *
 * const network = buildNetwork(parseNetwork("784-300x50-10 tanh sw2=1.76 sb2=0.05"), { batch: 256 });
 * network.layers.length; // => 51
 * network.parameters[0]; // => {"name":"dense1.weight","shape":[300,784],"role":"weight","layer":0}
 * ```
 */
export function buildNetwork(spec: NetworkSpec, options: BuildOptions): NetworkGraph {
  const { batch, dtype = "float32", statistics = "batch", dropout = "none" } = options;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new SpecError(`buildNetwork: received batch ${batch}, expected a positive integer.`, {
      hint: "Use the number of examples that are run together, e.g. 256.",
    });
  }
  const context = createContext(spec, dtype, statistics, dropout === "masks");
  const input = context.b.input("input", dtype, [batch, ...spec.input]);
  const steps = expand(spec.layers);
  const lastWeights = steps.findLastIndex((step) => step.type !== "pool");
  const output = spec.output === "linear" ? null : resolveActivation(spec.output);
  const end = steps.reduce<ValueInfo>(
    (x, step, k) =>
      addStep(context, x, step, k === lastWeights ? output : context.activation, k === lastWeights),
    input,
  );
  const logits = context.b.output(end, "logits");
  const { layers, parameters, masks } = context;
  return { graph: context.b.build(), input, logits, layers, parameters, masks };
}

/** Every repetition as a layer of its own; only the first of repeated residual blocks has a stride. */
function expand(layers: readonly LayerSpec[]): LayerSpec[] {
  return layers.flatMap((layer): LayerSpec[] => {
    if (!("repeat" in layer)) return [layer];
    return Array.from({ length: layer.repeat }, (_, k) =>
      layer.type === "residual" && k > 0 ? { ...layer, stride: 1, repeat: 1 } : { ...layer, repeat: 1 },
    );
  });
}

function plainPlace(context: BuildContext, stem: string): Place {
  return { name: `${stem}${nextNumber(context, stem)}`, block: null, role: "plain" };
}

function addStep(
  context: BuildContext,
  x: ValueInfo,
  step: LayerSpec,
  activation: Activation | null,
  isLast: boolean,
): ValueInfo {
  const finish = (linear: Linear): ValueInfo =>
    activate(context, linear, { activation, isNormalized: !isLast, isDropped: !isLast });
  switch (step.type) {
    case "dense":
      return finish(dense(context, x, plainPlace(context, "dense"), step.width));
    case "conv":
      return finish(convolution(context, x, plainPlace(context, "conv"), step));
    case "conv-transpose":
      return finish(transposedConvolution(context, x, plainPlace(context, "upconv"), step));
    case "residual":
      return residualBlock(context, x, step, activation);
    case "full-residual":
      return fullResidualBlock(context, x, step.width, isLast ? activation : null);
    case "pool":
      return pool(context, x, step.method, step.size);
    case "image": {
      const [channels, height, width] = step.shape;
      const linear = dense(context, x, plainPlace(context, "dense"), channels * height * width);
      // 0 keeps the batch size open in exported files
      return one(context.b, "Reshape", [finish(linear), ints(context.b, [0, channels, height, width])]);
    }
  }
}

function pool(context: BuildContext, x: ValueInfo, method: string, size: number): ValueInfo {
  if (method === "global") return one(context.b, "GlobalAveragePool", [x]);
  const window = { kernel_shape: [size, size], strides: [size, size] };
  return one(context.b, method === "max" ? "MaxPool" : "AveragePool", [x], window);
}
