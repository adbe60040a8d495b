/** `isinglass holography threshold` and `correlator`. */
import { drawCorrelators, drawThreshold, formatEstimate, formatNumber } from "../figures/index.ts";
import {
  buildTiling,
  type FieldCorrelators,
  measureCorrelators,
  measureThreshold,
  solveDiscEigenvalue,
  type ThresholdTable,
} from "../lattice/index.ts";
import { createStream } from "../numerics/index.ts";
import type { CommandContext, CsvRows, Outcome } from "./command.ts";
import { countCells, HOLOGRAPHY_SOURCES, readLayers, readTiling, readWeight } from "./holography-options.ts";
import { type Draw, writeDrawing, writeLatticeReport } from "./lattice-artifacts.ts";
import { readNumber, readRange, readText } from "./options.ts";
import { correlatorCsv, correlatorText, thresholdCsv, thresholdText } from "./render/holography.ts";

const THRESHOLD_CELLS = 12_000;
const CORRELATOR_CELLS = 17_000;
const DEFAULT_MASSES = [-0.2, 0, 0.5, 1, 2] as const;
const CURVE_POINTS = 97;

/** Instability thresholds of growing patches. */
export async function runThreshold(context: CommandContext): Promise<Outcome> {
  const { args, seed, signal, onProgress } = context;
  const { p, q } = readTiling(args);
  const weight = await readWeight(context, p, q, "second-order");
  const most = readLayers(args, p, q, THRESHOLD_CELLS);
  const layers = Array.from({ length: most - 1 }, (_, k) => k + 2).filter((n) => countCells(p, q, n) >= 20);
  const stream = createStream(seed).fork("threshold");
  const table = await measureThreshold(p, q, stream, { weight, layers, signal, onProgress });
  const assumptions = [
    "Laplacian w sum (phi_j - phi_i) on cells at curvature -1, phi = 0 outside the patch.",
    "The limit's error is how far it moved with the last patch.",
  ];
  const outcome: Outcome = {
    result: { ...table },
    assumptions,
    references: [HOLOGRAPHY_SOURCES.threshold],
    seed,
    text: () => thresholdText(table, assumptions, context),
    csv: () => thresholdCsv(table),
  };
  const draw: Draw = (options) => drawThreshold(table, discCurve(table), options);
  await writeDrawing(context, "output", draw);
  const { limit, calibratedWeight, rows } = table;
  await writeLatticeReport(context, outcome, {
    kind: "holography-threshold",
    title: `Instability threshold on {${p},${q}}`,
    headline: `Fields on large patches become unstable below m² = ${formatEstimate(limit)}; the continuum bound is −1/4`,
    reason: `The lattice spacing does not vanish, so the limit depends on the tiling; the weight ${formatEstimate(calibratedWeight)} makes it −1/4.`,
    cards: [
      ["Limit", formatEstimate(limit), "of infinite patches, with this weight"],
      ["Weight", formatNumber(weight, 6), "of the Laplacian"],
      ["Calibrated weight", formatEstimate(calibratedWeight), "makes the limit −1/4"],
      [
        "Largest patch",
        `${rows.at(-1)?.cells} cells`,
        `threshold ${formatNumber(rows.at(-1)?.threshold ?? 0, 6)}`,
      ],
    ],
    tables: [asTable("All patches", thresholdCsv(table))],
    facts: [],
    draw: [draw],
  });
  return outcome;
}

function discCurve({ rows }: ThresholdTable): { radius: number[]; threshold: number[] } {
  const from = rows[0]?.radius ?? 1;
  const to = rows.at(-1)?.radius ?? 2;
  const radius = Array.from(
    { length: CURVE_POINTS },
    (_, k) => from + ((to - from) * k) / (CURVE_POINTS - 1),
  );
  return { radius, threshold: radius.map((r) => -solveDiscEigenvalue(r)) };
}

/** Boundary and bulk exponents against the mass. */
export async function runCorrelator(context: CommandContext): Promise<Outcome> {
  const { args, seed, signal, onProgress } = context;
  const { p, q } = readTiling(args);
  const layers = readLayers(args, p, q, CORRELATOR_CELLS);
  const masses = readRange(args, "mass-squared", {}, 9) ?? [...DEFAULT_MASSES];
  const sources = readNumber(args, "sources", { min: 2, integer: true }) ?? 24;
  const weights = new Map<string, number>();
  const named = readText(args, "weight");
  if (named === undefined) {
    weights.set("second-order", await readWeight(context, p, q, "second-order"));
    weights.set("calibrated", await readWeight(context, p, q, "calibrated"));
  } else weights.set(named, await readWeight(context, p, q, "second-order"));
  const tiling = buildTiling(p, q, layers);
  const series: { label: string; weight: number; fits: FieldCorrelators[] }[] = [];
  const total = weights.size * masses.length;
  let done = 0;
  for (const [label, weight] of weights) {
    const fits: FieldCorrelators[] = [];
    for (const massSquared of masses) {
      signal.throwIfAborted();
      onProgress({ stage: `m^2 = ${massSquared}`, done: done++, total });
      // the same sources for every mass, so that differences are those of the mass
      const stream = createStream(seed).fork("sources");
      fits.push(measureCorrelators(tiling, stream, { massSquared, weight, sources }));
    }
    series.push({ label, weight, fits });
  }
  const assumptions = [
    `Free field with phi = 0 outside ${layers} edge layers, ${tiling.cells} cells, curvature -1.`,
    "Boundary exponent: log-log fit over angles above 0.05 rad; errors are over sources, not over the fit's window.",
    "Near m^2 = -1/4 both falloffs differ little and the finite patch dominates.",
  ];
  const outcome: Outcome = {
    result: { p, q, layers, cells: tiling.cells, series },
    assumptions,
    references: [HOLOGRAPHY_SOURCES.correlator],
    seed,
    text: () => correlatorText({ p, q, layers, cells: tiling.cells }, series, assumptions, context),
    csv: () => correlatorCsv(series),
  };
  const labelled = series.map(({ label, weight, fits }) => ({
    label: `${label} weight ${formatNumber(weight, 4)}`,
    fits,
  }));
  const draw: Draw = (options) => drawCorrelators(`{${p},${q}}, ${layers} layers`, labelled, options);
  await writeDrawing(context, "output", draw);
  const last = series.at(-1)?.fits ?? [];
  const misses = last.flatMap(({ boundary, continuum }) =>
    continuum === null ? [] : [Math.abs(boundary.value - continuum)],
  );
  await writeLatticeReport(context, outcome, {
    kind: "holography-correlator",
    title: `Boundary dimensions on {${p},${q}}`,
    headline: `Fitted dimensions lie within ${formatNumber(Math.max(0, ...misses), 2)} of the continuum relation (${series.at(-1)?.label} weight)`,
    reason: "What is left is the finite lattice spacing; without mass the dimension is 1 almost exactly.",
    cards: last.map(({ massSquared, boundary, continuum }) => [
      `m² = ${massSquared}`,
      formatEstimate(boundary),
      continuum === null ? "below the bound" : `continuum ${formatNumber(continuum, 5)}`,
    ]),
    tables: [asTable("All masses", correlatorCsv(series))],
    facts: [],
    draw: [draw],
  });
  return outcome;
}

/** CSV rows as a table of a report. */
export function asTable(
  title: string,
  rows: CsvRows,
): { title: string; table: { columns: string[]; rows: CsvRows } } {
  const [header, ...lines] = rows;
  return { title, table: { columns: (header ?? []).map(String), rows: lines } };
}
