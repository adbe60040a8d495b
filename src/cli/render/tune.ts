/** A tuning for the terminal: what was found, what it gained, the tried layers and changes, and the training table. */
import type { Estimate } from "../../base/index.ts";
import { formatEstimate, formatNumber } from "../../figures/basics/index.ts";
import { meanOver } from "../../flow/index.ts";
import { formatNetwork } from "../../networks/index.ts";
import { bestReference, type Candidate, type ComparisonEntry, type TuneResult } from "../../runs/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import { bulletLines, type EstimateRow, estimateLines } from "./estimates.ts";
import { sparkline } from "./spark.ts";
import { renderTable } from "./table.ts";

/** Everything that `tune` tells. */
export interface TuneReport {
  readonly result: TuneResult;
  readonly comparison: readonly ComparisonEntry[];
  /** What the scores are: "accuracy". */
  readonly score: string;
  readonly input: number;
  readonly data: string;
  readonly notCovered: readonly string[];
  /** The discriminator's own tuning, when a generator was tuned beside one. */
  readonly opposed: {
    readonly network: string;
    readonly optimum: TuneResult["optimum"];
    readonly tuned: Candidate;
  } | null;
}

/** Mean over draws of a candidate's objective. */
export function objectiveOf({ values }: Candidate): Estimate {
  return meanOver(values);
}

/** Lines for a terminal. */
export function renderTune(report: TuneReport, { style, columns, machineReadable }: CommandContext): string {
  const { result, comparison, data, input } = report;
  const { optimum, references, tuned, trials } = result;
  const [sigmaW2, sigmaB2] = optimum.point;
  const best = bestReference(references);
  const before =
    best === undefined
      ? ""
      : `, ${formatEstimate(objectiveOf(best.candidate))} from ${best.name}, the best of the usual ones`;
  const edges = optimum.isAtEdge.flatMap((isAtEdge, d) => (isAtEdge ? [d === 0 ? "weight" : "bias"] : []));
  const edge =
    edges.length === 0
      ? ""
      : ` This is the edge of the searched range (--${edges.join(", --")}): more may be found beyond it.`;
  const where = `weight variance ${formatEstimate(sigmaW2 as Estimate)}${sigmaB2 === undefined ? "" : ` and bias variance ${formatEstimate(sigmaB2)}`}`;
  const rows: EstimateRow[] = [
    ["weight variance", sigmaW2 as Estimate, "times fan-in, at the maximum"],
    ...(sigmaB2 === undefined ? [] : [["bias variance", sigmaB2, "at the maximum"] as EstimateRow]),
    ["S tuned", objectiveOf(tuned), `Gram entropy left at the end; the input has ${formatNumber(input, 3)}`],
    ...opposedRows(report),
    ...references.map(
      ({ name, candidate }): EstimateRow => [`S ${name}`, objectiveOf(candidate), "for comparison"],
    ),
  ];
  const profile = optimum.profiles[0] ?? [];
  return [
    style.bold(
      `The most of the input reaches the end at ${where}: Gram entropy ${formatEstimate(objectiveOf(tuned))}${before}.${edge}`,
    ),
    comparisonLine(report),
    "",
    style.dim(`${formatNetwork(result.spec)}; ${data}; ${trials.length} points measured`),
    "",
    ...estimateLines(rows, style),
    ...(machineReadable
      ? []
      : [
          "",
          `  S against weight variance (log)  ${sparkline(
            profile.map(({ mean }) => mean),
            { width: Math.max(10, Math.min(50, columns - 50)) },
          )}  ${formatNumber(profile[0]?.x ?? 0, 3)} to ${formatNumber(profile.at(-1)?.x ?? 0, 3)}`,
        ]),
    ...groupLines(result),
    ...editLines(result),
    ...comparisonLines(comparison, report.score),
    ...bulletLines("Not covered:", report.notCovered),
  ]
    .filter((line, i, all) => line !== "" || all[i - 1] !== "")
    .join("\n");
}

