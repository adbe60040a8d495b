/** Sampled posteriors beside theory for several widths: learning curves, and how far samples are from theory. */
import { type Curve, drawCurves } from "./curves.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** Predicted and sampled test errors of one width. */
export interface PosteriorSeries {
  readonly width: number;
  /** The whole curve. */
  readonly theory: readonly { readonly examples: number; readonly error: number }[];
  /** Where samples were taken, beside theory. */
  readonly points: readonly {
    readonly examples: number;
    readonly theory: number;
    readonly sampled: number;
    readonly stderr: number | null;
  }[];
}

/** What the figures show. */
export interface PosteriorInput {
  readonly title: string;
  readonly caption: string;
  readonly series: readonly PosteriorSeries[];
  /** Error of the infinitely wide network against the number of examples. */
  readonly infiniteWidth: readonly { readonly examples: number; readonly error: number }[];
}

const COLORS = ["measured", "accent", "theory", "foreground"] as const;

/** Draws learning curves: lines are theory, points are samples. */
export function drawPosterior(input: PosteriorInput, options: FigureOptions): Promise<Figure> {
  const { title, caption, series, infiniteWidth } = input;
  return drawCurves(
    {
      name: "posterior",
      title,
      caption,
      xLabel: "training examples P",
      yLabel: "test error",
      xScale: "log",
      yScale: "log",
      xTicks: infiniteWidth.map(({ examples }) => examples),
      curves: [
        {
          name: "infinite width",
          color: "muted",
          isDashed: true,
          line: infiniteWidth.map(({ examples, error }) => ({ x: examples, y: error })),
        },
        ...series.map(
          ({ width, theory, points }, s): Curve => ({
            name: `${width} units`,
            color: COLORS[s % COLORS.length] as (typeof COLORS)[number],
            line: theory.map(({ examples, error }) => ({ x: examples, y: error })),
            points: points.map(({ examples, sampled, stderr }) => ({ x: examples, y: sampled, stderr })),
          }),
        ),
      ],
    },
    options,
  );
}

/** Draws sampled / theory - 1 against the number of examples. */
export function drawPosteriorResiduals(input: PosteriorInput, options: FigureOptions): Promise<Figure> {
  const { title, caption, series, infiniteWidth } = input;
  return drawCurves(
    {
      name: "posterior-residuals",
      title: `${title}: samples against theory`,
      caption,
      xLabel: "training examples P",
      yLabel: "sampled / theory - 1",
      xScale: "log",
      xTicks: infiniteWidth.map(({ examples }) => examples),
      level: 0,
      curves: series.map(
        ({ width, points }, s): Curve => ({
          name: `${width} units`,
          color: COLORS[s % COLORS.length] as (typeof COLORS)[number],
          points: points.map(({ examples, theory, sampled, stderr }) => ({
            x: examples,
            y: sampled / theory - 1,
            stderr: stderr === null ? null : stderr / theory,
          })),
        }),
      ),
    },
    options,
  );
}
