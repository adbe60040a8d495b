/** On-line learning of a student from a teacher: generalisation error and overlaps against time, theory as lines, simulation as points. */
import { formatNumber } from "./basics/index.ts";
import { decadeTicks } from "./decade-ticks.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** One time of a trajectory; simulated values are null where nothing was simulated. */
export interface TrajectoryPoint {
  /** Examples divided by the input dimension. */
  readonly time: number;
  readonly error: number;
  readonly simulated: number | null;
  /** One standard error of `simulated` over runs; null for a single run. */
  readonly stderr: number | null;
}

/** What the figure shows. */
export interface TrajectoryInput {
  readonly points: readonly TrajectoryPoint[];
  readonly caption: string;
  /** Error of the symmetric plateau, drawn as a dashed line. */
  readonly plateau: number | null;
}

/** Draws the generalisation error against time, on a logarithmic axis. */
export function drawTrajectory(
  { points, caption, plateau }: TrajectoryInput,
  options: FigureOptions,
): Promise<Figure> {
  const drawing: Drawing = {
    name: "learning-trajectory",
    title: "Generalisation error while a student learns from a teacher",
    caption,
    aspect: 0.55,
    table: {
      columns: ["time", "error theory", "error simulated", "stderr"],
      rows: points.map(({ time, error, simulated, stderr }) => [time, error, simulated, stderr]),
    },
    plot: (plot, theme) => {
      const positive = points.filter(({ error }) => error > 0);
      const measured = points.filter(({ simulated }) => simulated !== null && simulated > 0);
      const ticks = decadeTicks([
        ...positive.map(({ error }) => error),
        ...measured.map(({ simulated }) => simulated as number),
      ]);
      const legend = [
        ["theory", theme.theory],
        ["simulated", theme.measured],
      ] as const;
      return {
        ...(measured.length === 0 ? {} : { marginRight: 100 }),
        x: { label: "examples / input dimension →", labelAnchor: "center", labelArrow: "none" },
        y: { type: "log", grid: true, ticks },
        marks: [
          // text and not tickFormat, which leaves labels out on logarithmic axes
          plot.axisY({
            label: "↑ generalisation error",
            labelArrow: "none",
            ticks,
            text: (value: number) => formatNumber(value),
          }),
          ...(measured.length === 0 ? [] : legend).map(([name, fill], i) =>
            plot.text([name], {
              text: (text: string) => text,
              frameAnchor: "top-right",
              textAnchor: "start",
              dx: 12,
              dy: 4 + 18 * i,
              fill,
              fontWeight: "bold",
            }),
          ),
          ...(plateau !== null && plateau > 0
            ? [
                plot.ruleY([plateau], { stroke: theme.muted, strokeDasharray: "5,4" }),
                plot.text([{ x: points.at(-1)?.time ?? 0, y: plateau }], {
                  x: "x",
                  y: "y",
                  text: () => "symmetric plateau",
                  textAnchor: "end",
                  dy: -8,
                  fill: theme.muted,
                }),
              ]
            : []),
          plot.line(positive, { x: "time", y: "error", stroke: theme.theory, strokeWidth: 2 }),
          plot.ruleX(
            measured.filter(({ stderr }) => stderr !== null),
            {
              x: "time",
              y1: ({ simulated, stderr }) =>
                Math.max((simulated as number) - (stderr as number), (simulated as number) / 10),
              y2: ({ simulated, stderr }) => (simulated as number) + (stderr as number),
              stroke: theme.measured,
            },
          ),
          plot.dot(measured, { x: "time", y: "simulated", fill: theme.measured, r: 3 }),
        ],
      };
    },
  };
  return drawFigure(drawing, options);
}
