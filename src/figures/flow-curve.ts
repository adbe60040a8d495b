/**
 * Entropies against depth: the Gram entropy of the reconstructed inputs, which falls where the input is lost, beside that
 * of the activations themselves, which also counts noise; with the depths that mean-field theory allows (6 xi_c,
 * Schoenholz et al. 2017; 8 xi_c, the loss seen in arXiv 2406.12916).
 */
import type { Markish } from "@observablehq/plot";
import type { Estimate } from "../base/index.ts";
import { formatNumber, type Theme } from "./basics/index.ts";
import {
  type Drawing,
  drawFigure,
  FIGURE_WIDTH,
  type Figure,
  type FigureOptions,
  type PlotLibrary,
  type ValueScale,
} from "./figure.ts";
import { svgMaker } from "./svg-maker.ts";

/** One depth; 0 is the input. */
export interface FlowCurvePoint {
  readonly depth: number;
  /** Gram entropy of the reconstruction, divided by log n. */
  readonly gram: Estimate;
  /** Gram entropy of the activations. */
  readonly forward: Estimate;
}

/** A measured flow. */
export interface FlowCurveInput {
  readonly points: readonly FlowCurvePoint[];
  /** Depth scale of theory; null where there is none. */
  readonly xiC: number | null;
  /** Mean-field prediction of `forward`, one value per depth from 0; null without theory. */
  readonly predictedForward?: readonly number[] | null;
  /** Depth behind which the input is lost; null when it reaches the end. */
  readonly cutoff?: number | null;
  /** What holds behind that depth. Default "the input is lost". */
  readonly cutoffMeaning?: string;
  /** Names of the two series. Default "reconstructed" and "activations". */
  readonly names?: { readonly gram: string; readonly forward: string };
  /** Instead of the usual caption. */
  readonly caption?: string;
  /** Last depth of the axis, while the points do not reach it yet. Default: that of the last point. */
  readonly through?: number;
}

/** Pixels below which the legend has a line of its own, and for one number at the axis. */
const NARROW = 520;
const TICK_WIDTH = 45;
/** Multiples of xi_c that are marked. */
const MULTIPLES = [6, 8] as const;

