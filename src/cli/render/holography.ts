/** The results of `isinglass holography` for people and for tables. */
import { formatEstimate } from "../../figures/basics/index.ts";
import type { FieldCorrelators, ThresholdTable } from "../../lattice/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import { bulletLines } from "./estimates.ts";
import { renderTable } from "./table.ts";

/** Thresholds as lines. */
export function thresholdText(
  { p, q, weight, rows, limit, lambdaMax, calibratedWeight }: ThresholdTable,
  assumptions: readonly string[],
  { style }: CommandContext,
): string {
  return [
    style.bold(`Fields on {${p},${q}} become unstable below m^2 = ${formatEstimate(limit)} on large patches`),
    "",
    renderTable(
      ["layers", "cells", "lambda_max", "threshold", "radius", "disc of that radius"],
      rows.map((r) => [
        ...[String(r.layers), String(r.cells), r.lambdaMax.toFixed(8), r.threshold.toFixed(6)],
        ...[r.radius.toFixed(4), r.disc.toFixed(6)],
      ]),
      [0, 1, 2, 3, 4, 5],
    ),
    "",
    `  limit                ${style.bold(formatEstimate(limit))}  the continuum bound is -0.25`,
    `  lambda_max, infinite ${formatEstimate(lambdaMax)}`,
    `  weight               ${weight.toFixed(6)}`,
    `  calibrated weight    ${style.bold(formatEstimate(calibratedWeight))}  makes the limit -0.25`,
    ...bulletLines("Assumed:", assumptions),
  ].join("\n");
}

/** Thresholds as rows. */
export function thresholdCsv({ rows }: ThresholdTable): CsvRows {
  return [
    ["layers", "cells", "lambdaMax", "threshold", "radius", "disc"],
    ...rows.map((r) => [r.layers, r.cells, r.lambdaMax, r.threshold, r.radius, r.disc]),
  ];
}

/** Fits of one weight. */
export interface CorrelatorRows {
  readonly label: string;
  readonly weight: number;
  readonly fits: readonly FieldCorrelators[];
}

/** Exponents as lines. */
export function correlatorText(
  {
    p,
    q,
    layers,
    cells,
  }: { readonly p: number; readonly q: number; readonly layers: number; readonly cells: number },
  series: readonly CorrelatorRows[],
  assumptions: readonly string[],
  { style }: CommandContext,
): string {
  return [
    style.bold(`Two-point functions on {${p},${q}}, ${layers} layers, ${cells} cells`),
    ...series.flatMap(({ label, weight, fits }) => [
      "",
      `${label} weight, w = ${weight.toFixed(6)}`,
      renderTable(
        ["m^2", "boundary Delta", "bulk Delta", "continuum"],
        fits.map((f) => [
          String(f.massSquared),
          formatEstimate(f.boundary),
          formatEstimate(f.bulk),
          f.continuum === null ? "-" : f.continuum.toFixed(4),
        ]),
      ),
    ]),
    ...bulletLines("Assumed:", assumptions),
  ].join("\n");
}

/** Exponents as rows. */
export function correlatorCsv(series: readonly CorrelatorRows[]): CsvRows {
  return [
    ["weight", "massSquared", "boundary", "boundaryError", "bulk", "bulkError", "continuum"],
    ...series.flatMap(({ weight, fits }) =>
      fits.map((f) => [
        ...[weight, f.massSquared, f.boundary.value, f.boundary.stderr, f.bulk.value],
        ...[f.bulk.stderr, f.continuum],
      ]),
    ),
  ];
}
