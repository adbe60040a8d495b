/**
 * Spectra of all layers as ridgelines: one curve per layer, the density of log10 eigenvalue, the input at the top. Few layers are
 * drawn one by one; of many a readable selection is drawn, evenly spaced, the first and the last among them. A dot marks the
 * largest eigenvalue, because an outlier carries weight but hardly any count.
 */
import type { Markish } from "@observablehq/plot";
import { formatNumber, type Theme } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";
import { svgMaker } from "./svg-maker.ts";

/** One layer's eigenvalues of sum 1; `GramSpectrum` is one. */
export interface LayerSpectrum {
  readonly layer: number;
  readonly eigenvalues: ArrayLike<number>;
  /** Entropy over log n, written at the right. */
  readonly entropy: number;
}

/** Input of `drawSpectraRidgeline`. */
export interface RidgelineInput {
  readonly layers: readonly LayerSpectrum[];
  readonly caption: string;
  readonly title?: string;
  /** Eigenvalues below are left out as rounding. Default 1e-9. */
  readonly floor?: number;
}

/** Most ridges in one picture. */
const MOST_RIDGES = 32;
/** Points of a curve. */
const POINTS = 160;
/** Height of the highest ridge in units of the distance between two baselines. */
const OVERLAP = 2.6;
const DEFAULT_FLOOR = 1e-9;

/** At most `most` indices of `count`, evenly spaced, the first and the last among them. */
export function selectEvenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** A curve over log10 of the eigenvalue. */
export interface Ridge {
  readonly layer: number;
  /** log10 of the eigenvalue, ascending. */
  readonly x: Float64Array;
  /** Eigenvalues per decade, as a share of all of them. */
  readonly density: Float64Array;
}

/**
 * Kernel density estimate of log10 eigenvalue with a Gaussian of fixed width: shares of all eigenvalues (those below the floor
 * included), so that the area under a ridge is the share that is left.
 *
 * @param domain - range of log10 eigenvalue.
 * @param width - standard deviation of the Gaussian in decades.
 */
export function ridgeOf(
  { layer, eigenvalues }: LayerSpectrum,
  domain: readonly [number, number],
  width: number,
  floor: number,
): Ridge {
  const [low, high] = domain;
  const x = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const density = new Float64Array(POINTS);
  const norm = 1 / (Math.sqrt(2 * Math.PI) * width * eigenvalues.length);
  for (let k = 0; k < eigenvalues.length; k++) {
    const value = eigenvalues[k] as number;
    if (value < floor) continue;
    const centre = Math.log10(value);
    for (let i = 0; i < POINTS; i++) {
      const z = ((x[i] as number) - centre) / width;
      if (Math.abs(z) < 6) density[i] = (density[i] as number) + norm * Math.exp(-0.5 * z * z);
    }
  }
  return { layer, x, density };
}

