/** The report of a flow scan: the map with its boundaries, training beside it, and how well the one predicts the other. */
import {
  drawFlowScan,
  type Figure,
  type FigureOptions,
  type FlowScanInput,
  formatEstimate,
  formatNumber,
  PAGE_THEME,
} from "../figures/index.ts";
import {
  bestColumn,
  type ComparisonRow,
  FLOW_REFERENCES,
  type FlowMap,
  KEPT_SHARE,
  type TrainedCell,
} from "../flow/index.ts";
import { createDocument } from "./document.ts";
import { renderMethodSection, section } from "./flow-page.ts";
import { renderShell } from "./flow-shell.ts";
import { escapeHtml, renderTwin } from "./html.ts";
import { type ReportInvocation, renderFigure } from "./sections.ts";

/** One map of a scan. */
export interface ReportedMap {
  readonly map: FlowMap;
  readonly figure: FlowScanInput;
  readonly trained: readonly TrainedCell[];
  readonly comparison: readonly ComparisonRow[];
  /** What the networks are scored by, and what guessing gives. */
  readonly score: string;
  readonly chance: number;
}

/** What a scan report shows. */
export interface FlowScanReportInput {
  readonly name: string;
  readonly activation: string;
  readonly data: string;
  readonly maps: readonly ReportedMap[];
  readonly facts: readonly string[];
  readonly assumptions: readonly string[];
  readonly seed: number;
  readonly invocation: ReportInvocation;
}

/** Writes the report of a scan. */
export async function renderFlowScanReport(input: FlowScanReportInput): Promise<string> {
  const options = { document: await createDocument(), theme: PAGE_THEME };
  const parts: string[] = [];
  const figures: Figure[] = [];
  for (const reported of input.maps) {
    const drawn = await drawMap(reported, input, options);
    figures.push(...drawn);
    parts.push(...renderMap(reported, input, drawn));
  }
  return renderShell({
    title: `Flow map of ${input.name}`,
    body: [
      `<header><h1>Information flow of ${escapeHtml(input.name)} over depth and weight variance, on ${escapeHtml(input.data)}</h1></header>`,
      ...parts,
      renderMethodSection(input.facts, input.assumptions, input.invocation),
    ],
    references: FLOW_REFERENCES,
    data: {
      schema: "isinglass/flow-scan-report/1",
      maps: input.maps.map(({ map, comparison }) => ({ map, comparison })),
    },
    figures,
    invocation: input.invocation,
  });
}

async function drawMap(
  { figure, trained, map, score, chance }: ReportedMap,
  { activation }: FlowScanReportInput,
  options: FigureOptions,
): Promise<Figure[]> {
  const scan = await drawFlowScan(figure, options);
  const depths = [...new Set(trained.map(({ depth }) => depth))].sort((a, b) => a - b);
  const sigmaW2 = [...new Set(trained.map((cell) => cell.sigmaW2))].sort((a, b) => a - b);
  if (depths.length < 2 || sigmaW2.length < 2) return [scan];
  const scores = depths.flatMap((depth) =>
    sigmaW2.map(
      (x) => trained.find((cell) => cell.depth === depth && cell.sigmaW2 === x)?.score ?? Number.NaN,
    ),
  );
  const measured = await drawFlowScan(
    {
      title: "What networks reach that were really trained",
      name: "flow-trained",
      quantity: score === "accuracy" ? "training accuracy" : score,
      caption: `Bright cells trained. Dashed: 6 ξ_c, the depth that mean-field theory allows for ${activation} at σ_b² = ${formatNumber(map.sigmaB2, 3)}; dotted: 8 ξ_c.`,
      colors: "cividis",
      ...{ sigmaW2, depths, values: scores, range: [chance, 1], boundary: sigmaW2.map(() => null) },
      depthScale: figure.depthScale,
    },
    options,
  );
  return [scan, measured];
}

function renderMap(
  { map, comparison, score }: ReportedMap,
  { maps }: FlowScanReportInput,
  figures: readonly Figure[],
): string[] {
  const last = map.depths.at(-1) as number;
  const best = bestColumn(map, last);
  const share = (best?.gram.value ?? 0) / map.input.value;
  const headline =
    best === null
      ? "No column could be measured."
      : `At depth ${last} the most of the input is left at σ_w² = ${formatNumber(best.sigmaW2, 3)}${best.range[0] === best.range[1] ? "" : ` (within two errors: ${formatNumber(best.range[0], 3)} to ${formatNumber(best.range[1], 3)})`}.`;
  const reason =
    best === null
      ? ""
      : `Gram entropy ${formatEstimate(best.gram)} of the input's ${formatEstimate(map.input)} (${formatNumber(100 * share, 2)} %${Number.isFinite(best.gram.stderr) ? "" : "; one draw, errors are not known"}); bias variance ${map.sigmaB2}.`;
  const anchor = maps.length > 1 ? `map-${map.sigmaB2}` : "map";
  const [scan, measured] = figures as [Figure, Figure?];
  return [
    `<div class="verdict ${share < KEPT_SHARE ? "marginal" : "yes"}" id="${anchor}"><p class="answer">${escapeHtml(headline)}</p><p>${escapeHtml(reason)}</p></div>`,
    `<div class="broad">${renderFigure(scan)}</div>`,
    ...(measured === undefined ? [] : [section(`${anchor}-training`, "Which networks train?", [measured])]),
    renderComparison(comparison, score),
    renderColumns(map),
  ];
}

function renderComparison(rows: readonly ComparisonRow[], score: string): string {
  if (rows.length === 0) return "";
  const first = rows[0] as ComparisonRow;
  const thresholds = [...new Set(rows.map(({ threshold }) => threshold))];
  const predictors = [...new Set(rows.map(({ predictor }) => predictor))];
  const find = (predictor: string, threshold: number): ComparisonRow =>
    rows.find((row) => row.predictor === predictor && row.threshold === threshold) as ComparisonRow;
  const line = (name: string, cells: readonly string[]): string =>
    `<tr><th scope="row">${escapeHtml(name)}</th>${cells.map((cell) => `<td class="number">${escapeHtml(cell)}</td>`).join("")}</tr>`;
  const body = [
    ...predictors.map((predictor) =>
      line(
        predictor.replace(">=", "≥").replace("xi_c", "ξ_c"),
        thresholds.map((threshold) => formatEstimate(find(predictor, threshold).balancedAccuracy)),
      ),
    ),
    line(
      "networks that trained",
      thresholds.map((threshold) => `${find(first.predictor, threshold).trained} of ${first.cells}`),
    ),
  ];
  const head = thresholds.map((threshold) => `<th scope="col" class="number">${score} ≥ ${threshold}</th>`);
  return `<section><h2>Does the flow predict training?</h2><p>Balanced accuracy of "trains" over ${first.cells} networks, for several predictions (rows) and several meanings of "trained" (columns); guessing gives 0.5.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Balanced accuracy"><table><thead><tr><th scope="col">predicted by</th>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div></section>`;
}

function renderColumns({ columns }: FlowMap): string {
  const table = {
    columns: ["sigma_w^2", "reach", "error", "published cutoff", "draws that diverged"],
    rows: columns.map(({ sigmaW2, reach, cutoff, cutoffIs, measured, diverged }) => [
      ...[sigmaW2, measured === 0 ? null : (reach?.value ?? "to the end"), reach?.stderr ?? null],
      ...[cutoffIs === "flat" ? "flat" : cutoff, diverged],
    ]),
  };
  return `<section><h2>Boundaries</h2>${renderTwin(table, "Reach and cutoff by weight variance")}</section>`;
}
