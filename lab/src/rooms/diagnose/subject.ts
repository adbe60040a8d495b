/** Inside the worker: the network that a question names, its memory, and the examples that fit it. */
import { BudgetError, SpecError } from "../../../../src/base/index.ts";
import { loadDataset } from "../../../../src/data/index.ts";
import { inspectOnnx, parseShapes } from "../../../../src/engine/index.ts";
import { buildNetwork, type NetworkSpec, parseNetwork } from "../../../../src/networks/index.ts";
import {
  type DescribedExamples,
  type DiagnosableNetwork,
  type MemoryRequest,
  openModel,
  openSpecification,
  predictDiagnosisMemory,
} from "../../../../src/signal/index.ts";
import { loadDropped, loadSample } from "../../data/index.ts";
import { formatBytes } from "../../files/bytes.ts";
import { countOf, sizeOfModel } from "../../files/model-size.ts";
import type { DataSource, NetworkSource, Question } from "./messages.ts";

/** A 32-bit WebAssembly memory ends here. */
const WEBASSEMBLY_LIMIT = 4 * 2 ** 30;
/** A protocol buffer, which models travel in, ends here. */
const PROTOBUF_LIMIT = 2 * 2 ** 30;
/** Examples of MNIST have this many values. */
const MNIST_SIZE = 784;

/** What errors call the sizes that a person types. */
const SIZES = "sizes";

/** What is diagnosed. */
export interface Subject extends DiagnosableNetwork {
  /** Null for a file. */
  readonly spec: NetworkSpec | null;
  readonly name: string;
}

/** Opens the network; weights of a file are not read yet. */
export async function openSubject({ network, seed }: Pick<Question, "network" | "seed">): Promise<Subject> {
  if (network.kind === "specification") {
    const spec = parseNetwork(network.text);
    return { ...openSpecification(spec, { seed }), spec, name: network.text };
  }
  const { name } = network.file;
  const shapes = parseShapes(network.shapes, SIZES);
  return { ...(await openModel(network.file, { seed, name, shapes })), spec: null, name };
}

/** Throws BudgetError with the number when a tab cannot hold the work. */
export async function requireMemory(network: NetworkSource, examples: number): Promise<void> {
  const size = await sizeOf(network);
  const { runtime } = predictDiagnosisMemory({ ...size, examples });
  const weights = 4 * size.parameters;
  if (weights > PROTOBUF_LIMIT) {
    throw new BudgetError(
      `memory: the weights take ${formatBytes(weights)}, a browser tab can run models of at most ${formatBytes(PROTOBUF_LIMIT)}`,
      { hint: "use the command line: isinglass diagnose runs it natively" },
    );
  }
  if (runtime <= WEBASSEMBLY_LIMIT) return;
  const one = predictDiagnosisMemory({ ...size, examples: 1 }).runtime;
  const none = predictDiagnosisMemory({ ...size, examples: 0 }).runtime;
  const fitting = Math.floor((WEBASSEMBLY_LIMIT - none) / Math.max(1, one - none));
  throw new BudgetError(
    `memory: ${examples} examples would take about ${formatBytes(runtime)}, a browser tab has ${formatBytes(WEBASSEMBLY_LIMIT)}`,
    {
      hint:
        fitting >= 2
          ? `choose at most ${fitting} examples, or use the command line`
          : "use the command line: isinglass diagnose runs it natively",
      data: { bytes: runtime, limit: WEBASSEMBLY_LIMIT },
    },
  );
}

/** Weights, and numbers in all values for one example; shapes only, nothing large is read. */
async function sizeOf(network: NetworkSource): Promise<Omit<MemoryRequest, "examples">> {
  if (network.kind === "file") {
    return sizeOfModel(
      await inspectOnnx(network.file, { batch: 1, shapes: parseShapes(network.shapes, SIZES) }),
    );
  }
  const { graph, parameters } = buildNetwork(parseNetwork(network.text), { batch: 1 });
  const weights = parameters.reduce((sum, { shape }) => sum + countOf(shape), 0);
  const all = [...graph.values.values()].reduce((sum, { shape }) => sum + countOf(shape), 0);
  return { parameters: weights, valuesPerExample: Math.max(0, all - weights) };
}

/** The examples, as the command line prepares them: `examples` of them by the seed, standardised. */
export async function readExamples(
  { data, examples, seed }: Pick<Question, "data" | "examples" | "seed">,
  { inputShape, ownData }: DiagnosableNetwork,
): Promise<DescribedExamples> {
  if (ownData !== undefined) {
    if (data.kind === "auto") return ownData(examples);
    throw new SpecError(`data: received ${describe(data)} for a model of token numbers, expected none`, {
      hint: "choose automatic data: such a model is measured from its embedding on, with random tokens",
    });
  }
  const options = { train: examples, test: 0, seed } as const;
  const size = inputShape.join("x");
  const isMnist = countOf(inputShape) === MNIST_SIZE;
  switch (data.kind) {
    case "auto":
      if (!isMnist) return (await loadDataset(`noise:${size}`, options)).train;
      return loadSample({ ...options, standardize: "global" });
    case "mnist":
      return loadSample({ ...options, standardize: "global" });
    case "noise":
    case "mixture":
      return (await loadDataset(`${data.kind}:${size}`, { ...options, standardize: "global" })).train;
    case "file":
      return (await loadDropped(data.file, { ...options, standardize: "global" })).train;
  }
}

function describe(data: DataSource): string {
  return data.kind === "file" ? data.file.name : data.kind;
}