/** Draws the ridgelines. */
export function drawSpectraRidgeline(input: RidgelineInput, options: FigureOptions): Promise<Figure> {
  const { layers, caption, floor = DEFAULT_FLOOR } = input;
  const chosen = selectEvenly(layers.length, MOST_RIDGES).map((index) => layers[index] as LayerSpectrum);
  const domain = domainOf(chosen, floor);
  const width = (domain[1] - domain[0]) / 60;
  const ridges = chosen.map((layer) => ridgeOf(layer, domain, width, floor));
  const highest = ridges.reduce((most, { density }) => Math.max(most, ...density), 0) || 1;
  const overlap = Math.min(OVERLAP, 0.9 + chosen.length / 6);
  const below = (row: number): number => chosen.length - 1 - row;
  const points = ridges.map(({ x, density }, row) =>
    Array.from(x, (at, i) => ({
      x: at,
      base: below(row),
      y: below(row) + (overlap * (density[i] as number)) / highest,
    })),
  );
  const largest = chosen.map(({ eigenvalues }, row) => ({
    x: Math.log10(Math.max(floor, eigenvalues[0] as number)),
    y: below(row),
  }));
  const labels = labelledRows(chosen.length);
  const drawing: Drawing = {
    name: "spectra-ridgeline",
    title: input.title ?? "Gram spectra of all layers",
    caption: [
      caption,
      "One ridge per layer, the input at the top; dots are largest eigenvalues, numbers at the right entropies.",
      ...(chosen.length < layers.length ? [`${chosen.length} of ${layers.length} layers are drawn.`] : []),
    ].join(" "),
    aspect: Math.min(1.15, Math.max(0.55, 0.3 + chosen.length * 0.028)),
    table: {
      columns: ["layer", "entropy", "index", "eigenvalue"],
      rows: layers.flatMap(({ layer, entropy, eigenvalues }) =>
        Array.from(eigenvalues, (value, k) => [layer, entropy, k + 1, value]),
      ),
    },
    axis: {
      name: "depth",
      column: "layer",
      place: (value, { x, y }) => {
        const row = chosen.findIndex(({ layer }) => layer === value);
        const [left, right] = x.range;
        return row < 0 ? null : { x: left, y: y.apply(below(row)), width: right - left, height: 0 };
      },
    },
    plot: (plot, theme) => ({
      marginRight: 64,
      marginTop: 28,
      x: {
        domain: [...domain],
        label: "eigenvalue of the density matrix →",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: decades(domain),
        tickFormat: (log: number) => formatNumber(10 ** log, 1),
        grid: true,
      },
      y: { axis: null, domain: [-0.35, chosen.length - 1 + overlap] },
      marks: [
        ridgesMark(points, largest, theme),
        plot.text(labels, {
          x: domain[0],
          y: (row: number) => below(row),
          text: (row: number) => nameOf(chosen[row] as LayerSpectrum),
          textAnchor: "end",
          dx: -8,
          fill: "currentColor",
        }),
        plot.text(labels, {
          x: domain[1],
          y: (row: number) => below(row),
          text: (row: number) => (chosen[row] as LayerSpectrum).entropy.toFixed(3),
          textAnchor: "start",
          dx: 8,
          fill: "currentColor",
          fontVariant: "tabular-nums",
        }),
        plot.text(["entropy"], { frameAnchor: "top-right", dx: 56, dy: -22, fill: theme.muted }),
        plot.text(["layer"], { frameAnchor: "top-left", dx: -40, dy: -22, fill: theme.muted }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

interface RidgePoint {
  readonly x: number;
  readonly base: number;
  readonly y: number;
}

/** All ridges in one mark, from the back to the front: as marks of their own they would take most of the drawing's time. */
function ridgesMark(
  ridges: readonly (readonly RidgePoint[])[],
  largest: readonly { readonly x: number; readonly y: number }[],
  theme: Theme,
): Markish {
  return (_index, scales, _channels, _dimensions, context) => {
    const make = svgMaker(context.document);
    const scaleX = scales.x as unknown as (value: number) => number;
    const scaleY = scales.y as unknown as (value: number) => number;
    const at = (x: number, y: number): string => `${scaleX(x).toFixed(2)},${scaleY(y).toFixed(2)}`;
    const group = make("g", {});
    ridges.forEach((ridge, row) => {
      const [first, last] = [ridge[0] as RidgePoint, ridge.at(-1) as RidgePoint];
      const line = `M${ridge.map(({ x, y }) => at(x, y)).join("L")}`;
      const area = `${line}L${at(last.x, last.base)}L${at(first.x, first.base)}Z`;
      const dot = largest[row] as { readonly x: number; readonly y: number };
      group.append(
        make("path", { d: area, fill: theme.background, "fill-opacity": 0.75 }),
        make("path", { d: area, fill: theme.theory, "fill-opacity": 0.25 }),
        make("path", { d: line, fill: "none", stroke: theme.theory, "stroke-width": 1.25 }),
        make("circle", {
          ...{ cx: scaleX(dot.x), cy: scaleY(dot.y), r: 3, fill: theme.measured },
          ...{ stroke: theme.background, "stroke-width": 0.75 },
        }),
      );
    });
    return group;
  };
}

const nameOf = ({ layer }: LayerSpectrum): string => (layer === 0 ? "input" : String(layer));

/** Rows with a label: all of few, every second or third of many; always the first and the last. */
function labelledRows(count: number): number[] {
  return selectEvenly(count, count <= 24 ? count : Math.ceil(count / 2));
}

/** Whole decades around all eigenvalues above the floor. */
function domainOf(layers: readonly LayerSpectrum[], floor: number): [number, number] {
  let smallest = 1;
  for (const { eigenvalues } of layers)
    for (let k = 0; k < eigenvalues.length; k++) {
      const value = eigenvalues[k] as number;
      if (value >= floor) smallest = Math.min(smallest, value);
    }
  return [Math.min(-2, Math.floor(Math.log10(smallest) - 0.2)), 0.2];
}

function decades([low]: readonly [number, number]): number[] {
  const step = Math.ceil(-low / 8);
  return Array.from({ length: Math.floor(-low / step) + 1 }, (_, i) => -i * step).reverse();
}
