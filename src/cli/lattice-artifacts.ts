/** Files that the lattice commands write: figures by their ending, and one-file reports. */
import { platform } from "#platform";
import type { Figure, FigureOptions } from "../figures/index.ts";
import type { LatticeReportInput } from "../report/index.ts";
import { checkWritable } from "../runs/index.ts";
import { figureEnding, writeFigure } from "./artifacts.ts";
import type { CommandContext, Outcome } from "./command.ts";
import { readText } from "./options.ts";

/** A drawing that waits for a document and colours. */
export type Draw = (options: FigureOptions) => Promise<Figure>;

/** Checks `--output` (a figure) and other files before the work begins. */
export function checkOutputs(
  { args }: CommandContext,
  names: readonly string[] = ["output", "report"],
): void {
  for (const name of names) {
    const path = readText(args, name);
    if (path === undefined) continue;
    if (name !== "report") figureEnding(path);
    checkWritable(path, { force: args.force === true });
  }
}

/** Writes the figure of an option, where it was given. */
export async function writeDrawing(context: CommandContext, option: string, draw: Draw): Promise<void> {
  const path = readText(context.args, option);
  if (path === undefined) return;
  await writeFigure(path, draw, context);
  context.note(`wrote ${path}`);
}

/** What a report adds to an outcome. */
export interface ReportText
  extends Pick<LatticeReportInput, "kind" | "title" | "headline" | "reason" | "cards" | "tables" | "facts"> {
  readonly draw: readonly Draw[];
}

/** Writes `--report`, where it was given. */
export async function writeLatticeReport(
  context: CommandContext,
  outcome: Outcome,
  text: ReportText,
): Promise<void> {
  const { args, version, commandLine, machine, note } = context;
  const path = readText(args, "report");
  if (path === undefined) return;
  const { createDocument, renderLatticeReport } = await import("../report/index.ts");
  const { PAGE_THEME } = await import("../figures/index.ts");
  const options: FigureOptions = { document: await createDocument(), theme: PAGE_THEME };
  const figures: Figure[] = [];
  for (const draw of text.draw) figures.push(await draw(options));
  const { result, assumptions, references, seed } = outcome;
  const { draw: _, ...words } = text;
  const html = renderLatticeReport({
    ...words,
    figures,
    facts: [
      ...text.facts,
      ...(seed === null ? [] : [`Seed: ${seed}; the same seed gives the same numbers.`]),
      "Numbers are written as value(error): 0.432(12) means 0.432 with a standard error of 0.012.",
    ],
    assumptions,
    references,
    result,
    invocation: { commandLine, version, environment: machine },
  });
  await platform.writeFile(path, html, { overwrite: args.force === true });
  note(`wrote ${path}`);
}
