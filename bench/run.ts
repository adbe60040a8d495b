/**
 * Runs every benchmark, one after another, each with its peer in the same job. `npm run bench` runs all, `npm run bench --
 * training phase` the named ones. Peers need Python with bench/peers/requirements.txt (ISINGLASS_PYTHON or .peers/venv).
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const programs: Readonly<Record<string, string>> = {
  prediction: "prediction/run.ts",
  diagnose: "diagnose/run.ts",
  phase: "signal/phase.ts",
  training: "training/run.ts",
  linear: "linear/run.ts",
  ising: "ising/run.ts",
  flow: "flow/run.ts",
  "flow-a6": "flow/oracle.ts",
  "flow-scan": "flow/scan.ts",
  kernels: "bayes/kernels.ts",
  convolutions: "bayes/convolutions.ts",
  tiling: "tiling/run.ts",
  "large-gp": "bayes/large.ts",
  lab: "lab/run.ts",
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in programs));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are ${Object.keys(programs).join(", ")}`);
  process.exit(2);
}
for (const [name, program] of Object.entries(programs)) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  if (!existsSync(path) || (wanted.length > 0 && !wanted.includes(name))) continue;
  console.log(`\n## ${name}\n`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", "--conditions", "source", path], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
