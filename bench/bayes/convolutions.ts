/**
 * NNGP and NTK of convolutional networks on MNIST against neural-tangents (under jit, float64 and float32) on the processor, in the same
 * run: interleaved rounds of one call on images in memory, CPU time, the peak memory of each process so far, and the largest
 * relative difference of all entries. Without pools a pair of images has one covariance a position; with pools one for every pair
 * of positions, 614 656 of them.
 *
 *     node --import tsx -C source bench/bayes/convolutions.ts [--rounds 3] [--scale 1]
 *
 * Writes bench/results/convolutions.json.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { solveNetworkKernels, type WideNetwork, type WideNetworkLayer } from "../../src/bayes/index.ts";
import { loadDataset } from "../../src/data/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";

interface Answer {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly bytes: number;
  readonly nngp: ArrayLike<number>;
  readonly ntk: ArrayLike<number>;
}

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, scale: { type: "string", default: "1" } },
});
const rounds = Number(options.rounds);
const scale = Number(options.scale);
const root = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.ISINGLASS_PYTHON ?? `${root}.peers/venv/bin/python`;

const block = ["convolution", "relu"] as const;
const jobs = [
  { name: "three convolutions", count: 100, layers: [...block, ...block, ...block, "flatten", "dense"] },
  {
    name: "three convolutions, global average",
    count: 4,
    layers: [...block, ...block, ...block, "global-average-pool", "dense"],
  },
  {
    name: "five convolutions, three average pools",
    count: 4,
    layers: [
      ...[...block, ...block, "average-pool", ...block, ...block, "average-pool", ...block],
      ...["global-average-pool", "dense"],
    ],
  },
].map((job) => ({ ...job, count: Math.max(2, Math.round(job.count * scale)) }));

const variances = { weightVariance: 2, biasVariance: 0.05 };
const relu = resolveActivation("relu");
function layerOf(name: string): WideNetworkLayer {
  if (name === "convolution") return { type: "convolution", kernel: 3, ...variances };
  if (name === "dense") return { type: "dense", ...variances };
  if (name === "average-pool") return { type: "average-pool", size: 2 };
  if (name === "relu") return { type: "activation", activation: relu };
  return { type: name as "flatten" | "global-average-pool" };
}

const { train } = await loadDataset("mnist", { train: 100, standardize: "global" });
const folder = mkdtempSync(join(tmpdir(), "convolutions-"));
const path = join(folder, "inputs.f32");
writeFileSync(path, train.inputs);
const kernels = await loadKernels();
const pixels = Float64Array.from(train.inputs);

async function ours(names: readonly string[], count: number): Promise<Answer> {
  const network: WideNetwork = { input: [1, 28, 28], layers: names.map(layerOf) };
  const images = { rows: count, cols: 784, data: pixels.slice(0, 784 * count) };
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const { nngp, ntk } = await solveNetworkKernels(network, images, null, kernels);
  const { user, system } = process.cpuUsage(cpu);
  if (nngp === null || ntk === null) throw new Error("no kernels");
  return {
    cpuMs: (user + system) / 1e3,
    wallMs: performance.now() - wall,
    bytes: process.resourceUsage().maxRSS * 1024,
    nngp: nngp.data,
    ntk: ntk.data,
  };
}

async function startPeer(bits: string) {
  const child = spawn(python, [`${root}bench/peers/convolutions.py`, bits], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the peer stopped");
    return JSON.parse(value);
  };
  return {
    about: (await read()) as Record<string, string | number>,
    ask: async (layers: readonly string[], count: number): Promise<Answer> => {
      child.stdin.write(`${JSON.stringify({ path, shape: [1, 28, 28], count, layers })}\n`);
      return (await read()) as Answer;
    },
    stop: () => child.stdin.end(),
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;
function difference(a: Answer, b: Answer): number {
  return Math.max(
    ...(["nngp", "ntk"] as const).map((kind) => {
      const [x, y] = [Array.from(a[kind]), Array.from(b[kind])];
      const largest = Math.max(...y.map(Math.abs));
      return Math.max(...x.map((value, at) => Math.abs(value - (y[at] as number)) / largest));
    }),
  );
}

const double = await startPeer("64");
const single = await startPeer("32");
const rows = [];
for (const { name, count, layers } of jobs) {
  const answers: Record<"ours" | "double" | "single", Answer[]> = { ours: [], double: [], single: [] };
  // the first round compiles and is dropped
  for (let round = 0; round <= rounds; round++) {
    const turn = {
      ours: await ours(layers, count),
      double: await double.ask(layers, count),
      single: await single.ask(layers, count),
    };
    if (round > 0) for (const who of ["ours", "double", "single"] as const) answers[who].push(turn[who]);
  }
  const cpu = (who: keyof typeof answers): number => median(answers[who].map(({ cpuMs }) => cpuMs));
  const peak = (who: keyof typeof answers): number => Math.max(...answers[who].map(({ bytes }) => bytes));
  const row = {
    name,
    layers,
    images: count,
    cpuMs: { ours: cpu("ours"), double: cpu("double"), single: cpu("single") },
    ratio: { double: cpu("double") / cpu("ours"), single: cpu("single") / cpu("ours") },
    peakBytes: { ours: peak("ours"), double: peak("double"), single: peak("single") },
    difference: difference(answers.ours[0] as Answer, answers.double[0] as Answer),
    load: loadavg()[0],
  };
  rows.push(row);
  console.log(row);
}
double.stop();
single.stop();
await kernels.release();
rmSync(folder, { recursive: true });
if (scale === 1) {
  const result = {
    benchmark: "convolutions",
    machine: `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`,
    peer: double.about,
    rounds,
    load: loadavg(),
    rows,
  };
  writeFileSync(`${root}bench/results/convolutions.json`, `${JSON.stringify(result, null, 1)}\n`);
}
