/**
 * NNGP and NTK of dense networks on MNIST against neural-tangents on the processor, in the same run: interleaved rounds of one call
 * on inputs in memory, peak memory of each process, and the largest relative difference of 4000 entries. neural-tangents runs
 * under jit, in float32 (its default) and float64, and for depth 3 once without jit. Inputs are 8-bit pixels, standardised in
 * float64, the same file for all; "oneThreadRounded" has them rounded to float32, which are not on a grid. Memory of results before
 * is given back between calls, on both sides. Wall times are those of two threads; CPU
 * time is compared for our one thread too, because threads that wait for each other on a busy machine burn time.
 *
 *     node --import tsx -C source bench/bayes/kernels.ts [--rounds 5] [--examples 5000] [--depths 3,10] [--large 20000]
 *
 * Writes bench/results/kernels.json.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { convertToDouble, loadDataset } from "../../src/data/index.ts";
import { createStream } from "../../src/numerics/index.ts";

interface Answer {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly bytes: number;
  readonly nngp: readonly number[];
  readonly ntk: readonly number[];
}
interface Server {
  readonly about: Readonly<Record<string, string | number>>;
  ask(request: object): Promise<Answer>;
  stop(): void;
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    examples: { type: "string", default: "5000" },
    depths: { type: "string", default: "3,10" },
    large: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const examples = Number(options.examples);
const target = 5;

async function start(command: string, args: readonly string[]): Promise<Server> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${args.join(" ")} stopped`);
    return JSON.parse(value);
  };
  return {
    about: (await read()) as Server["about"],
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await read()) as Answer;
    },
    stop: () => child.stdin.end(),
  };
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.ISINGLASS_PYTHON ?? `${root}.peers/venv/bin/python`;
const tsx = ["--expose-gc", "--import", "tsx", "--conditions", "source"];
const startOurs = (threads: number): Promise<Server> =>
  start(process.execPath, [...tsx, `${root}bench/bayes/server.ts`, String(threads)]);
const ours = await startOurs(2);
const one = await startOurs(1);
const single = await start(python, [`${root}bench/peers/kernels.py`, "32"]);
const double = await start(python, [`${root}bench/peers/kernels.py`, "64"]);

const folder = mkdtempSync(join(tmpdir(), "kernels-"));
const path = join(folder, "inputs.f64");
const pathRounded = join(folder, "rounded.f64");
const { train } = await loadDataset("mnist", { train: examples, standardize: "global" });
writeFileSync(path, convertToDouble(train));
writeFileSync(pathRounded, Float64Array.from(train.inputs));
const stream = createStream(1);
const draw = (): number[] => Array.from({ length: 4000 }, () => stream.integer(examples));
const common = { path, features: 784, rows: draw(), columns: draw() };

/** Everything that is timed, by name. */
const runs: Readonly<Record<string, (request: object) => Promise<Answer>>> = {
  ours: (request) => ours.ask({ ...request, precision: "float64" }),
  oursSingle: (request) => ours.ask({ ...request, precision: "float32" }),
  oneThread: (request) => one.ask({ ...request, precision: "float64" }),
  oneThreadSingle: (request) => one.ask({ ...request, precision: "float32" }),
  oneThreadRounded: (request) => one.ask({ ...request, path: pathRounded, precision: "float64" }),
  peerDouble: (request) => double.ask({ ...request, jit: true }),
  peerSingle: (request) => single.ask({ ...request, jit: true }),
  peerDoublePlain: (request) => double.ask({ ...request, jit: false }),
  peerSinglePlain: (request) => single.ask({ ...request, jit: false }),
};
/** Runs that are slow or of less interest: for depth 3, one round. */
const few = new Set(["peerDoublePlain", "peerSinglePlain", "oneThreadRounded"]);
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

function difference(a: Answer, b: Answer): number {
  return Math.max(
    ...(["nngp", "ntk"] as const).map((kind) => {
      const scale = Math.max(...b[kind].map(Math.abs));
      return Math.max(...a[kind].map((x, k) => Math.abs(x - (b[kind][k] as number)) / scale));
    }),
  );
}

