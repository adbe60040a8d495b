/**
 * Accuracy after training against weight variance and depth, with a multiple of the depth scale xi_c on top: training
 * works below the curve (Schoenholz et al. 2017, figure 5).
 */

import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";
import { cellRange, colorBarMark, heatMapMark, type Shading } from "./heatmap.ts";

/** A scan over depth and weight variance. */
export interface TrainabilityInput {
  readonly title: string;
  readonly activation: string;
  readonly sigmaB2: number;
  /** Weight variances, ascending, equal steps. */
  readonly sigmaW2: readonly number[];
  /** Depths in layers, ascending, equal steps. */
  readonly depths: readonly number[];
  /** Accuracy on the training or test set in [0, 1], [depths.length, sigmaW2.length]; NaN where not measured yet. */
  readonly accuracy: ArrayLike<number>;
  /** Accuracy of guessing: 1 / classes. */
  readonly chance: number;
  /** The depth scale on a fine grid. */
  readonly depthScale: readonly { readonly sigmaW2: number; readonly xiC: number }[];
  /** The multiple of xi_c drawn. Default 6. */
  readonly multiple?: number;
}

/** Draws the scan. */
export function drawTrainability(input: TrainabilityInput, options: FigureOptions): Promise<Figure> {
  const { sigmaW2, depths, accuracy, chance, depthScale, multiple = 6 } = input;
  const shading: Shading = { scale: "cividis", min: chance, max: 1 };
  const domainX = cellRange(sigmaW2);
  const domainY = cellRange(depths);
  const curve = depthScale
    .filter(({ sigmaW2: x }) => x >= domainX[0] && x <= domainX[1])
    .map(({ sigmaW2: x, xiC }) => ({ x, depth: Math.min(multiple * xiC, 10 * domainY[1]) }));
  const drawing: Drawing = {
    name: "trainability",
    title: input.title,
    caption:
      `Bright cells trained. The curve is ${multiple} ξ_c, the depth that mean-field theory allows for ${input.activation} ` +
      `at σ_b² = ${formatNumber(input.sigmaB2, 3)}: training should work below it and fail above.`,
    aspect: 0.62,
    table: {
      columns: ["sigma_w^2", "depth", "accuracy"],
      rows: depths.flatMap((depth, i) =>
        sigmaW2.map((x, j) => [x, depth, orNull(accuracy[i * sigmaW2.length + j] as number)]),
      ),
    },
    plot: (plot) => ({
      marginRight: 96,
      x: {
        domain: domainX,
        label: "weight variance × fan-in, σ_w² →",
        labelAnchor: "center",
        labelArrow: "none",
      },
      y: { domain: domainY, label: "↑ depth (layers)", labelArrow: "none" },
      marks: [
        heatMapMark({ x: sigmaW2, y: depths, values: accuracy }, shading),
        plot.line(curve, { x: "x", y: "depth", stroke: "#000", strokeWidth: 4, clip: true }),
        plot.line(curve, {
          x: "x",
          y: "depth",
          stroke: "#fff",
          strokeWidth: 2,
          strokeDasharray: "7,4",
          clip: true,
        }),
        colorBarMark(shading, {
          label: "accuracy",
          ticks: [chance, 0.25, 0.5, 0.75, 1].filter((tick, i) => i === 0 || tick > chance + 0.05),
          format: (tick) => tick.toFixed(2),
        }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
