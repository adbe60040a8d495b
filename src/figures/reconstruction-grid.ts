/**
 * Pictures in a grid: a row per example and a column per depth, so that one sees at which depth the inputs become alike.
 * Long grids go on in further bands. Also used for class prototypes and single channels.
 */
import type { Markish } from "@observablehq/plot";
import type { Theme } from "./basics/index.ts";
import { type Drawing, drawFigure, FIGURE_WIDTH, type Figure, type FigureOptions } from "./figure.ts";
import { encodePng, pngDataUrl } from "./png.ts";
import { svgMaker } from "./svg-maker.ts";

/** One column: the same examples at one depth. */
export interface PictureColumn {
  /** Above the column: "input", "12". */
  readonly label: string;
  /** [examples, channels, height, width]. */
  readonly pixels: ArrayLike<number>;
}

/** A grid of pictures. */
export interface PictureGridInput {
  /** Identifier: "reconstructions", "prototypes". */
  readonly name: string;
  readonly title: string;
  /** What to see. */
  readonly caption: string;
  /** [channels, height, width]; 1 or 3 channels are shown, of others the mean. */
  readonly shape: readonly [number, number, number];
  /** Beside each row. */
  readonly rows: readonly string[];
  readonly columns: readonly PictureColumn[];
  /** Values drawn black and white; chosen from the first column otherwise. */
  readonly range?: readonly [number, number];
  /** Every picture has its own black and white. Default false. */
  readonly isScaledApart?: boolean;
  /** Columns are depths, in order from 0. */
  readonly isByDepth?: boolean;
}

/** Columns side by side before a new band begins. */
const BAND = 17;
const GAP = 2;
const LABEL_HEIGHT = 18;
/** Room for the longest name of a row at font size 11, "example 8" or "prototype". */
const LABEL_WIDTH = 66;

/** Draws the grid; new columns take a turn each. */
export async function drawPictureGrid(input: PictureGridInput, options: FigureOptions): Promise<Figure> {
  const { name, title, caption, columns, rows } = input;
  const { how } = scalingOf(input);
  for (const column of columns) {
    if (painted.get(column.pixels)?.how === how) continue;
    await options.turn?.();
    paintColumn(input, column);
  }
  const width = options.width ?? FIGURE_WIDTH;
  const inBand = Math.min(BAND, columns.length);
  const cell = Math.min(64, (width - LABEL_WIDTH) / inBand);
  const bands = Math.ceil(columns.length / inBand);
  const bandHeight = LABEL_HEIGHT + cell * rows.length;
  const drawing: Drawing = {
    name,
    title,
    caption,
    aspect: (bands * bandHeight + 4) / width,
    table: tableOf(input),
    ...(input.isByDepth === true
      ? {
          axis: {
            name: "depth",
            column: "column",
            meaning: (label: string) => columns.findIndex((column) => column.label === label),
            place: (depth: number) => ({
              x: LABEL_WIDTH + (depth % inBand) * cell,
              y: Math.floor(depth / inBand) * bandHeight + LABEL_HEIGHT,
              ...{ width: cell, height: cell * rows.length },
            }),
          },
        }
      : {}),
    plot: (_plot, theme) => ({
      ...{ marginTop: 0, marginRight: 0, marginBottom: 0, marginLeft: 0 },
      ...{ x: { axis: null, domain: [0, 1] }, y: { axis: null, domain: [0, 1] } },
      marks: [gridMark(input, { cell, inBand, bandHeight }, theme)],
    }),
  };
  return drawFigure(drawing, options);
}

interface Layout {
  readonly cell: number;
  readonly inBand: number;
  readonly bandHeight: number;
}