/** Draws the curves. */
export function drawFlowCurve(input: FlowCurveInput, options: FigureOptions): Promise<Figure> {
  const { points, xiC, predictedForward = null, cutoff = null } = input;
  const last = input.through ?? points.at(-1)?.depth ?? 1;
  const marks = markedDepths(xiC, last);
  const top = Math.min(
    1.02,
    1.08 * points.reduce((most, { gram, forward }) => Math.max(most, gram.value, forward.value), 0.05),
  );
  const theory = (predictedForward ?? []).map((value, depth) => ({ depth, value }));
  const width = options.width ?? FIGURE_WIDTH;
  const isNarrow = width < NARROW;
  const drawing: Drawing = {
    name: "flow-curve",
    title: "How far the input can be reconstructed",
    caption: input.caption ?? describe(input, marks.length > 0),
    aspect: isNarrow ? 0.8 : 0.56,
    table: {
      columns: [
        ...["depth", "S reconstructed", "stderr", "S forward", "stderr of forward"],
        "S forward theory",
      ],
      rows: points.map(({ depth, gram, forward }, i) => [
        ...[depth, gram.value, gram.stderr, forward.value, forward.stderr],
        predictedForward?.[i] ?? null,
      ]),
    },
    axis: { name: "depth", column: "depth" },
    valueScale: "linear",
    plot: (plot, theme, valueScale) => ({
      marginTop: isNarrow ? 58 : 40,
      x: {
        ...{ label: "depth (blocks) →", labelAnchor: "center", labelArrow: "none" },
        domain: [-0.02 * last, 1.02 * last],
        ...{ ticks: Math.min(10, last, Math.floor(width / TICK_WIDTH)), tickFormat: "d" },
      },
      y: {
        label: "↑ Gram entropy S / ln n",
        labelArrow: "none",
        grid: true,
        ...entropyScale(valueScale, top, points),
      },
      marks: [
        ...depthRules(plot, marks, theme, top),
        ...(cutoff === null ? [] : [plot.ruleX([cutoff], { stroke: theme.foreground, strokeWidth: 1.5 })]),
        plot.line(
          theory.filter(({ value }) => valueScale === "linear" || value > 0),
          { x: "depth", y: "value", stroke: theme.theory, strokeWidth: 2 },
        ),
        ...series(plot, points, "forward", theme.theory, theme, valueScale),
        ...series(plot, points, "gram", theme.measured, theme, valueScale),
        legend(theme, theory.length > 0, isNarrow, input.names),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** From 0, or over the decades that entropies take. */
export function entropyScale(
  valueScale: ValueScale,
  top: number,
  points: readonly { readonly gram: { readonly value: number } }[],
): {
  readonly type: ValueScale;
  readonly domain: [number, number];
  readonly ticks?: number;
  readonly tickFormat?: (value: number) => string;
} {
  if (valueScale === "linear") return { type: "linear", domain: [0, top] };
  const least = points.reduce((low, { gram }) => (gram.value > 0 ? Math.min(low, gram.value) : low), top);
  const domain: [number, number] = [Math.max(least / 1.5, 1e-12), top];
  return { type: "log", domain, ticks: 6, tickFormat: (value: number) => formatNumber(value, 3) };
}

function describe(input: FlowCurveInput, hasMarks: boolean): string {
  const { xiC, cutoff = null, predictedForward = null, cutoffMeaning = "the input is lost" } = input;
  const beside = predictedForward === null ? "" : ", the line their mean-field prediction";
  const marks = hasMarks ? ` Dashed: 6 ξ_c and 8 ξ_c with ξ_c = ${formatNumber(xiC as number, 3)}.` : "";
  const end = cutoff === null ? "" : ` Behind the upright line (depth ${cutoff}) ${cutoffMeaning}.`;
  return `Filled points: entropy of the inputs as decoders reconstruct them from each depth; where it is near 0, all reconstructions are alike and the input is lost. Open points: entropy of the activations themselves${beside}; it also counts noise that has nothing to do with the input.${marks}${end}`;
}

interface Mark {
  readonly depth: number;
  readonly label: string;
}

function markedDepths(xiC: number | null, last: number): Mark[] {
  if (xiC === null || !Number.isFinite(xiC)) return [];
  return MULTIPLES.map((multiple) => ({ depth: multiple * xiC, label: `${multiple} ξ_c` })).filter(
    ({ depth }) => depth <= last,
  );
}

function depthRules(plot: PlotLibrary, marks: readonly Mark[], theme: Theme, top: number): Markish[] {
  const text = { x: "depth", text: "label", fill: theme.muted } as const;
  return [
    plot.ruleX(marks, { x: "depth", stroke: theme.muted, strokeDasharray: "5,4" }),
    // two labels next to each other stand on both sides of their lines
    plot.text(marks.slice(0, 1), { ...text, y: top, textAnchor: "end", dx: -4, dy: 8 }),
    plot.text(marks.slice(1), { ...text, y: top, textAnchor: "start", dx: 4, dy: 8 }),
  ];
}

function series(
  plot: PlotLibrary,
  points: readonly FlowCurvePoint[],
  quantity: "gram" | "forward",
  color: string,
  theme: Theme,
  valueScale: ValueScale,
): Markish[] {
  const isLog = valueScale === "log";
  const drawn = points
    .map(({ depth, [quantity]: { value, stderr } }) => {
      const low = value - (stderr ?? 0);
      // a bar that would reach zero on a logarithmic axis ends a decade below its point
      return { depth, value, low: isLog && low <= 0 ? value / 10 : low, high: value + (stderr ?? 0) };
    })
    .filter(({ value }) => Number.isFinite(value) && (!isLog || value > 0));
  const isFilled = quantity === "gram";
  const radius = drawn.length > 80 ? 2 : 3.5;
  return [
    plot.ruleX(drawn, { x: "depth", y1: "low", y2: "high", stroke: color, strokeWidth: 1.5 }),
    plot.dot(drawn, {
      ...{ x: "depth", y: "value", r: radius, strokeWidth: isFilled ? 0.75 : 1.5 },
      fill: isFilled ? color : theme.background,
      stroke: isFilled ? theme.background : color,
      ariaLabel: ({ depth }: { depth: number }) => `depth ${depth}`,
    }),
  ];
}

/** What the signs mean, above the plot. */
function legend(
  theme: Theme,
  hasTheory: boolean,
  isNarrow: boolean,
  names: { readonly gram: string; readonly forward: string } = {
    gram: "reconstructed",
    forward: "activations",
  },
): Markish {
  return (_index, _scales, _channels, dimensions, context) => {
    const make = svgMaker(context.document);
    const group = make("g", { fill: "currentColor", "text-anchor": "start", "aria-hidden": "true" });
    const right = dimensions.width - dimensions.marginRight;
    const [first, second, third] = isNarrow ? [8, 116, 214] : [right - 400, right - 270, right - 160];
    const y = isNarrow ? 30 : 10;
    const entry = (x: number, text: string, sign: SVGElement): void => {
      group.append(sign, make("text", { x, y: y + 4 }, text));
    };
    const dot = { cy: y, r: 3.5 };
    entry(first + 10, names.gram, make("circle", { cx: first, ...dot, fill: theme.measured }));
    entry(
      second + 10,
      names.forward,
      make("circle", {
        ...{ cx: second, ...dot, fill: theme.background },
        ...{ stroke: theme.theory, "stroke-width": 1.5 },
      }),
    );
    if (hasTheory) {
      const length = isNarrow ? 14 : 24;
      const line = { x1: third, x2: third + length, y1: y, y2: y };
      entry(
        third + length + 6,
        isNarrow ? "theory" : "activations, theory",
        make("line", { ...line, stroke: theme.theory, "stroke-width": 2 }),
      );
    }
    return group;
  };
}
