/**
 * How well theory predicts real networks: `isinglass diagnose` of networks of several phases and activations on MNIST, the
 * deviation of theory from measurement over all layers, beside the error of the measurement. No peer: the measurement is
 * the reference. Run: npx tsx --conditions source bench/prediction/run.ts (after npm run build).
 */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const specs = [
  "784-300x20-10 tanh sw2=1 sb2=0.05",
  "784-300x20-10 tanh sw2=1.76 sb2=0.05",
  "784-300x20-10 tanh sw2=3 sb2=0.05",
  "784-300x20-10 erf sw2=1.376 sb2=0.05",
  "784-300x20-10 relu sw2=2 sb2=0",
  "784-100x20-10 tanh sw2=1.76 sb2=0.05",
] as const;

interface Pair {
  readonly theory: number | null;
  readonly measured: { readonly value: number; readonly stderr: number | null } | null;
}
type Quantity = "q" | "c" | "gradient";
type Layer = Readonly<Record<Quantity, Pair>>;
interface Diagnosis {
  readonly result: {
    readonly verdict: { readonly trains: string; readonly phase: string };
    readonly layers: readonly Layer[];
    readonly jacobian: { readonly meanSquare: Pair } | null;
  };
}

/** Root mean square over layers of (theory - measured) / measured, and of the standard error / measured. */
function deviation(layers: readonly Layer[], quantity: Quantity): { deviation: number; error: number } {
  let [sum, errors, n] = [0, 0, 0];
  for (const { [quantity]: pair } of layers) {
    if (pair.theory === null || pair.measured === null || pair.measured.value === 0) continue;
    sum += (pair.theory / pair.measured.value - 1) ** 2;
    errors += ((pair.measured.stderr ?? 0) / pair.measured.value) ** 2;
    n++;
  }
  return { deviation: Math.sqrt(sum / n), error: Math.sqrt(errors / n) };
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const results = [];
console.log(
  "| network | phase | q off by (its error) | c off by (its error) | gradient off by (its error) |",
);
console.log("| --- | --- | --- | --- | --- |");
for (const spec of specs) {
  const output = execFileSync(
    process.execPath,
    [
      `${root}bin/isinglass.js`,
      "diagnose",
      spec,
      "--data",
      "mnist",
      "--examples",
      "128",
      "--seeds",
      "10",
      "--json",
      "--quiet",
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  const { result } = JSON.parse(output) as Diagnosis;
  const row = {
    name: spec,
    phase: result.verdict.phase,
    q: deviation(result.layers, "q"),
    c: deviation(result.layers, "c"),
    gradient: deviation(result.layers, "gradient"),
  };
  results.push(row);
  const cells = [row.q, row.c, row.gradient].map((x) => `${percent(x.deviation)} (${percent(x.error)})`);
  console.log(`| ${[spec, row.phase, ...cells].join(" | ")} |`);
}
const machine = { cpu: cpus()[0]?.model, node: process.version };
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
await writeFile(
  new URL("../results/prediction.json", import.meta.url),
  `${JSON.stringify({ benchmark: "prediction", machine, results }, null, 2)}\n`,
);
