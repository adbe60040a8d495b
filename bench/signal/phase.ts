/**
 * A 200 x 200 phase diagram of tanh on one core, beside a straightforward NumPy program in the same job.
 *
 *     node --import tsx -C source bench/signal/phase.ts [--rounds 3] [--skip-peer]
 *
 * Prints seconds and the largest differences to `solveMeanField` on a sample of points; writes bench/results/phase.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { resolveActivation } from "../../src/networks/index.ts";
import { type PhaseDiagram, paintPhasePasses, scanVariance, solveMeanField } from "../../src/signal/index.ts";
import { startPeer, type Timing } from "../peers/peer.ts";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, "skip-peer": { type: "boolean", default: false } },
});
const rounds = Number(options.rounds);
const grid = { sigmaW2: [0.1, 4], sigmaB2: [0, 1], nx: 200, ny: 200 } as const;
/** Seconds the project promises for tanh. */
const target = 2;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Paints once in a solver of its own and returns the diagram with CPU and wall time. */
function paint(activation: string): { diagram: PhaseDiagram; timing: Timing } {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const painter = paintPhasePasses(resolveActivation(activation), grid);
  for (;;) {
    const step = painter.next();
    if (!step.done) continue;
    const { user, system } = process.cpuUsage(cpu);
    return {
      diagram: step.value,
      timing: { cpuMs: (user + system) / 1e3, wallMs: performance.now() - wall },
    };
  }
}

/** Largest errors of a painted diagram on every 97th point. */
function errorsOf(diagram: PhaseDiagram): { q: number; c: number; xiC: number } {
  const worst = { q: 0, c: 0, xiC: 0 };
  const activation = resolveActivation(diagram.activation);
  const scan = scanVariance(activation);
  for (let at = 0; at < diagram.q.length; at += 97) {
    const sigmaW2 = diagram.sigmaW2[at % grid.nx] as number;
    const sigmaB2 = diagram.sigmaB2[Math.floor(at / grid.nx)] as number;
    const field = solveMeanField(activation, { sigmaW2, sigmaB2 }, { scan });
    const difference = (value: number, reference: number): number =>
      value === reference ? 0 : Math.abs(value - reference);
    worst.q = Math.max(worst.q, difference(diagram.q[at] as number, field.q.value));
    worst.c = Math.max(worst.c, difference(diagram.c[at] as number, field.c.value));
    worst.xiC = Math.max(worst.xiC, difference(1 / (diagram.xiC[at] as number), 1 / field.xiC.value));
  }
  return worst;
}

const activations = ["tanh", "erf", "sigmoid", "gelu", "hard-tanh"];
const rows = activations.map((activation) => {
  const runs = Array.from({ length: rounds }, () => paint(activation));
  const cpuSeconds = median(runs.map(({ timing }) => timing.cpuMs)) / 1e3;
  const wallSeconds = median(runs.map(({ timing }) => timing.wallMs)) / 1e3;
  const errors = errorsOf((runs[0] as (typeof runs)[number]).diagram);
  console.log(
    `${activation.padEnd(10)} 200 x 200: ${wallSeconds.toFixed(2)} s (CPU ${cpuSeconds.toFixed(2)} s); largest error of q ${errors.q.toExponential(0)}, c ${errors.c.toExponential(0)}, 1/xiC ${errors.xiC.toExponential(0)}`,
  );
  return { activation, cpuSeconds, wallSeconds, errors };
});
const ours = rows[0] as (typeof rows)[number];
console.log(`target for tanh: ${target} s of CPU time, ${ours.cpuSeconds <= target ? "met" : "MISSED"}`);
if (ours.cpuSeconds > target) process.exitCode = 1;

let peer: {
  cpuSeconds: number;
  wallSeconds: number;
  ratio: number;
  versions: Readonly<Record<string, string>>;
} | null = null;
if (!options["skip-peer"]) {
  const numpy = await startPeer("phase");
  const timing = await numpy.ask(grid);
  numpy.stop();
  const cpuSeconds = timing.cpuMs / 1e3;
  peer = {
    cpuSeconds,
    wallSeconds: timing.wallMs / 1e3,
    ratio: cpuSeconds / ours.cpuSeconds,
    versions: numpy.versions,
  };
  console.log(
    `NumPy, straightforward: ${cpuSeconds.toFixed(1)} s of CPU time, ${peer.ratio.toFixed(0)} times ours`,
  );
}

const out = fileURLToPath(new URL("../results/", import.meta.url));
mkdirSync(out, { recursive: true });
const result = {
  benchmark: "phase",
  machine: cpus()[0]?.model,
  node: process.version,
  grid,
  target,
  rows,
  peer,
};
writeFileSync(`${out}phase.json`, `${JSON.stringify(result, null, 1)}\n`);
