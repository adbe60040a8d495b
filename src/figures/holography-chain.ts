/** Entanglement entropy of intervals against the logarithm of their length, with the uniform chain and the singlets beside it. */
import type { Estimate } from "../base/index.ts";
import type { EntropyPoint } from "../lattice/index.ts";
import { formatEstimate } from "./basics/index.ts";
import { drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** What is drawn. */
export interface ChainFigureInput {
  /** "{5,4}, J_a = 0.3, J_b = 1". */
  readonly name: string;
  readonly fermions: readonly EntropyPoint[];
  readonly singlets: readonly EntropyPoint[];
  readonly uniform: readonly EntropyPoint[];
  readonly centralCharge: Estimate;
  readonly singletCharge: Estimate;
}

/** Draws the entropies. */
export function drawChainEntropy(input: ChainFigureInput, options: FigureOptions): Promise<Figure> {
  const { name, fermions, singlets, uniform, centralCharge, singletCharge } = input;
  const ends = [
    ...[[uniform, "uniform, c = 1"] as const, [singlets, "singlets"] as const].flatMap(([points, label]) => {
      const end = points.at(-1);
      return end === undefined ? [] : [{ ...end, label }];
    }),
  ];
  return drawFigure(
    {
      name: "chain-entropy",
      title: `Entanglement of the XX chain on ${name}`,
      caption: `Points: entanglement entropy of intervals (free fermions), c_eff = ${formatEstimate(centralCharge)}; upper line: uniform chain of the same length, c = 1; lower line: the singlets of strong disorder, c_eff = ${formatEstimate(singletCharge)}. Straight lines on this axis are logarithms; steps are the self-similar pattern.`,
      aspect: 0.62,
      table: {
        columns: ["length", "fermions", "singlets", "uniform"],
        rows: fermions.map(({ length, entropy }) => [
          length,
          entropy,
          singlets.find((point) => point.length === length)?.entropy ?? null,
          uniform.find((point) => point.length === length)?.entropy ?? null,
        ]),
      },
      plot: (plot, theme) => ({
        marginRight: 110,
        x: {
          type: "log",
          base: 2,
          label: "length of the interval →",
          labelAnchor: "center",
          labelArrow: "none",
          tickFormat: "d",
        },
        y: { label: "↑ entropy (nats)", labelArrow: "none", grid: true, nice: true },
        marks: [
          plot.line(uniform, { x: "length", y: "entropy", stroke: theme.theory, strokeWidth: 2 }),
          plot.line(singlets, {
            ...{ x: "length", y: "entropy", stroke: theme.accent, strokeWidth: 2, strokeDasharray: "6,3" },
          }),
          plot.dot(fermions, {
            ...{ x: "length", y: "entropy", r: 3.5, fill: theme.measured },
            ...{ stroke: theme.background, strokeWidth: 0.75 },
          }),
          plot.text(ends, { x: "length", y: "entropy", text: "label", textAnchor: "start", dx: 8 }),
        ],
      }),
    },
    options,
  );
}
