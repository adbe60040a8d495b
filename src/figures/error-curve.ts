/** Test error at infinite width, at finite width, and sampled with error bars, against one quantity on a logarithmic axis. */
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** One value of the quantity. */
export interface ErrorPoint {
  readonly at: number;
  readonly infiniteWidth: number;
  readonly finiteWidth: number;
  /** Null where nothing was sampled. */
  readonly sampled: number | null;
  readonly stderr: number | null;
}

/** What the figure shows. */
export interface ErrorCurveInput {
  /** Name of the figure's file. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** The quantity: its column in the table, and its label. */
  readonly axis: { readonly column: string; readonly label: string };
  readonly points: readonly ErrorPoint[];
}

/** The axis starts at 0 unless all errors are larger than this share of the largest. */
const FROM_ZERO = 0.5;

/** Draws the curves. */
export function drawErrorCurve(
  { name, title, caption, axis, points }: ErrorCurveInput,
  options: FigureOptions,
): Promise<Figure> {
  const drawing: Drawing = {
    name,
    title,
    caption,
    table: {
      columns: [axis.column, "infinite width", "finite width", "sampled", "stderr"],
      rows: points.map(({ at, infiniteWidth, finiteWidth, sampled, stderr }) => [
        at,
        infiniteWidth,
        finiteWidth,
        sampled,
        stderr,
      ]),
    },
    axis: { name: axis.column, column: axis.column },
    valueScale: "linear",
    plot: (plot, theme, valueScale) => {
      const isLog = valueScale === "log";
      const measured = points.filter(({ sampled }) => sampled !== null);
      const drawn = points.flatMap(({ infiniteWidth, finiteWidth, sampled }) => [
        infiniteWidth,
        finiteWidth,
        sampled ?? finiteWidth,
      ]);
      const zero = Math.min(...drawn) < FROM_ZERO * Math.max(...drawn);
      const names = ["infinite width", "finite width", ...(measured.length > 0 ? ["sampled"] : [])];
      const colors = [theme.muted, theme.theory, theme.measured];
      return {
        marginRight: 120,
        x: { type: "log", axis: null },
        y: {
          label: "↑ test error",
          labelArrow: "none",
          grid: true,
          nice: true,
          ...(isLog ? { type: "log", ticks: 6 } : { zero }),
        },
        marks: [
          // an axis of the scale's own would leave out labels that begin with 5 to 9
          plot.axisX(
            points.map(({ at }) => at),
            { text: String, label: axis.label, labelAnchor: "center", labelArrow: "none" },
          ),
          plot.line(points, {
            x: "at",
            y: "infiniteWidth",
            stroke: theme.muted,
            strokeWidth: 2,
            strokeDasharray: "6,4",
          }),
          plot.line(points, { x: "at", y: "finiteWidth", stroke: theme.theory, strokeWidth: 2 }),
          plot.ruleX(
            measured.filter(({ stderr }) => stderr !== null),
            {
              x: "at",
              // a bar that would reach zero on a logarithmic axis ends a decade below its point
              y1: ({ sampled, stderr }) => {
                const low = (sampled as number) - (stderr as number);
                return isLog && low <= 0 ? (sampled as number) / 10 : low;
              },
              y2: ({ sampled, stderr }) => (sampled as number) + (stderr as number),
              stroke: theme.measured,
              strokeWidth: 1.5,
            },
          ),
          plot.dot(measured, { x: "at", y: "sampled", fill: theme.measured, r: 3.5 }),
          ...names.map((name, i) =>
            plot.text([name], {
              text: (label: string) => label,
              frameAnchor: "top-right",
              textAnchor: "start",
              dx: 8,
              dy: 4 + 18 * i,
              fill: colors[i] as string,
              fontWeight: "bold",
            }),
          ),
        ],
      };
    },
  };
  return drawFigure(drawing, options);
}
