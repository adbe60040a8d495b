/**
 * Discrete JT gravity along a scan. Over E: the free energy per triangle in units of h against (J - E) / h, the size of the
 * region, and the resolvent exp(-F) against E. Over beta: log Z, energy and size. Points are simulations, curves exact
 * (solid) or mean field without the constraint (dashed).
 */
import type { Markish } from "@observablehq/plot";
import type { Estimate } from "../base/index.ts";
import { formatNumber, type Theme } from "./basics/index.ts";
import { drawFigure, type Figure, type FigureOptions, type PlotLibrary } from "./figure.ts";
import { stackPanels } from "./ising-scan.ts";

/** Quantities of a scan. */
export type JtQuantity = "freeEnergy" | "energy" | "up" | "wall";

/** One simulated point; F is null at beta = 0. */
export interface JtScanPoint extends Readonly<Record<"energy" | "up" | "wall", Estimate>> {
  readonly beta: number;
  readonly resolventEnergy: number;
  readonly freeEnergy: Estimate | null;
}

/** A curve, point by point. */
export interface JtScanCurve {
  readonly kind: "exact" | "mean-field";
  readonly points: readonly (Readonly<Record<JtQuantity, number>> & {
    readonly beta: number;
    readonly resolventEnergy: number;
  })[];
}

/** A scan. */
export interface JtScanInput {
  readonly q: number;
  readonly layers: number;
  readonly cells: number;
  readonly field: number;
  readonly coupling: number;
  readonly over: "beta" | "energy";
  readonly points: readonly JtScanPoint[];
  readonly curves: readonly JtScanCurve[];
}

interface Panel {
  readonly name: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  readonly isLog?: boolean;
}

interface Series {
  readonly bars: readonly { x: number; y: number; low: number; high: number }[];
  readonly lines: readonly { x: number; y: number; kind: string }[];
}

type At = Readonly<{ beta: number; resolventEnergy: number }>;

/** Draws a scan of at least two points. */
export async function drawJtScan(input: JtScanInput, options: FigureOptions): Promise<Figure> {
  const { q, layers, cells, over, points, curves } = input;
  const [first] = points;
  const fixed =
    over === "energy"
      ? `β = ${formatNumber(first?.beta ?? 0, 4)}`
      : `E = ${formatNumber(first?.resolventEnergy ?? 0, 4)}`;
  const title = `Discrete JT gravity on {3,${q}}, ${cells} triangles, ${fixed}`;
  const kinds = new Set(curves.map(({ kind }) => kind));
  const caption = [
    "Points are simulations with one standard error",
    kinds.has("exact") ? ", solid curves are exact" : "",
    kinds.has("mean-field") ? ", dashed ones mean field without the constraint on the wall" : "",
    over === "energy"
      ? ". For large J − E the region is a single triangle, for large negative J − E its wall runs to the cutoff; gravity lives between."
      : ".",
  ].join("");
  const table = {
    columns: [
      "beta",
      "E",
      "(J - E) / h",
      "F",
      "F error",
      "<H>",
      "<H> error",
      "<L>",
      "<L> error",
      "<N_up>",
      "<N_up> error",
    ],
    rows: points.map((p) => [
      ...[p.beta, p.resolventEnergy, (input.coupling - p.resolventEnergy) / input.field],
      ...[p.freeEnergy?.value ?? null, p.freeEnergy?.stderr ?? null, p.energy.value, p.energy.stderr],
      ...[p.wall.value, p.wall.stderr, p.up.value, p.up.stderr],
    ]),
  };
  const panels: Figure[] = [];
  for (const panel of panelsOf(input))
    panels.push(
      await drawFigure(
        {
          name: `jt-${panel.name}`,
          title,
          caption,
          table,
          aspect: 0.4,
          plot: (plot, theme) => plotPanel(plot, theme, panel),
        },
        options,
      ),
    );
  return stackPanels(panels, { name: `jt-scan-${layers}`, title, caption, table }, options);
}

