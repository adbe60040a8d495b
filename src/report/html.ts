/** HTML as text: escaping, tables and downloads. */
import type { FigureTable } from "../figures/index.ts";
import { formatNumber } from "../figures/index.ts";

/** Escapes text for use between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** JSON that can stand inside a script element: no `<` survives. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value, (_, entry) => {
    if (typeof entry === "number" && !Number.isFinite(entry)) return String(entry);
    if (ArrayBuffer.isView(entry) && !(entry instanceof DataView)) return Array.from(entry as Float64Array);
    return entry;
  }).replaceAll("<", "\\u003c");
}

/** One cell: text as it is, numbers to six digits and aligned right. */
function cell(value: string | number | null): string {
  if (value === null) return "<td></td>";
  if (typeof value === "number") return `<td class="number">${formatNumber(value)}</td>`;
  return `<td>${escapeHtml(value)}</td>`;
}

/** A figure's table, folded until it is opened. */
export function renderTwin(table: FigureTable, caption: string): string {
  const head = table.columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("");
  const body = table.rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n");
  return `<details class="twin"><summary>Numbers behind this figure</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div></details>`;
}

/** A list, or nothing when it is empty. */
export function renderList(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
}
