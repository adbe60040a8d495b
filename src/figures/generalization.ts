/** Test error against the number of training examples: infinite width, finite width, and samples with error bars. */
import { drawErrorCurve } from "./error-curve.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** One size of the training set. */
export interface GeneralizationPoint {
  readonly examples: number;
  readonly infiniteWidth: number;
  /** Null where there is no theory of finite width. */
  readonly finiteWidth: number | null;
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
  return drawErrorCurve(
    {
      name: "generalization",
      title,
      caption,
      axis: { column: "examples", label: "training examples P →" },
      points: points.map(({ examples, ...point }) => ({ at: examples, ...point })),
    },
    options,
  );
}
