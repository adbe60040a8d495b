/** Test error against the number of training examples: infinite width, finite width, and samples with error bars. */
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** One size of the training set. */
export interface GeneralizationPoint {
  readonly examples: number;
  readonly infiniteWidth: number;
  readonly finiteWidth: number;
  /** Null where nothing was sampled. */
  readonly sampled: number | null;
  readonly stderr: number | null;
}

/** What the figure shows. */
export interface GeneralizationInput {
  readonly title: string;
  readonly caption: string;
  readonly points: readonly GeneralizationPoint[];
}

/** Draws learning curves on logarithmic axes. */
export function drawGeneralization(
  { title, caption, points }: GeneralizationInput,
  options: FigureOptions,
): Promise<Figure> {
  const drawing: Drawing = {
    name: "generalization",
    title,
    caption,
    table: {
      columns: ["examples", "infinite width", "finite width", "sampled", "stderr"],
      rows: points.map(({ examples, infiniteWidth, finiteWidth, sampled, stderr }) => [
        examples,
        infiniteWidth,
        finiteWidth,
        sampled,
        stderr,
      ]),
    },
    plot: (plot, theme) => {
      const measured = points.filter(({ sampled }) => sampled !== null);
      const names = ["infinite width", "finite width", ...(measured.length > 0 ? ["sampled"] : [])];
      const colors = [theme.muted, theme.theory, theme.measured];
      return {
        marginRight: 120,
        x: {
          type: "log",
          label: "training examples P →",
          labelAnchor: "center",
          labelArrow: "none",
          ticks: points.map(({ examples }) => examples),
          tickFormat: (value: number) => String(value),
        },
        y: { label: "↑ test error", labelArrow: "none", grid: true, nice: true, zero: true },
        marks: [
          plot.line(points, {
            x: "examples",
            y: "infiniteWidth",
            stroke: theme.muted,
            strokeWidth: 2,
            strokeDasharray: "6,4",
          }),
          plot.line(points, { x: "examples", y: "finiteWidth", stroke: theme.theory, strokeWidth: 2 }),
          plot.ruleX(
            measured.filter(({ stderr }) => stderr !== null),
            {
              x: "examples",
              y1: ({ sampled, stderr }) => (sampled as number) - (stderr as number),
              y2: ({ sampled, stderr }) => (sampled as number) + (stderr as number),
              stroke: theme.measured,
              strokeWidth: 1.5,
            },
          ),
          plot.dot(measured, { x: "examples", y: "sampled", fill: theme.measured, r: 3.5 }),
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
