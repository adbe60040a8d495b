/** Test error at infinite width, at finite width, and sampled with error bars, against one quantity on a logarithmic axis. */
import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, FIGURE_WIDTH, type Figure, type FigureOptions } from "./figure.ts";

/** One value of the quantity. */
export interface ErrorPoint {
  readonly at: number;
  readonly infiniteWidth: number;
  /** Null where there is no theory of finite width. */
  readonly finiteWidth: number | null;
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

/** Pixels beside the plot: numbers at the left, names at the right. */
const [MARGIN_LEFT, MARGIN_RIGHT] = [64, 120];
/** Pixels of a digit, and between two labels. */
const [DIGIT, GAP] = [7.5, 6];

/** Values whose labels do not run into the one before; the largest always has its own. */
function labelledValues(points: readonly ErrorPoint[], width: number): ReadonlySet<number> {
  const values = points.map(({ at }) => at).sort((a, b) => a - b);
  const [least, most] = [values[0] ?? 1, values.at(-1) ?? 1];
  const span = Math.max(Math.log(most / least), 1e-9);
  const place = (at: number): number => (Math.log(at / least) / span) * (width - MARGIN_LEFT - MARGIN_RIGHT);
  const half = (at: number): number => (DIGIT * String(at).length) / 2;
  const labelled = new Set([most]);
  let free = Number.NEGATIVE_INFINITY;
  for (const at of values) {
    if (place(at) - half(at) < free || (at !== most && place(at) + half(at) + GAP > place(most) - half(most)))
      continue;
    labelled.add(at);
    free = place(at) + half(at) + GAP;
  }
  return labelled;
}

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
      const labelled = labelledValues(points, options.width ?? FIGURE_WIDTH);
      const measured = points.filter(({ sampled }) => sampled !== null);
      const drawn = points.flatMap(({ infiniteWidth, finiteWidth, sampled }) => [
        infiniteWidth,
        finiteWidth ?? infiniteWidth,
        sampled ?? infiniteWidth,
      ]);
      const zero = Math.min(...drawn) < FROM_ZERO * Math.max(...drawn);
      const predicted = points.filter(({ finiteWidth }) => finiteWidth !== null);
      const names = [
        { name: "infinite width", color: theme.muted },
        ...(predicted.length > 0 ? [{ name: "finite width", color: theme.theory }] : []),
        ...(measured.length > 0 ? [{ name: "sampled", color: theme.measured }] : []),
      ];
      return {
        marginRight: MARGIN_RIGHT,
        x: { type: "log", axis: null },
        y: {
          label: "↑ test error",
          labelArrow: "none",
          grid: true,
          nice: true,
          ...(isLog
            ? { type: "log", ticks: 6, tickFormat: (value: number) => formatNumber(value, 3) }
            : { zero }),
        },
        marks: [
          // an axis of the scale's own would leave out labels that begin with 5 to 9
          plot.axisX(
            points.map(({ at }) => at),
            {
              text: (at: number) => (labelled.has(at) ? String(at) : ""),
              label: axis.label,
              labelAnchor: "center",
              labelArrow: "none",
            },
          ),
          plot.line(points, {
            x: "at",
            y: "infiniteWidth",
            stroke: theme.muted,
            strokeWidth: 2,
            strokeDasharray: "6,4",
          }),
          plot.line(predicted, { x: "at", y: "finiteWidth", stroke: theme.theory, strokeWidth: 2 }),
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
          ...names.map(({ name, color }, i) =>
            plot.text([name], {
              text: (label: string) => label,
              frameAnchor: "top-right",
              textAnchor: "start",
              dx: 8,
              dy: 4 + 18 * i,
              fill: color,
              fontWeight: "bold",
            }),
          ),
        ],
      };
    },
  };
  return drawFigure(drawing, options);
}
