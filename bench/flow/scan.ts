/**
 * The coarse scan as a user would run it: MLPs 784 wide and 50 deep (784 x 48, 400, 10) at 16 weight variances on MNIST,
 * decoders trained on 200 minibatches of 64, 100 test images, two variances at a time. Whole program: loading, drawing,
 * training, reconstruction and entropies. Run: npm run bench -- flow-scan (THREADS=1 for one core; WIDTH=300 for narrower
 * networks; COLUMNS=2 for the cost of two of the columns only, which is printed and not recorded).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { loadDataset } from "../../src/data/index.ts";
import { createPool } from "../../src/engine/index.ts";
import { drawDenseChain, findCutoff, measureCurve, trainDecoders } from "../../src/flow/index.ts";
import { createStream } from "../../src/numerics/index.ts";

const [DEPTH, BATCHES, BATCH] = [50, 200, 64];
const threads = Number(process.env.THREADS ?? 2);
const WIDTH = Number(process.env.WIDTH ?? 784);
const COLUMNS = 16;
const columns = Math.min(COLUMNS, Number(process.env.COLUMNS ?? COLUMNS));
// some columns stand for all: they are spread over the range
const variances = Array.from(
  { length: columns },
  (_, i) => 0.4 + 0.2 * Math.floor(((i + 0.5) * COLUMNS) / columns),
);
const widths = [784, ...Array.from({ length: DEPTH - 2 }, () => WIDTH), Math.min(400, WIDTH), 10];

const started = performance.now();
const before = process.cpuUsage();
const { train, test } = await loadDataset("mnist", { train: BATCHES * BATCH, test: 100, shape: "flat" });
const pool = createPool(threads);
const rows = await pool.map(variances, async (sigmaW2) => {
  const stream = createStream(1);
  const chain = drawDenseChain({ widths, sigmaW2, sigmaB2: 0.05, stream: stream.fork("chain") });
  const cascade = await trainDecoders(chain, train, { stream, batch: BATCH, batches: BATCHES, pool });
  const curve = await measureCurve(cascade, test ?? train, { pool, skipLast: 2 });
  return {
    sigmaW2,
    gram: curve.gram.values.at(-1) as number,
    differential: curve.differential.values.at(-1) as number,
    cutoff: findCutoff(curve.gram).depth,
  };
});
await pool.release();
const seconds = (performance.now() - started) / 1e3;
const used = process.cpuUsage(before);
const cpuSeconds = (used.user + used.system) / 1e6;

console.log("sigma_w^2  Gram entropy  differential entropy  cutoff depth, at the deepest layer but two");
for (const { sigmaW2, gram, differential, cutoff } of rows) {
  console.log(`${sigmaW2.toFixed(1)}  ${gram.toFixed(3)}  ${differential.toFixed(2)}  ${cutoff}`);
}
const isWhole = columns === COLUMNS;
const load = loadavg()[0] as number;
const verdict = isWhole
  ? `target 300 s ${seconds <= 300 ? "met" : "missed"}`
  : `${columns} of ${COLUMNS} columns`;
console.log(
  `${seconds.toFixed(0)} s on ${threads} threads, ${cpuSeconds.toFixed(0)} CPU seconds, load ${load.toFixed(1)}; ${verdict}`,
);
if (!isWhole) {
  const whole = (cpuSeconds * COLUMNS) / columns;
  console.log(
    `all ${COLUMNS}: about ${whole.toFixed(0)} CPU seconds, ${(whole / threads).toFixed(0)} s of ${threads} free cores`,
  );
}
if (isWhole) {
  await mkdir(new URL("../results/", import.meta.url), { recursive: true });
  const machine = { cpu: cpus()[0]?.model, node: process.version };
  const task = {
    width: WIDTH,
    depth: DEPTH,
    variances: variances.length,
    minibatches: BATCHES,
    batch: BATCH,
    threads,
  };
  await writeFile(
    new URL(`../results/flow-scan-${WIDTH}.json`, import.meta.url),
    `${JSON.stringify({ benchmark: "flow-scan", machine, task, seconds, cpuSeconds, load, targetSeconds: 300, rows }, null, 2)}\n`,
  );
}
