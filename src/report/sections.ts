/** The sections of the report, each a function from the diagnosis to HTML. */
import type { Estimate } from "../base/index.ts";
import { type Figure, formatEstimate, formatNumber, serializeFigure } from "../figures/index.ts";
import type { Diagnosis } from "../signal/index.ts";
import { renderBibtex } from "./bibtex.ts";
import { renderExplanation } from "./explanations.ts";
import type { ReportFigures } from "./figures.ts";
import { escapeHtml, renderList, renderTwin } from "./html.ts";
import { formatNamedAroundOne } from "./near-one.ts";
import { propagateVariances } from "./uncertainty.ts";

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
  const numbers = [
    weightCard(diagnosis),
    ...(agreementCards(diagnosis) ?? theoryCards(diagnosis) ?? measuredNumbers(diagnosis)),
  ];
  return `<header><h1>Diagnosis of ${escapeHtml(network.name)}</h1>
<div class="verdict ${verdict.trains}">
<p class="answer"><span class="mark" aria-hidden="true">${MARKS[verdict.trains]}</span> ${escapeHtml(verdict.headline)}</p>
<p>${escapeHtml(verdict.reason)}</p><p><strong>Next:</strong> ${escapeHtml(verdict.advice)}</p></div></header>
<div class="first"><div><dl class="numbers">${numbers.join("")}</dl>
<h3>Not covered</h3>${renderList(notCovered) || "<p>Nothing was left out.</p>"}</div>
${picture ? renderFigure(picture) : ""}</div>`;
}

function weightCard({ network, weightVariance, critical, recommended }: Diagnosis): string {
  const origin = network.origin === "file" ? "measured from the weights" : "as specified";
  return number(
    `Weight variance × fan-in (${origin})`,
    weightVariance,
    critical === null && recommended !== null ? describeRecommended(recommended) : describeCritical(critical),
  );
}

/** Growth and depth as measured, where theory is known not to describe the network; null where it does. */
function agreementCards({ agreement, network }: Diagnosis): string[] | null {
  if (agreement === null || agreement.holds || agreement.measured === null) return null;
  const { logChi, maxDepth, phase } = agreement.measured;
  return [
    number(
      "Growth of gradients, log χ per layer (measured)",
      logChi,
      `0 is critical; ${phase}; theory does not hold`,
    ),
    card(
      "Trainable depth (measured)",
      formatNumber(maxDepth.value, 3),
      `layers; this network has ${network.depth}; ${maxDepth.method}`,
    ),
  ];
}

/** Growth of gradients and trainable depth by theory; null where there is none. */
function theoryCards(diagnosis: Diagnosis): string[] | null {
  const { network, theory } = diagnosis;
  const propagated = propagateVariances(diagnosis);
  if (theory === null || propagated === null) return null;
  const { chi1, depthRange } = propagated;
  const growth = formatNamedAroundOne("χ₁", chi1, 6);
  const carried = depthRange === null ? "" : "; error from that of the variances";
  const range =
    depthRange === null
      ? ""
      : `; ${formatNumber(depthRange[0], 3)} to ${formatNumber(depthRange[1], 3)} within the errors of the variances`;
  return [
    card("Growth of gradients per layer, χ₁ (theory)", growth, `χ₁ = 1 is critical${carried}`),
    card(
      "Trainable depth, 6 ξ_c (theory)",
      formatNumber(theory.maxDepth.value, 3),
      `layers at infinite width; this network has ${network.depth}${range}${describeWidth(diagnosis)}`,
    ),
  ];
}

/** What stands in for theory's numbers where no theory holds. */
function measuredNumbers({ layers }: Diagnosis): string[] {
  const gradient = layers[0]?.gradient.measured;
  const similarity = (layers.at(-2) ?? layers[0])?.c.measured;
  return [
    ...(gradient
      ? [number("Squared gradient, first layer over last (measured)", gradient, "1 is ideal")]
      : []),
    ...(similarity
      ? [
          number(
            "Cosine of two inputs at the last hidden layer (measured)",
            similarity,
            "below 1, inputs can be told apart",
          ),
        ]
      : []),
  ];
}

/** The tighter bound of finite width, where it binds. */
function describeWidth({ verdict: { depthBound } }: Diagnosis): string {
  return depthBound?.by === "width" ? `; its width bounds the depth to about ${depthBound.layers}` : "";
}

function number(name: string, estimate: Estimate, note: string): string {
  return card(name, estimate.stderr === 0 ? formatNumber(estimate.value) : formatEstimate(estimate), note);
}

function card(name: string, text: string, note: string): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${text}<small>${escapeHtml(note)}</small></dd></div>`;
}

function describeRecommended({
  weightVariance,
  outerScale,
  blocks,
}: NonNullable<Diagnosis["recommended"]>): string {
  return `none is critical with residual blocks; recommended: ${formatEstimate(weightVariance)}, times ${formatNumber(outerScale.value, 3)} for the last weights of the ${blocks} branches`;
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
  return `<figure id="figure-${figure.name}"><div class="plot" tabindex="0" role="region" aria-label="${escapeHtml(figure.title)}, picture">${serializeFigure(figure)}</div>
<figcaption>${escapeHtml(figure.caption)}</figcaption>
<div class="tools">${buttons.join("")}</div>
${renderExplanation(figure.name)}${renderTwin(figure.table, figure.title)}</figure>`;
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
  const { network, data, assumptions, seed, theory } = diagnosis;
  const facts = [
    `Network: ${network.name}, ${network.depth} weight layers, ${network.parameterCount.toLocaleString("en")} parameters, input ${network.inputShape.join(" × ")}.`,
    `Initialisation: ${network.initialization}`,
    `Data: ${data.name}, ${data.count} examples: ${data.provenance.map((step) => step.replace(/\.$/, "")).join("; ")}.`,
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
