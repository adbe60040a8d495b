/**
 * Several flows in one picture: the Gram entropy of the reconstructed inputs against depth, one curve for each network,
 * told apart by colour, dashes and a name in the order of the values at their ends.
 */
import type { Theme } from "./basics/index.ts";
import { type Drawing, drawFigure, FIGURE_WIDTH, type Figure, type FigureOptions } from "./figure.ts";
import { entropyScale } from "./flow-curve.ts";

/** One flow. */
export interface ComparedFlow {
  /** Short: "σ_w² = 1.76". */
  readonly label: string;
  readonly points: readonly { readonly depth: number; readonly gram: { readonly value: number } }[];
}

const DASHES = ["", "7,4", "2,3", "9,3,2,3", "4,2"] as const;

/** Colours of the curves, in turn; from the fourth on the dashes differ too. */
function colorOf(theme: Theme, index: number): string {
  const colors = [theme.measured, theme.theory, theme.accent, theme.foreground, theme.muted];
  return colors[index % colors.length] as string;
}

/** Draws the curves of one flow or more. */
export function drawFlowOverlay(
  { flows }: { readonly flows: readonly ComparedFlow[] },
  options: FigureOptions,
): Promise<Figure> {
  const depths = [...new Set(flows.flatMap(({ points }) => points.map(({ depth }) => depth)))].sort(
    (a, b) => a - b,
  );
  const last = depths.at(-1) ?? 1;
  const highest = Math.max(0.05, ...flows.flatMap(({ points }) => points.map(({ gram }) => gram.value)));
  const at = ({ points }: ComparedFlow, depth: number): number | null =>
    points.find((point) => point.depth === depth)?.gram.value ?? null;
  const endOf = ({ points }: ComparedFlow): number => points.at(-1)?.gram.value ?? 0;
  const ordered = flows.map((flow, index) => ({ flow, index })).sort((a, b) => endOf(b.flow) - endOf(a.flow));
  const drawing: Drawing = {
    name: "flow-overlay",
    title: "Flows side by side",
    caption:
      "Gram entropy of the inputs as they can be reconstructed from each depth, one curve for each network; names in the order of the values at the end. The higher the curve, the more of the input is left.",
    aspect: (options.width ?? FIGURE_WIDTH) < 520 ? 0.8 : 0.56,
    table: {
      columns: ["depth", ...flows.map(({ label }) => `S reconstructed, ${label}`)],
      rows: depths.map((depth) => [depth, ...flows.map((flow) => at(flow, depth))]),
    },
    axis: { name: "depth", column: "depth" },
    valueScale: "linear",
    plot: (plot, theme, valueScale) => ({
      marginRight: 128,
      x: {
        ...{ label: "depth (blocks) →", labelAnchor: "center", labelArrow: "none" },
        ...{ domain: [0, last], tickFormat: "d" },
        ticks: Math.min(10, last, Math.floor(((options.width ?? FIGURE_WIDTH) - 190) / 45)),
      },
      y: {
        label: "↑ Gram entropy S / ln n",
        labelArrow: "none",
        grid: true,
        ...entropyScale(
          valueScale,
          Math.min(1.02, 1.08 * highest),
          flows.flatMap(({ points }) => points),
        ),
      },
      marks: ordered.flatMap(({ flow, index }, row) => {
        const [stroke, dash] = [colorOf(theme, index), DASHES[index % DASHES.length] as string];
        const points = flow.points
          .map(({ depth, gram }) => ({ depth, value: gram.value }))
          .filter(({ value }) => valueScale === "linear" || value > 0);
        const y = 4 + 18 * row;
        return [
          plot.line(points, { x: "depth", y: "value", stroke, strokeWidth: 2, strokeDasharray: dash }),
          plot.dot(points, { x: "depth", y: "value", r: 2.5, fill: stroke }),
          plot.text([flow.label], {
            ...{ text: (label: string) => label, frameAnchor: "top-right", textAnchor: "start" },
            ...{ dx: 10, dy: y, fill: stroke, fontWeight: "bold" },
          }),
        ];
      }),
    }),
  };
  return drawFigure(drawing, options);
}
