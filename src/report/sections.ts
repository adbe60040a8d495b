/** The sections of the report, each a function from the diagnosis to HTML. */
import type { Estimate } from "../base/index.ts";
import { type Figure, formatEstimate, formatNumber, serializeFigure } from "../figures/index.ts";
import type { Comparison, Diagnosis, LayerDiagnosis } from "../signal/index.ts";
import { renderBibtex } from "./bibtex.ts";
import type { ReportFigures } from "./figures.ts";
import { escapeHtml, renderList, renderTwin } from "./html.ts";

/** Facts about the run that wrote the report. */
export interface ReportInvocation {
  readonly commandLine: string;
  readonly version: string;
  /** Lines such as "Node v20.20.2, 2 threads". */
  readonly environment: readonly string[];
}

const MARKS = { yes: "✓", marginal: "!", no: "✕" } as const;

/** The first screen: verdict, three numbers, one picture, what was not covered. */
export function renderFirstScreen(diagnosis: Diagnosis, { phase, correlation }: ReportFigures): string {
  const { network, verdict, theory, weightVariance, critical, notCovered } = diagnosis;
  const picture = phase ?? correlation;
  const numbers = [
    number("Weight variance × fan-in", weightVariance, describeCritical(critical)),
    ...(theory
      ? [
          number("Growth of gradients per layer, χ₁", theory.chi1, "1 is critical"),
          number("Trainable depth, 6 ξ_c", theory.maxDepth, `layers; this network has ${network.depth}`, 3),
        ]
      : measuredNumbers(diagnosis)),
  ];
  return `<header><h1>Diagnosis of ${escapeHtml(network.name)}</h1>
<div class="verdict ${verdict.trains}">
<p class="answer"><span class="mark" aria-hidden="true">${MARKS[verdict.trains]}</span> ${escapeHtml(verdict.headline)}</p>
<p>${escapeHtml(verdict.reason)}</p><p><strong>Next:</strong> ${escapeHtml(verdict.advice)}</p></div></header>
<div class="first"><div><dl class="numbers">${numbers.join("")}</dl>
<h3>Not covered</h3>${renderList(notCovered) || "<p>Nothing was left out.</p>"}</div>
${picture ? renderFigure(picture) : ""}</div>`;
}

/** What stands in for theory's numbers where no theory holds. */
function measuredNumbers({ layers }: Diagnosis): string[] {
  const gradient = layers[0]?.gradient.measured;
  const similarity = (layers.at(-2) ?? layers[0])?.c.measured;
  return [
    ...(gradient ? [number("Squared gradient, first layer over last", gradient, "1 is ideal")] : []),
    ...(similarity
      ? [
          number(
            "Cosine of two inputs at the last hidden layer",
            similarity,
            "below 1, inputs can be told apart",
          ),
        ]
      : []),
  ];
}

function number(name: string, estimate: Estimate, note: string, digits = 6): string {
  const text = estimate.stderr === 0 ? formatNumber(estimate.value, digits) : formatEstimate(estimate);
  return `<div><dt>${escapeHtml(name)}</dt><dd>${text}<small>${escapeHtml(note)}</small></dd></div>`;
}

function describeCritical(critical: Diagnosis["critical"]): string {
  if (critical === null) return "no critical value is known";
  const { weightVariance, biasVariance } = critical;
  return `critical at ${formatEstimate(weightVariance)} with bias variance ${formatEstimate(biasVariance)}`;
}

/** A figure with its caption, its downloads and its table. */
export function renderFigure(figure: Figure): string {
  const buttons = ["svg", "png", "csv", "json"].map(
    (kind) =>
      `<button type="button" data-save="${kind}" aria-label="Save ${escapeHtml(figure.title)} as ${kind.toUpperCase()}">${kind.toUpperCase()}</button>`,
  );
  return `<figure id="figure-${figure.name}">${serializeFigure(figure)}
<figcaption>${escapeHtml(figure.caption)}</figcaption>
<div class="tools">${buttons.join("")}</div>
${renderTwin(figure.table, figure.title)}</figure>`;
}

/** The sections with pictures. */
export function renderFigureSections(figures: ReportFigures): string {
  const { length, correlation, gradient, jacobian, residuals } = figures;
  const profiles = [length, figures.phase ? correlation : null].filter((figure) => figure !== null);
  return [
    section("signal", "How does the signal travel?", profiles, "pair"),
    section("gradients", "Do gradients and small changes survive?", [gradient, jacobian], "pair"),
    section("agreement", "Does theory describe this network?", [residuals]),
  ].join("\n");
}

