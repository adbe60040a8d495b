/**
 * The phase diagram in the plane of weight and bias variance (Poole et al. 2016, figure 2): the depth scale xi_c as
 * colour, the critical line chi_1 = 1, and the network's point with its error bars.
 */
import type { Markish } from "@observablehq/plot";
import type { Estimate } from "../base/index.ts";
import { formatEstimate, formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";
import { cellRange, colorBarMark, heatMapMark, type Shading } from "./heatmap.ts";

/** A phase diagram on a grid. */
export interface PhaseDiagramInput {
  readonly activation: string;
  /** Weight variances (times fan-in), ascending, equal steps. */
  readonly sigmaW2: ArrayLike<number>;
  /** Bias variances, ascending, equal steps. */
  readonly sigmaB2: ArrayLike<number>;
  /** Depth scale of correlations in layers, [sigmaB2.length, sigmaW2.length]; infinite on the critical line. */
  readonly xiC: ArrayLike<number>;
  /** Pieces of the line chi_1 = 1; a piece may be a single point. */
  readonly criticalLine: readonly CriticalPiece[];
  /** Networks to mark. */
  readonly points?: readonly PhasePoint[];
  /** What the colour means; default: the depth scale xi_c. */
  readonly shown?: ShownQuantity;
}

/** Another quantity than the depth scale as colour, on the same grid. */
export interface ShownQuantity {
  /** Symbol over the colour bar: "q*". */
  readonly label: string;
  readonly values: ArrayLike<number>;
  /** Ends of the colours; positive where logarithmic. */
  readonly range: readonly [number, number];
  readonly isLogarithmic: boolean;
}

/** A piece of the critical line, point by point. */
export interface CriticalPiece {
  readonly sigmaW2: ArrayLike<number>;
  readonly sigmaB2: ArrayLike<number>;
}

/** A network in the diagram. */
export interface PhasePoint {
  readonly label: string;
  readonly sigmaW2: Estimate;
  readonly sigmaB2: Estimate;
}

/** Depth scales shown by colour, in layers; outside, the colour is that of the end. */
const XI_MIN = 1;
const XI_MAX = 1000;

/** Draws a phase diagram; needs a grid of at least 2 x 2. */
export function drawPhaseDiagram(input: PhaseDiagramInput, options: FigureOptions): Promise<Figure> {
  const { activation, sigmaW2, sigmaB2, criticalLine, points = [] } = input;
  const { values, shading, bar } = colorsOf(input);
  const domainX = cellRange(sigmaW2);
  const domainY = cellRange(sigmaB2);
  const line = criticalLine.flatMap(pointsOf).filter(({ sigmaW2: x, sigmaB2: y }) => {
    const [x0, x1] = domainX;
    const [y0, y1] = domainY;
    return x >= x0 && x <= x1 && y >= y0 && y <= y1;
  });
  const drawing: Drawing = {
    name: "phase-diagram",
    title: `Phase diagram of ${activation}`,
    caption: describePhaseDiagram(input),
    aspect: 0.62,
    table: {
      columns: ["kind", "sigma_w^2", "sigma_b^2", "label"],
      rows: [
        ...line.map((point) => ["critical line", point.sigmaW2, point.sigmaB2, ""]),
        ...points.map((point) => ["network", point.sigmaW2.value, point.sigmaB2.value, point.label]),
      ],
    },
    plot: (plot) => ({
      marginRight: 96,
      x: {
        domain: domainX,
        label: "weight variance × fan-in, σ_w² →",
        labelAnchor: "center",
        labelArrow: "none",
      },
      y: { domain: domainY, label: "↑ bias variance, σ_b²", labelArrow: "none" },
      marks: [
        heatMapMark({ x: sigmaW2, y: sigmaB2, values }, shading),
        ...lineMarks(plot, line),
        ...phaseNames(plot, line, domainX, domainY),
        ...points.flatMap((point) => pointMarks(plot, point)),
        colorBarMark(shading, bar),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** Values as they are shaded, logarithms where the scale is logarithmic, and the colour bar. */
function colorsOf({ xiC, shown }: PhaseDiagramInput): {
  readonly values: Float64Array;
  readonly shading: Shading;
  readonly bar: Parameters<typeof colorBarMark>[1];
} {
  const { label, values, range, isLogarithmic } = shown ?? {
    ...{ label: "ξ_c (layers)", values: xiC, range: [XI_MIN, XI_MAX] as const, isLogarithmic: true },
  };
  const bend = isLogarithmic ? Math.log10 : (value: number): number => value;
  const unbend = (tick: number): number => (isLogarithmic ? 10 ** tick : tick);
  const shading: Shading = { scale: "viridis", min: bend(range[0]), max: bend(range[1]) };
  const steps = isLogarithmic ? Math.max(1, Math.round(shading.max - shading.min)) : 4;
  const ticks = Array.from(
    { length: steps + 1 },
    (_, i) => shading.min + ((shading.max - shading.min) * i) / steps,
  );
  return {
    values: Float64Array.from({ length: values.length }, (_, i) =>
      bend(Math.min(range[1], Math.max(range[0], values[i] as number))),
    ),
    shading,
    bar: {
      label,
      ticks,
      format: (tick) =>
        `${tick === shading.max && shown === undefined ? "≥" : ""}${formatNumber(unbend(tick), 3)}`,
    },
  };
}

/** A point of the critical line, with the number of its piece. */
interface LinePoint {
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  readonly piece: number;
}

function pointsOf({ sigmaW2, sigmaB2 }: CriticalPiece, piece: number): LinePoint[] {
  return Array.from(sigmaW2, (x, i) => ({ sigmaW2: x, sigmaB2: sigmaB2[i] as number, piece }));
}

/** White on black, so that the line is seen on every colour; single points as dots. */
function lineMarks(plot: PlotLibrary, line: readonly LinePoint[]): Markish[] {
  const channels = { x: "sigmaW2", y: "sigmaB2", z: "piece" } as const;
  const sizes = new Map<number, number>();
  for (const { piece } of line) sizes.set(piece, (sizes.get(piece) ?? 0) + 1);
  const single = line.filter(({ piece }) => sizes.get(piece) === 1);
  return [
    plot.line(line, { ...channels, stroke: "#000", strokeWidth: 4, strokeOpacity: 0.6 }),
    plot.line(line, { ...channels, stroke: "#fff", strokeWidth: 1.8 }),
    plot.dot(single, { ...channels, r: 4, fill: "#fff", stroke: "#000" }),
  ];
}

/** The sentence under a phase diagram. */
function describePhaseDiagram({ activation, criticalLine, points = [], shown }: PhaseDiagramInput): string {
  const color =
    shown === undefined ? "the brighter, the deeper a network may be" : `the colour is ${shown.label}`;
  const line = criticalLine.some(({ sigmaW2 }) => sigmaW2.length > 1)
    ? `The white line is critical (χ₁ = 1): left of it signals become alike (ordered), right of it they decorrelate (chaotic); ${color}.`
    : criticalLine.length > 0
      ? `The white dot is the one critical point of ${activation} (χ₁ = 1); ${color}.`
      : `${activation} has no critical line in this range; ${color}.`;
  const marked = points.map(
    ({ label, sigmaW2, sigmaB2 }) =>
      `The point (${label}) is at σ_w² = ${formatEstimate(sigmaW2)}, σ_b² = ${formatEstimate(sigmaB2)}.`,
  );
  return [line, ...marked].join(" ");
}

type PlotLibrary = typeof import("@observablehq/plot");

function phaseNames(
  plot: PlotLibrary,
  line: readonly LinePoint[],
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
): Markish[] {
  const middle = line[Math.floor(line.length / 2)];
  if (middle === undefined || line.length < 3) return [];
  const names = [
    { x: (x0 + middle.sigmaW2) / 2, y: y0 + 0.85 * (y1 - y0), text: "ordered" },
    { x: (x1 + middle.sigmaW2) / 2, y: y0 + 0.15 * (y1 - y0), text: "chaotic" },
  ];
  return [
    plot.text(names, {
      ...{ x: "x", y: "y", text: "text", fill: "#fff", stroke: "#000", strokeWidth: 3 },
      ...{ fontWeight: 600, fontSize: 14 },
    }),
  ];
}

function pointMarks(plot: PlotLibrary, { label, sigmaW2, sigmaB2 }: PhasePoint): Markish[] {
  const x = sigmaW2.value;
  const y = sigmaB2.value;
  const dx = sigmaW2.stderr ?? 0;
  const dy = sigmaB2.stderr ?? 0;
  const bars = [
    ...(dx > 0 ? [{ x1: x - dx, y1: y, x2: x + dx, y2: y }] : []),
    ...(dy > 0 ? [{ x1: x, y1: y - dy, x2: x, y2: y + dy }] : []),
  ];
  const channels = { x1: "x1", y1: "y1", x2: "x2", y2: "y2" } as const;
  return [
    plot.link(bars, { ...channels, stroke: "#000", strokeWidth: 4 }),
    plot.link(bars, { ...channels, stroke: "#fff", strokeWidth: 1.5 }),
    plot.dot([{ x, y }], { x: "x", y: "y", r: 6, fill: "#d55e00", stroke: "#fff", strokeWidth: 2 }),
    plot.text([{ x, y }], {
      ...{ x: "x", y: "y", text: [label], dy: -14, fill: "#fff", stroke: "#000", strokeWidth: 3 },
      title: () => `σ_w² = ${formatNumber(x, 4)}, σ_b² = ${formatNumber(y, 4)}`,
    }),
  ];
}
