/** A flow map in characters: share of the input's Gram entropy by depth and weight variance, boundaries, and the overlap. */
import { formatEstimate, formatNumber, sampleSequential } from "../../figures/basics/index.ts";
import { bestColumn, type ComparisonRow, differentialBoundary, PUBLISHED_MIDDLE } from "../../flow/index.ts";
import type { CommandContext } from "../command.ts";
import type { ScannedMap } from "../scanned-map.ts";
import { alignColumns, renderTable } from "./table.ts";

/** Rows of the map on a terminal. */
const ROWS = 14;

/** Lines for a terminal. */
export function renderFlowMap(
  { map, comparison, depthScale, score }: ScannedMap,
  about: { readonly name: string; readonly data: string; readonly share: number },
  { style }: CommandContext,
): string {
  const { sigmaW2, depths, gram, input, columns } = map;
  const last = depths.at(-1) as number;
  const best = bestColumn(map, last);
  const headline =
    best === null
      ? "No column could be measured."
      : `At depth ${last} the most of the input is left at weight variance ${formatNumber(best.sigmaW2, 3)}: Gram entropy ${formatEstimate(best.gram)} of ${formatEstimate(input)} (${formatNumber((100 * best.gram.value) / input.value, 2)} %).`;
  const shown = [
    ...new Set(Array.from({ length: ROWS }, (_, i) => Math.round(((depths.length - 1) * i) / (ROWS - 1)))),
  ];
  const rows = shown.map((i) => [
    `${depths[i]}`,
    ...sigmaW2.map((_, j) => {
      const share = (gram[i * sigmaW2.length + j] as number) / input.value;
      const text = (Number.isFinite(share) ? `${Math.round(100 * share)}` : "-").padStart(3);
      return style.enabled && Number.isFinite(share)
        ? style.rgb(text, sampleSequential("viridis", share))
        : text;
    }),
  ]);
  const deep = (value: number | null): string => (value === null ? `>${last}` : formatNumber(value, 3));
  const xi = sigmaW2.map((x) => {
    if (depthScale.length === 0) return "";
    const nearest = depthScale.reduce((a, b) => (Math.abs(b.sigmaW2 - x) < Math.abs(a.sigmaW2 - x) ? b : a));
    return 6 * nearest.xiC < 1000 ? `${Math.round(6 * nearest.xiC)}` : ">999";
  });
  const lines = alignColumns(
    [
      ...rows.reverse(),
      ["σ_w²", ...sigmaW2.map((x) => formatNumber(x, 3))],
      ["reach", ...columns.map(({ reach, measured }) => (measured === 0 ? "-" : deep(reach?.value ?? null)))],
      [
        "cutoff",
        ...columns.map(({ cutoff, cutoffIs }) => (cutoffIs === "undefined" ? "-" : `${cutoff ?? "flat"}`)),
      ],
      ...(depthScale.length === 0 ? [] : [["6 ξ_c", ...xi]]),
    ],
    [0, ...sigmaW2.map((_, j) => j + 1)],
  );
  return [
    style.bold(headline),
    ...(best === null || best.range[0] === best.range[1]
      ? []
      : [
          `Within two standard errors of the best: ${formatNumber(best.range[0], 3)} to ${formatNumber(best.range[1], 3)}.`,
        ]),
    style.dim(`${about.name} at bias variance ${map.sigmaB2}; ${about.data}`),
    `Percent of the input's Gram entropy by depth (up) and weight variance (right); reach: deepest block that keeps ${Math.round(100 * about.share)} %.`,
    "",
    ...lines,
    ...boundaryLine(map),
    ...overlapLines(comparison, score),
  ].join("\n");
}

/** Where the ordered side ends, as one reads it off a published map. */
function boundaryLine(map: ScannedMap["map"]): string[] {
  const found = [10, 25, 50, 100, 150, 200].flatMap((depth) => {
    const x = differentialBoundary(map, depth);
    return x === null ? [] : [`${formatNumber(x, 3)} at depth ${depth}`];
  });
  if (found.length === 0) return [];
  return [
    "",
    `Ordered boundary (differential entropy ${PUBLISHED_MIDDLE}): weight variance ${found.join(", ")}.`,
  ];
}

/** Rows: ways to predict; columns: accuracies that count as trained. */
function overlapLines(comparison: readonly ComparisonRow[], score: string): string[] {
  if (comparison.length === 0) return [];
  const thresholds = [...new Set(comparison.map(({ threshold }) => threshold))];
  const predictors = [...new Set(comparison.map(({ predictor }) => predictor))];
  const find = (predictor: string, threshold: number): ComparisonRow =>
    comparison.find((row) => row.predictor === predictor && row.threshold === threshold) as ComparisonRow;
  const first = comparison[0] as ComparisonRow;
  const rows = predictors.map((predictor) => [
    `  ${predictor}`,
    ...thresholds.map((threshold) => formatEstimate(find(predictor, threshold).balancedAccuracy)),
  ]);
  const trained = [
    "  networks that trained",
    ...thresholds.map((threshold) => `${find(first.predictor, threshold).trained} of ${first.cells}`),
  ];
  return [
    "",
    "Does it predict training? Balanced accuracy, guessing is 0.5:",
    renderTable(
      ["  predicted by", ...thresholds.map((threshold) => `${score} >= ${threshold}`)],
      [...rows, trained],
      thresholds.map((_, j) => j + 1),
    ),
  ];
}
