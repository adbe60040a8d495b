/** Relative entropy along decimation flows: one curve per start, against the step, with its limit as a dashed line. */
import type { DecimationFlow } from "../flow/index.ts";
import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";

/** Flows of one model. */
export interface DecimationInput {
  readonly flows: readonly DecimationFlow[];
  readonly caption: string;
}

/** Draws D(K_0 || K_n) against n; flows that run to order have no limit and leave the picture at its top. */
export function drawDecimationFlow(
  { flows, caption }: DecimationInput,
  options: FigureOptions,
): Promise<Figure> {
  const curves = flows.map(({ couplings, forward, limits }) => ({
    start: couplings[0] as number,
    limit: limits.forward,
    points: Array.from(forward, (value, step) => ({ step, value })).filter(({ value }) =>
      Number.isFinite(value),
    ),
  }));
  const top = topOf(curves);
  const steps = flows.reduce((most, { couplings }) => Math.max(most, couplings.length - 1), 1);
  const drawing: Drawing = {
    name: "decimation-flow",
    title: "Relative entropy along a decimation",
    caption: `${caption} Dashed: limits. A curve without one runs to order, where the relative entropy grows without bound.`,
    aspect: 0.55,
    table: {
      columns: ["K_0", "step", "K", "D(K_0||K)", "D(K||K_0)"],
      rows: flows.flatMap(({ couplings, forward, reverse }) =>
        Array.from(couplings, (K, step) => [
          couplings[0] as number,
          step,
          K,
          forward[step] as number,
          reverse[step] as number,
        ]),
      ),
    },
    plot: (plot, theme) => ({
      marginRight: 96,
      x: {
        label: "decimation step →",
        labelAnchor: "center",
        labelArrow: "none",
        domain: [0, steps],
        ticks: Math.min(10, steps),
        tickFormat: "d",
      },
      y: {
        label: "↑ relative entropy per site, nats",
        labelArrow: "none",
        grid: true,
        domain: [0, top],
        tickFormat: (value: number) => formatNumber(value, 3),
      },
      marks: [
        ...curves.flatMap(({ start, limit, points }) => {
          const shown = points.filter(({ value }) => value <= top);
          const end = shown.at(-1);
          return [
            ...(Number.isFinite(limit)
              ? [plot.ruleY([limit], { stroke: theme.muted, strokeDasharray: "5,4" })]
              : []),
            plot.line(points, { x: "step", y: "value", stroke: theme.theory, strokeWidth: 2, clip: true }),
            plot.dot(shown, { x: "step", y: "value", r: 3, fill: theme.theory }),
            ...(end === undefined
              ? []
              : [
                  plot.text([end], {
                    ...{ x: Number.isFinite(limit) ? steps : "step", y: "value", fill: "currentColor" },
                    ...(Number.isFinite(limit)
                      ? { dx: 10, textAnchor: "start" }
                      : { dx: -8, textAnchor: "end" }),
                    text: () => `K₀ = ${formatNumber(start, 4)}`,
                  }),
                ]),
          ];
        }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

/** Above the largest finite limit, so that curves that run to order are seen to leave; without one, above all values. */
function topOf(
  curves: readonly { readonly limit: number; readonly points: readonly { value: number }[] }[],
): number {
  const limits = curves.map(({ limit }) => limit).filter(Number.isFinite);
  if (limits.length > 0) return 1.5 * Math.max(...limits) || 1;
  return 1.05 * Math.max(...curves.flatMap(({ points }) => points.map(({ value }) => value))) || 1;
}
