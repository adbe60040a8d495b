/**
 * A quantity against depth: theory as a line, measurement as points with error bars of one standard error. Used for the
 * length q, the correlation c and the squared gradient norm (Schoenholz et al. 2017, figures 2 and 4).
 */
import type { Markish } from "@observablehq/plot";
import type { Estimate } from "../base/index.ts";
import type { Theme } from "./basics/index.ts";
import { formatNumber } from "./basics/index.ts";
import {
  type Drawing,
  drawFigure,
  type Figure,
  type FigureOptions,
  legendLine,
  legendMargin,
  type PlotLibrary,
} from "./figure.ts";
import { svgMaker } from "./svg-maker.ts";

/** A profile over layers; theory and measurement have one entry per layer, null where there is none. */
export interface DepthProfileInput {
  /** Identifier: "length", "correlation", "gradient". */
  readonly name: string;
  readonly title: string;
  /** What to see. */
  readonly caption: string;
  /** Axis label with unit: "mean squared pre-activation q". */
  readonly quantity: string;
  /** What the columns of the table are called; default: `name`. */
  readonly column?: string;
  readonly layers: readonly DepthPoint[];
  /** Value that theory approaches, drawn as a dashed line. */
  readonly limit?: number | null;
  /** Logarithmic vertical axis. */
  readonly isLogarithmic?: boolean;
  /** Vertical range; chosen from the data otherwise. */
  readonly range?: readonly [number, number];
}

/** One layer of a profile. */
export interface DepthPoint {
  /** Layer number, counted from 1. */
  readonly layer: number;
  readonly theory: number | null;
  readonly measured: Estimate | null;
}

/** Draws a profile over depth. */
export function drawDepthProfile(input: DepthProfileInput, options: FigureOptions): Promise<Figure> {
  const { name, title, caption, quantity, layers, limit = null, range } = input;
  const column = input.column ?? name;
  const drawing: Drawing = {
    name,
    title,
    caption,
    aspect: 0.5,
    table: {
      columns: ["layer", `${column} theory`, `${column} measured`, `${column} stderr`],
      rows: layers.map(({ layer, theory, measured }) => [
        layer,
        theory,
        measured?.value ?? null,
        measured?.stderr ?? null,
      ]),
    },
    axis: { name: "depth", column: "layer" },
    valueScale: input.isLogarithmic === true ? "log" : "linear",
    plot: (plot, theme, valueScale) => {
      const isLogarithmic = valueScale === "log";
      // a range of the other scale may hold no logarithm
      const shown = isLogarithmic && (range?.[0] ?? 1) <= 0 ? undefined : range;
      const rule = limit !== null && isDrawable(limit, isLogarithmic) ? [limit] : [];
      return {
        ...legendMargin(options),
        x: { label: "layer →", labelAnchor: "center", labelArrow: "none", ...integerTicks(layers) },
        y: {
          label: `↑ ${quantity}`,
          labelArrow: "none",
          grid: true,
          type: isLogarithmic ? "log" : "linear",
          ...(shown ? { domain: [...shown] } : { nice: true }),
          tickFormat: (value: number) => formatNumber(value, 3),
          ...(isLogarithmic ? decadeTicks(layers) : {}),
        },
        marks: [
          plot.ruleY(rule, { stroke: theme.muted, strokeDasharray: "5,4" }),
          theoryLine(plot, layers, theme, isLogarithmic),
          ...measuredPoints(plot, layers, theme, isLogarithmic),
          legend(
            theme,
            layers.some(({ theory }) => theory !== null),
            layers.some(({ measured }) => measured !== null),
            10 + legendLine(options),
          ),
        ],
      };
    },
  };
  return drawFigure(drawing, options);
}

/** Layers are whole numbers; a short network has few. */
function integerTicks(layers: readonly DepthPoint[]): {
  domain: [number, number];
  ticks: number;
  tickFormat: "d";
} {
  const first = layers[0]?.layer ?? 1;
  const last = layers.at(-1)?.layer ?? 1;
  const margin = Math.max(0.5, (last - first) * 0.02);
  return {
    domain: [first - margin, last + margin],
    ticks: Math.min(10, Math.max(1, last - first)),
    tickFormat: "d",
  };
}

/** Powers of ten inside the data, at most about eight; fewer than two decades keep the usual ticks. */
function decadeTicks(layers: readonly DepthPoint[]): { ticks?: number[] } {
  const values = layers
    .flatMap(({ theory, measured }) => [theory, measured?.value])
    .filter((value): value is number => isDrawable(value, true));
  if (values.length === 0) return {};
  const low = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b))));
  if (high - low < 2) return {};
  const step = Math.ceil((high - low) / 8);
  return {
    ticks: Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step)),
  };
}

function isDrawable(value: number | null | undefined, isLogarithmic: boolean): value is number {
  return typeof value === "number" && Number.isFinite(value) && (!isLogarithmic || value > 0);
}

function theoryLine(
  plot: PlotLibrary,
  layers: readonly DepthPoint[],
  theme: Theme,
  isLogarithmic: boolean,
): Markish {
  const points = layers.filter(({ theory }) => isDrawable(theory, isLogarithmic));
  return plot.line(points, { x: "layer", y: "theory", stroke: theme.theory, strokeWidth: 2 });
}

function measuredPoints(
  plot: PlotLibrary,
  layers: readonly DepthPoint[],
  theme: Theme,
  isLogarithmic: boolean,
): Markish[] {
  const points = layers.flatMap(({ layer, measured }) => {
    if (measured === null || !isDrawable(measured.value, isLogarithmic)) return [];
    const error = measured.stderr ?? 0;
    const low = measured.value - error;
    return [
      {
        layer,
        value: measured.value,
        // a bar that would reach zero on a logarithmic axis ends a decade below its point
        low: isLogarithmic && low <= 0 ? measured.value / 10 : low,
        high: measured.value + error,
      },
    ];
  });
  const radius = points.length > 80 ? 2 : 3.5;
  return [
    plot.ruleX(points, { x: "layer", y1: "low", y2: "high", stroke: theme.measured, strokeWidth: 1.5 }),
    plot.dot(points, {
      ...{
        x: "layer",
        y: "value",
        r: radius,
        fill: theme.measured,
        stroke: theme.background,
        strokeWidth: 0.75,
      },
      ariaLabel: ({ layer }: { layer: number }) => `layer ${layer}`,
    }),
  ];
}

/** Theory is a line, measurement a point: told apart without colour. */
function legend(theme: Theme, hasTheory: boolean, hasMeasurement: boolean, y: number): Markish {
  return (_index, _scales, _channels, dimensions, context) => {
    const make = svgMaker(context.document);
    const group = make("g", { fill: "currentColor", "text-anchor": "start", "aria-hidden": "true" });
    const right = dimensions.width - dimensions.marginRight;
    if (hasTheory) {
      group.append(
        make("line", {
          x1: right - 190,
          x2: right - 166,
          y1: y,
          y2: y,
          stroke: theme.theory,
          "stroke-width": 2,
        }),
        make("text", { x: right - 160, y: y + 4 }, "theory"),
      );
    }
    if (hasMeasurement) {
      group.append(
        make("line", {
          x1: right - 94,
          x2: right - 94,
          y1: y - 7,
          y2: y + 7,
          stroke: theme.measured,
          "stroke-width": 1.5,
        }),
        make("circle", { cx: right - 94, cy: y, r: 3.5, fill: theme.measured }),
        make("text", { x: right - 84, y: y + 4 }, "measured"),
      );
    }
    return group;
  };
}
