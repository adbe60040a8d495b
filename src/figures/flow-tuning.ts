/**
 * A search for the variances with the most reconstructed information: the measured points, the fitted curve with its
 * error, and the usual initialisations beside it.
 */
import type { Estimate } from "../base/index.ts";
import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** One axis of a search. */
export interface FlowTuningInput {
  /** "weight variance × fan-in, σ_w²". */
  readonly axis: string;
  readonly isLogarithmic: boolean;
  readonly curve: readonly { readonly x: number; readonly mean: number; readonly stderr: number }[];
  /** Measured points; other axes of the search are projected onto this one. */
  readonly points: readonly { readonly x: number; readonly value: Estimate }[];
  readonly optimum: Estimate;
  /** Identifier for file names. Default "flow-tuning". */
  readonly name?: string;
}

/** Draws the search along one axis. */
export function drawFlowTuning(input: FlowTuningInput, options: FigureOptions): Promise<Figure> {
  const { axis, isLogarithmic, curve, points, optimum, name = "flow-tuning" } = input;
  const band = curve.map(({ x, mean, stderr }) => ({ x, low: mean - stderr, high: mean + stderr, mean }));
  const dots = points.map(({ x, value }) => ({
    ...{ x, value: value.value },
    ...{ low: value.value - (value.stderr ?? 0), high: value.value + (value.stderr ?? 0) },
  }));
  const drawing: Drawing = {
    name,
    title: "Information at the end against the variance",
    caption: `Points: measured Gram entropy of what is reconstructed from the end; points off the curve differ in the other variance. Curve: the fitted function through its maximum with its standard error; the upright line is the maximum, at ${formatNumber(optimum.value, 3)}.`,
    aspect: 0.5,
    table: {
      columns: [axis, "S measured", "stderr"],
      rows: points.map(({ x, value }) => [x, value.value, value.stderr]),
    },
    plot: (plot, theme) => ({
      x: {
        ...{ label: `${axis} →`, labelAnchor: "center", labelArrow: "none", nice: false },
        type: isLogarithmic ? "log" : "linear",
        ...(isLogarithmic ? { ticks: 8, tickFormat: (x: number) => formatNumber(x, 2) } : {}),
      },
      y: { label: "↑ Gram entropy S / ln n", labelArrow: "none", grid: true, nice: true },
      marks: [
        plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: theme.theory, fillOpacity: 0.2 }),
        plot.line(band, { x: "x", y: "mean", stroke: theme.theory, strokeWidth: 2 }),
        plot.ruleX([optimum.value], { stroke: theme.foreground, strokeWidth: 1.5, strokeDasharray: "5,4" }),
        plot.ruleX(dots, { x: "x", y1: "low", y2: "high", stroke: theme.measured, strokeWidth: 1.5 }),
        plot.dot(dots, {
          x: "x",
          y: "value",
          r: 3.5,
          fill: theme.measured,
          stroke: theme.background,
          strokeWidth: 0.75,
        }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** Scores of several initialisations with their errors. */
export interface FlowComparisonInput {
  readonly title: string;
  /** "test accuracy". */
  readonly score: string;
  readonly rows: readonly { readonly name: string; readonly score: Estimate }[];
}

/** Draws what networks reached from different initialisations, one row each. */
export function drawFlowComparison(input: FlowComparisonInput, options: FigureOptions): Promise<Figure> {
  const { title, score, rows } = input;
  const drawn = rows.map(({ name, score: { value, stderr } }) => ({
    ...{ name, value, low: value - (stderr ?? 0), high: value + (stderr ?? 0) },
  }));
  const drawing: Drawing = {
    name: "flow-comparison",
    title,
    caption: `Mean ${score} over ${rows[0]?.score.n ?? 0} seeds with its standard error, for the same architecture, steps and rate.`,
    aspect: 0.14 + 0.07 * rows.length,
    table: {
      columns: ["initialisation", score, "stderr"],
      rows: rows.map(({ name, score: { value, stderr } }) => [name, value, stderr]),
    },
    plot: (plot, theme) => ({
      marginLeft: 96,
      x: { label: `${score} →`, labelAnchor: "center", labelArrow: "none", grid: true, nice: true },
      y: { label: null, domain: rows.map(({ name }) => name), type: "point", padding: 0.6 },
      marks: [
        plot.ruleY(drawn, { y: "name", x1: "low", x2: "high", stroke: theme.measured, strokeWidth: 2 }),
        plot.dot(drawn, {
          ...{ x: "value", y: "name", r: 5, strokeWidth: 1, stroke: theme.background },
          fill: ({ name }: { name: string }) => (name === "tuned" ? theme.accent : theme.measured),
        }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}
