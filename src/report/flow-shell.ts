/** The frame of a one-file page: policy, style, script, data and references around a body. */
import type { Reference } from "../base/index.ts";
import type { Figure } from "../figures/index.ts";
import { renderBibtex } from "./bibtex.ts";
import { embedJson, escapeHtml, renderList } from "./html.ts";
import { PAGE_SCRIPT } from "./script.ts";
import type { ReportInvocation } from "./sections.ts";
import { STYLE_SHEET } from "./style.ts";

/** A policy that lets nothing in or out. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'";

/** Grids of pictures take the whole width. */
const EXTRA_STYLE = `.wide .plot svg { max-width: 72rem; } .wide figcaption { max-width: 60rem; }
.broad .plot svg { max-width: 52rem; } .broad figcaption { max-width: 52rem; }`;

/** A page. */
export interface Page {
  readonly title: string;
  readonly body: readonly string[];
  readonly references: readonly Reference[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly figures: readonly Figure[];
  readonly invocation: ReportInvocation;
}

/** Writes the page. */
export function renderShell({ title, body, references, data, figures, invocation }: Page): string {
  const tables = Object.fromEntries(figures.map(({ name, table }) => [name, table]));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(title)} · isinglass</title>
<style>${STYLE_SHEET}${EXTRA_STYLE}</style></head>
<body><main>
${body.filter((part) => part !== "").join("\n")}
${renderSources(references)}
</main>
<footer>Written by isinglass ${escapeHtml(invocation.version)}. Nothing in this page leaves your machine.</footer>
<script type="application/json" id="report-data">${embedJson({ ...data, version: invocation.version, figures: tables })}</script>
<script>${PAGE_SCRIPT}</script>
</body></html>
`;
}

function renderSources(references: readonly Reference[]): string {
  if (references.length === 0) return "";
  const items = references.map(
    ({ authors, year, title, where, id }) =>
      `${authors} (${year}). ${title}.${where ? ` ${where}.` : ""}${id ? ` ${id}.` : ""}`,
  );
  return `<section aria-labelledby="references"><h2 id="references">References</h2>${renderList(items)}
<details><summary>BibTeX</summary><pre><code>${escapeHtml(references.map(renderBibtex).join("\n\n"))}</code></pre></details></section>`;
}
