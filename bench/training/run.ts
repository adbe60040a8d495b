/**
 * Training steps per second against PyTorch on the same CPU: one thread, interleaved rounds in one run, CPU time
 * (wall time on a shared machine measures the neighbours). Run: npx tsx --conditions source bench/training/run.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { OptimizerSpec } from "../../src/engine/index.ts";
import { createTrainer, type Trainer } from "../../src/engine/index.ts";
import { buildNetwork, initialize, parseNetwork } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { type Peer, startPeer, type Timing } from "../peers/peer.ts";

interface Case {
  readonly name: string;
  readonly spec: string;
  readonly batch: number;
  readonly optimizer: OptimizerSpec;
  readonly rate: number;
  readonly steps: number;
  /** Smallest ratio of speeds that is asked for; null: reported only. */
  readonly target: number | null;
  readonly peer: object;
}

const EXAMPLES = 4096;
const ROUNDS = Number(process.env.ROUNDS ?? 9);

function mlp(
  width: number,
  depth: number,
  batch: number,
  target: number | null,
  kind: "sgd" | "adam" = "sgd",
): Case {
  return {
    name: `784-${width}x${depth}-10, batch ${batch}, ${kind}`,
    spec: `784-${width}x${depth}-10 tanh init=pytorch`,
    batch,
    optimizer: { kind },
    rate: kind === "sgd" ? 0.01 : 1e-3,
    steps: 40,
    target,
    peer: { network: "mlp", width, depth, batch, optimizer: kind, examples: EXAMPLES },
  };
}

const cases: readonly Case[] = [
  mlp(300, 10, 100, 1),
  mlp(100, 50, 100, 1.3),
  mlp(1000, 4, 128, 0.9),
  {
    name: "CNN 1-32-64, 3x3, two pools, batch 64, sgd",
    spec: "cnn:1x28x28-c32k3-max2-c64k3-max2-10 relu init=pytorch",
    batch: 64,
    optimizer: { kind: "sgd" },
    rate: 0.01,
    steps: 20,
    target: 0.9,
    peer: { network: "cnn", batch: 64, optimizer: "sgd", examples: EXAMPLES },
  },
  mlp(300, 10, 100, null, "adam"),
];

async function prepare({ spec: text, batch, optimizer, rate, steps }: Case): Promise<Trainer> {
  const spec = parseNetwork(text);
  const network = buildNetwork(spec, { batch });
  const stream = createStream(1);
  const { values } = initialize(network, spec.initialization, stream);
  const inputs = new Float32Array(EXAMPLES * 784);
  stream.fillNormal(inputs);
  const labels = Uint8Array.from({ length: EXAMPLES }, () => stream.integer(10));
  const data = { name: "noise", inputs, labels, count: EXAMPLES, shape: [784], classes: 10 };
  return createTrainer(network, { data, initial: values, stream, rate, optimizer, stepsPerRun: steps });
}

async function timed(work: () => Promise<unknown>): Promise<Timing> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const used = process.cpuUsage(cpu);
  return { cpuMs: (used.user + used.system) / 1e3, wallMs: performance.now() - wall };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function compare(test: Case, peer: Peer) {
  const trainer = await prepare(test);
  const { steps } = test;
  await trainer.run(steps);
  await peer.ask({ ...test.peer, steps });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push((await timed(() => trainer.run(steps))).cpuMs / steps);
    theirs.push((await peer.ask({ steps })).cpuMs / steps);
  }
  await trainer.release();
  const ratios = theirs.map((time, round) => time / (ours[round] as number));
  return {
    name: test.name,
    target: test.target,
    stepsPerCpuSecond: 1e3 / median(ours),
    peerStepsPerCpuSecond: 1e3 / median(theirs),
    ratio: median(ratios),
    ratioLow: Math.min(...ratios),
    ratioHigh: Math.max(...ratios),
  };
}

const wanted = process.argv[2];
const peer = await startPeer("training");
const results = [];
console.log(`steps per CPU second, one thread, ${ROUNDS} interleaved rounds; PyTorch ${peer.versions.torch}`);
console.log("| network | isinglass | PyTorch | ratio (lowest to highest) | target |");
console.log("| --- | --- | --- | --- | --- |");
for (const test of cases) {
  if (wanted !== undefined && !test.name.includes(wanted)) continue;
  const row = await compare(test, peer);
  results.push(row);
  const cells = [
    row.name,
    row.stepsPerCpuSecond.toFixed(1),
    row.peerStepsPerCpuSecond.toFixed(1),
    `${row.ratio.toFixed(2)} (${row.ratioLow.toFixed(2)} to ${row.ratioHigh.toFixed(2)})`,
    row.target === null ? "-" : `${row.target} ${row.ratio >= row.target ? "met" : "missed"}`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
peer.stop();
if (wanted === undefined) {
  const machine = { cpu: cpus()[0]?.model, node: process.version, ...peer.versions };
  await mkdir(new URL("../results/", import.meta.url), { recursive: true });
  await writeFile(
    new URL("../results/training.json", import.meta.url),
    `${JSON.stringify({ benchmark: "training", machine, rounds: ROUNDS, results }, null, 2)}\n`,
  );
}
