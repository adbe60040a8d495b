/** Test error against the width of the hidden layers: finite width tends to the line of infinite width. */
import { drawErrorCurve } from "./error-curve.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** One width. */
export interface WidthCurvePoint {
  readonly width: number;
  readonly infiniteWidth: number;
  readonly finiteWidth: number;
  /** Null where nothing was sampled. */
  readonly sampled: number | null;
  readonly stderr: number | null;
}

/** What the figure shows. */
export interface WidthCurveInput {
  readonly title: string;
  readonly caption: string;
  readonly points: readonly WidthCurvePoint[];
}

/** Draws errors against width on a logarithmic axis. */
export function drawWidthCurve(
  { title, caption, points }: WidthCurveInput,
  options: FigureOptions,
): Promise<Figure> {
  return drawErrorCurve(
    {
      name: "width-curve",
      title,
      caption,
      axis: { column: "width", label: "units of a hidden layer N →" },
      points: points.map(({ width, ...point }) => ({ at: width, ...point })),
    },
    options,
  );
}
