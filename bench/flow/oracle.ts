/**
 * The small-scale table of reconstruction: 14 x 14 images of blobs, MLPs of width 196 and depth 40 at eight weight
 * variances, decoders trained on 200 minibatches of 64. Compares the Gram entropy of the reconstructions with values
 * of an independent numpy program (test/fixtures/flow-small-scale.json), which are one draw each, and where a Python is
 * given with PyTorch on the same images. Run: npm run bench -- flow-a6. `ROWS=0.5,1` measures these rows only and keeps
 * the others of the last run.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type Dataset, sampleBlobs } from "../../src/data/index.ts";
import { drawDenseChain, type FlowCurve, measureCurve, trainDecoders } from "../../src/flow/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { startPeer } from "../peers/peer.ts";

interface Row {
  readonly sigmaW2: number;
  readonly gram: readonly number[];
  readonly differential: number;
}

const fixture = JSON.parse(
  await readFile(new URL("../../test/fixtures/flow-small-scale.json", import.meta.url), "utf8"),
) as { readonly depths: readonly number[]; readonly rows: readonly Row[] };

const SEEDS = Number(process.env.SEEDS ?? 16);
const ROWS = process.env.ROWS?.split(",").map(Number) ?? fixture.rows.map(({ sigmaW2 }) => sigmaW2);
const [DEPTH, BATCHES, BATCH, TEST, PIXELS] = [40, 200, 64, 100, 196];
const threads = Number(process.env.THREADS ?? 1);

/** What PyTorch is asked: the depths of the ordered rows, where most is decided, up to the given ones. */
const PEER_DEPTHS: Readonly<Record<number, readonly number[]>> = { 0.5: [1, 5], 1: [1, 5, 10] };

const imagesOf = (seed: number): Dataset =>
  sampleBlobs(BATCHES * BATCH + TEST, [PIXELS], createStream(seed).fork("data"));

async function measure(sigmaW2: number, seed: number): Promise<FlowCurve> {
  const stream = createStream(seed);
  const data = imagesOf(seed);
  const split = TEST * PIXELS;
  const test = { ...data, inputs: data.inputs.slice(0, split), count: TEST };
  const train = { ...data, inputs: data.inputs.slice(split), count: data.count - TEST };
  const widths = Array.from({ length: DEPTH + 1 }, () => PIXELS);
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

/** PyTorch on the images of every seed, with its own draws of networks. */
async function askPyTorch(sigmaW2: number, depths: readonly number[], decoders: "uniform" | "normal") {
  const peer = await startPeer("reconstruction");
  const folder = await mkdtemp(join(tmpdir(), "blobs-"));
  try {
    const draws: (readonly number[])[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const data = join(folder, `${seed}.f32`);
      await writeFile(data, new Uint8Array(imagesOf(seed).inputs.buffer));
      const request = { data, sigmaW2, depths, seed, decoders };
      draws.push((await peer.ask<{ readonly gram: readonly number[] }>(request)).gram);
    }
    const at = (i: number) => draws.map((draw) => draw[i] as number);
    return {
      ...{ torch: peer.versions.torch, decoders, depths },
      gram: depths.map((_, i) => mean(at(i))),
      spread: depths.map((_, i) => deviation(at(i))),
    };
  } finally {
    peer.stop();
    await rm(folder, { recursive: true });
  }
}

const target = new URL("../results/flow-a6.json", import.meta.url);
type Result = { readonly sigmaW2: number; readonly gram: readonly number[] };
const earlier: readonly Result[] = existsSync(target)
  ? JSON.parse(await readFile(target, "utf8")).results
  : [];
const started = performance.now();
const [cpu] = [process.cpuUsage()];
const results: Result[] = [];
console.log(
  `Gram entropy of R_l at l = ${fixture.depths.join(", ")}, mean over ${SEEDS} seeds, (reference), [deviations of one draw]`,
);
for (const row of fixture.rows) {
  if (!ROWS.includes(row.sigmaW2)) {
    results.push(...earlier.filter(({ sigmaW2 }) => sigmaW2 === row.sigmaW2));
    continue;
  }
  const curves: FlowCurve[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) curves.push(await measure(row.sigmaW2, seed));
  const at = (depth: number) => curves.map((curve) => curve.gram.values[depth] as number);
  const gram = fixture.depths.map((depth) => mean(at(depth)));
  const spread = fixture.depths.map((depth) => deviation(at(depth)));
  const differential = mean(curves.map((curve) => curve.differential.values[DEPTH] as number));
  const asked = process.env.ISINGLASS_PYTHON === undefined ? undefined : PEER_DEPTHS[row.sigmaW2];
  const peers = [];
  for (const decoders of asked === undefined ? [] : (["uniform", "normal"] as const)) {
    peers.push(await askPyTorch(row.sigmaW2, asked as readonly number[], decoders));
  }
  results.push({
    sigmaW2: row.sigmaW2,
    gram,
    ...{ spread, seeds: SEEDS },
    reference: row.gram,
    largestDifference: Math.max(...gram.map((value, i) => Math.abs(value - (row.gram[i] as number)))),
    differential,
    referenceDifferential: row.differential,
    input: mean(at(0)),
    relative: [1, DEPTH].map((depth) => mean(curves.map((curve) => curve.relative.values[depth] as number))),
    ...(peers.length === 0 ? {} : { peers }),
  } as Result);
  const cells = gram.map((value, i) => {
    const reference = row.gram[i] as number;
    const off = (reference - value) / Math.max(spread[i] as number, 0.001);
    return `${value.toFixed(3)} (${reference.toFixed(3)}) [${off.toFixed(1)}]`;
  });
  console.log(
    `${row.sigmaW2.toFixed(2)}  ${cells.join("  ")}  D ${differential.toFixed(2)} (${row.differential})`,
  );
  for (const { decoders, depths, gram: theirs, spread: scatter } of peers) {
    const values = theirs.map(
      (value, i) => `l=${depths[i]} ${value.toFixed(3)} +- ${scatter[i]?.toFixed(3)}`,
    );
    console.log(`      PyTorch, ${decoders} decoders: ${values.join(", ")}`);
  }
}
const used = process.cpuUsage(cpu);
const last = (row: { readonly gram: readonly number[] }): number => row.gram.at(-1) as number;
const best = results.reduce((top, row) => (last(row) > last(top) ? row : top));
console.log(`largest Gram entropy at depth ${DEPTH}: sigma_w^2 = ${best.sigmaW2}`);
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
const machine = { cpu: cpus()[0]?.model, node: process.version };
const cost = {
  rows: ROWS,
  cpuSeconds: (used.user + used.system) / 1e6,
  wallSeconds: (performance.now() - started) / 1e3,
};
await writeFile(
  target,
  `${JSON.stringify({ benchmark: "flow-a6", machine, depths: fixture.depths, best: best.sigmaW2, cost, results }, null, 2)}\n`,
);
