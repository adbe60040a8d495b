/**
 * Decoder training of a full-size scan column (MLP 784 wide, depth 200, batch 64) against PyTorch doing the published
 * steps, one thread each, interleaved rounds in one run, CPU time. Costs are per layer and minibatch: a column of one
 * epoch over 60,000 images is 200 x 937 of them.
 *
 * PyTorch goes minibatch by minibatch through all layers, so that its cost per minibatch does not depend on how many there
 * are; a few are timed. isinglass goes layer by layer through the whole stream, so a whole stream of 937 minibatches is
 * timed through a few of the layers, drawing and reading of decoders included. Beside it: the same 20 minibatches through
 * all 200 layers on both sides. Run: npm run bench -- flow
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import {
  drawDenseChain,
  type FlowChain,
  type FlowData,
  reconstruct,
  trainDecoders,
} from "../../src/flow/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { startPeer } from "../peers/peer.ts";

const [WIDTH, DEPTH, BATCH, EPOCH] = [784, 200, 64, 937];
const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** Minibatches that PyTorch is timed on, and layers that isinglass is timed on. */
const [PEER_BATCHES, OWN_LAYERS] = [8, 4];
/** Minibatches of the comparison with the same number on both sides. */
const EQUAL_BATCHES = 20;
const VARIANTS = ["default", "foreach", "fused"] as const;

const stream = createStream(1);

function chainOf(depth: number): FlowChain {
  const widths = Array.from({ length: depth + 1 }, () => WIDTH);
  return drawDenseChain({ widths, sigmaW2: 1.76, sigmaB2: 0.05, stream: stream.fork("chain") });
}

function dataOf(count: number): FlowData {
  const inputs = new Float32Array(count * WIDTH);
  stream.fork("data").fillUniform(inputs);
  return { name: "uniform noise", inputs, count, shape: [WIDTH] };
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e3;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

async function trainOwn(chain: FlowChain, data: FlowData, batches: number): Promise<number> {
  const cost = await cpuOf(() => trainDecoders(chain, data, { stream, batch: BATCH, batches }));
  return cost / chain.blocks.length / batches;
}

const peer = await startPeer("flow");
const task = { width: WIDTH, depth: DEPTH, batch: BATCH };
const trainPeer = async (adam: string, batches: number): Promise<number> =>
  (await peer.ask({ ...task, adam, batches })).cpuMs / DEPTH / batches;

const few = chainOf(OWN_LAYERS);
const epoch = dataOf(EPOCH * BATCH);
await trainOwn(few, dataOf(BATCH * 40), 40);
const rounds: { readonly own: number; readonly theirs: Readonly<Record<string, number>> }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const own = await trainOwn(few, epoch, EPOCH);
  const theirs: Record<string, number> = {};
  for (const adam of VARIANTS) theirs[adam] = await trainPeer(adam, PEER_BATCHES);
  rounds.push({ own, theirs });
  console.log(`round ${round + 1}: isinglass ${own.toFixed(2)} ms, PyTorch ${JSON.stringify(theirs)}`);
}
const own = median(rounds.map((round) => round.own));
const results = VARIANTS.map((adam) => {
  const ratios = rounds.map(({ own: cost, theirs }) => (theirs[adam] as number) / cost);
  return {
    name: `decoder training, Adam ${adam}`,
    ownMs: own,
    peerMs: median(rounds.map(({ theirs }) => theirs[adam] as number)),
    ratio: median(ratios),
    ratioLow: Math.min(...ratios),
    ratioHigh: Math.max(...ratios),
    target: adam === "default" ? 2 : null,
  };
});

const whole = chainOf(DEPTH);
const equalOwn = await trainOwn(whole, dataOf(EQUAL_BATCHES * BATCH), EQUAL_BATCHES);
const equalPeer = await trainPeer("default", EQUAL_BATCHES);

const batch = dataOf(100);
const cascade = await trainDecoders(whole, dataOf(2 * BATCH), { stream, batch: BATCH, batches: 2 });
const evaluateOwn = await cpuOf(async () => {
  for await (const _ of reconstruct(cascade, batch));
});
const evaluatePeer = (await peer.ask({ ...task, adam: "default", evaluate: 100 })).cpuMs;
peer.stop();

console.log(
  `ms of one CPU per layer and minibatch, ${ROUNDS} interleaved rounds; PyTorch ${peer.versions.torch}`,
);
console.log("| PyTorch's Adam | isinglass | PyTorch | ratio (lowest to highest) | target |");
console.log("| --- | --- | --- | --- | --- |");
for (const { name, ownMs, peerMs, ratio, ratioLow, ratioHigh, target } of results) {
  const met = target === null ? "-" : `${target} ${ratio >= target ? "met" : "missed"}`;
  const range = `${ratio.toFixed(2)} (${ratioLow.toFixed(2)} to ${ratioHigh.toFixed(2)})`;
  console.log(`| ${[name, ownMs.toFixed(2), peerMs.toFixed(2), range, met].join(" | ")} |`);
}
console.log(
  `the same ${EQUAL_BATCHES} minibatches through ${DEPTH} layers: ${equalOwn.toFixed(2)} and ${equalPeer.toFixed(2)} ms`,
);
console.log(
  `reconstruction of 100 images from ${DEPTH} depths: ${(evaluateOwn / 1e3).toFixed(1)} s and ${(evaluatePeer / 1e3).toFixed(1)} s`,
);
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
const machine = { cpu: cpus()[0]?.model, node: process.version, ...peer.versions };
const report = {
  benchmark: "flow",
  machine,
  task: { ...task, epochMinibatches: EPOCH, ownLayers: OWN_LAYERS, peerMinibatches: PEER_BATCHES },
  rounds: ROUNDS,
  results,
  equal: { minibatches: EQUAL_BATCHES, ownMs: equalOwn, peerMs: equalPeer },
  evaluation: { examples: 100, ownSeconds: evaluateOwn / 1e3, peerSeconds: evaluatePeer / 1e3 },
};
await writeFile(new URL("../results/flow.json", import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
