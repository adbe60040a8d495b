/**
 * Learning curves: loss and accuracy against training steps, on the training batches and on the test examples; for GANs the
 * losses of both networks and how often the discriminator is right.
 */
import type { Markish } from "@observablehq/plot";
import type { Theme } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions, type PlotLibrary } from "./figure.ts";

/** One curve. */
export interface LearningCurve {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Curves of one quantity. */
export interface LearningCurveInput {
  /** Identifier: "loss-curve", "accuracy-curve". */
  readonly name: string;
  readonly title: string;
  /** Upright axis: "loss", "accuracy". */
  readonly quantity: string;
  /** At most three; the first is drawn in the colour of measurements. */
  readonly curves: readonly LearningCurve[];
  /** Value of guessing, dashed. */
  readonly chance?: number;
  /** What to see. Default: a sentence from the names. */
  readonly caption?: string;
}

/** Dashes by curve, so that meaning is not by colour alone. */
const DASHES = ["", "6,4", "2,3"] as const;

/** Draws the curves. */
export function drawLearningCurve(input: LearningCurveInput, options: FigureOptions): Promise<Figure> {
  const { name, title, quantity, curves, chance } = input;
  const steps = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b);
  const drawing: Drawing = {
    name,
    title,
    caption: input.caption ?? describe(input),
    aspect: 0.5,
    table: {
      columns: ["step", ...curves.map((curve) => curve.name)],
      rows: steps.map((step) => [
        step,
        ...curves.map((curve) => finite(curve.values[curve.steps.indexOf(step)])),
      ]),
    },
    plot: (plot, theme) => ({
      marginRight: 168,
      x: { label: "steps →", labelAnchor: "center", labelArrow: "none", ticks: 6 },
      y: { label: `↑ ${quantity}`, labelArrow: "none", grid: true, nice: true },
      marks: [
        ...(chance === undefined
          ? []
          : [plot.ruleY([chance], { stroke: theme.muted, strokeDasharray: "5,4" })]),
        ...curves.flatMap((curve, i) => drawn(plot, theme, curve, i)),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function drawn(
  plot: PlotLibrary,
  theme: Theme,
  { name, steps, values }: LearningCurve,
  i: number,
): Markish[] {
  const points = steps
    .map((step, k) => ({ step, value: values[k] as number }))
    .filter(({ value }) => Number.isFinite(value));
  const color = [theme.measured, theme.theory, theme.foreground][i] ?? theme.muted;
  const last = points.at(-1);
  return [
    plot.line(points, {
      ...{ x: "step", y: "value", stroke: color, strokeWidth: 2 },
      ...(DASHES[i] === "" ? {} : { strokeDasharray: DASHES[i] as string }),
    }),
    ...(points.length > 40 ? [] : [plot.dot(points, { x: "step", y: "value", r: 2.5, fill: color })]),
    // the first label stands above the end of its curve, the second below, so that they keep apart
    plot.text(last === undefined ? [] : [last], {
      ...{ x: "step", y: "value", text: () => name, fill: color },
      ...{ textAnchor: "start", dx: 6, dy: [-6, 8, 20][i] ?? 0 },
    }),
  ];
}

function describe({ quantity, curves, chance }: LearningCurveInput): string {
  const names = curves.map(({ name }) => name).join(", ");
  const dashed = chance === undefined ? "" : ` The level dashes are what guessing gives.`;
  return `The ${quantity} against training steps: ${names}.${dashed}`;
}
