/** The result of `isinglass ising` for people and for tables. */
import type { Estimate } from "../../base/index.ts";
import { formatEstimate } from "../../figures/basics/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import { bulletLines } from "./estimates.ts";
import { alignColumns } from "./table.ts";

/** Exact values beside a result; deviations in standard errors of the simulation. */
export interface ExactColumn {
  readonly method: string;
  readonly logZ: Estimate;
  readonly freeEnergy: Estimate;
  readonly energy: Estimate;
  readonly heatCapacity: Estimate;
  readonly [name: string]: Estimate | string | Readonly<Record<string, number | null>>;
}

/** One temperature of the result. */
export interface IsingRow {
  readonly temperature: number;
  readonly energy: Estimate;
  readonly heatCapacity: Estimate;
  readonly exact: ExactColumn | null;
  readonly [name: string]: unknown;
}

const MEANINGS: readonly (readonly [name: string, meaning: string])[] = [
  ["energy", "<E> / N"],
  ["heatCapacity", "variance of the energy / (N T^2)"],
  ["magnetization", "<|m|>, or <m> where the symmetry is broken"],
  ["centralMagnetization", "<s> of the central spin"],
  ["susceptibility", "variance of |m| (or m) times N / T"],
  ["binder", "1 - <m^4> / (3 <m^2>^2)"],
  ["tauEnergy", "autocorrelation time of the energy, in sweeps"],
  ["freeEnergy", "-T log Z / N"],
];

/** Lines for a terminal. */
export function isingText(
  head: {
    readonly lattice: string;
    readonly sites: number;
    readonly boundary: string;
    readonly field: number;
  },
  rows: readonly IsingRow[],
  assumptions: readonly string[],
  { style }: CommandContext,
): string {
  const field = head.field === 0 ? "" : `, field ${head.field}`;
  const boundary = head.boundary === "none" ? "periodic" : `${head.boundary} boundary`;
  const lines = [style.bold(`Ising on ${head.lattice}: ${head.sites} sites, ${boundary}${field}`)];
  for (const row of rows) {
    const deviations = (row.exact?.deviations ?? {}) as Readonly<Record<string, number>>;
    const cells = MEANINGS.flatMap(([name, meaning]) => {
      const estimate = row[name] as Estimate | undefined;
      if (estimate === undefined) return [];
      const oracle = row.exact?.[name] as Estimate | undefined;
      const deviation = deviations[name];
      const beside =
        oracle === undefined || deviation === undefined
          ? ""
          : `exact ${oracle.value.toPrecision(8)} (${deviation >= 0 ? "+" : ""}${deviation.toFixed(1)} sigma)`;
      return [[`  ${name}`, style.bold(formatEstimate(estimate)), beside, style.dim(meaning)]];
    });
    const method = row.exact === null ? "" : `  [exact: ${row.exact.method}]`;
    lines.push("", `T = ${row.temperature}${style.dim(method)}`, ...alignColumns(cells));
  }
  lines.push(...bulletLines("Assumed:", assumptions));
  return lines.join("\n");
}

/** One line per temperature: every estimate with its error, and the exact value where there is one. */
export function isingCsv(rows: readonly IsingRow[]): CsvRows {
  const names = MEANINGS.map(([name]) => name).filter((name) => rows.some((row) => row[name] !== undefined));
  const exactNames = names.filter((name) => rows.some((row) => row.exact?.[name] !== undefined));
  const header = [
    "temperature",
    ...names.flatMap((name) => [name, `${name}Error`]),
    ...exactNames.map((name) => `${name}Exact`),
  ];
  return [
    header,
    ...rows.map((row) => [
      row.temperature,
      ...names.flatMap((name) => {
        const estimate = row[name] as Estimate | undefined;
        return [estimate?.value ?? null, estimate?.stderr ?? null];
      }),
      ...exactNames.map((name) => (row.exact?.[name] as Estimate | undefined)?.value ?? null),
    ]),
  ];
}
