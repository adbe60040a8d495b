/** Figures of lattice fields: instability thresholds against the radius of the patch, and scaling dimensions against the mass. */
import { continuumDimension, type FieldCorrelators, type ThresholdTable } from "../lattice/index.ts";
import { formatEstimate, formatNumber } from "./basics/index.ts";
import { drawFigure, type Figure, type FigureOptions } from "./figure.ts";
import { stackPanels } from "./ising-scan.ts";

/** Thresholds of growing patches with the continuum disc and their limit. */
export function drawThreshold(
  table: ThresholdTable,
  disc: { readonly radius: ArrayLike<number>; readonly threshold: ArrayLike<number> },
  options: FigureOptions,
): Promise<Figure> {
  const { p, q, rows, limit } = table;
  const curve = Array.from(disc.radius, (radius, i) => ({ radius, threshold: disc.threshold[i] as number }));
  const lines = [
    { at: -0.25, label: "continuum bound −1/4" },
    { at: limit.value, label: `lattice limit ${formatEstimate(limit)}` },
  ];
  return drawFigure(
    {
      name: "threshold",
      title: `Instability threshold on {${p},${q}}`,
      caption: `Below the points a field with φ = 0 outside the patch is unstable; the curve is the continuum disc of the same radius. The patches tend to ${formatEstimate(limit)} (dashed), the disc to −1/4: the lattice spacing does not vanish.`,
      aspect: 0.6,
      table: {
        columns: ["layers", "cells", "lambda_max", "m^2 threshold", "radius", "disc"],
        rows: rows.map((r) => [r.layers, r.cells, r.lambdaMax, r.threshold, r.radius, r.disc]),
      },
      plot: (plot, theme) => ({
        x: { label: "radius of the patch (curvature −1) →", labelAnchor: "center", labelArrow: "none" },
        y: { label: "↑ threshold of m²", labelArrow: "none", grid: true, nice: true },
        marks: [
          plot.ruleY(lines, { y: "at", stroke: theme.muted, strokeDasharray: "5,4" }),
          plot.text(lines, {
            y: "at",
            text: "label",
            frameAnchor: "right",
            textAnchor: "end",
            dy: (limit.value < -0.25 ? 9 : -9) * -1,
            fill: theme.muted,
            filter: (_: unknown, i: number) => i === 0,
          }),
          plot.text(lines, {
            y: "at",
            text: "label",
            frameAnchor: "left",
            textAnchor: "start",
            dy: limit.value < -0.25 ? 10 : -10,
            fill: theme.muted,
            filter: (_: unknown, i: number) => i === 1,
          }),
          plot.line(curve, { x: "radius", y: "threshold", stroke: theme.theory, strokeWidth: 2 }),
          plot.dot(rows, {
            ...{ x: "radius", y: "threshold", r: 4, fill: theme.measured },
            ...{ stroke: theme.background, strokeWidth: 0.75 },
          }),
        ],
      }),
    },
    options,
  );
}

/** Correlators of one weight, mass by mass. */
export interface CorrelatorSeries {
  /** "second-order weight 0.5784". */
  readonly label: string;
  readonly fits: readonly FieldCorrelators[];
}

