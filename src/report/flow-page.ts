/** The report of a measured flow: one HTML file that opens from disk and asks for nothing. */
import type { Estimate } from "../base/index.ts";
import {
  drawFlowFigures,
  type Figure,
  type FigureTable,
  type FlowFigures,
  formatEstimate,
  formatNumber,
  PAGE_THEME,
} from "../figures/index.ts";
import type { FlowPictures, FlowResult } from "../flow/index.ts";
import { createDocument } from "./document.ts";
import { renderShell } from "./flow-shell.ts";
import { escapeHtml, renderList, renderTwin } from "./html.ts";
import { type ReportInvocation, renderFigure } from "./sections.ts";

/** What a flow report shows. */
export interface FlowReportInput {
  readonly result: FlowResult;
  /** Pictures of the first draw; null when the run has none. */
  readonly pictures: FlowPictures | null;
  readonly invocation: ReportInvocation;
}

/** Writes the report of a flow. */
export async function renderFlowReport({ result, pictures, invocation }: FlowReportInput): Promise<string> {
  const figures = await drawFlowFigures(result, pictures, {
    document: await createDocument(),
    theme: PAGE_THEME,
  });
  const drawn = Object.values(figures).filter((figure): figure is Figure => figure !== null);
  return renderShell({
    title: `Information flow of ${result.network.name}`,
    body: [
      firstScreen(result, figures),
      pictureSections(figures),
      layerTable(result),
      method(result, invocation),
    ],
    references: result.references,
    data: { schema: "isinglass/flow-report/1", flow: result },
    figures: drawn,
    invocation,
  });
}

function firstScreen(result: FlowResult, { curve }: FlowFigures): string {
  const { network, verdict, reach, theory, notCovered } = result;
  const tone = reach.isWhole && verdict.kind === "critical" ? "yes" : reach.isWhole ? "marginal" : "no";
  const mark = { yes: "✓", marginal: "!", no: "✕" }[tone];
  const cards = [
    card(
      "Reach of the input",
      `${reach.depth} of ${reach.of} blocks`,
      `deepest block that keeps ${Math.round(100 * reach.share)} % of the input's Gram entropy`,
    ),
    ...verdict.deciding.slice(0, 2).map(({ name, estimate, meaning }) => number(name, estimate, meaning)),
    ...(theory === null
      ? []
      : [
          card(
            "Trainable depth (theory)",
            formatNumber(theory.depthBound.layers, 3),
            `${describeBound(theory)}; ${theory.phase}, χ₁ = ${formatNumber(theory.chi1, 4)}; ${describeAgreement(verdict)}`,
          ),
        ]),
  ];
  return `<header><h1>Information flow of ${escapeHtml(network.name)}</h1>
<div class="verdict ${tone}">
<p class="answer"><span class="mark" aria-hidden="true">${mark}</span> ${escapeHtml(verdict.headline)}</p>
<p>${escapeHtml(verdict.reason)}</p><p><strong>Next:</strong> ${escapeHtml(verdict.advice)}</p></div></header>
<div class="first"><div><dl class="numbers">${cards.join("")}</dl>
<h3>Not covered</h3>${renderList(notCovered)}</div>${renderFigure(curve)}</div>`;
}

function describeAgreement({ agreement }: FlowResult["verdict"]): string {
  if (agreement === null) return "the measured kind of flow is undecided";
  return `theory ${agreement.agrees ? "agrees" : "disagrees"} with the measured kind of flow`;
}

/** Which of both bounds on the depth is the tighter one. */
function describeBound({ depthBound: { by }, xiC }: NonNullable<FlowResult["theory"]>): string {
  const signals = `6 ξ_c = ${formatNumber(6 * xiC, 3)}`;
  return by === "width" ? `as many layers as units; at infinite width ${signals}` : signals;
}

function number(name: string, estimate: Estimate, note: string): string {
  return card(name, formatEstimate(estimate), note);
}