function panelsOf(input: JtScanInput): Panel[] {
  const { cells, field, coupling, over } = input;
  const xs =
    over === "beta" ? ({ beta }: At) => beta : ({ resolventEnergy: E }: At) => (coupling - E) / field;
  const x = over === "beta" ? "inverse temperature β →" : "(J − E) / h →";
  const size: Panel = {
    name: "size",
    x,
    y: "per triangle: ● wall L, ■ area N",
    series: [seriesOf(input, "wall", xs, (L) => L / cells), seriesOf(input, "up", xs, (N) => N / cells)],
  };
  if (over === "beta")
    return [
      {
        // F itself diverges at beta = 0
        name: "free-energy",
        x,
        y: "log Z = −βF",
        series: [seriesOf(input, "freeEnergy", xs, (F, { beta }) => -beta * F)],
      },
      { name: "energy", x, y: "energy ⟨H⟩", series: [seriesOf(input, "energy", xs)] },
      size,
    ];
  return [
    {
      name: "free-energy",
      x,
      y: "f / h, f = F / N",
      series: [seriesOf(input, "freeEnergy", xs, (F) => F / (cells * field))],
    },
    size,
    {
      name: "resolvent",
      x: "E →",
      y: "resolvent exp(−F)",
      isLog: true,
      series: [
        seriesOf(
          input,
          "freeEnergy",
          ({ resolventEnergy }) => resolventEnergy,
          (F) => Math.exp(-F),
        ),
      ],
    },
  ];
}

function seriesOf(
  { points, curves }: JtScanInput,
  quantity: JtQuantity,
  x: (at: At) => number,
  y: (value: number, at: At) => number = (value) => value,
): Series {
  return {
    bars: points.flatMap((point) => {
      const estimate = point[quantity];
      if (estimate === null) return [];
      const { value, stderr } = estimate;
      return [
        {
          x: x(point),
          y: y(value, point),
          low: y(value - (stderr ?? 0), point),
          high: y(value + (stderr ?? 0), point),
        },
      ];
    }),
    lines: curves.flatMap(({ kind, points: list }) =>
      list
        .filter((point) => Number.isFinite(point[quantity]))
        .map((point) => ({ x: x(point), y: y(point[quantity], point), kind })),
    ),
  };
}

function plotPanel(
  plot: PlotLibrary,
  theme: Theme,
  panel: Panel,
): ReturnType<Parameters<typeof drawFigure>[0]["plot"]> {
  const colors = [theme.measured, theme.accent];
  const marks: Markish[] = panel.series.flatMap(({ bars, lines }, k) => {
    const color = panel.series.length === 1 ? theme.theory : (colors[k] as string);
    const ofKind = (kind: string) => lines.filter((line) => line.kind === kind);
    return [
      plot.line(ofKind("exact"), { x: "x", y: "y", stroke: color, strokeWidth: 2 }),
      plot.line(ofKind("mean-field"), { x: "x", y: "y", stroke: theme.muted, strokeDasharray: "5,4" }),
      plot.ruleX(bars, { x: "x", y1: "low", y2: "high", stroke: colors[k] as string, strokeWidth: 1.5 }),
      plot.dot(bars, {
        ...{ x: "x", y: "y", r: 3.2, fill: colors[k] as string, symbol: k === 0 ? "circle" : "square" },
        ...{ stroke: theme.background, strokeWidth: 0.75 },
      }),
    ];
  });
  return {
    x: { label: panel.x, labelAnchor: "center", labelArrow: "none", inset: 6 },
    y: {
      label: `↑ ${panel.y}`,
      labelArrow: "none",
      grid: true,
      ...(panel.isLog === true
        ? { type: "log", tickFormat: (v: number) => `1e${Math.round(Math.log10(v))}`, ticks: 6 }
        : { nice: true }),
    },
    marks,
  };
}