function gridMark(input: PictureGridInput, { cell, inBand, bandHeight }: Layout, theme: Theme): Markish {
  const { columns, rows } = input;
  return (_index, _scales, _channels, _dimensions, context) => {
    const make = svgMaker(context.document);
    const group = make("g", { fill: theme.foreground, "font-size": 11 });
    for (let first = 0; first < columns.length; first += inBand) {
      const part = columns.slice(first, first + inBand);
      const top = (first / inBand) * bandHeight;
      part.forEach(({ label }, j) => {
        const x = LABEL_WIDTH + (j + 0.5) * cell;
        group.append(make("text", { x, y: top + 13, "text-anchor": "middle" }, label));
      });
      rows.forEach((row, i) => {
        const y = top + LABEL_HEIGHT + (i + 0.5) * cell;
        group.append(make("text", { x: LABEL_WIDTH - 6, y, dy: "0.32em", "text-anchor": "end" }, row));
      });
      part.forEach((column, j) => {
        group.append(
          make("image", {
            ...{ href: paintColumn(input, column), x: LABEL_WIDTH + j * cell, y: top + LABEL_HEIGHT },
            ...{ width: cell, height: cell * rows.length },
            ...{ preserveAspectRatio: "none", style: "image-rendering:pixelated" },
          }),
        );
      });
    }
    return group;
  };
}

/** Columns that were painted, by their pixels: grids that grow column by column paint each once. */
const painted = new WeakMap<object, { readonly how: string; readonly url: string }>();

/** The values that are black and white, and all that a painted column depends on beside its pixels. */
function scalingOf({ shape, rows, range, isScaledApart = false, columns }: PictureGridInput): {
  readonly shared: readonly [number, number];
  readonly how: string;
} {
  const size = shape[0] * shape[1] * shape[2];
  const shared = range ?? rangeOf((columns[0] as PictureColumn).pixels, 0, size * rows.length);
  return { shared, how: JSON.stringify([shape, rows.length, isScaledApart ? null : shared]) };
}

/** One column as a picture, with a transparent gap between its cells; grey unless there are three channels. */
function paintColumn(input: PictureGridInput, { pixels }: PictureColumn): string {
  const { shape, rows, isScaledApart = false } = input;
  const [channels, height, width] = shape;
  const size = channels * height * width;
  const { shared, how } = scalingOf(input);
  const known = painted.get(pixels);
  if (known?.how === how) return known.url;
  const colors = channels === 3 ? 3 : 1;
  const [stepX, stepY, bytes] = [width + GAP, height + GAP, colors + 1];
  const out = new Uint8Array(bytes * stepX * rows.length * stepY);
  rows.forEach((_, row) => {
    const from = row * size;
    const [low, high] = isScaledApart ? rangeOf(pixels, from, from + size) : shared;
    const scale = high > low ? 255 / (high - low) : 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = bytes * ((row * stepY + y) * stepX + x);
        for (let color = 0; color < colors; color++) {
          const value = pixelAt(pixels, from, y * width + x, color, channels, height * width);
          out[at + color] = Math.max(0, Math.min(255, Math.round((value - low) * scale)));
        }
        out[at + colors] = 255;
      }
    }
  });
  const url = pngDataUrl(encodePng(out, stepX, rows.length * stepY, colors === 3 ? "rgba" : "grey"));
  painted.set(pixels, { how, url });
  return url;
}

function pixelAt(
  pixels: ArrayLike<number>,
  from: number,
  position: number,
  color: number,
  channels: number,
  plane: number,
): number {
  if (channels === 3) return pixels[from + color * plane + position] as number;
  let sum = 0;
  for (let channel = 0; channel < channels; channel++)
    sum += pixels[from + channel * plane + position] as number;
  return sum / channels;
}

function rangeOf(values: ArrayLike<number>, from: number, to: number): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Mean and spread of every picture: what a reader without sight of it can follow. */
function tableOf({ columns, rows, shape }: PictureGridInput): Figure["table"] {
  const size = shape[0] * shape[1] * shape[2];
  return {
    columns: ["column", "row", "mean", "standard deviation"],
    rows: columns.flatMap(({ label, pixels }) =>
      rows.map((row, i) => {
        let [sum, squares] = [0, 0];
        for (let k = i * size; k < (i + 1) * size; k++) {
          const value = pixels[k] as number;
          sum += value;
          squares += value * value;
        }
        const mean = sum / size;
        return [label, row, mean, Math.sqrt(Math.max(0, squares / size - mean * mean))];
      }),
    ),
  };
}
