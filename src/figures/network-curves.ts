/**
 * Curves of networks side by side, such as their correlation maps or a quantity against depth: lines or points
 * with names, dashes beside colours so that meaning is not by colour alone, levels and the diagonal.
 */
import type { Markish } from "@observablehq/plot";
import { formatNumber, type Theme } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions, type PlotLibrary } from "./figure.ts";
import { svgMaker } from "./svg-maker.ts";

/** One curve. */
export interface NetworkCurve {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Points instead of a line. */
  readonly isPoints?: boolean;
}

/** An axis. */
export interface NetworkCurveAxis {
  readonly label: string;
  /** Default: the range of the curves. */
  readonly range?: readonly [number, number];
  readonly isLogarithmic?: boolean;
}

/** Curves and what to say about them. */
export interface NetworkCurvesInput {
  /** Identifier: "correlation-map". */
  readonly name: string;
  readonly title: string;
  /** What to see. */
  readonly caption: string;
  readonly x: NetworkCurveAxis;
  readonly y: NetworkCurveAxis;
  /** The first is the main one. */
  readonly curves: readonly NetworkCurve[];
  /** A level, drawn dashed. */
  readonly level?: number | null;
  /** Draws y = x, for maps. */
  readonly hasDiagonal?: boolean;
  /** Height over width. Default 0.6. */
  readonly aspect?: number;
}

/** Dashes of lines, by their order. */
const DASHES: readonly string[] = ["", "7,4", "2,3", "9,3,2,3", "1,5"];

/** Draws curves. The table has one row per point: curve, x, y. */
export function drawNetworkCurves(input: NetworkCurvesInput, options: FigureOptions): Promise<Figure> {
  const { name, title, caption, x, y, curves, level = null, hasDiagonal = false, aspect = 0.6 } = input;
  const drawing: Drawing = {
    name,
    title,
    caption,
    aspect,
    table: {
      columns: ["curve", x.label, y.label],
      rows: curves.flatMap((curve) =>
        Array.from(curve.x, (value, i) => [curve.name, value, finite(curve.y[i] as number)]),
      ),
    },
    plot: (plot, theme) => ({
      marginRight: 24,
      x: { label: `${x.label} →`, labelAnchor: "center", labelArrow: "none", ...scaleOf(x) },
      y: {
        label: `↑ ${y.label}`,
        labelArrow: "none",
        grid: true,
        tickFormat: (value: number) => formatNumber(value, 3),
        ...scaleOf(y),
      },
      marks: [
        ...(hasDiagonal ? [diagonal(plot, theme, x)] : []),
        ...(level !== null && Number.isFinite(level)
          ? [plot.ruleY([level], { stroke: theme.muted, strokeDasharray: "5,4" })]
          : []),
        ...curves.map((curve, i) => drawn(plot, theme, curve, i, y)),
        ...(curves.length > 1 ? [legend(theme, curves)] : []),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function scaleOf({ range, isLogarithmic = false }: NetworkCurveAxis): {
  type: "log" | "linear";
  domain?: [number, number];
} {
  return { type: isLogarithmic ? "log" : "linear", ...(range ? { domain: [...range] } : {}) };
}

function colorOf(theme: Theme, i: number): string {
  return [theme.theory, theme.measured, theme.accent, theme.foreground][i] ?? theme.muted;
}

function drawn(
  plot: PlotLibrary,
  theme: Theme,
  curve: NetworkCurve,
  i: number,
  { isLogarithmic }: NetworkCurveAxis,
): Markish {
  const points = Array.from(curve.x, (x, k) => ({ x, y: curve.y[k] as number })).filter(
    ({ y }) => Number.isFinite(y) && (!isLogarithmic || y > 0),
  );
  const color = colorOf(theme, i);
  if (curve.isPoints)
    return plot.dot(points, { x: "x", y: "y", r: 3, fill: color, stroke: theme.background });
  return plot.line(points, {
    ...{ x: "x", y: "y", stroke: color, strokeWidth: i === 0 ? 2 : 1.5 },
    ...(DASHES[i] ? { strokeDasharray: DASHES[i] } : {}),
  });
}

function diagonal(plot: PlotLibrary, theme: Theme, { range = [0, 1] }: NetworkCurveAxis): Markish {
  const ends = range.map((value) => ({ x: value, y: value }));
  return plot.line(ends, { x: "x", y: "y", stroke: theme.muted, strokeWidth: 1 });
}

/** Names beside samples of the lines, down the left side of the plot's inside. */
function legend(theme: Theme, curves: readonly NetworkCurve[]): Markish {
  return (_index, _scales, _channels, dimensions, context) => {
    const make = svgMaker(context.document);
    const group = make("g", { fill: "currentColor", "text-anchor": "start", "aria-hidden": "true" });
    for (const [i, { name, isPoints }] of curves.entries()) {
      const left = dimensions.marginLeft + 12;
      const y = dimensions.marginTop + 10 + 17 * i;
      const stroke = colorOf(theme, i);
      group.append(
        isPoints
          ? make("circle", { cx: left + 12, cy: y, r: 3, fill: stroke })
          : make("line", {
              ...{ x1: left, x2: left + 24, y1: y, y2: y, stroke, "stroke-width": 2 },
              ...(DASHES[i] ? { "stroke-dasharray": DASHES[i] } : {}),
            }),
        make("text", { x: left + 30, y: y + 4 }, name),
      );
    }
    return group;
  };
}
