/** A kernel matrix as a picture: a cell for each pair of examples, which the caller has put in a telling order (by class, say). */
import { formatNumber } from "./basics/index.ts";
import { type Drawing, drawFigure, type Figure, type FigureOptions } from "./figure.ts";
import { colorBarMark, heatMapMark, type Shading } from "./heatmap.ts";

/** What the figure shows. */
export interface KernelMapInput {
  /** Identifier: "nngp-map". */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** Symbol at the colour bar: "K(x, y)". */
  readonly quantity: string;
  /** [size, size], row by row. */
  readonly values: ArrayLike<number>;
  readonly size: number;
  /** Groups of neighbouring rows, in order; their counts add up to `size`. */
  readonly groups: readonly { readonly label: string; readonly count: number }[];
}

/** Pairs in the table; of more, every so many rows and columns. */
const MOST_IN_TABLE = 24;

/** Draws the matrix with its first row at the top. */
export function drawKernelMap(input: KernelMapInput, options: FigureOptions): Promise<Figure> {
  const { name, title, caption, quantity, values, size, groups } = input;
  const shading = shadingOf(values);
  const centres = Array.from({ length: size }, (_, i) => i + 0.5);
  // a heat map counts rows from the bottom
  const flipped = Array.from(
    { length: size * size },
    (_, k) => values[(size - 1 - Math.floor(k / size)) * size + (k % size)] as number,
  );
  const { borders, middles } = placesOf(groups);
  const ticks = [shading.min, (shading.min + shading.max) / 2, shading.max];
  const drawing: Drawing = {
    ...{ name, title, caption },
    aspect: 0.78,
    table: tableOf(input),
    plot: (plot, theme) => ({
      ...{ marginLeft: 76, marginRight: 92, marginBottom: 36, marginTop: 20 },
      x: { domain: [0, size], axis: null },
      y: { domain: [0, size], axis: null },
      marks: [
        heatMapMark({ x: centres, y: centres, values: flipped }, shading),
        plot.ruleX(borders, { stroke: theme.background, strokeWidth: 1.5 }),
        plot.ruleY(borders, {
          y: (border: number) => size - border,
          stroke: theme.background,
          strokeWidth: 1.5,
        }),
        plot.text(middles, {
          ...{ x: "at", y: 0, text: "label", textAnchor: "middle", dy: 14, fill: "currentColor" },
        }),
        plot.text(middles, {
          ...{ x: 0, y: ({ at }: { at: number }) => size - at, text: "label", textAnchor: "end", dx: -8 },
          fill: "currentColor",
        }),
        colorBarMark(shading, { label: quantity, ticks, format: (value) => formatNumber(value, 3) }),
      ],
    }),
  };
  return drawFigure(drawing, options);
}

function shadingOf(values: ArrayLike<number>): Shading {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { scale: "viridis", min, max: max > min ? max : min + 1 };
}

function placesOf(groups: KernelMapInput["groups"]): {
  readonly borders: number[];
  readonly middles: { readonly at: number; readonly label: string }[];
} {
  let end = 0;
  const middles = groups.map(({ label, count }) => {
    const at = end + count / 2;
    end += count;
    return { at, label };
  });
  let border = 0;
  const borders = groups.slice(0, -1).map(({ count }) => {
    border += count;
    return border;
  });
  return { borders, middles };
}

function tableOf({ values, size, groups }: KernelMapInput): Figure["table"] {
  const step = Math.max(1, Math.ceil(size / MOST_IN_TABLE));
  const names = groups.flatMap(({ label, count }) =>
    Array.from({ length: count }, (_, i) => `${label} #${i + 1}`),
  );
  const shown = names.map((_, i) => i).filter((i) => i % step === 0);
  return {
    columns: ["example", ...shown.map((i) => names[i] as string)],
    rows: shown.map((i) => [names[i] as string, ...shown.map((j) => values[i * size + j] as number)]),
  };
}