function section(id: string, title: string, figures: readonly (Figure | null)[], wrapper = ""): string {
  const drawn = figures.filter((figure) => figure !== null);
  if (drawn.length === 0) return "";
  const body = drawn.map(
    (figure) => `<div><h3>${escapeHtml(figure.title)}</h3>${renderFigure(figure)}</div>`,
  );
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}</h2><div class="${wrapper}">${body.join("\n")}</div></section>`;
}

/** Columns of the layer table that hold words. */
const WORDS: ReadonlySet<string> = new Set(["name", "kind", "state", "note"]);

/** The table of layers. */
export function renderLayerTable({ layers }: Diagnosis): string {
  const head = [
    "layer",
    "name",
    "kind",
    "fan-in",
    "σ_w²",
    "σ_b²",
    "q",
    "q theory",
    "c",
    "c theory",
    "gradient",
    "state",
    "note",
  ]
    .map((name) => `<th scope="col"${WORDS.has(name) ? "" : ' class="number"'}>${name}</th>`)
    .join("");
  return `<section aria-labelledby="layers"><h2 id="layers">Layer by layer</h2>
<p class="lead">Each row is one layer with weights. Choose a row to mark that layer in every figure; choose a heading to sort.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of layers"><table class="layers">
<caption>Measured values with one standard error in brackets, and what theory expects.</caption>
<thead><tr>${head}</tr></thead><tbody>
${layers.map(layerRow).join("\n")}
</tbody></table></div></section>`;
}

function layerRow(layer: LayerDiagnosis): string {
  const text = (value: string): string => `<td>${escapeHtml(value)}</td>`;
  const numeric = (value: number): string =>
    `<td class="number" data-value="${value}">${formatNumber(value, 4)}</td>`;
  const estimate = (value: Estimate | null): string =>
    value === null
      ? "<td></td>"
      : `<td class="number" data-value="${value.value}">${formatEstimate(value)}</td>`;
  const both = ({ measured, theory }: Comparison): string =>
    estimate(measured) + (theory === null ? "<td></td>" : numeric(theory));
  return `<tr data-layer="${layer.layer}">${[
    numeric(layer.layer),
    text(layer.name),
    text(layer.kind),
    numeric(layer.fanIn),
    estimate(layer.weightVariance),
    estimate(layer.biasVariance),
    both(layer.q),
    both(layer.c),
    estimate(layer.gradient.measured),
    text(layer.state),
    `<td class="note">${escapeHtml(layer.note)}</td>`,
  ].join("")}</tr>`;
}

/** Parameters, assumptions, versions and the command that reproduces the report. */
export function renderMethod(diagnosis: Diagnosis, invocation: ReportInvocation): string {
  const { network, data, assumptions, seed, theory } = diagnosis;
  const facts = [
    `Network: ${network.name}, ${network.depth} weight layers, ${network.parameterCount.toLocaleString("en")} parameters, input ${network.inputShape.join(" × ")}.`,
    `Initialisation: ${network.initialization}`,
    `Data: ${data.name}, ${data.count} examples. ${data.provenance.join(" ")}`,
    ...(theory ? [`Phase: ${theory.criterion}.`] : []),
    ...(seed === null ? [] : [`Seed: ${seed}; the same seed gives the same numbers.`]),
    "Numbers are written as value(error): 0.432(12) means 0.432 with a standard error of 0.012.",
    `isinglass ${invocation.version}. ${invocation.environment.join(". ")}.`,
  ];
  return `<section aria-labelledby="method"><h2 id="method">Method</h2>${renderList(facts)}
<h3>Assumptions</h3>${renderList(assumptions)}
<h3>To reproduce</h3><pre><code>${escapeHtml(invocation.commandLine)}</code></pre></section>`;
}

/** Sources, in words and as BibTeX. */
export function renderReferences({ references }: Diagnosis): string {
  if (references.length === 0) return "";
  const items = references.map(
    ({ authors, year, title, where, id }) =>
      `${authors} (${year}). ${title}.${where ? ` ${where}.` : ""}${id ? ` ${id}.` : ""}`,
  );
  return `<section aria-labelledby="references"><h2 id="references">References</h2>${renderList(items)}
<details><summary>BibTeX</summary><pre><code>${escapeHtml(references.map(renderBibtex).join("\n\n"))}</code></pre></details></section>`;
}
