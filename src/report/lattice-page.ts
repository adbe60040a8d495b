/** The report of a lattice calculation: one HTML file with its verdict, figures, tables and what reproduces them. */
import type { Reference } from "../base/index.ts";
import type { Figure, FigureTable } from "../figures/index.ts";
import { renderMethodSection } from "./flow-page.ts";
import { renderShell } from "./flow-shell.ts";
import { escapeHtml, renderTwin } from "./html.ts";
import { type ReportInvocation, renderFigure } from "./sections.ts";

/** What a lattice report shows. */
export interface LatticeReportInput {
  /** Schema name of the embedded data: "ising". */
  readonly kind: string;
  readonly title: string;
  /** The answer in one sentence, and one more about how far it holds. */
  readonly headline: string;
  readonly reason: string;
  /** Numbers of the first screen: name, text, meaning. */
  readonly cards: readonly (readonly [name: string, text: string, meaning: string])[];
  readonly figures: readonly Figure[];
  readonly tables: readonly { readonly title: string; readonly table: FigureTable }[];
  readonly facts: readonly string[];
  readonly assumptions: readonly string[];
  readonly references: readonly Reference[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly invocation: ReportInvocation;
}

/** Writes the page. */
export function renderLatticeReport(input: LatticeReportInput): string {
  const { kind, title, headline, reason, figures, facts, assumptions, references, invocation } = input;
  const cards = input.cards.map(
    ([name, text, meaning]) =>
      `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}<small>${escapeHtml(meaning)}</small></dd></div>`,
  );
  const tables = input.tables.map(
    ({ title: heading, table }, k) =>
      `<section aria-labelledby="table-${k}"><h2 id="table-${k}">${escapeHtml(heading)}</h2>${renderTwin(table, heading)}</section>`,
  );
  const [main, ...others] = figures;
  const picture =
    main === undefined ? "" : `<div><h2>${escapeHtml(main.title)}</h2>${renderFigure(main)}</div>`;
  const first = `<header><h1>${escapeHtml(title)}</h1>
<div class="verdict marginal"><p class="answer">${escapeHtml(headline)}</p><p>${escapeHtml(reason)}</p></div></header>
<div class="first"><dl class="numbers">${cards.join("")}</dl>${picture}</div>`;
  return renderShell({
    title,
    body: [
      first,
      ...others.map(
        (figure) =>
          `<section aria-labelledby="section-${figure.name}"><h2 id="section-${figure.name}">${escapeHtml(figure.title)}</h2><div class="solo">${renderFigure(figure)}</div></section>`,
      ),
      ...tables,
      renderMethodSection(facts, assumptions, invocation),
    ],
    references,
    data: { schema: `isinglass/${kind}-report/1`, result: input.result },
    figures,
    invocation,
  });
}
