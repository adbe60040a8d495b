/**
 * Wall time of the main job as a user starts it: `isinglass diagnose` of 784-[300]x50-10 on 256 MNIST images with 5 seeds, from the
 * start of the process to its first output and to its end. Run: npx tsx --conditions source bench/diagnose/run.ts (after
 * npm run build).
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const root = fileURLToPath(new URL("../..", import.meta.url));
const job = [
  "diagnose",
  "784-300x50-10 tanh sw2=1.76 sb2=0.05",
  "--data",
  "mnist",
  "--examples",
  "256",
  "--seeds",
  "5",
];

function run(): Promise<{ first: number; total: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let first = Number.NaN;
    const child = spawn(process.execPath, [`${root}bin/isinglass.js`, ...job], { cwd: root });
    const onData = (): void => {
      if (Number.isNaN(first)) first = (performance.now() - start) / 1e3;
    };
    child.stdout.on("data", onData);
    child.stderr.on("data", onData);
    child.on("close", (code) => {
      if (code === 0) resolve({ first, total: (performance.now() - start) / 1e3 });
      else reject(new Error(`diagnose ended with code ${code}`));
    });
  });
}

const rounds = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await run());
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const results = [
  { name: "first output", seconds: median(rounds.map(({ first }) => first)), target: 1 },
  { name: "whole diagnosis", seconds: median(rounds.map(({ total }) => total)), target: 15 },
];
console.log("| diagnose 784-[300]x50-10, 256 images, 5 seeds | seconds | target |");
console.log("| --- | --- | --- |");
for (const { name, seconds, target } of results) {
  console.log(`| ${name} | ${seconds.toFixed(2)} | under ${target} ${seconds < target ? "met" : "missed"} |`);
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
await writeFile(
  new URL("../results/diagnose.json", import.meta.url),
  `${JSON.stringify({ benchmark: "diagnose", machine, rounds: ROUNDS, results }, null, 2)}\n`,
);
