/** Opens what a request names: a specification or a dropped model, the sample of MNIST or dropped data. */
import {
  BudgetError,
  FormatError,
  ShapeError,
  SpecError,
  UnsupportedOpError,
} from "../../../../src/base/index.ts";
import { type Dataset, exampleSize, split } from "../../../../src/data/index.ts";
import { fromOnnx, parseShapes } from "../../../../src/engine/index.ts";
import { type FlowSource, sourceOfModel, sourceOfSpec } from "../../../../src/flow/index.ts";
import { parseNetwork } from "../../../../src/networks/index.ts";
import { createStream } from "../../../../src/numerics/index.ts";
import { loadDropped } from "../../data/index.ts";
import { formatBytes } from "../../files/bytes.ts";
import type { FlowRequest } from "./types.ts";

/** The data of a measurement. */
export interface FlowData {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** As the command line takes them: training examples at most, and the share set aside where a file has no test part. */
const MOST_TRAINING = 20_000;
const TEST_SHARE = 0.2;
/** Examples in the import of a model: sizes of 1 are then not taken for the batch. */
const BATCH = 2;
/** A file, its weights and the runtime's copies of them share the 4 GB of a tab. */
const MOST_MODEL_BYTES = 2 ** 30;

/** The network of a request. */
export async function openSource({ network, model }: FlowRequest): Promise<FlowSource> {
  if (model === undefined) return sourceOfSpec(parseNetwork(network));
  const { file } = model;
  if (file === null) throw missing(network);
  if (file.size > MOST_MODEL_BYTES) {
    throw new BudgetError(
      `flow: ${network} has ${formatBytes(file.size)}, a browser tab trains decoders for at most ${formatBytes(MOST_MODEL_BYTES)}`,
      { hint: "use the command line: isinglass flow runs it natively" },
    );
  }
  const shapes = Object.entries(parseShapes(model.shapes, "sizes"));
  const imported = await fromOnnx(file, {
    batch: BATCH,
    shapes: Object.fromEntries(shapes.map(([name, [, ...sizes]]) => [name, [BATCH, ...sizes]])),
  });
  const dtype = imported.graph.inputs[0]?.dtype;
  if (dtype !== "float32") {
    throw new UnsupportedOpError(`${network}: takes ${dtype}, expected float32`, {
      hint: "export the part after the embedding, such as a module that calls model(inputs_embeds=x)",
    });
  }
  return sourceOfModel(network, imported);
}

/** The data of a request; `openSample` opens the sample of MNIST. */
export async function openData(
  { data, seed }: FlowRequest,
  openSample: () => Promise<FlowData>,
  signal?: AbortSignal,
): Promise<FlowData> {
  if (data === undefined) return openSample();
  if (data.file === null) throw missing(data.name);
  const { train, test } = await loadDropped(data.file, {
    ...{ train: MOST_TRAINING, seed },
    ...(signal === undefined ? {} : { signal }),
  });
  return test === null ? split(train, TEST_SHARE, createStream(seed).fork("split")) : { train, test };
}

/** Throws unless the network takes examples of this size, and there are enough to reconstruct. */
export function requireFits(
  { inputShape, name }: FlowSource,
  { train, test }: FlowData,
  { testBatch, data }: FlowRequest,
): void {
  const wanted = inputShape.reduce((product, n) => product * n, 1);
  const size = exampleSize(train);
  if (wanted !== size) {
    const what = data === undefined ? "the pixels of" : "the values of an example of";
    throw new ShapeError(`flow: ${name} takes ${wanted} values, expected ${size}, ${what} ${train.name}`, {
      hint:
        data === undefined
          ? "begin a dense network with 784 and a convolutional one with 1x28x28, or drop data of its shape"
          : `begin a dense network with ${size}, or drop data of shape ${inputShape.join("x")}`,
    });
  }
  if (test.count < testBatch) {
    throw new SpecError(
      `flow: ${test.name} has ${test.count} test examples, fewer than the ${testBatch} asked for`,
      { hint: `choose at most ${test.count} test examples under “More settings”` },
    );
  }
}

function missing(name: string): FormatError {
  return new FormatError(`flow: ${name} is not in this tab`, { hint: `drop ${name} into this room` });
}
