/** Measurement minus theory in units of the standard error, layer by layer: inside the band of two, they agree. */

import { formatNumber } from "./basics/index.ts";
import type { DepthPoint } from "./depth-profile.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** Residuals of one or several quantities. */
export interface ResidualsInput {
  readonly series: readonly { readonly name: string; readonly layers: readonly DepthPoint[] }[];
  readonly caption: string;
}

/** Standard errors inside which a residual is called agreement. */
const AGREEMENT = 2;
const SYMBOLS = ["circle", "triangle", "square", "diamond2"] as const;

/** (measured - theory) / stderr; null where one of them is missing or exact. */
export function residualOf({ theory, measured }: DepthPoint): number | null {
  if (theory === null || measured === null || !measured.stderr) return null;
  const residual = (measured.value - theory) / measured.stderr;
  return Number.isFinite(residual) ? residual : null;
}

/** Draws residuals over depth; each quantity has its own symbol. */
export function drawResiduals(input: ResidualsInput, options: FigureOptions): Promise<Figure> {
  const points = input.series.flatMap(({ name, layers }) =>
    layers.flatMap((point) => {
      const residual = residualOf(point);
      return residual === null ? [] : [{ name, layer: point.layer, residual }];
    }),
  );
  const largest = points.reduce((most, { residual }) => Math.max(most, Math.abs(residual)), AGREEMENT * 1.5);
  const names = input.series.map(({ name }) => name);
  const drawing: Drawing = {
    name: "residuals",
    title: "Measurement minus theory",
    caption: input.caption,
    aspect: 0.4,
    table: {
      columns: ["quantity", "layer", "residual / stderr"],
      rows: points.map(({ name, layer, residual }) => [name, layer, residual]),
    },
    plot: (plot, theme) => {
      const colors = [theme.measured, theme.theory, theme.accent, theme.foreground];
      return {
        x: { label: "layer →", labelAnchor: "center", labelArrow: "none", tickFormat: "d", inset: 6 },
        y: {
          ...{ label: "↑ (measured − theory) / standard error", labelArrow: "none", grid: true },
          domain: [-largest * 1.1, largest * 1.1],
          tickFormat: (value: number) => formatNumber(value, 2),
        },
        symbol: { domain: names, range: SYMBOLS.slice(0, names.length) },
        color: { domain: names, range: colors.slice(0, names.length) },
        marks: [
          plot.rectY([{ low: -AGREEMENT, high: AGREEMENT }], {
            ...{ y1: "low", y2: "high", fill: theme.muted, fillOpacity: 0.18 },
          }),
          plot.ruleY([0], { stroke: theme.muted }),
          plot.dot(points, { x: "layer", y: "residual", symbol: "name", fill: "name", r: 3 }),
          ...names.map((name, i) =>
            plot.text([`${MARKS[i]} ${name}`], {
              ...{
                frameAnchor: "top-right",
                dx: -legendOffset(names, i),
                dy: -18,
                fill: colors[i] as string,
              },
            }),
          ),
        ],
      };
    },
  };
  return drawFigure(drawing, options);
}

const MARKS = ["●", "▲", "■", "◆"] as const;

/** Distance of an entry from the right end, when entries stand side by side; about 8 pixels a character. */
function legendOffset(names: readonly string[], index: number): number {
  return names.slice(index + 1).reduce((sum, name) => sum + 8 * name.length + 28, 0);
}