/** Dimensions against m^2 above, boundary two-point functions below. */
export async function drawCorrelators(
  name: string,
  series: readonly CorrelatorSeries[],
  options: FigureOptions,
): Promise<Figure> {
  const all = series.flatMap(({ label, fits }, k) =>
    fits.map((fit) => ({
      label,
      series: k,
      massSquared: fit.massSquared,
      value: fit.boundary.value,
      low: fit.boundary.value - (fit.boundary.stderr ?? 0),
      high: fit.boundary.value + (fit.boundary.stderr ?? 0),
    })),
  );
  const masses = all.map(({ massSquared }) => massSquared);
  const [from, to] = [Math.max(-0.25, Math.min(...masses) - 0.05), Math.max(...masses) + 0.1];
  const curve = Array.from({ length: 120 }, (_, k) => {
    const massSquared = from + ((to - from) * k) / 119;
    return { massSquared, value: continuumDimension(massSquared) };
  });
  const symbols = ["circle", "square", "triangle"] as const;
  const title = `Boundary dimensions of a field on ${name}`;
  const words = series.map(({ label }, k) => `${symbols[k % 3]}s: ${label}`).join("; ");
  const caption = `Above: fitted Δ against m² (${words}) with the continuum Δ(Δ − 1) = m² as a curve. Below: the two-point function between boundary cells of the last series, whose slopes are the fitted Δ: (1 − cos θ)^−Δ is a straight line.`;
  const table = {
    columns: [
      "weight",
      "m^2",
      "boundary Delta",
      "boundary error",
      "bulk Delta",
      "bulk error",
      "continuum Delta",
    ],
    rows: series.flatMap(({ fits }) =>
      fits.map((f) => [
        ...[f.weight, f.massSquared, f.boundary.value, f.boundary.stderr],
        ...[f.bulk.value, f.bulk.stderr, f.continuum],
      ]),
    ),
  };
  const dimensions = await drawFigure(
    {
      name: "dimensions",
      title,
      caption,
      table,
      aspect: 0.45,
      plot: (plot, theme) => ({
        x: { label: "m² →", labelAnchor: "center", labelArrow: "none", domain: [from, to] },
        y: { label: "↑ dimension Δ", labelArrow: "none", grid: true, nice: true },
        symbol: { domain: series.map(({ label }) => label), range: symbols.slice(0, series.length) },
        marks: [
          plot.line(curve, { x: "massSquared", y: "value", stroke: theme.theory, strokeWidth: 2 }),
          plot.ruleX(all, { x: "massSquared", y1: "low", y2: "high", stroke: theme.measured }),
          plot.dot(all, {
            ...{ x: "massSquared", y: "value", symbol: "label", r: 4.5, stroke: theme.measured },
            ...{ strokeWidth: 1.75, fill: theme.background },
          }),
        ],
      }),
    },
    options,
  );
  const last = series.at(-1)?.fits ?? [];
  const points = last.flatMap(({ massSquared, boundaryCurve }) =>
    boundaryCurve.map(({ at, value }) => ({ massSquared, x: 1 - Math.cos(at), value })),
  );
  const ends = last.flatMap(({ massSquared, boundary, boundaryCurve }) => {
    const end = boundaryCurve.at(-1);
    if (end === undefined) return [];
    const label = `m² = ${formatNumber(massSquared, 3)}, Δ = ${boundary.value.toFixed(3)}`;
    return [{ x: 1 - Math.cos(end.at), value: end.value, label }];
  });
  const correlators = await drawFigure(
    {
      name: "correlators",
      title,
      caption,
      table,
      aspect: 0.55,
      plot: (plot, theme) => ({
        marginRight: 150,
        x: {
          type: "log",
          label: "1 − cos θ →",
          labelAnchor: "center",
          labelArrow: "none",
          tickFormat: (v: number) => formatNumber(v, 1),
          ticks: 5,
        },
        y: {
          type: "log",
          label: "↑ two-point function",
          labelArrow: "none",
          grid: true,
          tickFormat: (v: number) => formatNumber(v, 1),
          ticks: 6,
        },
        marks: [
          plot.line(points, { x: "x", y: "value", z: "massSquared", stroke: theme.theory, strokeWidth: 1 }),
          plot.dot(points, { x: "x", y: "value", r: 2.4, fill: theme.measured }),
          plot.text(ends, {
            x: "x",
            y: "value",
            text: "label",
            textAnchor: "start",
            dx: 8,
            fill: theme.foreground,
          }),
        ],
      }),
    },
    options,
  );
  return stackPanels(
    [dimensions, correlators],
    { name: "boundary-dimensions", title, caption, table },
    options,
  );
}