const rows = [];
for (const depth of options.depths.split(",").map(Number)) {
  for (const [activation, weightVariance] of [
    ["relu", 2],
    ["erf", 1.5],
  ] as const) {
    const request = { ...common, activation, depth, weightVariance, biasVariance: 0.05 };
    const answers: Record<string, Answer[]> = {};
    // the first round compiles and is dropped
    for (let round = 0; round <= rounds; round++) {
      for (const [name, run] of Object.entries(runs)) {
        if (few.has(name) && (round > 1 || depth > 3)) continue;
        const answer = await run(request);
        if (round > 0) answers[name] = [...(answers[name] ?? []), answer];
      }
    }
    const list = (name: string): Answer[] => answers[name] as Answer[];
    const time = (name: string) => ({
      cpuMs: median(list(name).map(({ cpuMs }) => cpuMs)),
      wallMs: median(list(name).map(({ wallMs }) => wallMs)),
      bestWallMs: Math.min(...list(name).map(({ wallMs }) => wallMs)),
    });
    /** Medians over rounds of the other's time over ours, taken in the same round. */
    const ratio = (other: string, two: string, one: string) => {
      const pairs = list(other).map(
        (answer, k) => [answer, list(two)[k] as Answer, list(one)[k] as Answer] as const,
      );
      return {
        cpu: median(pairs.map(([a, , c]) => a.cpuMs / c.cpuMs)),
        wall: median(pairs.map(([a, b]) => a.wallMs / b.wallMs)),
        bestWall: time(other).bestWallMs / time(two).bestWallMs,
      };
    };
    const row = {
      activation,
      depth,
      times: Object.fromEntries(Object.keys(answers).map((name) => [name, time(name)])),
      ratios: {
        double: ratio("peerDouble", "ours", "oneThread"),
        single: ratio("peerSingle", "oursSingle", "oneThreadSingle"),
        ...(depth <= 3 && {
          doublePlain: ratio("peerDoublePlain", "ours", "oneThread"),
          singlePlain: ratio("peerSinglePlain", "oursSingle", "oneThreadSingle"),
        }),
      },
      differences: {
        double: difference(list("ours")[0] as Answer, list("peerDouble")[0] as Answer),
        single: difference(list("oursSingle")[0] as Answer, list("ours")[0] as Answer),
        peerSingle: difference(list("peerSingle")[0] as Answer, list("ours")[0] as Answer),
      },
    };
    rows.push(row);
    console.log(`\n${activation}, depth ${depth}, ${examples} examples; load ${loadavg()[0]?.toFixed(1)}`);
    for (const [name, { cpuMs, wallMs, bestWallMs }] of Object.entries(row.times)) {
      console.log(
        `  ${name.padEnd(18)} CPU ${(cpuMs / 1e3).toFixed(2)} s  wall ${(wallMs / 1e3).toFixed(2)} s  best ${(bestWallMs / 1e3).toFixed(2)} s`,
      );
    }
    for (const [name, { cpu, wall, bestWall }] of Object.entries(row.ratios)) {
      console.log(
        `  ${name.padEnd(20)} CPU x${cpu.toFixed(1)}  wall x${wall.toFixed(1)}  best wall x${bestWall.toFixed(1)}`,
      );
    }
    console.log(
      `  largest relative difference: float64 ${row.differences.double.toExponential(1)}, ours in float32 ${row.differences.single.toExponential(1)}, theirs ${row.differences.peerSingle.toExponential(1)}`,
    );
  }
}

const last = {
  ...common,
  activation: "relu",
  depth: 3,
  weightVariance: 2,
  biasVariance: 0.05,
  rows: [0],
  columns: [0],
};
const memory = {
  ours: { started: ours.about.bytes, peak: (await ours.ask({ ...last, precision: "float32" })).bytes },
  peerDouble: { started: double.about.bytes, peak: (await double.ask({ ...last, jit: true })).bytes },
  peerSingle: { started: single.about.bytes, peak: (await single.ask({ ...last, jit: true })).bytes },
};
for (const [name, { started, peak }] of Object.entries(memory)) {
  console.log(
    `memory of ${name}: ${(Number(peak) / 1e9).toFixed(2)} GB at the peak, ${(Number(started) / 1e9).toFixed(2)} GB when started`,
  );
}
for (const server of [ours, one, single, double]) server.stop();

/** One job of many images, float64, both kernels. */
async function solveLarge(count: number) {
  const images = await loadDataset("mnist", { train: count, standardize: "global" });
  writeFileSync(path, convertToDouble(images.train));
  const server = await startOurs(2);
  const answer = await server.ask({ ...last, path, precision: "float64" });
  server.stop();
  const { cpuMs, wallMs, bytes } = answer;
  console.log(
    `${count} images: CPU ${(cpuMs / 1e3).toFixed(1)} s, wall ${(wallMs / 1e3).toFixed(1)} s, ${(bytes / 1e9).toFixed(2)} GB at the peak`,
  );
  return { examples: count, cpuMs, wallMs, peak: bytes, results: 16 * count ** 2 };
}
const large = options.large === undefined ? null : await solveLarge(Number(options.large));
rmSync(folder, { recursive: true });
const out = `${root}bench/results`;
mkdirSync(out, { recursive: true });
const result = {
  benchmark: "kernels",
  machine: `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`,
  peer: double.about,
  simd: ours.about.simd,
  examples,
  rounds,
  target,
  load: loadavg(),
  rows,
  memory,
  large,
};
writeFileSync(`${out}/kernels.json`, `${JSON.stringify(result, null, 1)}\n`);