function card(name: string, text: string, note: string): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}<small>${escapeHtml(note)}</small></dd></div>`;
}

function pictureSections(figures: FlowFigures): string {
  const { reconstructions, differential, relative, spectra, prototypes, channels } = figures;
  return [
    section("pictures", "What does each depth still show?", [reconstructions], true),
    section("entropies", "The published entropies", [differential, relative]),
    section("spectra", "How do the spectra change with depth?", spectra),
    section("prototypes", "What does the network take for a class?", [prototypes], true),
    section("channels", "What do single channels carry?", [channels], true),
  ].join("\n");
}

/** A section of figures; empty without any. Grids of pictures are "wide". */
export function section(
  id: string,
  title: string,
  figures: readonly (Figure | null)[],
  isWide: boolean = false,
): string {
  const drawn = figures.filter((figure) => figure !== null);
  if (drawn.length === 0) return "";
  const body = drawn.map(
    (figure) => `<div><h3>${escapeHtml(figure.title)}</h3>${renderFigure(figure)}</div>`,
  );
  const layout = isWide ? "wide" : drawn.length > 1 ? "pair" : "solo";
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}</h2><div class="${layout}">${body.join("\n")}</div></section>`;
}

function layerTable({ layers }: FlowResult): string {
  const pair = ({ value, stderr }: Estimate): (number | null)[] => [
    Number.isNaN(value) ? null : value,
    stderr,
  ];
  const table: FigureTable = {
    columns: [
      ...["depth", "block", "kind", "S reconstructed", "error", "differential", "error", "relative", "error"],
      ...["S forward", "error", "largest eigenvalue", "error", "decoder loss", "in the verdict"],
    ],
    rows: layers.map((layer) => [
      ...[layer.depth, layer.name, layer.kind],
      ...[layer.gram, layer.differential, layer.relative, layer.forward, layer.forwardLargest].flatMap(pair),
      layer.decoderLoss?.value ?? null,
      layer.isCounted ? "yes" : "no (head)",
    ]),
  };
  return `<section aria-labelledby="layers"><h2 id="layers">All depths</h2>${renderTwin(table, "Entropies by depth")}</section>`;
}

function method(result: FlowResult, invocation: ReportInvocation): string {
  const { network, data, settings, seed, assumptions, cutoff } = result;
  const facts = [
    `Network: ${network.name}, ${network.depth} blocks, input ${network.inputShape.join(" × ")}; ${network.initialization}`,
    `Data: ${data.name}, ${data.train} examples for decoders, ${data.test} to draw test batches from: ${data.provenance.map((step) => step.replace(/\.$/, "")).join("; ")}.`,
    settings.draws === 1
      ? "One draw of network, decoders and test batch; errors are not known."
      : `${settings.draws} draws of network, decoders and test batch; errors are over these draws.`,
    cutoff.deviates
      ? `Published cutoff of the differential entropy: depth ${cutoff.depth}.`
      : Number.isNaN(cutoff.reference)
        ? "Published cutoff: none, the differential entropy is undefined at some depths."
        : "Published cutoff: none, the differential entropy is the same at all depths within the tolerance.",
    `Seed: ${seed}; the same seed gives the same numbers.`,
    "Numbers are written as value(error): 0.432(12) means 0.432 with a standard error of 0.012.",
  ];
  return renderMethodSection(facts, assumptions, invocation);
}

/** The section that tells how to repeat a result. */
export function renderMethodSection(
  facts: readonly string[],
  assumptions: readonly string[],
  { commandLine, version, environment }: ReportInvocation,
): string {
  return `<section aria-labelledby="method"><h2 id="method">Method</h2>${renderList([...facts, `isinglass ${version}. ${environment.join(". ")}.`])}
<h3>Assumptions</h3>${renderList(assumptions)}
<h3>To reproduce</h3><pre><code>${escapeHtml(commandLine)}</code></pre></section>`;
}
