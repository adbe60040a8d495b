/** The table of a comparison: means over seeds for every beginning, and differences to the first one in standard errors. */
import type { Estimate } from "../base/index.ts";
import { independentDifference, meanOver } from "../flow/index.ts";

/** One trained network. */
export interface ComparedTraining {
  readonly beginning: string;
  /** Test accuracy, or share of the test variance that is reproduced; that of guessing after a divergence. */
  readonly score: number;
  readonly trainScore: number;
  readonly state: string;
}

/** One beginning in the table. */
export interface ComparisonEntry {
  readonly beginning: string;
  readonly score: Estimate;
  readonly trainScore: Estimate;
  readonly diverged: number;
  /** Score minus that of the first beginning. */
  readonly difference: Estimate;
  /** The difference in standard errors. */
  readonly sigmas: number;
}

/** Puts the trained networks together, one row for each beginning. */
export function tabulate(
  results: readonly ComparedTraining[],
  beginnings: readonly { readonly name: string }[],
): ComparisonEntry[] {
  const rows = beginnings.map(({ name }) => {
    const own = results.filter(({ beginning }) => beginning === name);
    return {
      beginning: name,
      score: meanOver(own.map(({ score }) => score)),
      trainScore: meanOver(own.map(({ trainScore }) => trainScore)),
      diverged: own.filter(({ state }) => state === "diverged").length,
    };
  });
  const first = rows[0] as (typeof rows)[number];
  return rows.map((row) => ({ ...row, ...independentDifference(first.score, row.score) }));
}
