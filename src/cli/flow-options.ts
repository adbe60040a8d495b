/** Arguments of commands that measure information flow: the network as a source, the data, and how draws are measured. */
import { createHash } from "node:crypto";
import type { ArgsDef } from "citty";
import { platform } from "#platform";
import { SpecError, UnsupportedOpError } from "../base/index.ts";
import { split } from "../data/index.ts";
import { fromOnnx, type ImportedModel } from "../engine/index.ts";
import { DECODER_BATCHES, type FlowSource, rangeOfData, sourceOfModel, sourceOfSpec } from "../flow/index.ts";
import { formatNetwork, type NetworkSpec } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import type { FlowParts, FlowSettings } from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import { describeData, readData, readExampleCount } from "./data-options.ts";
import { DATA_OPTIONS, NETWORK_ARGUMENT } from "./definitions.ts";
import { readSizes } from "./model-options.ts";
import { readSpec } from "./network-options.ts";
import { readNumber } from "./options.ts";

/** Draws when `--seeds` is not given. */
const DRAWS = 3;
const EXAMPLES = 20_000;
/** Share set aside as test examples where the data have none. */
const TEST_SHARE = 0.2;

/** NETWORK, data, and how draws are measured. */
export const FLOW_OPTIONS: ArgsDef = {
  ...NETWORK_ARGUMENT,
  ...DATA_OPTIONS,
  standardize: {
    type: "string",
    valueHint: "HOW",
    default: "none",
    description: "none keeps images in [0, 1], as published; global, pixel: zero mean and unit variance",
  },
  examples: {
    type: "string",
    valueHint: "N",
    default: String(EXAMPLES),
    description: "training examples at most",
  },
  seeds: {
    type: "string",
    valueHint: "N",
    default: String(DRAWS),
    description: "draws of the network, the decoders and the test batch",
  },
  batches: {
    type: "string",
    valueHint: "N",
    default: String(DECODER_BATCHES),
    description: "minibatches that decoders are trained on",
  },
  "batch-size": { type: "string", valueHint: "N", default: "64", description: "examples in a minibatch" },
  "decoder-rate": {
    type: "string",
    valueHint: "R",
    default: "0.001",
    description: "learning rate of the decoders",
  },
  test: {
    type: "string",
    valueHint: "N",
    default: "100",
    description: "test examples that are reconstructed",
  },
  run: { type: "string", valueHint: "FOLDER", description: "run folder; an existing one is continued" },
};

/** A network to measure. */
export interface FlowNetwork {
  readonly source: FlowSource;
  /** Null for a file. */
  readonly spec: NetworkSpec | null;
  /** What identifies it in a plan: the specification, or the name and hash of the file. */
  readonly identity: string;
}

/** Reads NETWORK as a source of chains. */
export async function readFlowNetwork(context: CommandContext): Promise<FlowNetwork> {
  const text = String(context.args.network);
  if (!/\.onnx$/i.test(text)) {
    const spec = await readSpec(text);
    return { source: sourceOfSpec(spec), spec, identity: formatNetwork(spec) };
  }
  const { shapes = {} } = readSizes(context.args);
  const BATCH = 2;
  // by its path, since weights may lie in files beside it
  const model = await fromOnnx(text, {
    batch: BATCH,
    shapes: Object.fromEntries(
      Object.entries(shapes).map(([name, [, ...sizes]]) => [name, [BATCH, ...sizes]]),
    ),
  });
  const source = sourceOfModel(text, model);
  if (model.graph.inputs[0]?.dtype !== "float32") {
    throw new UnsupportedOpError(`${text}: takes ${model.graph.inputs[0]?.dtype}, expected float32`, {
      hint: "export the part after the embedding, such as a module that calls model(inputs_embeds=x)",
    });
  }
  return { source, spec: null, identity: `${text} ${await hashOfModel(text, model)}` };
}

/** Hash of a file and of all weights, wherever they lie. */
async function hashOfModel(path: string, { graph }: ImportedModel): Promise<string> {
  const hash = createHash("sha256").update(await platform.readFile(path));
  for (const { data } of graph.initializers.values()) {
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Reads how draws are measured. */
export function readFlowSettings({ args }: CommandContext): FlowSettings {
  const whole = (name: string, min: number, fallback: number): number =>
    readNumber(args, name, { min, max: 1e7, integer: true }) ?? fallback;
  return {
    draws: whole("seeds", 1, DRAWS),
    batches: whole("batches", 1, DECODER_BATCHES),
    batch: whole("batch-size", 2, 64),
    rate: readNumber(args, "decoder-rate", { min: 0, open: true }) ?? 1e-3,
    testBatch: whole("test", 2, 100),
  };
}

/** The data, with test examples set aside where there are none of their own, and their description for a plan. */
export async function readFlowData(
  context: CommandContext,
  shape: readonly number[],
  { testBatch, draws, batch }: FlowSettings,
): Promise<FlowParts & { readonly described: string }> {
  const named = String(context.args.data ?? "");
  const isDrawn = named === "" || /^(noise|mixture)(:|$)/.test(named);
  const parts = await readData(context, {
    train: readExampleCount(context) ?? EXAMPLES,
    // data without end have as many test examples as are asked for
    ...(isDrawn && named !== "" ? { test: testBatch * Math.max(2, draws) } : {}),
    shape,
  });
  const whole = parts.train.count;
  if (parts.test === null && whole < testBatch + 2) {
    throw new SpecError(
      `flow: ${parts.train.name} has ${whole} ${whole === 1 ? "example" : "examples"}, expected at least ${Math.ceil(Math.max(testBatch / TEST_SHARE, batch / (1 - TEST_SHARE)))}: ${testBatch} to be reconstructed, a fifth of all, and a minibatch of ${batch}`,
      { hint: "give more examples, or take fewer with --test and --batch-size" },
    );
  }
  const { train, test } =
    parts.test === null
      ? split(parts.train, TEST_SHARE, createStream(context.seed).fork("split"))
      : (parts as FlowParts);
  const [min, max] = rangeOfData(train.inputs);
  if (min < -1 || max > 1) {
    context.note(
      `data from ${min.toPrecision(3)} to ${max.toPrecision(3)}: the decoders of the input have no tanh, which ends at 1`,
    );
  }
  const standardize = String(context.args.standardize ?? "none");
  return {
    train,
    test,
    described: `${describeData(train)}, ${test.count} for tests, standardize ${standardize}`,
  };
}
