/** The command line and the library program that make the numbers of a measurement. */
import type { FlowRequest } from "./types.ts";

/** The command; options at their defaults are left out. */
export function commandLine(request: FlowRequest): string {
  const { network, seed, draws, batches, batch, rate, testBatch } = request;
  const options = [
    ["--data", "mnist-sample"],
    ["--seeds", draws, 3],
    ["--batches", batches, 200],
    ["--batch-size", batch, 64],
    ["--decoder-rate", rate, 0.001],
    ["--test", testBatch, 100],
    ["--seed", seed, 1],
  ] as const;
  const words = options.flatMap(([name, value, usual]) => (value === usual ? [] : [name, String(value)]));
  return `isinglass flow '${network}' ${words.join(" ")}`;
}

/** The program; it measures the first draw. */
export function program(request: FlowRequest): string {
  const { network, seed, batches, batch, rate, testBatch } = request;
  return `import { loadDataset } from "isinglass/data";
import { drawStream, measureProfile, rangeOfData, sourceOfSpec, testBatchOf } from "isinglass/flow";
import { parseNetwork } from "isinglass/networks";

const { train, test } = await loadDataset("mnist-sample");
const source = sourceOfSpec(parseNetwork(${JSON.stringify(network)}));
const stream = drawStream(${seed}, 0);
const chain = await source.open(stream.fork("network"), rangeOfData(train.inputs));
const examples = testBatchOf(test, ${testBatch}, stream);
const { profile } = await measureProfile(chain, train, examples, {
  stream: stream.fork("decoders"), batches: ${batches}, batch: ${batch}, rate: ${rate},
});
console.log(profile.gram, profile.classification.class);
`;
}
