// Runs what CI checks, one named step after another, and prints one line a person understands for each.
// `node scripts/test.mjs` runs all; `node scripts/test.mjs unit lint` runs the named steps.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => `${root}node_modules/.bin/${name}`;
const node = process.execPath;

const steps = [
  ["format", "sources are formatted", bin("biome"), ["format", "."]],
  ["lint", "no lint warnings", bin("biome"), ["lint", "--error-on-warnings", "."]],
  [
    "layers",
    "imports point down the layers only",
    bin("depcruise"),
    ["src", "lab/src", "--config", ".dependency-cruiser.cjs"],
  ],
  ["build", "kernels and library compile", node, ["scripts/build.mjs"]],
  ["types", "tests, benchmarks and examples type-check", bin("tsc"), ["-p", "tsconfig.test.json"]],
  ["lab types", "the lab and its tests type-check", bin("tsc"), ["-p", "lab/tsconfig.json"]],
  ["unit", "formulas, readers and engine against references", bin("vitest"), ["run", "--project", "unit"]],
  ["properties", "invariants hold on random inputs", bin("vitest"), ["run", "--project", "properties"]],
  ["command line", "commands, exit codes and messages", bin("vitest"), ["run", "--project", "cli"]],
  [
    "browser",
    "the library and the report in a real browser",
    bin("vitest"),
    ["run", "--project", "browser", "--passWithNoTests"],
  ],
  ["lab", "every room of the lab in a real browser", bin("vitest"), ["run", "--project", "lab"]],
  ["pack", "the packed package installs and works elsewhere", node, ["scripts/check-pack.mjs"]],
];

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, NO_COLOR: "1" } });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ code: 1, output: `${output}\n${error.message}` }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** The test counts that vitest prints, as a short remark; tests that needed a second try are counted too. */
function remark(output) {
  const counts = output.match(/^\s*Tests\s+(.*)$/m)?.[1]?.replace(/\s*\(\d+\)\s*$/, "");
  const retried = output.match(/\(retry x\d+\)/g)?.length ?? 0;
  const second = retried > 0 ? `, ${retried} at the second try` : "";
  return counts ? ` (${counts.replaceAll(" | ", ", ")}${second})` : "";
}

/** What a failed step printed: the failed tests where vitest lists them, else the end. */
function failureOf(output) {
  const lines = output.trimEnd().split("\n");
  const list = lines.findIndex((line) => /Failed (Tests|Suites) \d/.test(line));
  return (list < 0 ? lines.slice(-200) : lines.slice(list, list + 200)).join("\n");
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some(([step]) => step === name));
if (unknown.length > 0) {
  console.error(`no step called ${unknown.join(", ")}; steps: ${steps.map(([name]) => name).join(", ")}`);
  process.exit(2);
}
let passed = 0;
let failed = 0;
for (const [name, meaning, command, args] of steps) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  const { code, output } = await run(command, args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${code === 0 ? "ok    " : "FAILED"} ${name.padEnd(13)} ${meaning}${remark(output)}  ${seconds} s`,
  );
  if (code === 0) passed++;
  else {
    failed++;
    console.log(failureOf(output));
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
