/** The table of layers as HTML: measurement beside theory, one row a layer. */
import { LAYER_COLUMNS, type LayerRow, layerRows } from "../figures/diagnosis/index.ts";
import type { Diagnosis } from "../signal/index.ts";
import { escapeHtml } from "./html.ts";

/** The table of layers; its filter and its sorting work where scripts do. */
export function renderLayerTable(diagnosis: Diagnosis): string {
  const rows = layerRows(diagnosis);
  const head = LAYER_COLUMNS.map(
    ({ name, isNumber }) => `<th scope="col"${isNumber ? ' class="number"' : ""}>${name}</th>`,
  ).join("");
  const flagged = rows.filter(({ isFlagged }) => isFlagged).length;
  return `<section aria-labelledby="layers"><h2 id="layers">Layer by layer</h2>
<p class="lead">Each row is one layer with weights.<span class="scripted-only"> Choose a row to mark that layer in every figure; choose a heading to sort.</span></p>
<p class="scripted-only"><label><input type="checkbox" id="flagged-only"${flagged === 0 ? " disabled" : ""}> Show only flagged layers (${flagged} of ${rows.length})</label></p>
<p class="cue" aria-hidden="true">Scroll the table sideways for more columns →</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of layers"><table class="layers">
<caption>Measured values with one standard error in brackets, and what theory expects. χ is the growth of squared gradients through a layer.</caption>
<thead><tr>${head}</tr></thead><tbody>
${rows.map(layerRow).join("\n")}
</tbody></table></div></section>`;
}

function layerRow({ layer, isFlagged, cells }: LayerRow): string {
  const flag = isFlagged ? ' class="flagged"' : "";
  return `<tr data-layer="${layer}"${flag}>${cells.map(cell).join("")}</tr>`;
}

function cell({ text, value }: LayerRow["cells"][number], column: number): string {
  if (value !== null) return `<td class="number" data-value="${value}">${text}</td>`;
  return `<td${LAYER_COLUMNS[column]?.name === "note" ? ' class="note"' : ""}>${escapeHtml(text)}</td>`;
}
