/**
 * What every figure is: a drawing, one sentence that says what to see, and the numbers behind it as a table. Drawing is a
 * pure function of the result and of an injected `document`, so the page, the report and the tests draw the same.
 */
import type { PlotOptions } from "@observablehq/plot";
import { LIGHT_THEME, type Theme } from "./basics/index.ts";

/** Where and how to draw. */
export interface FigureOptions {
  /** The page's document, or one made by jsdom. */
  readonly document: Document;
  /** Default: on white. */
  readonly theme?: Theme;
  /** Width in CSS pixels. Default 640. */
  readonly width?: number;
  /** Awaited before marks are made and before they are drawn: a page lets other work go between. Default: at once. */
  readonly turn?: () => Promise<void>;
  /** Draws the value axis the other way than usual, logarithmic or linear, where the figure can. */
  readonly otherScale?: boolean;
}

/** How values are spaced. */
export type ValueScale = "linear" | "log";

/** A place inside a figure in units of its svg; without width or height it is a line. */
export interface FigurePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A quantity that figures share: a value that is marked in one can be marked in all that show it. */
export interface FigureAxis {
  /** "depth", "examples", "width": figures whose axes have one name belong together. */
  readonly name: string;
  /** Values that have a place. */
  readonly values: readonly number[];
  /** The value that a row of the table belongs to. */
  readonly valueOfRow: (row: number) => number | null;
  /** Where a value is; null where it is not drawn. */
  readonly place: (value: number) => FigurePlace | null;
}

/** The numbers behind a figure. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A drawn figure. */
export interface Figure {
  /** Identifier for file names and anchors: "phase-diagram". */
  readonly name: string;
  readonly title: string;
  /** What to see, in one or two sentences. */
  readonly caption: string;
  readonly svg: SVGSVGElement;
  readonly table: FigureTable;
  /** What it shares with other figures, if anything. */
  readonly axis?: FigureAxis;
  /** How values are spaced, where that can be changed by `otherScale`. */
  readonly valueScale?: ValueScale;
}

/** What a figure's own code provides; `drawFigure` adds size, colours, title and description. */
export interface Drawing {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly table: FigureTable;
  /** Height over width. Default 0.6. */
  readonly aspect?: number;
  /**
   * The quantity that it shares with others. Values are in `column` of the table and along x of the plot, unless `place` says where
   * they are, given what places values of x and y.
   */
  readonly axis?: {
    readonly name: string;
    readonly column: string;
    /** What a word of the column stands for, where it holds words. */
    readonly meaning?: (cell: string) => number;
    readonly place?: (value: number, scales: Readonly<Record<"x" | "y", DrawnScale>>) => FigurePlace | null;
  };
  /** How values are spaced usually; figures that say so can draw them the other way. */
  readonly valueScale?: ValueScale;
  /** Called with the loaded Plot library, the colours and, where `valueScale` says what is usual, how to space values. */
  readonly plot: (plot: PlotLibrary, theme: Theme, valueScale: ValueScale) => PlotOptions;
}

/** A scale of a drawn plot. */
export interface DrawnScale {
  readonly apply: (value: number) => number;
  readonly range: readonly [number, number];
}

/** Observable Plot, loaded on first use: it takes a third of a second. */
export type PlotLibrary = typeof import("@observablehq/plot");

/** Default width of a figure in CSS pixels. */
export const FIGURE_WIDTH = 640;
/** Below this width a legend does not fit beside the label of the vertical axis. */
const NARROW = 440;
/** What a legend of its own line takes on top. */
const LEGEND_LINE = 18;

/** Height that a legend adds on top of a figure: a line of its own where the figure is narrow. */
export function legendLine({ width = FIGURE_WIDTH }: Pick<FigureOptions, "width">): number {
  return width < NARROW ? LEGEND_LINE : 0;
}

/** Margins on top with that line. */
export function legendMargin(options: Pick<FigureOptions, "width">): { readonly marginTop: number } {
  return { marginTop: MARGIN_TOP + legendLine(options) };
}

