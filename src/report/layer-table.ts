/** The table of layers: measurement beside theory, one row a layer. */
import type { Estimate } from "../base/index.ts";
import { formatEstimate, formatNumber } from "../figures/index.ts";
import type { Comparison, Diagnosis, LayerDiagnosis } from "../signal/index.ts";
import { escapeHtml } from "./html.ts";
import { formatAroundOne } from "./near-one.ts";

/** Columns; what a reader looks for first stands on the left. */
const COLUMNS = [
  ...["layer", "state", "name", "kind", "fan-in", "σ_w²", "σ_b²", "q", "q theory"],
  ...["c", "c theory", "χ", "χ theory", "gradient", "note"],
] as const;
/** Columns that hold words. */
const WORDS: ReadonlySet<string> = new Set(["state", "name", "kind", "note"]);
/** States that need no attention. */
const QUIET: ReadonlySet<string> = new Set(["ok", "uncovered"]);
const DIGITS = 4;

/** The table of layers; its filter and its sorting work where scripts do. */
export function renderLayerTable({ layers }: Diagnosis): string {
  const head = COLUMNS.map(
    (name) => `<th scope="col"${WORDS.has(name) ? "" : ' class="number"'}>${name}</th>`,
  ).join("");
  const flagged = layers.filter(isFlagged).length;
  return `<section aria-labelledby="layers"><h2 id="layers">Layer by layer</h2>
<p class="lead">Each row is one layer with weights.<span class="scripted-only"> Choose a row to mark that layer in every figure; choose a heading to sort.</span></p>
<p class="scripted-only"><label><input type="checkbox" id="flagged-only"${flagged === 0 ? " disabled" : ""}> Show only flagged layers (${flagged} of ${layers.length})</label></p>
<p class="cue" aria-hidden="true">Scroll the table sideways for more columns →</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of layers"><table class="layers">
<caption>Measured values with one standard error in brackets, and what theory expects. χ is the growth of squared gradients through a layer.</caption>
<thead><tr>${head}</tr></thead><tbody>
${layers.map(layerRow).join("\n")}
</tbody></table></div></section>`;
}

function isFlagged({ state }: LayerDiagnosis): boolean {
  return !QUIET.has(state);
}

function layerRow(layer: LayerDiagnosis): string {
  const flag = isFlagged(layer) ? ' class="flagged"' : "";
  return `<tr data-layer="${layer.layer}"${flag}>${[
    numeric(layer.layer),
    words(layer.state),
    words(layer.name),
    words(layer.kind),
    numeric(layer.fanIn),
    estimated(layer.weightVariance),
    estimated(layer.biasVariance),
    both(layer.q),
    both(layer.c, true),
    both(layer.chi, true),
    estimated(layer.gradient.measured),
    `<td class="note">${escapeHtml(layer.note)}</td>`,
  ].join("")}</tr>`;
}

function words(value: string): string {
  return `<td>${escapeHtml(value)}</td>`;
}

function numberCell(value: number, text: string): string {
  return `<td class="number" data-value="${value}">${text}</td>`;
}

function numeric(value: number): string {
  return numberCell(value, formatNumber(value, DIGITS));
}

function estimated(value: Estimate | null): string {
  return value === null ? "<td></td>" : numberCell(value.value, formatEstimate(value));
}

/** Measurement and theory; `aroundOne` writes what is near one as its difference from one. */
function both({ measured, theory }: Comparison, aroundOne = false): string {
  const write = (estimate: Pick<Estimate, "value" | "stderr">): string =>
    aroundOne ? formatAroundOne(estimate, DIGITS) : formatEstimate(estimate);
  return [
    measured === null ? "<td></td>" : numberCell(measured.value, write(measured)),
    theory === null
      ? "<td></td>"
      : numberCell(theory, aroundOne ? write({ value: theory, stderr: 0 }) : formatNumber(theory, DIGITS)),
  ].join("");
}
