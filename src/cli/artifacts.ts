/** Files that commands write: reports and figures, complete or not at all. */
import { platform } from "#platform";
import { SpecError } from "../base/index.ts";
import type { Figure, FigureOptions } from "../figures/index.ts";
import type { Diagnosis } from "../signal/index.ts";
import type { CommandContext } from "./command.ts";

/** Endings of figure files. */
const FIGURE_ENDINGS = ["svg", "png", "csv", "json"] as const;
type FigureEnding = (typeof FIGURE_ENDINGS)[number];

/** The kind of a figure file by its ending; throws SpecError for others. */
export function figureEnding(path: string): FigureEnding {
  const ending = path.toLowerCase().split(".").at(-1);
  const known = FIGURE_ENDINGS.find((candidate) => candidate === ending);
  if (known !== undefined) return known;
  throw new SpecError(`--output: "${path}" ends in none of .svg, .png, .csv, .json`, {
    hint: `--output ${path.replace(/\.[^./\\]*$/, "")}.svg`,
  });
}

/** Draws a figure and writes it in the format that the ending names. */
export async function writeFigure(
  path: string,
  draw: (options: FigureOptions) => Promise<Figure>,
  { args }: CommandContext,
): Promise<void> {
  const ending = figureEnding(path);
  const { createDocument, rasterize } = await import("../report/index.ts");
  const { serializeFigure } = await import("../figures/index.ts");
  const figure = await draw({ document: await createDocument() });
  const { renderCsv } = await import("./render/csv.ts");
  const content: Readonly<Record<FigureEnding, () => Promise<string | Uint8Array>>> = {
    svg: async () => `${serializeFigure(figure)}\n`,
    png: () => rasterize(serializeFigure(figure)),
    csv: async () => renderCsv([figure.table.columns, ...figure.table.rows]),
    json: async () => `${JSON.stringify(figure.table, null, 2)}\n`,
  };
  await platform.writeFile(path, await content[ending](), { overwrite: args.force === true });
}

/** Writes the one-file report of a diagnosis. */
export async function writeReport(
  path: string,
  diagnosis: Diagnosis,
  { args, version, commandLine, machine, signal, onProgress }: CommandContext,
): Promise<void> {
  const { renderReport } = await import("../report/index.ts");
  const { resolveActivation } = await import("../networks/index.ts");
  const { paintPhaseDiagram, windowAround } = await import("../signal/index.ts");
  const { activation } = diagnosis.network;
  const diagram =
    activation === null
      ? null
      : await paintPhaseDiagram(resolveActivation(activation), windowAround(diagnosis), {
          signal,
          onProgress,
        });
  const html = await renderReport({
    diagnosis,
    diagram,
    invocation: { commandLine, version, environment: machine },
  });
  await platform.writeFile(path, html, { overwrite: args.force === true });
}
