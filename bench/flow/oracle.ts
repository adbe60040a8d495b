/**
 * The small-scale table of reconstruction: 14 x 14 images of blobs, MLPs of width 196 and depth 40 at eight weight
 * variances, decoders trained on 200 minibatches of 64. Compares the Gram entropy of the reconstructions with values
 * of an independent numpy program (test/fixtures/flow-small-scale.json). Run: npm run bench -- flow-a6
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { sampleBlobs } from "../../src/data/index.ts";
import { drawDenseChain, type FlowCurve, measureCurve, trainDecoders } from "../../src/flow/index.ts";
import { createStream } from "../../src/numerics/index.ts";

interface Row {
  readonly sigmaW2: number;
  readonly gram: readonly number[];
  readonly differential: number;
}

const fixture = JSON.parse(
  await readFile(new URL("../../test/fixtures/flow-small-scale.json", import.meta.url), "utf8"),
) as { readonly depths: readonly number[]; readonly rows: readonly Row[] };

const SEEDS = Number(process.env.SEEDS ?? 3);
const [DEPTH, BATCHES, BATCH] = [40, 200, 64];
const threads = Number(process.env.THREADS ?? 1);

async function measure(sigmaW2: number, seed: number): Promise<FlowCurve> {
  const stream = createStream(seed);
  const data = sampleBlobs(BATCHES * BATCH + 100, [196], stream.fork("data"));
  const split = 100 * 196;
  const test = { ...data, inputs: data.inputs.slice(0, split), count: 100 };
  const train = { ...data, inputs: data.inputs.slice(split), count: data.count - 100 };
  const widths = Array.from({ length: DEPTH + 1 }, () => 196);
  const chain = drawDenseChain({ widths, sigmaW2, sigmaB2: 0.05, stream: stream.fork("chain") });
  const cascade = await trainDecoders(chain, train, { stream, batch: BATCH, batches: BATCHES, threads });
  return measureCurve(cascade, test, { threads });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / Math.max(1, values.length - 1),
  );

const started = performance.now();
const [cpu] = [process.cpuUsage()];
const results = [];
console.log(`Gram entropy of R_l at l = ${fixture.depths.join(", ")}, mean over ${SEEDS} seeds (reference)`);
for (const row of fixture.rows) {
  const curves: FlowCurve[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) curves.push(await measure(row.sigmaW2, seed));
  const at = (depth: number) => curves.map((curve) => curve.gram.values[depth] as number);
  const gram = fixture.depths.map((depth) => mean(at(depth)));
  const differential = mean(curves.map((curve) => curve.differential.values[DEPTH] as number));
  results.push({
    sigmaW2: row.sigmaW2,
    gram,
    spread: fixture.depths.map((depth) => deviation(at(depth))),
    reference: row.gram,
    largestDifference: Math.max(...gram.map((value, i) => Math.abs(value - (row.gram[i] as number)))),
    differential,
    referenceDifferential: row.differential,
    input: mean(at(0)),
    relative: [1, DEPTH].map((depth) => mean(curves.map((curve) => curve.relative.values[depth] as number))),
  });
  const cells = gram.map((value, i) => `${value.toFixed(3)} (${(row.gram[i] as number).toFixed(3)})`);
  console.log(
    `${row.sigmaW2.toFixed(2)}  ${cells.join("  ")}  D ${differential.toFixed(2)} (${row.differential})`,
  );
}
const used = process.cpuUsage(cpu);
const last = (row: { readonly gram: readonly number[] }): number => row.gram.at(-1) as number;
const best = results.reduce((top, row) => (last(row) > last(top) ? row : top));
console.log(`largest Gram entropy at depth ${DEPTH}: sigma_w^2 = ${best.sigmaW2}`);
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
const machine = { cpu: cpus()[0]?.model, node: process.version };
const cost = {
  cpuSeconds: (used.user + used.system) / 1e6,
  wallSeconds: (performance.now() - started) / 1e3,
};
await writeFile(
  new URL("../results/flow-a6.json", import.meta.url),
  `${JSON.stringify({ benchmark: "flow-a6", machine, seeds: SEEDS, depths: fixture.depths, best: best.sigmaW2, cost, results }, null, 2)}\n`,
);
