/** One HTML file that holds everything: it opens from disk, asks for nothing, and is complete without its script. */
import { type Figure, type FigureTable, PAGE_THEME, type PhaseDiagramInput } from "../figures/index.ts";
import type { Diagnosis } from "../signal/index.ts";
import { createDocument } from "./document.ts";
import { drawReportFigures } from "./figures.ts";
import { embedJson, escapeHtml } from "./html.ts";
import { renderLayerTable } from "./layer-table.ts";
import { PAGE_SCRIPT } from "./script.ts";
import {
  type ReportInvocation,
  renderFigureSections,
  renderFirstScreen,
  renderMethod,
  renderReferences,
} from "./sections.ts";
import { STYLE_SHEET } from "./style.ts";

/** What a report shows. */
export interface ReportInput {
  readonly diagnosis: Diagnosis;
  /** The phase diagram of the network's activation; null when theory does not cover it. */
  readonly diagram: PhaseDiagramInput | null;
  readonly invocation: ReportInvocation;
}

/** A policy that lets nothing in or out: the report cannot make a request even by accident. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'";

/**
 * Writes the report of a diagnosis.
 *
 * @returns the text of one HTML file, about 200 kB for 50 layers
 */
export async function renderReport({ diagnosis, diagram, invocation }: ReportInput): Promise<string> {
  const figures = await drawReportFigures(diagnosis, diagram, {
    document: await createDocument(),
    theme: PAGE_THEME,
  });
  const tables: Record<string, FigureTable> = Object.fromEntries(
    Object.values(figures)
      .filter((figure): figure is Figure => figure !== null)
      .map(({ name, table }) => [name, table]),
  );
  const data = { schema: "isinglass/report/1", version: invocation.version, diagnosis, figures: tables };
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Diagnosis of ${escapeHtml(diagnosis.network.name)} · isinglass</title>
<style>${STYLE_SHEET}</style></head>
<body><main>
${renderFirstScreen(diagnosis, figures)}
${renderFigureSections(figures)}
${renderLayerTable(diagnosis)}
${renderMethod(diagnosis, invocation)}
${renderReferences(diagnosis)}
</main>
<footer>Written by isinglass ${escapeHtml(invocation.version)}. Nothing in this page leaves your machine.</footer>
<script type="application/json" id="report-data">${embedJson(data)}</script>
<script>${PAGE_SCRIPT}</script>
</body></html>
`;
}
