/** The command line and the library program that make the numbers of a measurement. */
import { SpecError } from "../../../../src/base/index.ts";
import { parseShapes } from "../../../../src/engine/onnx/index.ts";
import type { FlowRequest } from "./types.ts";

/** The command; options at their defaults are left out. */
export function commandLine(request: FlowRequest): string {
  const { network, model, data, seed, draws, batches, batch, rate, testBatch } = request;
  const options = [
    ["--shape", quoted(model?.shapes ?? ""), quoted("")],
    ["--data", data === undefined ? "mnist-sample" : quoted(data.name)],
    ["--seeds", draws, 3],
    ["--batches", batches, 200],
    ["--batch-size", batch, 64],
    ["--decoder-rate", rate, 0.001],
    ["--test", testBatch, 100],
    ["--seed", seed, 1],
  ] as const;
  const words = options.flatMap(([name, value, usual]) => (value === usual ? [] : [name, String(value)]));
  return `isinglass flow '${network.replaceAll("'", "'\\''")}' ${words.join(" ")}`;
}

/** Text as one word of a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The program; it measures the first draw. */
export function program(request: FlowRequest): string {
  const { network, model, data, seed, batches, batch, rate, testBatch } = request;
  const isModel = model !== undefined;
  const flow = ["drawStream", "measureProfile", "rangeOfData", isModel ? "sourceOfModel" : "sourceOfSpec"];
  const name = JSON.stringify(network);
  const source = isModel
    ? `sourceOfModel(${name}, await fromOnnx(${name}, { batch: 2${shapesOption(model.shapes)} }))`
    : `sourceOfSpec(parseNetwork(${name}))`;
  return `import { loadDataset${data === undefined ? "" : ", split"} } from "isinglass/data";
${isModel ? 'import { fromOnnx } from "isinglass/engine";\n' : ""}import { ${flow.join(", ")}, testBatchOf } from "isinglass/flow";
${isModel ? "" : 'import { parseNetwork } from "isinglass/networks";\n'}${data === undefined ? "" : 'import { createStream } from "isinglass/numerics";\n'}
${dataLines(data?.name, seed)}
const source = ${source};
const stream = drawStream(${seed}, 0);
const chain = await source.open(stream.fork("network"), rangeOfData(train.inputs));
const examples = testBatchOf(test, ${testBatch}, stream);
const { profile } = await measureProfile(chain, train, examples, {
  stream: stream.fork("decoders"), batches: ${batches}, batch: ${batch}, rate: ${rate},
});
console.log(profile.gram, profile.classification.class);
`;
}

function dataLines(name: string | undefined, seed: number): string {
  if (name === undefined) return 'const { train, test } = await loadDataset("mnist-sample");';
  return `const parts = await loadDataset(${JSON.stringify(name)}, { train: 20000, seed: ${seed} });
const { train, test } = parts.test === null ? split(parts.train, 0.2, createStream(${seed}).fork("split")) : parts;`;
}

/** Sizes that the model leaves open, with the batch of the import; text that says none is left out. */
function shapesOption(text: string): string {
  try {
    const sizes = Object.entries(parseShapes(text)).map(([name, [, ...rest]]) => [name, [2, ...rest]]);
    return sizes.length === 0 ? "" : `, shapes: ${JSON.stringify(Object.fromEntries(sizes))}`;
  } catch (error) {
    if (error instanceof SpecError) return "";
    throw error;
  }
}