const MARGIN_TOP = 24;
const MARGINS = { marginTop: MARGIN_TOP, marginRight: 24, marginBottom: 44, marginLeft: 64 } as const;

/** Draws: one svg element with `title` and `desc` for readers who do not see it. */
export async function drawFigure(drawing: Drawing, options: FigureOptions): Promise<Figure> {
  const { document, theme = LIGHT_THEME, width = FIGURE_WIDTH } = options;
  const plot = await import("@observablehq/plot");
  const usual = drawing.valueScale ?? "linear";
  const valueScale = options.otherScale === true ? (usual === "log" ? "linear" : "log") : usual;
  await options.turn?.();
  const own = drawing.plot(plot, theme, valueScale);
  await options.turn?.();
  const drawn = plot.plot({
    document,
    width,
    height: Math.round(width * (drawing.aspect ?? 0.6)),
    ...MARGINS,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "13px", color: theme.foreground },
    ...own,
  });
  const svg = drawn.tagName.toLowerCase() === "svg" ? drawn : drawn.querySelector("svg");
  if (svg === null) throw new Error("internal: the plot has no svg element");
  const element = svg as unknown as SVGSVGElement;
  describe(element, drawing, document, theme);
  const { name, title, caption, table } = drawing;
  return {
    ...{ name, title, caption, table, svg: element },
    ...(drawing.axis === undefined ? {} : { axis: axisOf(drawing.axis, table, drawn) }),
    ...(drawing.valueScale === undefined ? {} : { valueScale }),
  };
}

function axisOf(
  { name, column, place, meaning }: NonNullable<Drawing["axis"]>,
  { columns, rows }: FigureTable,
  drawn: { scale(name: "x" | "y"): unknown },
): FigureAxis {
  const at = columns.indexOf(column);
  const valueOfRow = (row: number): number | null => {
    const cell = rows[row]?.[at] ?? null;
    return typeof cell === "string" ? (meaning?.(cell) ?? null) : cell;
  };
  const values = new Set(rows.map((_, row) => valueOfRow(row)).filter((value) => value !== null));
  const scales = { x: drawn.scale("x") as DrawnScale, y: drawn.scale("y") as DrawnScale };
  const upright = (value: number): FigurePlace => {
    const [bottom, top] = scales.y.range;
    return { x: scales.x.apply(value), y: Math.min(top, bottom), width: 0, height: Math.abs(bottom - top) };
  };
  return {
    ...{ name, values: [...values], valueOfRow },
    place: (value) => {
      const found = place === undefined ? upright(value) : place(value, scales);
      return found !== null && Number.isFinite(found.x) && Number.isFinite(found.y) ? found : null;
    },
  };
}

function describe(
  svg: SVGSVGElement,
  { name, title, caption }: Drawing,
  document: Document,
  theme: Theme,
): void {
  const make = (tag: string, text: string): SVGElement => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    element.textContent = text;
    element.setAttribute("id", `${name}-${tag}`);
    return element;
  };
  svg.prepend(make("title", title), make("desc", caption));
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${name}-title ${name}-desc`);
  svg.setAttribute("data-figure", name);
  // the picture is read by its title and description; what Plot calls its parts is for programs
  for (const part of svg.querySelectorAll("[aria-label]")) {
    part.setAttribute("data-label", part.getAttribute("aria-label") as string);
    part.removeAttribute("aria-label");
  }
  // a plot's own style sheet speaks of light pages only; what it sets is set here by attributes
  for (const style of svg.querySelectorAll("style")) style.remove();
  svg.setAttribute("font-family", "system-ui, sans-serif");
  svg.setAttribute("font-size", "13");
  svg.setAttribute("color", theme.foreground);
  svg.setAttribute(
    "style",
    `background:${theme.background};max-width:100%;height:auto;color:${theme.foreground}`,
  );
}

/** The svg element as a file's text. */
export function serializeFigure(figure: Figure): string {
  return figure.svg.outerHTML;
}
