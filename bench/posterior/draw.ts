/**
 * Theory beside the sampled posteriors of run.ts: a table in docs/figures/posterior-mnist.json and on the screen, and for each task
 * and activation the learning curves and their residuals in docs/figures/posterior-*.svg. A minute of one core.
 * Run: npx tsx --conditions source bench/posterior/draw.ts
 */
import { readFile, writeFile } from "node:fs/promises";
import { type CurvePoint, predictLearningCurve } from "../../src/bayes/index.ts";
import { drawPosterior, drawPosteriorResiduals, serializeFigure } from "../../src/figures/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import { createDocument } from "../../src/report/index.ts";
import { type Case, lastOfEachCase, loadTask } from "./cases.ts";

/** A line of the file of run.ts. */
interface Sampled {
  readonly case: Case;
  readonly error: number;
  readonly stderr: number;
  readonly rHat: number;
  readonly bias: number;
  readonly spread: number;
}

/** Chains that disagree as much sit in different modes and stay out of the pictures; the table has them. */
const DISAGREE = 2;

/** A line of the table: means over test digits. */
interface Row {
  readonly task: Case["task"];
  readonly activation: Case["activation"];
  readonly examples: number;
  readonly width: number;
  readonly q: number;
  readonly ratio: number | null;
  readonly infiniteWidth: number;
  readonly infiniteBias: number;
  readonly infiniteSpread: number;
  readonly theory: number;
  readonly theoryBias: number;
  readonly theorySpread: number;
  readonly sampled: number;
  readonly stderr: number;
  readonly sampledBias: number;
  readonly sampledSpread: number;
  readonly rHat: number;
  /** sampled / theory - 1. */
  readonly residual: number;
}

const folder = new URL("../../docs/figures/", import.meta.url);
const text = await readFile(new URL("posterior-mnist.ndjson", folder), "utf8");
const sampled = lastOfEachCase(
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Sampled),
);
const algebra = await loadKernels();
const document = await createDocument();
const rows: Row[] = [];

for (const task of ["0 against 1", "parity"] as const) {
  for (const activation of ["erf", "relu"] as const) {
    const own = sampled.filter((one) => one.case.task === task && one.case.activation === activation);
    if (own.length === 0) continue;
    const sizes = [...new Set(own.map((one) => one.case.examples))].sort((a, b) => a - b);
    const data = await loadTask(task, Math.max(...sizes));
    const series = [];
    let infinite: readonly CurvePoint[] = [];
    for (const width of [...new Set(own.map((one) => one.case.width))].sort((a, b) => a - b)) {
      const network = {
        activation: resolveActivation(activation),
        depth: 1,
        width,
        temperature: 0.1,
        weightPrecision: 1,
        readoutPrecision: 1,
      };
      const curve = predictLearningCurve(data, network, { sizes }, algebra);
      infinite = curve;
      const points = sizes.flatMap((examples, i) => {
        const one = own.find((it) => it.case.examples === examples && it.case.width === width);
        const theory = curve[i];
        if (one === undefined || theory === undefined) return [];
        const { error, bias, spread } = theory.finiteWidth;
        rows.push({
          task,
          activation,
          examples,
          width,
          q: theory.q,
          ratio: theory.ratio,
          infiniteWidth: theory.infiniteWidth.error.value,
          infiniteBias: theory.infiniteWidth.bias.value,
          infiniteSpread: theory.infiniteWidth.spread.value,
          theory: error.value,
          theoryBias: bias.value,
          theorySpread: spread.value,
          sampled: one.error,
          stderr: one.stderr,
          sampledBias: one.bias,
          sampledSpread: one.spread,
          rHat: one.rHat,
          residual: one.error / error.value - 1,
        });
        if (one.rHat > DISAGREE) return [];
        return [{ examples, theory: error.value, sampled: one.error, stderr: one.stderr }];
      });
      series.push({
        width,
        theory: curve.map(({ examples, finiteWidth }) => ({ examples, error: finiteWidth.error.value })),
        points,
      });
    }
    const input = {
      title: `MNIST, ${task}, ${activation} units, T = 0.1`,
      caption:
        "Lines: effective action, infinite width dashed. Points: Hamiltonian Monte Carlo with one standard error. Mean squared error of a sample of the posterior on 500 test digits, targets +1 and -1.",
      series,
      infiniteWidth: infinite.map(({ examples, infiniteWidth }) => ({
        examples,
        error: infiniteWidth.error.value,
      })),
    };
    const name = `posterior-${task === "parity" ? "parity" : "01"}-${activation}`;
    const files = { [name]: drawPosterior, [`${name}-residuals`]: drawPosteriorResiduals };
    for (const [file, draw] of Object.entries(files)) {
      await writeFile(
        new URL(`${file}.svg`, folder),
        `${serializeFigure(await draw(input, { document }))}\n`,
      );
    }
  }
}

const rounded = rows.map((row) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" ? Number(value.toPrecision(5)) : value,
    ]),
  ),
);
await writeFile(new URL("posterior-mnist.json", folder), `${JSON.stringify(rounded, null, 1)}\n`);
const digits = (x: number): string => x.toPrecision(3);
for (const task of ["0 against 1", "parity"] as const) {
  const header = "units | N | P | q | infinite width (bias + variance) | theory (bias + variance)";
  console.log(`\n${task}\n\n| ${header} | sampled (bias + variance) | sampled / theory - 1 |`);
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const row of rows.filter((one) => one.task === task)) {
    const error = `${row.sampled.toFixed(4)}(${Math.ceil(1e4 * row.stderr)})`;
    const sign = row.residual >= 0 ? "+" : "";
    const cells = [
      row.activation === "relu" ? "ReLU" : row.activation,
      row.width,
      row.examples,
      digits(row.q),
      `${digits(row.infiniteWidth)} (${digits(row.infiniteBias)} + ${digits(row.infiniteSpread)})`,
      `${digits(row.theory)} (${digits(row.theoryBias)} + ${digits(row.theorySpread)})`,
      `${error} (${digits(row.sampledBias)} + ${digits(row.sampledSpread)})`,
      `${sign}${(100 * row.residual).toFixed(1)} %${row.rHat > 1.05 ? ` (R-hat ${row.rHat.toFixed(2)})` : ""}`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
