/**
 * Posteriors of networks of finite width on MNIST, sampled by Hamiltonian Monte Carlo: the measurement beside the theory of
 * `isinglass generalize`. Every case is appended to docs/figures/posterior-mnist.ndjson when it is done, and cases found there
 * are not sampled again, so that a run that was stopped goes on; where chains did not agree, a case is sampled once more, longer,
 * and its last record counts. Run: npx tsx --conditions source bench/posterior/run.ts [MINUTES [LARGEST]] (all cases take some hours
 * of one core; LARGEST leaves out cases whose product of examples and width is above it); then bench/posterior/draw.ts for table
 * and figures.
 */
import { appendFile, readFile } from "node:fs/promises";
import { samplePosterior } from "../../src/bayes/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import {
  AGREEMENT,
  type Case,
  cases,
  type Effort,
  effortOf,
  lastOfEachCase,
  loadTask,
  longEffortOf,
  nameOf,
} from "./cases.ts";

const path = new URL("../../docs/figures/posterior-mnist.ndjson", import.meta.url);
const lines = await readFile(path, "utf8").catch(() => "");
interface Recorded {
  readonly case: Case;
  readonly effort: Effort;
  readonly rHat: number;
}
const recorded = lines
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Recorded);
const done = new Map(lastOfEachCase(recorded).map((record) => [nameOf(record.case), record]));
const largest = Number(process.argv[3] ?? Number.POSITIVE_INFINITY);
/** What is to do, null where nothing is. */
const effortFor = (one: Case): Effort | null => {
  const before = done.get(nameOf(one));
  if (before === undefined) return effortOf(one);
  const long = longEffortOf(one);
  return before.rHat > AGREEMENT && before.effort.samples < long.samples ? long : null;
};
const missing = cases.filter((one) => !done.has(nameOf(one)));
const rHatOf = (one: Case): number => done.get(nameOf(one))?.rHat ?? 0;
const again = cases.filter((one) => done.has(nameOf(one))).sort((a, b) => rHatOf(b) - rHatOf(a));
const end = performance.now() + 60_000 * Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
const algebra = await loadKernels();
for (const one of [...missing, ...again]) {
  const effort = effortFor(one);
  if (effort === null || one.examples * one.width > largest) continue;
  if (performance.now() > end) break;
  const started = performance.now();
  const task = await loadTask(one.task, one.examples);
  const network = {
    activation: resolveActivation(one.activation),
    width: one.width,
    temperature: one.temperature,
    weightPrecision: 1,
    readoutPrecision: 1,
  };
  const stream = createStream(5).fork(nameOf(one));
  const { error, bias, spread, trainError, fieldKurtosis, mean, chains } = samplePosterior(
    task,
    network,
    algebra,
    {
      ...effort,
      stream,
    },
  );
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
    fieldKurtosis: fieldKurtosis.value,
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
