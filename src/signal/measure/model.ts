/**
 * Measures signal propagation on one given network, such as an imported file. There is one draw of the parameters, so
 * errors are over inputs: they say how well the mean over inputs is known, not what another initialisation would give.
 */
import { type Estimate, ShapeError, SpecError } from "../../base/index.ts";
import { createSession, type Graph, isFloat, type ValueInfo } from "../../engine/index.ts";
import { layersOf, type NetworkLayer } from "../../networks/index.ts";
import { meanWithError, type RandomStream } from "../../numerics/index.ts";
import { chainOf, successors } from "./chain.ts";
import { checkExamples, inputTensor } from "./examples.ts";
import { type ExecutionOptions, sessionOptions } from "./execution.ts";
import { buildProbeGraph } from "./probe-graph.ts";
import { runProbe } from "./probe-run.ts";
import {
  complement,
  inputStatistics,
  oneMinusCosineOverInputs,
  overInputs,
  type RawProbes,
  ratioOverInputs,
  rowOf,
  valuesOverInputs,
} from "./reduce.ts";
import type { Examples, LayerMeasurement, SignalMeasurement } from "./types.ts";

/** Options of `measureModel`. */
export interface MeasureModelOptions extends ExecutionOptions {
  /** Weight layers; default `layersOf(graph)`. */
  readonly layers?: readonly NetworkLayer[];
  /** Whether to measure gradients with respect to weights too. Default true. */
  readonly weightGradients?: boolean;
  /** Number of random cotangents that gradients are averaged over. Default 4. */
  readonly cotangents?: number;
  /** Names of further values of the graph to measure q and c of. */
  readonly values?: readonly string[];
}

/**
 * Measures q, c, chi and gradients of every weight layer of a graph with constant parameters, with errors over inputs.
 *
 * @param graph - of `fromOnnx(file, { batch: examples.count })`, or of `bindParameters`.
 * @param stream - for the random cotangents.
 * @throws ShapeError when the data do not fit the graph's input or its batch size, SpecError when the graph has no
 * float input or no weight layer.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { createStream } from "isinglass/numerics";
 * import { measureModel } from "isinglass/signal";
 *
 * const inputs = new Float32Array(16 * 784);
 * createStream(1).fillNormal(inputs);
 * const { graph } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 16 });
 * const { layers } = await measureModel(graph, { inputs, count: 16, shape: [784] }, createStream(2));
 * layers.length; // => 5
 * ```
 */
export async function measureModel(
  graph: Graph,
  examples: Examples,
  stream: RandomStream,
  options: MeasureModelOptions = {},
): Promise<SignalMeasurement> {
  const { weightGradients = true, cotangents = 4, values = [], signal, onProgress } = options;
  const layers = options.layers ?? layersOf(graph);
  const input = dataInput(graph, examples);
  if (layers.length === 0) {
    throw new SpecError("measurement: the graph has no layer with constant weights.", {
      hint: "Run `isinglass check FILE` to see what its nodes are.",
    });
  }
  const output = graph.outputs[0] as string;
  const dtype = input.dtype === "float64" ? "float64" : "float32";
  const probe = buildProbeGraph({ graph, input: input.name, output, layers, values }, weightGradients);
  onProgress?.({ stage: "measuring", done: 0, total: cotangents, note: "compiling" });
  const session = await createSession(probe.graph, sessionOptions(options));
  try {
    await session.bind({ [input.name]: inputTensor(examples, input.shape.slice(1), dtype) });
    const runs: RawProbes[] = [];
    for (let k = 0; k < cotangents; k++) {
      runs.push(await runProbe(session, probe, {}, stream.fork("cotangent").fork(k), signal));
      onProgress?.({ stage: "measuring", done: k + 1, total: cotangents });
    }
    return {
      errorsOver: "inputs",
      input: inputStatistics(runs[0] as RawProbes),
      layers: reduceInputs(layers, chainOf(graph, output, layers), runs),
      values: valuesOverInputs(values, layers.length, runs[0] as RawProbes),
      parametrization: null,
      seed: stream.seed,
      assumptions: [
        `Errors are standard errors over ${examples.count} inputs of one network; another draw of its parameters may differ by more.`,
        `Gradients are those of ${cotangents} random linear functions of the output "${output}".`,
      ],
    };
  } finally {
    await session.release();
  }
}

/** The one data input, checked against the examples. */
function dataInput(graph: Graph, examples: Examples): ValueInfo {
  const [input, ...others] = graph.inputs;
  if (input === undefined || others.length > 0 || !isFloat(input.dtype)) {
    const found = graph.inputs.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape}]`).join(", ");
    throw new SpecError(`measurement: received a graph with inputs ${found}, expected one float input.`, {
      hint: isTokens(graph)
        ? "Export the part after the embedding: in PyTorch, a module that calls model(inputs_embeds=x), with x of float32 [batch, length, width]."
        : "Export a part of the model that takes one array of real numbers.",
    });
  }
  checkExamples(examples, input.shape.slice(1));
  if (input.shape[0] === examples.count) return input;
  throw new ShapeError(
    `measurement: the graph runs ${input.shape[0]} examples at once, received ${examples.count}.`,
    { hint: `Import the file with { batch: ${examples.count} }.` },
  );
}

/** Whether a graph takes token numbers. */
function isTokens({ inputs }: Graph): boolean {
  return inputs.some(({ dtype }) => dtype === "int64" || dtype === "int32");
}

/** Mean over cotangents of squared gradients, per layer and input. */
function meanGradients(runs: readonly RawProbes[]): Float64Array {
  const total = new Float64Array(runs[0]?.g.length ?? 0);
  for (const { g } of runs)
    for (let i = 0; i < g.length; i++) total[i] = (total[i] as number) + (g[i] as number);
  return total.map((sum) => sum / runs.length);
}

function overCotangents(values: readonly number[]): Estimate {
  return { ...meanWithError(values), method: `mean over ${values.length} cotangents` };
}

function reduceInputs(
  layers: readonly NetworkLayer[],
  chain: readonly number[],
  runs: readonly RawProbes[],
): LayerMeasurement[] {
  const { q, d, w, batch } = runs[0] as RawProbes;
  const g = meanGradients(runs);
  const next = successors(chain, layers.length);
  const last = chain.at(-1) ?? layers.length - 1;
  return layers.map((layer, l) => {
    const own = rowOf(g, batch, l);
    const following = next[l] ?? null;
    const oneMinusC = oneMinusCosineOverInputs(rowOf(d, batch, l + 1));
    return {
      layer,
      q: overInputs(rowOf(q, batch, l + 1)),
      qSpread: null,
      c: complement(oneMinusC),
      oneMinusC,
      gradient: overInputs(own),
      relativeGradient: ratioOverInputs(own, rowOf(g, batch, last)),
      weightGradient: w.length === 0 ? null : overCotangents(runs.map((run) => run.w[l] as number)),
      chi: following === null ? null : ratioOverInputs(own, rowOf(g, batch, following)),
    };
  });
}
