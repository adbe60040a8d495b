/**
 * A temperature scan: magnetisation, energy and heat capacity against temperature, one above the other; simulated points with error
 * bars, exact curves, and vertical lines at known transitions.
 */
import type { Markish } from "@observablehq/plot";
import type { Estimate } from "../base/index.ts";
import { formatNumber, LIGHT_THEME, type Theme } from "./basics/index.ts";
import { drawFigure, type Figure, type FigureOptions, type PlotLibrary } from "./figure.ts";

/** Quantities of a scan. */
export type ScanQuantity = "magnetization" | "energy" | "heatCapacity";

/** One simulated temperature. */
export interface ScanPoint extends Readonly<Record<ScanQuantity, Estimate>> {
  readonly temperature: number;
}

/** An exact curve, point by point. */
export interface ScanCurve {
  readonly quantity: ScanQuantity;
  readonly label: string;
  readonly temperature: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

/** A scan. */
export interface IsingScanInput {
  /** "square:32, periodic". */
  readonly lattice: string;
  /** What `magnetization` is: "<|m|>", or "<s> of the centre". */
  readonly order: string;
  readonly points: readonly ScanPoint[];
  readonly curves: readonly ScanCurve[];
  readonly transitions: readonly { readonly temperature: number; readonly label: string }[];
}

const PANELS: readonly (readonly [quantity: ScanQuantity, label: string])[] = [
  ["magnetization", "order"],
  ["energy", "energy u"],
  ["heatCapacity", "heat capacity c"],
];

/** Draws a scan of at least two temperatures. */
export async function drawIsingScan(input: IsingScanInput, options: FigureOptions): Promise<Figure> {
  const { lattice, points, curves, transitions } = input;
  const exactOnes = [...new Set(curves.map(({ label }) => label))];
  const title = `Ising model on ${lattice}`;
  const caption = [
    "Points are simulations with one standard error",
    exactOnes.length === 0 ? "" : `, lines are exact (${exactOnes.join("; ")})`,
    transitions.length === 0
      ? ""
      : `; dashed: ${transitions.map(({ label, temperature }) => `${label}, T = ${formatNumber(temperature, 5)}`).join("; ")}`,
    `. Above: ${input.order}.`,
  ].join("");
  const table = {
    columns: ["temperature", ...PANELS.flatMap(([quantity]) => [quantity, `${quantity} error`])],
    rows: points.map((point) => [
      point.temperature,
      ...PANELS.flatMap(([quantity]) => [point[quantity].value, point[quantity].stderr]),
    ]),
  };
  const panels: Figure[] = [];
  for (const [k, [quantity, label]] of PANELS.entries()) {
    const name = `scan-${quantity}`;
    panels.push(
      await drawFigure(
        {
          name,
          title: `${title}: ${label}`,
          caption,
          table,
          aspect: k === PANELS.length - 1 ? 0.4 : 0.33,
          plot: (plot, theme) => panel(plot, theme, input, quantity, label, k),
        },
        options,
      ),
    );
  }
  return stackPanels(panels, { name: "ising-scan", title, caption, table }, options);
}

function panel(
  plot: PlotLibrary,
  theme: Theme,
  { points, curves, transitions }: IsingScanInput,
  quantity: ScanQuantity,
  label: string,
  index: number,
): Parameters<PlotLibrary["plot"]>[0] & object {
  const temperatures = [
    ...points.map(({ temperature }) => temperature),
    ...curves.flatMap(({ temperature }) => Array.from(temperature)),
  ];
  const domain = [Math.min(...temperatures), Math.max(...temperatures)];
  const isLast = index === PANELS.length - 1;
  const bars = points.map((point) => {
    const { value, stderr } = point[quantity];
    return { temperature: point.temperature, value, low: value - (stderr ?? 0), high: value + (stderr ?? 0) };
  });
  const lines = curves
    .filter((curve) => curve.quantity === quantity)
    .flatMap(({ temperature, value, label: name }) =>
      Array.from(temperature, (x, i) => ({ x, y: value[i] as number, name })),
    )
    .filter(({ y }) => Number.isFinite(y));
  const known = transitions.filter(
    ({ temperature: T }) => T >= (domain[0] as number) && T <= (domain[1] as number),
  );
  const marks: Markish[] = [
    plot.ruleX(known, {
      x: "temperature",
      stroke: theme.muted,
      strokeDasharray: "5,4",
    }),
    plot.line(lines, {
      ...{ x: "x", y: "y", z: "name", stroke: theme.theory, strokeWidth: 2 },
      // few exact points are joined smoothly without overshooting
      curve: "monotone-x",
    }),
    plot.ruleX(bars, { x: "temperature", y1: "low", y2: "high", stroke: theme.measured, strokeWidth: 1.5 }),
    plot.dot(bars, {
      ...{ x: "temperature", y: "value", r: 3.2, fill: theme.measured },
      ...{ stroke: theme.background, strokeWidth: 0.75 },
    }),
  ];
  if (index === 0)
    marks.push(
      plot.text(known, {
        ...{ x: "temperature", text: "label", frameAnchor: "top", dy: -12, fill: theme.muted, fontSize: 12 },
      }),
    );
  return {
    x: {
      domain,
      inset: 6,
      label: isLast ? "temperature T (J / k) →" : null,
      labelAnchor: "center",
      labelArrow: "none",
      ...(isLast ? {} : { tickFormat: () => "" }),
    },
    y: { label: `↑ ${label}`, labelArrow: "none", grid: true, nice: true },
    marginBottom: isLast ? 44 : 14,
    marks,
  };
}

/** Drawings one above the other in one svg element. */
export function stackPanels(
  panels: readonly Figure[],
  described: Omit<Figure, "svg">,
  { document, theme = LIGHT_THEME }: FigureOptions,
): Figure {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg") as SVGSVGElement;
  let top = 0;
  let width = 0;
  for (const { svg: inner } of panels) {
    const part = inner.cloneNode(true) as SVGSVGElement;
    for (const tag of ["title", "desc"]) part.querySelector(tag)?.remove();
    for (const attribute of ["role", "aria-labelledby", "data-figure", "style"])
      part.removeAttribute(attribute);
    part.setAttribute("y", String(top));
    top += Number(inner.getAttribute("height"));
    width = Math.max(width, Number(inner.getAttribute("width")));
    svg.append(part);
  }
  const { name, title, caption } = described;
  const attributes: Readonly<Record<string, string>> = {
    xmlns: namespace,
    viewBox: `0 0 ${width} ${top}`,
    width: String(width),
    height: String(top),
    role: "img",
    "aria-labelledby": `${name}-title ${name}-desc`,
    "data-figure": name,
    "font-family": "system-ui, sans-serif",
    "font-size": "13",
    color: theme.foreground,
    style: `background:${theme.background};max-width:100%;height:auto;color:${theme.foreground}`,
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const [tag, text] of [
    ["desc", caption],
    ["title", title],
  ] as const) {
    const element = document.createElementNS(namespace, tag);
    element.textContent = text;
    element.setAttribute("id", `${name}-${tag}`);
    svg.prepend(element);
  }
  return { ...described, svg };
}
