/**
 * Posteriors of networks of finite width on MNIST, sampled by Hamiltonian Monte Carlo: the measurement beside the theory of
 * `isinglass generalize`. Every case is appended to docs/figures/posterior-mnist.ndjson when it is done, and cases found there
 * are not sampled again, so that a run that was stopped goes on. Run: npx tsx --conditions source bench/posterior/run.ts [MINUTES]
 * (all cases take about two hours of one core); then bench/posterior/draw.ts for table and figures.
 */
import { appendFile, readFile } from "node:fs/promises";
import { samplePosterior } from "../../src/bayes/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { type Case, cases, effortOf, loadTask, nameOf } from "./cases.ts";

const path = new URL("../../docs/figures/posterior-mnist.ndjson", import.meta.url);
const lines = await readFile(path, "utf8").catch(() => "");
const done = new Set(
  lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => nameOf((JSON.parse(line) as { case: Case }).case)),
);
const end = performance.now() + 60_000 * Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
const algebra = await loadKernels();
for (const one of cases) {
  if (done.has(nameOf(one))) continue;
  if (performance.now() > end) break;
  const started = performance.now();
  const task = await loadTask(one.task, one.examples);
  const effort = effortOf(one);
  const network = {
    activation: resolveActivation(one.activation),
    width: one.width,
    temperature: one.temperature,
    weightPrecision: 1,
    readoutPrecision: 1,
  };
  const stream = createStream(5).fork(nameOf(one));
  const { error, bias, spread, trainError, mean, chains } = samplePosterior(task, network, algebra, {
    ...effort,
    stream,
  });
  const right = mean.filter((value, m) => value * (task.testTargets[m] as number) > 0).length;
  const record = {
    case: one,
    effort,
    error: error.value,
    stderr: error.stderr,
    rHat: error.rHat,
    effectiveSamples: error.effectiveSamples,
    bias,
    spread,
    trainError: trainError.value,
    accuracy: right / mean.length,
    acceptance: chains.map(({ acceptance }) => acceptance),
    energyFraction: chains.map(({ energyFraction }) => energyFraction),
    divergences: chains.reduce((sum, chain) => sum + chain.divergences, 0),
    seconds: (performance.now() - started) / 1000,
  };
  const rounded = JSON.stringify(record, (_, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(6)) : value,
  );
  await appendFile(path, `${rounded}\n`);
  console.log(
    `${nameOf(one)}: error ${error.value.toFixed(4)} +- ${error.stderr?.toFixed(4)}, R-hat ${error.rHat.toFixed(3)}, ${record.seconds.toFixed(0)} s`,
  );
}
