/**
 * Measurement minus theory in units of the standard error, layer by layer: inside the band of two, they agree. An error
 * from n samples is uncertain itself, so deviations are converted from Student's t to the Gaussian.
 */

import { formatNumber } from "./basics/index.ts";
import type { DepthPoint } from "./depth-profile.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions, legendMargin } from "./figure.ts";
import { gaussianEquivalent } from "./student.ts";

/** Residuals of one or several quantities. */
export interface ResidualsInput {
  readonly series: readonly { readonly name: string; readonly layers: readonly DepthPoint[] }[];
  readonly caption: string;
}

/** Standard errors inside which a residual is called agreement. */
const AGREEMENT = 2;
/** Where the axis ends: a larger deviation is no agreement, however large. */
const LIMIT = 5;
const SYMBOLS = ["circle", "triangle", "square", "diamond2"] as const;

/** (measured - theory) / stderr; null where one of them is missing or exact. */
export function residualOf({ theory, measured }: DepthPoint): number | null {
  if (theory === null || measured === null || !measured.stderr) return null;
  const residual = (measured.value - theory) / measured.stderr;
  return Number.isFinite(residual) ? residual : null;
}

/** One residual: in units of the error, and as the Gaussian deviation of the same probability. */
interface Residual {
  readonly name: string;
  readonly layer: number;
  readonly residual: number;
  readonly degrees: number;
  readonly sigmas: number;
  /** `sigmas`, brought inside the axis. */
  readonly drawn: number;
}

/** Draws residuals over depth as Gaussian deviations; each quantity has its own symbol, the axis ends at five. */
export function drawResiduals(input: ResidualsInput, options: FigureOptions): Promise<Figure> {
  const points = input.series.flatMap(({ name, layers }) =>
    layers.flatMap((point) => convertResidual(name, point)),
  );
  const beyond = points.filter(({ sigmas }) => Math.abs(sigmas) > LIMIT);
  const names = input.series.map(({ name }) => name);
  const drawing: Drawing = {
    name: "residuals",
    title: "Measurement minus theory",
    caption:
      beyond.length === 0
        ? input.caption
        : `${input.caption} Arrows at the edge: ${beyond.length} of ${points.length} points lie beyond ±${LIMIT}.`,
    aspect: 0.5,
    table: {
      columns: ["quantity", "layer", "residual / stderr", "degrees of freedom", "Gaussian sigmas"],
      rows: points.map(({ name, layer, residual, degrees, sigmas }) => [
        name,
        layer,
        residual,
        degrees,
        sigmas,
      ]),
    },
    axis: { name: "depth", column: "layer" },
    plot: (plot, theme) => {
      const colors = [theme.measured, theme.theory, theme.accent, theme.foreground];
      return {
        ...legendMargin(options),
        x: { label: "layer →", labelAnchor: "center", labelArrow: "none", tickFormat: "d", inset: 6 },
        y: {
          ...{ label: "↑ measured − theory, in Gaussian σ", labelArrow: "none", grid: true },
          domain: [-LIMIT - 0.5, LIMIT + 0.5],
          ticks: [-4, -2, 0, 2, 4],
          tickFormat: (value: number) => formatNumber(value, 2),
        },
        symbol: { domain: names, range: SYMBOLS.slice(0, names.length) },
        color: { domain: names, range: colors.slice(0, names.length) },
        marks: [
          plot.rectY([{ low: -AGREEMENT, high: AGREEMENT }], {
            ...{ y1: "low", y2: "high", fill: theme.muted, fillOpacity: 0.18 },
          }),
          plot.ruleY([0], { stroke: theme.muted }),
          plot.dot(points, {
            ...{ x: "layer", y: "drawn", symbol: "name", fill: "name", r: 3 },
            ariaLabel: ({ layer }: Residual) => `layer ${layer}`,
          }),
          ...[-1, 1].map((side) =>
            plot.text(
              beyond.filter(({ sigmas }) => Math.sign(sigmas) === side),
              {
                ...{ x: "layer", y: "drawn", fill: "name", fontWeight: 700 },
                text: () => (side > 0 ? "↑" : "↓"),
                dy: -9 * side,
              },
            ),
          ),
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

function convertResidual(name: string, point: DepthPoint): Residual[] {
  const residual = residualOf(point);
  if (residual === null || point.measured === null) return [];
  const degrees = Math.max(1, Math.floor(point.measured.n) - 1);
  const sigmas = gaussianEquivalent(residual, degrees);
  const drawn = Math.min(LIMIT, Math.max(-LIMIT, sigmas));
  return [{ name, layer: point.layer, residual, degrees, sigmas, drawn }];
}

const MARKS = ["●", "▲", "■", "◆"] as const;

/** Distance of an entry from the right end, when entries stand side by side; about 8 pixels a character. */
function legendOffset(names: readonly string[], index: number): number {
  return names.slice(index + 1).reduce((sum, name) => sum + 8 * name.length + 28, 0);
}
