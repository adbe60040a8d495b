/** The sections of the report, each a function from the diagnosis to HTML. */
import {
  type DiagnosisCard,
  diagnosisCards,
  explanationOf,
  methodFacts,
  type ReportFigures,
} from "../figures/diagnosis/index.ts";
import { type Figure, serializeFigure } from "../figures/index.ts";
import type { Diagnosis } from "../signal/index.ts";
import { renderBibtex } from "./bibtex.ts";
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
  const { network, verdict, notCovered } = diagnosis;
  const picture = phase ?? correlation;
  const numbers = diagnosisCards(diagnosis).map(card);
  return `<header><h1>Diagnosis of ${escapeHtml(network.name)}</h1>
<div class="verdict ${verdict.trains}">
<p class="answer"><span class="mark" aria-hidden="true">${MARKS[verdict.trains]}</span> ${escapeHtml(verdict.headline)}</p>
<p>${escapeHtml(verdict.reason)}</p><p><strong>Next:</strong> ${escapeHtml(verdict.advice)}</p></div></header>
<div class="first"><div><dl class="numbers">${numbers.join("")}</dl>
<h3>Not covered</h3>${renderList(notCovered) || "<p>Nothing was left out.</p>"}</div>
${picture ? renderFigure(picture) : ""}</div>`;
}

function card({ name, text, note }: DiagnosisCard): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${text}<small>${escapeHtml(note)}</small></dd></div>`;
}

/** A figure with its caption, its downloads and its table. */
export function renderFigure(figure: Figure): string {
  const buttons = ["svg", "png", "csv", "json"].map(
    (kind) =>
      `<button type="button" data-save="${kind}" aria-label="Save ${escapeHtml(figure.title)} as ${kind.toUpperCase()}">${kind.toUpperCase()}</button>`,
  );
  return `<figure id="figure-${figure.name}"><div class="plot" tabindex="0" role="region" aria-label="${escapeHtml(figure.title)}, picture">${serializeFigure(figure)}</div>
<figcaption>${escapeHtml(figure.caption)}</figcaption>
<div class="tools">${buttons.join("")}</div>
${renderExplanation(figure.name)}${renderTwin(figure.table, figure.title)}</figure>`;
}

/** The folded explanation of a figure; empty for an unknown one. */
function renderExplanation(name: string): string {
  const explanation = explanationOf(name);
  if (explanation === null) return "";
  const { formulas, assumptions } = explanation;
  return `<details class="how"><summary>How it is computed</summary>${renderList(formulas)}<p>Assumed:</p>${renderList(assumptions)}</details>`;
}

/** The sections with pictures. */
export function renderFigureSections(figures: ReportFigures): string {
  const { length, correlation, gradient, jacobian, residuals } = figures;
  const profiles = [length, figures.phase ? correlation : null].filter((figure) => figure !== null);
  return [
    section("signal", "How does the signal travel?", profiles),
    section("gradients", "Do gradients and small changes survive?", [gradient, jacobian]),
    section("agreement", "Does theory describe this network?", [residuals]),
  ].join("\n");
}

function section(id: string, title: string, figures: readonly (Figure | null)[]): string {
  const drawn = figures.filter((figure) => figure !== null);
  if (drawn.length === 0) return "";
  const body = drawn.map(
    (figure) => `<div><h3>${escapeHtml(figure.title)}</h3>${renderFigure(figure)}</div>`,
  );
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}</h2><div class="${drawn.length > 1 ? "pair" : "solo"}">${body.join("\n")}</div></section>`;
}

/** Parameters, assumptions, versions and the command that reproduces the report. */
export function renderMethod(diagnosis: Diagnosis, invocation: ReportInvocation): string {
  const facts = methodFacts(diagnosis, [
    `isinglass ${invocation.version}. ${invocation.environment.join(". ")}.`,
  ]);
  return `<section aria-labelledby="method"><h2 id="method">Method</h2>${renderList(facts)}
<h3>Assumptions</h3>${renderList(diagnosis.assumptions)}
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
