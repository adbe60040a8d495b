/** Several curves over one axis: theory as lines, measurement as points with error bars, both of one series in one colour. */
import type { Theme } from "./basics/index.ts";
import { formatNumber } from "./basics/index.ts";
import { decadeTicks } from "./decade-ticks.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions, type PlotLibrary } from "./figure.ts";

/** A point of a line. */
export interface LinePlace {
  readonly x: number;
  readonly y: number;
}

/** A measured point; one standard error to either side, null for none. */
export interface MeasuredPlace extends LinePlace {
  readonly stderr: number | null;
}

/** One series. */
export interface Curve {
  readonly name: string;
  readonly color: Exclude<keyof Theme, "background" | "grid">;
  readonly line?: readonly LinePlace[];
  /** A dashed line. Default false. */
  readonly isDashed?: boolean;
  readonly points?: readonly MeasuredPlace[];
}

/** What the figure shows. */
export interface CurvesInput {
  /** Identifier for file names. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: "linear" | "log";
  readonly yScale?: "linear" | "log";
  /** Places of the horizontal axis that carry a number. */
  readonly xTicks?: readonly number[];
  readonly yDomain?: readonly [number, number];
  /** Height of a dashed line, such as 0 in a plot of residuals. */
  readonly level?: number;
  readonly curves: readonly Curve[];
}

/** Draws curves with their names in the right margin. */
export function drawCurves(input: CurvesInput, options: FigureOptions): Promise<Figure> {
  const { name, title, caption, curves } = input;
  const labels = curves.map((curve) => labelOf(curve, curves));
  const heights = curves.flatMap(({ line = [], points = [] }) => [...line, ...points].map(({ y }) => y));
  const drawing: Drawing = {
    name,
    title,
    caption,
    aspect: 0.55,
    table: {
      columns: ["series", "kind", "x", "y", "stderr"],
      rows: curves.flatMap(({ name: series, line = [], points = [] }) => [
        ...line.map(({ x, y }) => [series, "line", x, y, null]),
        ...points.map(({ x, y, stderr }) => [series, "points", x, y, stderr]),
      ]),
    },
    plot: (plot, theme) => ({
      marginRight: 20 + 8.6 * Math.max(...labels.map((label) => label.length)),
      x: { type: input.xScale ?? "linear" },
      y: {
        type: input.yScale ?? "linear",
        grid: true,
        ...(input.yDomain === undefined ? { nice: input.yScale !== "log" } : { domain: [...input.yDomain] }),
        ...(input.yScale === "log" ? { ticks: decadeTicks(heights) } : {}),
      },
      marks: [
        // text and not tickFormat: on logarithmic axes the latter leaves labels out
        plot.axisX({
          label: `${input.xLabel} →`,
          labelAnchor: "center",
          labelArrow: "none",
          ...(input.xTicks === undefined
            ? {}
            : { ticks: within(input.xTicks, curves), text: (value: number) => formatNumber(value) }),
        }),
        plot.axisY({
          label: `↑ ${input.yLabel}`,
          labelArrow: "none",
          ...(input.yScale === "log"
            ? { ticks: decadeTicks(heights), text: (value: number) => formatNumber(value) }
            : {}),
        }),
        ...(input.level === undefined
          ? []
          : [plot.ruleY([input.level], { stroke: theme.muted, strokeDasharray: "5,4" })]),
        ...curves.flatMap((curve) => marksOf(plot, curve, theme, input)),
        ...curves.map(({ color }, i) =>
          plot.text([labels[i] as string], {
            text: (text: string) => text,
            frameAnchor: "top-right",
            textAnchor: "start",
            dx: 12,
            dy: 4 + 18 * i,
            fill: theme[color],
            fontWeight: "bold",
          }),
        ),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** The name of a curve; a dashed one says so where another has its colour. */
function labelOf({ name, color, isDashed = false }: Curve, curves: readonly Curve[]): string {
  const isShared = curves.filter((other) => other.color === color).length > 1;
  return isDashed && isShared ? `${name} (dashed)` : name;
}

function marksOf(
  plot: PlotLibrary,
  { line = [], isDashed = false, points = [], color }: Curve,
  theme: Theme,
  { yScale, yDomain = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] }: CurvesInput,
): ReturnType<PlotLibrary["line"]>[] {
  const stroke = theme[color];
  const isLogarithmic = yScale === "log";
  const visible = <T extends LinePlace>(places: readonly T[]): T[] =>
    places.filter(({ y }) => Number.isFinite(y) && (!isLogarithmic || y > 0));
  const barred = visible(points).filter(({ stderr }) => stderr !== null);
  // a bar of a share does not leave [0, 1]
  const low = ({ y, stderr }: MeasuredPlace): number =>
    Math.max(y - (stderr as number), isLogarithmic ? y / 10 : yDomain[0]);
  const high = ({ y, stderr }: MeasuredPlace): number => Math.min(y + (stderr as number), yDomain[1]);
  return [
    plot.line(visible(line), {
      x: "x",
      y: "y",
      stroke,
      strokeWidth: 2,
      ...(isDashed ? { strokeDasharray: "6,4" } : {}),
    }),
    plot.ruleX(barred, {
      x: "x",
      y1: low,
      y2: high,
      stroke,
      strokeWidth: 1.5,
    }),
    plot.dot(visible(points), { x: "x", y: "y", fill: stroke, r: 3.5 }),
  ] as ReturnType<PlotLibrary["line"]>[];
}

/** Ticks that lie on the drawn part of the horizontal axis. */
function within(ticks: readonly number[], curves: readonly Curve[]): number[] {
  const places = curves.flatMap(({ line = [], points = [] }) => [...line, ...points].map(({ x }) => x));
  return ticks.filter((tick) => tick >= Math.min(...places) && tick <= Math.max(...places));
}
