/** The report of a batch as a density matrix: what it spans, the spectrum, the numbers with their errors. */
import type { Estimate, Reference } from "../base/index.ts";
import { drawGramSpectrum, formatEstimate, formatNumber, PAGE_THEME } from "../figures/index.ts";
import type { GramEstimates } from "../flow/index.ts";
import { createDocument } from "./document.ts";
import { renderMethodSection } from "./flow-page.ts";
import { renderShell } from "./flow-shell.ts";
import { escapeHtml, renderTwin } from "./html.ts";
import { type ReportInvocation, renderFigure } from "./sections.ts";

/** What the report of a batch shows. */
export interface GramReportInput {
  /** Where the batch comes from. */
  readonly file: string;
  readonly estimates: GramEstimates;
  /** Entropy of independent noise of the same shape; null where there is none. */
  readonly noiseEntropy: number | null;
  readonly assumptions: readonly string[];
  readonly references: readonly Reference[];
  readonly invocation: ReportInvocation;
}

type Row = readonly [name: string, estimate: Estimate, meaning: string];

/** Writes the report. */
export async function renderGramReport(input: GramReportInput): Promise<string> {
  const { file, estimates, noiseEntropy, assumptions, references, invocation } = input;
  const { spectrum, entropy, effectiveRank } = estimates;
  const { samples, features, zeroRows, meanCosine, centring } = spectrum;
  const figure = await drawGramSpectrum(
    { ...estimates, caption: `Eigenvalues of the density matrix of ${file}.` },
    { document: await createDocument(), theme: PAGE_THEME },
  );
  const rows = rowsOf(estimates);
  const noise =
    noiseEntropy === null
      ? ""
      : `Independent noise of this shape would have entropy ${formatNumber(noiseEntropy, 4)}. `;
  const cards = rows
    .slice(0, 4)
    .map(
      ([name, estimate, meaning]) =>
        `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(formatEstimate(estimate))}<small>${escapeHtml(meaning)}</small></dd></div>`,
    );
  const table = {
    columns: ["quantity", "value", "error", "meaning"],
    rows: rows.map(([name, { value, stderr }, meaning]) => [name, value, stderr, meaning]),
  };
  return renderShell({
    title: `Gram spectrum of ${file}`,
    body: [
      `<header><h1>Gram spectrum of ${escapeHtml(file)}</h1><div class="verdict yes"><p class="answer">${samples} samples span ${escapeHtml(formatEstimate(effectiveRank))} equal directions.</p>
<p>Entropy ${escapeHtml(formatEstimate(entropy))} of 1. ${escapeHtml(noise)}Mean ${centring === "sample" ? "correlation" : "cosine"} of two samples: ${escapeHtml(formatNumber(meanCosine, 4))}.</p></div></header>`,
      `<div class="first"><dl class="numbers">${cards.join("")}</dl>${renderFigure(figure)}</div>`,
      `<section aria-labelledby="numbers"><h2 id="numbers">All numbers</h2>${renderTwin(table, "Entropies of the batch")}</section>`,
      renderMethodSection(
        [
          `${file}: ${samples} samples of ${features} features${zeroRows > 0 ? `, ${zeroRows} without contrast` : ""}.`,
        ],
        assumptions,
        invocation,
      ),
    ],
    references,
    data: { schema: "isinglass/gram-report/1", file, estimates },
    figures: [figure],
    invocation,
  });
}

function rowsOf(estimates: GramEstimates): Row[] {
  const { samples } = estimates.spectrum;
  return [
    ["entropy", estimates.entropy, `von Neumann, over log ${samples}`],
    ["effective rank", estimates.effectiveRank, "exp of the entropy in nats"],
    ["participation ratio", estimates.participationRatio, "1 / Tr rho²"],
    ["Rényi-2 entropy", estimates.renyi2, "-log Tr rho², nats"],
    ["min-entropy", estimates.minEntropy, "-log of the largest eigenvalue, nats"],
    ["spectral gap", estimates.spectralGap, "largest less second eigenvalue"],
  ];
}
