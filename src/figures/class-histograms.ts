/** Small histograms of several quantities side by side, one line for each class: how far single quantities tell them apart. */
import type { Markish } from "@observablehq/plot";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** One quantity. */
export interface HistogramPanel {
  readonly name: string;
  /** Edges of the bins, one more than bins. */
  readonly edges: readonly number[];
  /** Share of each bin, by class. */
  readonly shares: readonly (readonly number[])[];
}

/** All panels. */
export interface ClassHistogramInput {
  readonly title: string;
  readonly caption: string;
  readonly classes: readonly string[];
  readonly panels: readonly HistogramPanel[];
}

const COLUMNS = 4;
const PANEL_ASPECT = 0.72;
/** Okabe and Ito (2008): told apart with any colour vision. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"] as const;

interface Corner {
  readonly panel: number;
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** Corners of the outline of a histogram in the unit square of its panel. */
function outline({ edges, shares }: HistogramPanel, panel: number, label: string, k: number): Corner[] {
  const [low, high] = [edges[0] as number, edges.at(-1) as number];
  const top = Math.max(...shares.flat(), Number.MIN_VALUE);
  return (shares[k] as readonly number[]).flatMap((share, bin) =>
    [bin, bin + 1].map((edge) => ({
      ...{ panel, label, y: share / top },
      x: ((edges[edge] as number) - low) / (high - low),
    })),
  );
}

/**
 * Draws the panels, four in a row. All classes of a panel share its scale; panels have scales of their own.
 *
 * @returns a figure whose table holds every bin
 */
export function drawClassHistograms(
  { title, caption, classes, panels }: ClassHistogramInput,
  options: FigureOptions,
): Promise<Figure> {
  const lines = Math.ceil(panels.length / COLUMNS);
  const corners = panels.flatMap((panel, p) => classes.flatMap((label, k) => outline(panel, p, label, k)));
  const place = ({ panel }: { readonly panel: number }) => ({
    fx: panel % COLUMNS,
    fy: Math.floor(panel / COLUMNS),
  });
  const text = (value: number): string => String(Number(value.toPrecision(3)));
  const words = panels.map(({ name, edges }, panel) => ({
    ...{ panel, name },
    range: `${text(edges[0] as number)} to ${text(edges.at(-1) as number)}`,
  }));
  const facets = {
    fx: (d: { readonly panel: number }) => place(d).fx,
    fy: (d: { readonly panel: number }) => place(d).fy,
  };
  const drawing: Drawing = {
    name: "class-histograms",
    title,
    caption,
    aspect: (lines * PANEL_ASPECT) / COLUMNS + 0.06,
    table: {
      columns: ["quantity", "from", "to", ...classes],
      rows: panels.flatMap(({ name, edges, shares }) =>
        edges
          .slice(0, -1)
          .map((from, bin) => [
            ...[name, from, edges[bin + 1] as number],
            ...classes.map((_, k) => shares[k]?.[bin] ?? null),
          ]),
      ),
    },
    plot: (plot, theme) => ({
      ...{ marginTop: 36, marginRight: 8, marginBottom: 22, marginLeft: 8 },
      x: { axis: null, domain: [0, 1] },
      y: { axis: null, domain: [0, 1.25] },
      fx: { axis: null, padding: 0.06 },
      fy: { axis: null, padding: 0.12 },
      marks: [
        plot.frame({ stroke: theme.muted, strokeOpacity: 0.5 }),
        plot.line(corners, {
          ...facets,
          ...{ x: "x", y: "y", z: "label", strokeWidth: 1.4 },
          stroke: ({ label }: Corner) => COLORS[classes.indexOf(label) % COLORS.length] as string,
        }),
        plot.text(words, {
          ...facets,
          ...{ frameAnchor: "top-right", text: "name", dx: -4, dy: 4, fill: theme.foreground },
        }),
        plot.text(words, {
          ...facets,
          ...{ frameAnchor: "bottom", lineAnchor: "top", text: "range", dy: 3 },
          ...{ fontSize: 10, fill: theme.muted },
        }),
        key(classes),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** Names of the classes in their colours, above the panels. */
function key(classes: readonly string[]): Markish {
  let isDrawn = false;
  return (_index, _scales, _channels, _dimensions, context) => {
    const make = (tag: string, attributes: Record<string, string | number>, text?: string): SVGElement => {
      const element = context.document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
      if (text !== undefined) element.textContent = text;
      return element;
    };
    const group = make("g", { "font-size": 13, "aria-hidden": "true" });
    // called for every panel; the first one is at the corner of the figure
    if (isDrawn) return group;
    isDrawn = true;
    classes.forEach((label, k) => {
      const x = 12 + 84 * k;
      const color = COLORS[k % COLORS.length] as string;
      group.append(
        make("rect", { x, y: 8, width: 12, height: 12, fill: color }),
        make("text", { x: x + 18, y: 19, fill: "currentColor", "text-anchor": "start" }, label),
      );
    });
    return group;
  };
}
