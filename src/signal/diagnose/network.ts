/** One door to everything that can be diagnosed: a specification, or a model of an ONNX file. */
import { fromOnnx, inspectOnnx, type OnnxSource } from "../../engine/index.ts";
import { cutAtEmbedding, type EmbeddedModel, type NetworkSpec } from "../../networks/index.ts";
import { createStream, type RandomStream } from "../../numerics/index.ts";
import { writeCriticalSpec } from "./fix.ts";
import { writeCriticalModel } from "./fix-model.ts";
import { diagnoseModel } from "./model.ts";
import type { DescribedExamples } from "./parts.ts";
import { diagnoseSpec } from "./specification.ts";
import type { DiagnoseOptions, Diagnosis } from "./types.ts";

/** A network that can be diagnosed, whatever it was read from. */
export interface DiagnosableNetwork {
  readonly inputShape: readonly number[];
  /** Examples of the network's own, for models of token numbers: the embeddings of random tokens. */
  readonly ownData?: (count: number) => DescribedExamples;
  readonly diagnose: (data: DescribedExamples, options?: DiagnoseOptions) => Promise<Diagnosis>;
  /** Bytes of an ONNX file of the network with critical parameters. */
  readonly fix: (diagnosis: Diagnosis) => Promise<Uint8Array>;
}

/**
 * A specified network, whose parameters are drawn from `seed`; the same seed gives the numbers of `isinglass diagnose`.
 *
 * @example
 * ```ts
 * import { loadDataset } from "isinglass/data";
 * import { parseNetwork } from "isinglass/networks";
 * import { openSpecification } from "isinglass/signal";
 *
 * const network = openSpecification(parseNetwork("20-50x4-10 tanh sw2=1.5 sb2=0.05"), { seed: 0 });
 * const { train } = await loadDataset("noise:20", { train: 16, seed: 0 });
 * const { verdict } = await network.diagnose(train, { seeds: 2 });
 * verdict.trains; // => "yes"
 * ```
 */
export function openSpecification(
  spec: NetworkSpec,
  { seed = 0 }: { seed?: number } = {},
): DiagnosableNetwork {
  const stream = createStream(seed);
  return {
    inputShape: spec.input,
    diagnose: (data, options) => diagnoseSpec(spec, data, stream.fork("diagnose"), options),
    fix: async (diagnosis) => writeCriticalSpec(spec, diagnosis, stream.fork("fix")),
  };
}

/** Options of `openModel`. */
export interface OpenModelOptions {
  /** Of cotangents, tokens and new parameters. Default 0. */
  readonly seed?: number;
  /** What the diagnosis calls the model. */
  readonly name: string;
  /** Sizes that the file leaves open, as `fromOnnx` takes them; the first of each is the batch. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/**
 * The model of an ONNX file. Only its structure is read here; weights are read when it is diagnosed. Models of token numbers
 * are cut behind their embedding and bring their own examples.
 *
 * @throws as `inspectOnnx`
 *
 * @example
 * ```ts
 * import { loadDataset } from "isinglass/data";
 * import { openModel } from "isinglass/signal";
 *
 * const file = "test/fixtures/models/mlp.onnx";
 * const network = await openModel(file, { name: file });
 * const { train } = await loadDataset("noise:1x28x28", { train: 8, seed: 0 });
 * const { layers } = await network.diagnose(train);
 * layers.length; // => 5
 * ```
 */
export async function openModel(
  source: OnnxSource,
  { seed = 0, name, shapes = {} }: OpenModelOptions,
): Promise<DiagnosableNetwork> {
  const stream = createStream(seed);
  const importAt = (batch: number) =>
    fromOnnx(source, {
      batch,
      shapes: Object.fromEntries(
        Object.entries(shapes).map(([input, [, ...sizes]]) => [input, [batch, ...sizes]]),
      ),
    });
  const { inputs } = await inspectOnnx(source, { shapes });
  const [input] = inputs;
  const tokens = input?.dtype.startsWith("int") ? cutAtEmbedding((await importAt(2)).graph) : null;
  return {
    inputShape: tokens?.shape ?? input?.shape.slice(1) ?? [],
    ...(tokens === null ? {} : { ownData: (count: number) => tokenExamples(tokens, count, stream) }),
    diagnose: async (data, { seeds: _, ...options } = {}) => {
      const { graph: whole, parameters, report } = await importAt(data.count);
      const graph = tokens === null ? whole : (cutAtEmbedding(whole)?.graph ?? whole);
      return diagnoseModel({ name, graph, parameters, report }, data, stream.fork("diagnose"), options);
    },
    fix: (diagnosis) => writeCriticalModel(importAt, diagnosis, stream.fork("fix")),
  };
}

/** Embeddings of random tokens: where the signals of a language model begin. */
function tokenExamples(
  { shape, vocabulary, sample }: EmbeddedModel,
  count: number,
  stream: RandomStream,
): DescribedExamples {
  return {
    name: "random tokens",
    inputs: sample(count, stream.fork("tokens")),
    count,
    shape,
    provenance: [
      `Uniformly random tokens of ${vocabulary}, ${shape.slice(0, -1).join(" x ")} per example, measured from the embedding's output on.`,
    ],
  };
}
