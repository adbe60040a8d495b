/** The NETWORK argument: a specification as text or JSON, or the path of an ONNX file. */
import { stat } from "node:fs/promises";
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import { fromOnnx, inspectOnnx } from "../engine/index.ts";
import { cutAtEmbedding, type EmbeddedModel, type NetworkSpec, parseNetwork } from "../networks/index.ts";
import { createStream, type RandomStream } from "../numerics/index.ts";
import {
  type DescribedExamples,
  type Diagnosis,
  diagnoseModel,
  diagnoseSpec,
  type MeasureOptions,
  writeCriticalModel,
  writeCriticalSpec,
} from "../signal/index.ts";
import type { CommandContext } from "./command.ts";
import { readSizes } from "./model-options.ts";

/** A network that can be diagnosed, whatever it was read from. */
export interface ReadNetwork {
  readonly inputShape: readonly number[];
  /** Examples of the network's own, for models of token numbers: the embeddings of random tokens. */
  readonly ownData?: (count: number) => DescribedExamples;
  readonly diagnose: (data: DescribedExamples, options: MeasureOptions) => Promise<Diagnosis>;
  /** Bytes of the network with critical parameters. */
  readonly fix: (diagnosis: Diagnosis) => Promise<Uint8Array>;
}

/** Reads the NETWORK argument. */
export async function readNetwork(context: CommandContext): Promise<ReadNetwork> {
  const text = String(context.args.network);
  await refuseFolder(text);
  return /\.onnx$/i.test(text) ? readModel(text, context) : readSpecified(await readSpec(text), context);
}

function readSpecified(spec: NetworkSpec, { seed }: CommandContext): ReadNetwork {
  const stream = createStream(seed);
  return {
    inputShape: spec.input,
    diagnose: (data, options) => diagnoseSpec(spec, data, stream.fork("diagnose"), options),
    fix: async (diagnosis) => writeCriticalSpec(spec, diagnosis, stream.fork("fix")),
  };
}

async function readModel(file: string, { seed, args }: CommandContext): Promise<ReadNetwork> {
  const stream = createStream(seed);
  const { shapes = {} } = readSizes(args);
  const importAt = (batch: number) =>
    fromOnnx(file, {
      batch,
      shapes: Object.fromEntries(
        Object.entries(shapes).map(([name, [, ...sizes]]) => [name, [batch, ...sizes]]),
      ),
    });
  const { inputs } = await inspectOnnx(file, { shapes });
  const [input] = inputs;
  const tokens = input?.dtype.startsWith("int") ? cutAtEmbedding((await importAt(2)).graph) : null;
  return {
    inputShape: tokens?.shape ?? input?.shape.slice(1) ?? [],
    ...(tokens === null ? {} : { ownData: (count: number) => tokenExamples(tokens, count, stream) }),
    diagnose: async (data, { signal, threads, onProgress }) => {
      const { graph: whole, parameters, report } = await importAt(data.count);
      const graph = tokens === null ? whole : (cutAtEmbedding(whole)?.graph ?? whole);
      return diagnoseModel({ name: file, graph, parameters, report }, data, stream.fork("diagnose"), {
        ...(signal === undefined ? {} : { signal }),
        ...(threads === undefined ? {} : { threads }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
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

/** A specification from text, or from a JSON file. */
export async function readSpec(text: string): Promise<NetworkSpec> {
  await refuseFolder(text);
  if (!/\.json$/i.test(text)) return parseNetwork(text);
  return parseNetwork(new TextDecoder().decode(await platform.readFile(text)));
}

/** A path that can be no specification, and is a folder. */
async function refuseFolder(text: string): Promise<void> {
  if (!/^[^\s:]*$/.test(text)) return;
  const found = await stat(text).catch(() => null);
  if (found?.isDirectory() !== true) return;
  throw new FormatError(`${text}: is a folder, expected a specification, a .json file or an .onnx file`, {
    hint: "name a file inside it, or give a specification such as '784-300x50-10 tanh'",
  });
}
