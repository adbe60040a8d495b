/** The gap between test and training error of a last layer: measured, by the law of frozen features, and the bound beside them. */
import { drawCurves } from "./curves.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** One size of the training set. */
export interface GapFigurePoint {
  readonly examples: number;
  readonly gap: number;
  readonly stderr: number | null;
  readonly law: number;
  /** The asymptotic bound 2 N / P times the mean square of the targets. */
  readonly bound: number;
}

/** What the figure shows. */
export interface GapFigureInput {
  readonly title: string;
  readonly caption: string;
  readonly points: readonly GapFigurePoint[];
}

/** Draws gaps on logarithmic axes. */
export function drawGapLaw(
  { title, caption, points }: GapFigureInput,
  options: FigureOptions,
): Promise<Figure> {
  const line = (y: (point: GapFigurePoint) => number) =>
    points.map((point) => ({ x: point.examples, y: y(point) }));
  return drawCurves(
    {
      name: "gap-law",
      title,
      caption,
      xLabel: "training examples P",
      yLabel: "test error - training error",
      xScale: "log",
      yScale: "log",
      xTicks: points.map(({ examples }) => examples),
      curves: [
        {
          name: "measured",
          color: "measured",
          points: points.map(({ examples, gap, stderr }) => ({ x: examples, y: gap, stderr })),
        },
        { name: "law", color: "theory", line: line(({ law }) => law) },
        { name: "bound (no guarantee)", color: "muted", isDashed: true, line: line(({ bound }) => bound) },
      ],
    },
    options,
  );
}
