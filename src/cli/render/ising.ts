/** The result of `isinglass ising` for people and for tables. */
import type { Estimate } from "../../base/index.ts";
import { formatEstimate } from "../../figures/basics/index.ts";
import type { IsingProfiles } from "../../lattice/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import { bulletLines } from "./estimates.ts";
import { alignColumns, renderTable } from "./table.ts";

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
  if (rows.length > MOST_BLOCKS) lines.push("", scanTable(rows));
  else for (const row of rows) lines.push(...blockOf(row, style));
  lines.push(...bulletLines("Assumed:", assumptions));
  return lines.join("\n");
}

/** More temperatures than this become one table. */
const MOST_BLOCKS = 4;

/** One temperature in full. */
function blockOf(row: IsingRow, style: CommandContext["style"]): string[] {
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
  return [
    "",
    `T = ${row.temperature}${style.dim(method)}`,
    ...alignColumns([...cells, ...profileCells(row, style)]),
  ];
}

/** What `--profiles` adds for people; layers and distances are in the JSON. */
function profileCells(row: IsingRow, style: CommandContext["style"]): string[][] {
  const profiles = row.profiles as IsingProfiles | undefined;
  if (profiles === undefined) return [];
  const { core, rim, boundaryDimension } = profiles;
  const line = (name: string, estimate: Estimate, meaning: string): string[] => [
    `  ${name}`,
    style.bold(formatEstimate(estimate)),
    "",
    style.dim(meaning),
  ];
  return [
    line(
      "core.magnetization",
      core.magnetization,
      `of the ${core.sites} sites within ${core.radius} of the centre`,
    ),
    line("core.binder", core.binder, "of the same sites"),
    ...(rim === null
      ? []
      : [line("rim.susceptibility", rim.susceptibility, `of the ${rim.sites} boundary sites, per site`)]),
    ...(boundaryDimension === null
      ? []
      : [
          line(
            "boundaryDimension",
            boundaryDimension,
            "Delta of <s s'> ~ (1 - cos theta)^-Delta on the boundary",
          ),
        ]),
  ];
}

/** Many temperatures as one table. */
function scanTable(rows: readonly IsingRow[]): string {
  const hasExact = rows.some(({ exact }) => exact !== null);
  const isPinned = rows.some((row) => row.centralMagnetization !== undefined);
  const order = isPinned ? "centralMagnetization" : "magnetization";
  const text = (value: unknown): string =>
    value === undefined || value === null ? "-" : formatEstimate(value as Estimate);
  return renderTable(
    [
      ...["T", "energy", ...(hasExact ? ["exact"] : [])],
      ...["heat capacity", ...(hasExact ? ["exact"] : []), isPinned ? "<s> of the centre" : "order"],
      ...(hasExact ? ["largest deviation"] : []),
    ],
    rows.map((row) => {
      const deviations = Object.values((row.exact?.deviations ?? {}) as Readonly<Record<string, number>>);
      const largest = deviations.reduce((most, d) => (Math.abs(d) > Math.abs(most) ? d : most), 0);
      const oracle = (name: string): string[] =>
        hasExact ? [(row.exact?.[name] as Estimate | undefined)?.value.toFixed(6) ?? "-"] : [];
      return [
        ...[String(row.temperature), text(row.energy), ...oracle("energy")],
        ...[text(row.heatCapacity), ...oracle("heatCapacity"), text(row[order])],
        ...(hasExact ? [deviations.length === 0 ? "-" : `${largest.toFixed(1)} sigma`] : []),
      ];
    }),
  );
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
