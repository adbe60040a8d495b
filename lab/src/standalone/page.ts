/** One HTML file of what a room shows: it opens from disk, asks for nothing and runs no script. */
import { formatNumber } from "../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../src/figures/index.ts";
import type { KeptFigure } from "./figures.ts";
import { escapeHtml } from "./panels.ts";

/** What the file holds. */
export interface KeptView {
  readonly title: string;
  readonly summary: string;
  /** Address that shows the same in the lab. */
  readonly link: string;
  readonly commandLine: string | null;
  readonly code: string;
  /** Panels as HTML. */
  readonly panels: readonly string[];
  readonly figures: readonly KeptFigure[];
  readonly saved: Date;
}

/** Rows of a table that are shown; the data at the end of the file have all. */
const MOST_ROWS = 1000;
/** Pictures inside the file are all that may be loaded. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const STYLE = `:root { color-scheme: light; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 60rem; background: #fff; color: #1a1a1a; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; }
.soft, figcaption, caption { color: #595959; } figcaption { font-size: .93rem; max-width: 46rem; }
figure { margin: 1.5rem 0 0; break-inside: avoid; } svg, img { max-width: 100%; height: auto; display: block; }
.scroll { overflow: auto; max-height: 34rem; border: 1px solid #d0d3d9; border-radius: .4rem; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .4rem .6rem; } th, td { text-align: left; padding: .18rem .6rem; border-bottom: 1px solid #e3e5e9; white-space: nowrap; font-weight: 400; }
th { color: #595959; } .number { text-align: right; } dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; } dd { margin: 0; font-weight: 600; }
pre { background: #f4f5f7; padding: .8rem 1rem; border-radius: .4rem; overflow: auto; font-size: .85rem; } a { color: #0b5cad; overflow-wrap: anywhere; }
summary { cursor: pointer; margin: .5rem 0; } section { overflow-wrap: anywhere; }
@media print { .scroll { max-height: none; } }`;

/** Writes the file. */
export function renderView(view: KeptView): string {
  const { title, summary, link, commandLine, code, panels, figures, saved } = view;
  const shared = sharedParameters(figures);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(title)} · isinglass lab</title>
<style>${STYLE}</style></head>
<body><main>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(summary)}</p>
${panels.map((html) => `<section>${html}</section>`).join("\n")}
${figures.map((figure) => renderFigure(figure, shared)).join("\n")}
${shared === null ? "" : `<h2>Parameters</h2>${renderParameters(JSON.parse(shared) as Record<string, unknown>)}`}
<h2>The same view</h2>
<p>In the lab: <a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>
${commandLine === null ? "" : `<p>On the command line:</p><pre><code>${escapeHtml(commandLine)}</code></pre>`}
<p>As a program:</p><pre><code>${escapeHtml(code)}</code></pre>
</main>
<footer class="soft">Saved by the isinglass lab, ${saved.toISOString().slice(0, 10)}. This file loads nothing and sends nothing.</footer>
<script type="application/json" id="view-data">${dataOf(view)}</script>
</body></html>
`;
}

function renderFigure({ facts, picture, table }: KeptFigure, shared: string | null): string {
  const own = JSON.stringify(facts.parameters);
  return `<figure id="${escapeHtml(facts.name)}">
<h2>${escapeHtml(facts.title)}</h2>
${picture}
<figcaption>${escapeHtml(facts.caption)}</figcaption>
${own === shared || own === "{}" ? "" : renderParameters(facts.parameters)}
${table === null ? "" : renderTable(table, facts.title)}
</figure>`;
}

/** Parameters that all figures have in common, as JSON; null where they differ. */
function sharedParameters(figures: readonly KeptFigure[]): string | null {
  const texts = new Set(
    figures.map(({ facts }) => JSON.stringify(facts.parameters)).filter((text) => text !== "{}"),
  );
  const [only] = texts;
  return texts.size === 1 && only !== undefined ? only : null;
}

function renderParameters(parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters).map(
    ([name, value]) =>
      `<div><dt class="soft">${escapeHtml(name)}</dt><dd>${escapeHtml(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))}</dd></div>`,
  );
  return `<dl class="parameters">${entries.join("")}</dl>`;
}

function renderTable({ columns, rows }: FigureTable, title: string): string {
  const cell = (value: string | number | null): string =>
    typeof value === "number"
      ? `<td class="number">${formatNumber(value)}</td>`
      : `<td>${escapeHtml(value ?? "")}</td>`;
  const more = rows.length > MOST_ROWS ? `: the first ${MOST_ROWS} of ${rows.length} rows` : "";
  return `<details><summary>Numbers behind this figure</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table>
<caption>${escapeHtml(title)}${more}</caption>
<thead><tr>${columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("")}</tr></thead>
<tbody>
${rows
  .slice(0, MOST_ROWS)
  .map((row) => `<tr>${row.map(cell).join("")}</tr>`)
  .join("\n")}
</tbody></table></div></details>`;
}

/** All digits, for programs. */
function dataOf({ title, link, commandLine, code, figures }: KeptView): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  const data = {
    schema: "isinglass/lab-view/1",
    ...{ title, link, commandLine, code },
    figures: figures.map(({ facts: { name, caption, parameters, ...rest }, table }) => ({
      ...{ name, title: rest.title, caption, parameters, table },
    })),
  };
  return JSON.stringify(data, plain).replaceAll("<", "\\u003c");
}
