/** Tables of estimates: name, value(error), unit and meaning. */
import type { Estimate, Reference } from "../../base/index.ts";
import { formatEstimate } from "../../figures/basics/index.ts";
import type { Style } from "../command.ts";
import { alignColumns } from "./table.ts";

/** One line: a name, a number, what it means. */
export type EstimateRow = readonly [name: string, estimate: Estimate, meaning: string];

/** Lines of a table of numbers, indented. */
export function estimateLines(rows: readonly EstimateRow[], style: Style): string[] {
  return alignColumns(
    rows.map(([name, estimate, meaning]) => [
      `  ${name}`,
      style.bold(formatEstimate(estimate)),
      style.dim(meaning),
    ]),
  );
}

/** Bullet lines under a heading; nothing when there are none. */
export function bulletLines(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", heading, ...items.map((item) => `  - ${item}`)];
}

/** "Schoenholz et al. 2017" and the like, on one line. */
export function referenceLine(references: readonly Reference[], style: Style): string[] {
  if (references.length === 0) return [];
  const sources = references.map(({ authors, year }) => `${shortAuthors(authors)} ${year}`);
  return ["", style.dim(`Sources: ${sources.join("; ")}`)];
}

/** "Poole et al." for three names and more. */
function shortAuthors(authors: string): string {
  const names = authors.split(/,\s*/);
  return names.length > 2 ? `${names[0]} et al.` : authors;
}
