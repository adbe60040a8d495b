/**
 * Eigenvalues of a kernel matrix by rank: at infinite width, and rescaled by what a network of finite width makes of it
 * (the scale q of the effective action; Pacelli et al. 2023, equations 5 to 10), with the temperature that they compete with.
 */
import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** What the figure shows. */
export interface KernelSpectrumInput {
  /** Eigenvalues of K at infinite width, descending. */
  readonly bare: ArrayLike<number>;
  /** Eigenvalues of the kernel at finite width, descending; null where only the bare ones are known. */
  readonly renormalized: ArrayLike<number> | null;
  /** Noise variance of the likelihood: directions with eigenvalues below it are not learnt. */
  readonly temperature: number;
  /** What the kernel is of. */
  readonly caption: string;
}

/** Eigenvalues below this share of the largest are rounding. */
const FLOOR = 1e-13;

/** Draws the eigenvalues on logarithmic axes. */
export function drawKernelSpectrum(input: KernelSpectrumInput, options: FigureOptions): Promise<Figure> {
  const { bare, renormalized, temperature, caption } = input;
  const largest = bare[0] ?? 0;
  const points = Array.from(bare, (value, i) => ({ rank: i + 1, value, other: renormalized?.[i] ?? null }));
  const drawn = points.filter(({ value }) => value > FLOOR * largest);
  const below = points.length - drawn.length;
  const learnt = points.filter(({ value, other }) => (other ?? value) > temperature).length;
  const hasTemperature = temperature > 0 && temperature > FLOOR * largest;
  const names = [
    { text: "infinite width", color: "muted" as const },
    ...(renormalized === null ? [] : [{ text: "finite width", color: "theory" as const }]),
    ...(hasTemperature ? [{ text: `T = ${formatNumber(temperature, 3)}`, color: "accent" as const }] : []),
  ];
  const drawing: Drawing = {
    name: "kernel-spectrum",
    title: "Eigenvalues of the kernel",
    caption: [
      caption,
      ...(hasTemperature
        ? [`${learnt} of ${points.length} directions lie above the temperature: these are learnt.`]
        : []),
      ...(below > 0 ? [`${below} eigenvalues are zero to rounding and not drawn.`] : []),
    ].join(" "),
    table: {
      columns: ["rank", "infinite width", "finite width"],
      rows: points.map(({ rank, value, other }) => [rank, value, other]),
    },
    axis: { name: "rank", column: "rank" },
    valueScale: "log",
    plot: (plot, theme, valueScale) => ({
      marginRight: 120,
      x: {
        type: "log",
        label: "rank →",
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: (n: number) => `${n}`,
        ticks: 5,
      },
      y: {
        ...{ type: valueScale, label: "↑ eigenvalue", labelArrow: "none", grid: true, ticks: 6 },
        tickFormat: (value: number) => formatNumber(value, 1),
      },
      marks: [
        ...(hasTemperature
          ? [plot.ruleY([temperature], { stroke: theme.accent, strokeDasharray: "2,3" })]
          : []),
        plot.line(drawn, {
          x: "rank",
          y: "value",
          stroke: theme.muted,
          strokeWidth: 2,
          strokeDasharray: "6,4",
        }),
        ...(renormalized === null
          ? []
          : [plot.line(drawn, { x: "rank", y: "other", stroke: theme.theory, strokeWidth: 2 })]),
        ...names.map(({ text, color }, i) =>
          plot.text([text], {
            ...{ text: (name: string) => name, frameAnchor: "top-right", textAnchor: "start" },
            ...{ dx: 8, dy: 4 + 18 * i, fill: theme[color], fontWeight: "bold" },
          }),
        ),
      ],
    }),
  };
  return drawFigure(drawing, options);
}
