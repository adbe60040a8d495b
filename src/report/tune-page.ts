/** The report of a tuning: what was found, what was tried, and what training made of it. */
import {
  drawFlowComparison,
  drawFlowCurve,
  drawFlowTuning,
  type Figure,
  type FigureOptions,
  type FigureTable,
  formatEstimate,
  formatNumber,
  PAGE_THEME,
} from "../figures/index.ts";
import { FLOW_REFERENCES, meanOver } from "../flow/index.ts";
import { formatNetwork } from "../networks/index.ts";
import { bestReference, type ComparisonEntry, type TunePlan, type TuneResult } from "../runs/index.ts";
import { createDocument } from "./document.ts";
import { renderMethodSection, section } from "./flow-page.ts";
import { renderShell } from "./flow-shell.ts";
import { escapeHtml, renderList, renderTwin } from "./html.ts";
import { type ReportInvocation, renderFigure } from "./sections.ts";

/** What a tuning report shows. */
export interface TuneReportInput {
  readonly result: TuneResult;
  readonly plan: TunePlan;
  readonly comparison: readonly ComparisonEntry[];
  /** What the scores are. */
  readonly score: string;
  readonly data: string;
  /** Gram entropy of the input. */
  readonly input: number;
  readonly notCovered: readonly string[];
  readonly seed: number;
  readonly invocation: ReportInvocation;
}

/** Writes the report of a tuning. */
export async function renderTuneReport(input: TuneReportInput): Promise<string> {
  const { result, invocation, comparison } = input;
  const options: FigureOptions = { document: await createDocument(), theme: PAGE_THEME };
  const searches = await drawSearches(result, options);
  const curve = await drawCurves(result, options);
  const trained =
    comparison.length === 0
      ? null
      : await drawFlowComparison(
          {
            title: "What networks reach from each initialisation",
            score: `test ${input.score}`,
            rows: comparison.map(({ beginning, score }) => ({ name: beginning, score })),
          },
          options,
        );
  const figures = [...searches, curve, trained].filter((figure) => figure !== null);
  return renderShell({
    title: `Tuning of ${formatNetwork(result.spec)}`,
    body: [
      firstScreen(input, searches[0] as Figure),
      section("bias", "And the bias variance?", searches.slice(1)),
      section("curve", "How much is left at each depth?", [curve]),
      section("training", "Does it train better?", [trained]),
      tables(input),
      method(input),
    ],
    references: FLOW_REFERENCES,
    data: { schema: "isinglass/tune-report/1", result, comparison },
    ...{ figures, invocation },
  });
}

function drawSearches({ optimum, trials }: TuneResult, options: FigureOptions): Promise<Figure[]> {
  const axes = ["weight variance × fan-in, σ_w²", "bias variance, σ_b²"];
  return Promise.all(
    optimum.point.map((point, d) =>
      drawFlowTuning(
        {
          axis: axes[d] as string,
          isLogarithmic: d === 0,
          curve: optimum.profiles[d] ?? [],
          points: trials.map(({ point: at, values }) => ({ x: at[d] as number, value: meanOver(values) })),
          optimum: point,
          name: d === 0 ? "flow-tuning" : "flow-tuning-bias",
        },
        options,
      ),
    ),
  );
}

/** Reconstructed entropies of the tuned network, with those of the given one as the second series. */
function drawCurves({ tuned, references }: TuneResult, options: FigureOptions): Promise<Figure> | null {
  const given = references[0];
  if (given === undefined || tuned.gram.length === 0 || given.candidate.gram.length !== tuned.gram.length)
    return null;
  const estimate = (value: number) => ({
    value,
    stderr: null,
    n: tuned.values.length,
    method: "mean over draws",
  });
  return drawFlowCurve(
    {
      points: tuned.gram.map((value, depth) => ({
        depth,
        gram: estimate(value),
        forward: estimate(given.candidate.gram[depth] as number),
      })),
      xiC: null,
      names: { gram: "tuned", forward: given.name },
      caption: `Gram entropy of what is reconstructed from each depth: filled points after tuning, open points from the initialisation ${given.name}.`,
    },
    options,
  );
}

