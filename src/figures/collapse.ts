/** The offline transition: share of data sets from which a student becomes its teacher, against the number of examples. */
import { type Curve, drawCurves } from "./curves.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** One student over sizes of the training set. */
export interface CollapseSeries {
  readonly name: string;
  readonly points: readonly {
    readonly examples: number;
    /** Data sets drawn. */
    readonly runs: number;
    /** Share that became the teacher. */
    readonly collapsed: number;
    /** Share that fits all examples. */
    readonly interpolating: number;
  }[];
}

/** What the figure shows. */
export interface CollapseInput {
  readonly caption: string;
  readonly series: readonly CollapseSeries[];
}

const COLORS = ["theory", "measured", "accent", "foreground"] as const;

/** Draws shares with binomial standard errors (Laplace's estimate, so that 0 and 1 have one too), interpolating ones dashed. */
export function drawCollapse({ caption, series }: CollapseInput, options: FigureOptions): Promise<Figure> {
  const curves = series.flatMap(({ name, points }, s): Curve[] => {
    const color = COLORS[s % COLORS.length] as (typeof COLORS)[number];
    const error = (share: number, runs: number): number => {
      const p = (share * runs + 1) / (runs + 2);
      return Math.sqrt((p * (1 - p)) / (runs + 3));
    };
    return [
      {
        name,
        color,
        line: points.map(({ examples, collapsed }) => ({ x: examples, y: collapsed })),
        points: points.map(({ examples, collapsed, runs }) => ({
          x: examples,
          y: collapsed,
          stderr: error(collapsed, runs),
        })),
      },
      {
        name: `${name}: fits all`,
        color,
        isDashed: true,
        line: points.map(({ examples, interpolating }) => ({ x: examples, y: interpolating })),
      },
    ];
  });
  return drawCurves(
    {
      name: "collapse",
      title: "Memorise, or become the teacher",
      caption,
      xLabel: "training examples P",
      yLabel: "share of data sets",
      yDomain: [0, 1],
      curves,
    },
    options,
  );
}
