/** What a figure of the page can be saved as. */
import type { Theme } from "../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../src/figures/index.ts";

/** What a figure can be saved as; each is asked for only when it is wanted. */
export interface FigureSource {
  table(): FigureTable | null;
  /** Resolves when the drawing under way, if any, is there: the table is of the last one. */
  whenDrawn?(): Promise<void>;
  /** The data behind the figure, for JSON; typed arrays are fine. */
  data?(): unknown;
  /** The drawing in these colours, for SVG and PNG files. */
  svg?(theme: Theme): Promise<SVGSVGElement>;
  /** A picture, for PNG files of figures without a drawing. */
  png?(scale: number, theme: Theme): Promise<Blob>;
  /** What it was made from; goes into the files. */
  parameters?(): Readonly<Record<string, unknown>>;
}