function opposedRows({ opposed }: TuneReport): EstimateRow[] {
  if (opposed === null) return [];
  const [sigmaW2, sigmaB2] = opposed.optimum.point;
  return [
    ["discriminator", sigmaW2 as Estimate, "its weight variance at its own maximum"],
    ...(sigmaB2 === undefined ? [] : [["  bias", sigmaB2, "its bias variance"] as EstimateRow]),
    ["  S tuned", objectiveOf(opposed.tuned), "of the discriminator, on real data"],
  ];
}

function comparisonLine({ comparison, score }: TuneReport): string {
  const [first, tuned] = [comparison[0], comparison.find(({ beginning }) => beginning === "tuned")];
  if (first === undefined || tuned === undefined) return "";
  const others = comparison.filter((entry) => entry !== tuned);
  const best = others.reduce((a, b) => (b.score.value > a.score.value ? b : a), first);
  const beside =
    best === first
      ? ""
      : ` The best of the usual ones is ${best.beginning} with ${formatEstimate(best.score)}.`;
  return `Training: ${score} ${formatEstimate(tuned.score)} tuned against ${formatEstimate(first.score)} (${first.beginning}), a difference of ${formatEstimate(tuned.difference)}, ${describeSigmas(tuned.sigmas)}.${beside}`;
}

function describeSigmas(sigmas: number): string {
  if (Number.isNaN(sigmas)) return "without known error";
  if (!Number.isFinite(sigmas)) return "far beyond its error";
  return `${formatNumber(sigmas, 2)} standard errors`;
}

function groupLines({ groups }: TuneResult): string[] {
  if (groups.length === 0) return [];
  const rows = groups.map(({ layers, factor, sigmas, isKept }) => [
    `  ${layers.length === 1 ? layers[0] : `${layers[0]} to ${layers.at(-1)}`}`,
    `× ${formatNumber(factor, 3)}`,
    Number.isNaN(sigmas) ? "?" : formatNumber(sigmas, 2),
    isKept ? "kept" : "",
  ]);
  return [
    "",
    "Weight variance by layer:",
    renderTable(["  layers", "factor", "gain in errors", ""], rows, [1, 2]),
  ];
}

function editLines({ edits }: TuneResult): string[] {
  if (edits.length === 0) return [];
  const rows = edits.map(({ round, change, reason, before, after, sigmas, isKept }) => [
    `  ${round}`,
    change,
    formatNumber(before, 3),
    formatNumber(after, 3),
    Number.isNaN(sigmas) ? "?" : formatNumber(sigmas, 2),
    isKept ? "kept" : "",
    reason,
  ]);
  return [
    "",
    "Architecture:",
    renderTable(
      ["  round", "change", "S before", "S after", "gain in errors", "", "since"],
      rows,
      [0, 2, 3, 4],
    ),
  ];
}

function comparisonLines(comparison: readonly ComparisonEntry[], score: string): string[] {
  const [first] = comparison;
  if (first === undefined) return [];
  const rows = comparison.map((row) => [
    `  ${row.beginning}`,
    formatEstimate(row.score),
    formatEstimate(row.trainScore),
    row === first ? "" : formatEstimate(row.difference),
    row === first || Number.isNaN(row.sigmas) ? "" : formatNumber(row.sigmas, 2),
    row.diverged === 0 ? "" : `${row.diverged} diverged`,
  ]);
  return [
    "",
    `Trained over ${first.score.n} seeds:`,
    renderTable(
      ["  initialisation", `test ${score}`, "on training data", `minus ${first.beginning}`, "in errors", ""],
      rows,
      [1, 2, 3, 4],
    ),
  ];
}

/** Trials, then the trained table. */
export function tuneCsv({ result, comparison }: TuneReport): CsvRows {
  return [
    ["kind", "name", "sigma_w^2", "sigma_b^2", "value", "stderr"],
    ...result.references.map(({ name, candidate }) => {
      const { value, stderr } = objectiveOf(candidate);
      return ["reference", name, null, null, value, stderr];
    }),
    ...result.trials.map(({ point, values }, k) => {
      const { value, stderr } = meanOver(values);
      return ["trial", `${k + 1}`, point[0] ?? null, point[1] ?? null, value, stderr];
    }),
    ...comparison.map(({ beginning, score }) => [
      "trained",
      beginning,
      null,
      null,
      score.value,
      score.stderr,
    ]),
  ];
}
