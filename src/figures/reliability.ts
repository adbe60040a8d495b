/** How often predictions are right beside how sure they were: on the diagonal, probabilities can be believed. */
import { drawCurves } from "./curves.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** Predictions of about the same confidence. */
export interface ReliabilityBin {
  readonly predicted: number;
  readonly observed: number;
  readonly stderr: number | null;
}

/** What the figure shows. */
export interface ReliabilityInput {
  readonly title: string;
  readonly caption: string;
  readonly series: readonly { readonly name: string; readonly bins: readonly ReliabilityBin[] }[];
}

const COLORS = ["theory", "measured", "accent"] as const;

/** Draws share right against confidence, one standard error to either side. */
export function drawReliability(
  { title, caption, series }: ReliabilityInput,
  options: FigureOptions,
): Promise<Figure> {
  const lowest = Math.min(...series.flatMap(({ bins }) => bins.map(({ predicted }) => predicted)));
  const from = Math.floor(10 * lowest) / 10;
  return drawCurves(
    {
      name: "reliability",
      title,
      caption,
      xLabel: "confidence in the predicted class",
      yLabel: "share right",
      curves: [
        ...series.map(({ name, bins }, i) => {
          const points = bins.map(({ predicted, observed, stderr }) => ({
            x: predicted,
            y: observed,
            stderr,
          }));
          return { name, color: COLORS[i % COLORS.length] as (typeof COLORS)[number], line: points, points };
        }),
        {
          name: "believable",
          color: "muted" as const,
          isDashed: true,
          line: [
            { x: from, y: from },
            { x: 1, y: 1 },
          ],
        },
      ],
    },
    options,
  );
}
