/** The results of `isinglass jt` for people and for tables. */
import type { Estimate } from "../../base/index.ts";
import { formatEstimate, formatNumber } from "../../figures/basics/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import type { JtRow } from "../jt-rows.ts";
import { bulletLines } from "./estimates.ts";
import { renderTable } from "./table.ts";

/** What is the same for all rows. */
export interface JtHead {
  readonly q: number;
  readonly layers: number;
  readonly triangles: number;
  readonly field: number;
  readonly coupling: number;
  readonly logCount: Estimate;
}

const QUANTITIES = [
  ["lnZ", "log Z, the weight of all regions"],
  ["energy", "<H>, without its constant"],
  ["up", "<N_up>, area in triangles"],
  ["wall", "<L>, length of the wall in edges"],
] as const;

/** One point as a table of quantities, several as one line each. */
export function jtText(
  head: JtHead,
  rows: readonly JtRow[],
  assumptions: readonly string[],
  { style }: CommandContext,
): string {
  const { q, layers, triangles, field, coupling, logCount } = head;
  const only = rows.length === 1 ? rows[0] : undefined;
  return [
    style.bold(`Discrete JT gravity on {3,${q}}, ${layers} layers, ${triangles} triangles`),
    `  h = ${formatNumber(field, 6)}, J = ${formatNumber(coupling, 6)}, log of the number of regions ${formatEstimate(logCount)} (${logCount.method})`,
    "",
    only === undefined ? scanTable(rows) : pointTable(only),
    ...bulletLines("Assumed:", assumptions),
  ].join("\n");
}

function pointTable(row: JtRow): string {
  const { beta, resolventEnergy, effectiveCoupling, freeEnergy, run, exact, meanField } = row;
  const table = renderTable(
    [
      "",
      run === null ? "exact" : "simulated",
      ...(run === null || exact === null ? [] : ["exact"]),
      "mean field",
      "",
    ],
    [
      ...QUANTITIES.map(([name, meaning]) => [
        name,
        formatEstimate(row[name]),
        ...(run === null || exact === null ? [] : [formatNumber(exact[name].value, 8)]),
        formatNumber(meanField[name], 5),
        meaning,
      ]),
      ...(freeEnergy === null
        ? []
        : [
            [
              "F",
              formatEstimate(freeEnergy),
              ...(run === null || exact === null ? [] : [formatNumber(exact.freeEnergy?.value ?? 0, 8)]),
              formatNumber(-meanField.lnZ / beta, 5),
              "-log Z / beta; the resolvent is exp(-F)",
            ],
          ]),
    ],
  );
  const notes =
    run === null
      ? []
      : [
          "",
          `  autocorrelation time ${formatEstimate(run.tau)} sweeps, ${formatNumber(100 * run.acceptance, 3)} % of moves accepted`,
          `  log Z by ${row.lnZ.method}`,
        ];
  return [
    `  beta = ${formatNumber(beta)}, E = ${formatNumber(resolventEnergy)}, (J - E) / h = ${formatNumber(effectiveCoupling / fieldOf(row), 5)}`,
    "",
    table,
    ...notes,
  ].join("\n");
}

function fieldOf({ energy, up, wall, effectiveCoupling, exact }: JtRow): number {
  const source = exact ?? { energy, up, wall };
  return (effectiveCoupling * source.wall.value - source.energy.value) / source.up.value;
}

function scanTable(rows: readonly JtRow[]): string {
  return renderTable(
    ["beta", "E", "J - E", "log Z", "exact", "<H>", "<N_up>", "<L>", "F"],
    rows.map((row) => [
      formatNumber(row.beta, 5),
      formatNumber(row.resolventEnergy, 5),
      formatNumber(row.effectiveCoupling, 5),
      formatEstimate(row.lnZ),
      row.exact === null ? "-" : formatNumber(row.exact.lnZ.value, 7),
      formatEstimate(row.energy),
      formatEstimate(row.up),
      formatEstimate(row.wall),
      row.freeEnergy === null ? "-" : formatEstimate(row.freeEnergy),
    ]),
  );
}

/** Rows of numbers. */
export function jtCsv(rows: readonly JtRow[]): CsvRows {
  const names = ["lnZ", "energy", "up", "wall"] as const;
  return [
    [
      ...["beta", "E", "effectiveCoupling"],
      ...names.flatMap((name) => [name, `${name}Error`, `${name}Exact`]),
      ...["freeEnergy", "freeEnergyError", "freeEnergyExact"],
    ],
    ...rows.map((row) => [
      ...[row.beta, row.resolventEnergy, row.effectiveCoupling],
      ...names.flatMap((name) => [row[name].value, row[name].stderr, row.exact?.[name].value ?? null]),
      ...[
        row.freeEnergy?.value ?? null,
        row.freeEnergy?.stderr ?? null,
        row.exact?.freeEnergy?.value ?? null,
      ],
    ]),
  ];
}