function firstScreen(
  { result, comparison, input, notCovered, score }: TuneReportInput,
  search: Figure,
): string {
  const { optimum, tuned, references } = result;
  const [sigmaW2, sigmaB2] = optimum.point;
  const value = meanOver(tuned.values);
  const best = comparison.find(({ beginning }) => beginning === "tuned");
  const first = comparison[0];
  const gain =
    best === undefined || first === undefined
      ? "Whether it trains better was not tried."
      : `Trained: ${score} ${formatEstimate(best.score)} tuned, ${formatEstimate(first.score)} from ${first.beginning}; a difference of ${formatEstimate(best.difference)}, ${formatNumber(best.sigmas, 2)} standard errors.`;
  const card = (name: string, text: string, note: string): string =>
    `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}<small>${escapeHtml(note)}</small></dd></div>`;
  const cards = [
    card("Weight variance × fan-in", sigmaW2 === undefined ? "" : formatEstimate(sigmaW2), "at the maximum"),
    ...(sigmaB2 === undefined ? [] : [card("Bias variance", formatEstimate(sigmaB2), "at the maximum")]),
    card("Gram entropy at the end", formatEstimate(value), `the input has ${formatNumber(input, 3)}`),
    ...[bestReference(references)]
      .filter((reference) => reference !== undefined)
      .map(({ name, candidate }) =>
        card(
          `The same from ${name}`,
          formatEstimate(meanOver(candidate.values)),
          "the best of the usual initialisations",
        ),
      ),
  ];
  return `<header><h1>Tuning of ${escapeHtml(formatNetwork(result.spec))}</h1>
<div class="verdict ${optimum.isAtEdge.includes(true) ? "marginal" : "yes"}"><p class="answer">${escapeHtml(`The most of the input reaches the end at σ_w² = ${sigmaW2 === undefined ? "?" : formatEstimate(sigmaW2)}${sigmaB2 === undefined ? "" : `, σ_b² = ${formatEstimate(sigmaB2)}`}${optimum.isAtEdge.includes(true) ? ", the edge of the searched range" : ""}.`)}</p>
<p>${escapeHtml(gain)}</p></div></header>
<div class="first"><div><dl class="numbers">${cards.join("")}</dl><h3>Not covered</h3>${renderList(notCovered)}</div>${renderFigure(search)}</div>`;
}

/** A folded table under its name. */
function titled(table: FigureTable, title: string): string {
  return `<h3>${escapeHtml(title)}</h3>${renderTwin(table, title)}`;
}

function tables({
  result: { groups, edits, references, variances },
  comparison,
  score,
}: TuneReportInput): string {
  const number = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const parts = [
    comparison.length === 0
      ? ""
      : titled(
          {
            columns: [
              "initialisation",
              `test ${score}`,
              "error",
              "on training data",
              "difference",
              "in errors",
              "diverged",
            ],
            rows: comparison.map((row) => [
              ...[row.beginning, row.score.value, row.score.stderr, row.trainScore.value],
              ...[row.difference.value, number(row.sigmas), row.diverged],
            ]),
          },
          "Trained networks",
        ),
    titled(
      {
        columns: ["initialisation", "S at the end", "error"],
        rows: references.map(({ name, candidate }) => {
          const { value, stderr } = meanOver(candidate.values);
          return [name, value, stderr];
        }),
      },
      "Usual initialisations before training",
    ),
    groups.length === 0
      ? ""
      : titled(
          {
            columns: ["layers", "factor", "gain in errors", "kept"],
            rows: groups.map((g) => [
              g.layers.join(", "),
              g.factor,
              number(g.sigmas),
              g.isKept ? "yes" : "no",
            ]),
          },
          "Groups of layers",
        ),
    edits.length === 0
      ? ""
      : titled(
          {
            columns: ["round", "change", "since", "S before", "S after", "gain in errors", "kept"],
            rows: edits.map((e) => [
              e.round,
              e.change,
              e.reason,
              e.before,
              e.after,
              number(e.sigmas),
              e.isKept ? "yes" : "no",
            ]),
          },
          "Changes of the architecture",
        ),
    titled(
      {
        columns: ["layer", "sigma_w^2", "sigma_b^2"],
        rows: variances.map(({ layer, sigmaW2, sigmaB2 }) => [layer, sigmaW2, sigmaB2]),
      },
      "Tuned variances by layer",
    ),
  ];
  return `<section aria-labelledby="tables"><h2 id="tables">Everything that was tried</h2>${parts.join("")}</section>`;
}

function method({ plan, data, seed, invocation }: TuneReportInput): string {
  return renderMethodSection(
    [
      `Network: ${formatNetwork(plan.spec)}; data: ${data}.`,
      `${plan.evaluations} points, each the mean of ${plan.draws} draw${plan.draws === 1 ? "" : "s"} of network, decoders and test batch; decoders of one layer, ${plan.batches} minibatches of ${plan.batch}, Adam with rate ${plan.rate}.`,
      `Seed: ${seed}; the same seed gives the same numbers.`,
    ],
    [
      "Objective: Gram entropy of what is reconstructed from the last block before the head.",
      "All points use the same draws, so that differences between points are known better than the points themselves.",
      "The next point maximises the expected improvement on a Gaussian process with a Matern 5/2 kernel; errors of the optimum are the spread of the maxima of functions drawn from it.",
      "Training compares initialisations at the same rate and number of steps.",
    ],
    invocation,
  );
}
