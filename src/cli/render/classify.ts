/** Table, warnings and reliability diagram of `classify`. */
import type { ClassificationScores, WrongPrediction } from "../../bayes/index.ts";
import {
  drawReliability,
  type Figure,
  type FigureOptions,
  formatEstimate,
  formatNumber,
} from "../../figures/index.ts";
import type { CsvRows, Style } from "../command.ts";
import { renderTable } from "./table.ts";

/** One prior, its predictions scored. */
export interface ScoredPrior {
  readonly name: string;
  readonly scores: ClassificationScores;
  /** null for a regression on labels. */
  readonly logEvidence: number | null;
  readonly converged: boolean;
  /** Posterior mean of the scale of the kernel, 1 at infinite width; null for sampled networks. */
  readonly q: number | null;
  /** Of the chains behind it; null without chains. */
  readonly rHat: number | null;
  readonly effectiveSamples: number | null;
}

/** One line for each prior. */
export function classifyTable(priors: readonly ScoredPrior[], style: Style): string {
  const number = (value: number | null, digits: number): string =>
    value === null ? "" : formatNumber(value, digits);
  const isSampled = priors.some(({ rHat }) => rHat !== null);
  return renderTable(
    [
      ...["", "accuracy", "log loss", "calibration error", "mean confidence"],
      ...(isSampled ? ["q", "R-hat", "effective"] : ["log evidence", "q"]),
    ],
    priors.map(({ name, scores, logEvidence, converged, q, rHat, effectiveSamples }) => [
      converged ? name : style.yellow(`${name} *`),
      formatEstimate(scores.accuracy),
      formatEstimate(scores.logLoss),
      formatEstimate(scores.calibrationError),
      formatEstimate(scores.confidence),
      ...(isSampled
        ? [number(q, 4), number(rHat, 4), number(effectiveSamples, 3)]
        : [number(logEvidence, 5), number(q, 4)]),
    ]),
    [1, 2, 3, 4, 5, 6, 7],
  );
}

/** The most confident mistakes. */
export function wrongTable(wrong: readonly WrongPrediction[], names: readonly string[]): string {
  return renderTable(
    ["test example", "is", "taken for", "confidence", "probability of its class"],
    wrong.map(({ index, label, predicted, confidence, own }) => [
      String(index),
      names[label] as string,
      names[predicted] as string,
      formatNumber(confidence, 3),
      formatNumber(own, 3),
    ]),
    [0, 3, 4],
  );
}

/** Rows for `--csv`: the reliability diagram. */
export function reliabilityRows(priors: readonly ScoredPrior[]): CsvRows {
  return [
    ["prior", "confidence", "share_right", "stderr", "examples"],
    ...priors.flatMap(({ name, scores }) =>
      scores.reliability.map(({ predicted, observed }) => [
        name,
        predicted,
        observed.value,
        observed.stderr,
        observed.n,
      ]),
    ),
  ];
}

/** Standard errors by which confidence and accuracy have to differ to be said. */
const CLEAR = 2;

/** Largest R-hat of chains that agree. */
const AGREEMENT = 1.05;

/** What to take care of; `remedy`: what changes how sure the probabilities are. */
export function classifyWarnings(priors: readonly ScoredPrior[], remedy: string): string[] {
  const { scores } = priors.at(-1) as ScoredPrior;
  const gap = scores.confidence.value - scores.accuracy.value;
  const error = Math.hypot(scores.confidence.stderr ?? 0, scores.accuracy.stderr ?? 0);
  const warnings = priors
    .filter(({ converged }) => !converged)
    .map(({ name }) => `${name}: the classifier did not converge; --method laplace is more robust`);
  for (const { name, rHat } of priors) {
    if (rHat !== null && rHat > AGREEMENT) {
      warnings.push(
        `${name}: chains do not agree yet (R-hat ${rHat.toPrecision(4)}); --burn-in and --samples longer`,
      );
    }
  }
  if (Math.abs(gap) > CLEAR * error) {
    const what = gap < 0 ? "right more often than it is sure of" : "less often right than it is sure of";
    warnings.push(`${what}; ${remedy}`);
  }
  return warnings;
}

/** The reliability diagram. */
export function drawClassify(
  priors: readonly ScoredPrior[],
  { title, caption }: { readonly title: string; readonly caption: string },
  options: FigureOptions,
): Promise<Figure> {
  const series = priors.map(({ name, scores }) => ({
    name,
    bins: scores.reliability.map(({ predicted, observed }) => ({
      predicted,
      observed: observed.value,
      stderr: observed.stderr,
    })),
  }));
  return drawReliability({ title, caption, series }, options);
}
