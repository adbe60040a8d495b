/** Grids of numbers as one picture inside a plot: a PNG with a pixel per cell, which stays small where rectangles would not. */
import type { Markish } from "@observablehq/plot";
import { type ColorScale, sampleSequential } from "./basics/index.ts";
import { encodePalettePng, encodePng, pngDataUrl } from "./png.ts";
import { svgMaker } from "./svg-maker.ts";

/** Values on a regular grid. */
export interface Grid {
  /** Cell centres from left to right, at least two, at equal distances. */
  readonly x: ArrayLike<number>;
  /** Cell centres from bottom to top, at least two, at equal distances. */
  readonly y: ArrayLike<number>;
  /** [y.length, x.length], row by row from the bottom. */
  readonly values: ArrayLike<number>;
}

/** How values become colours. */
export interface Shading {
  readonly scale: ColorScale;
  readonly min: number;
  readonly max: number;
}

/** Borders of the outermost cells, [low, high]. */
export function cellRange(centres: ArrayLike<number>): [number, number] {
  const first = centres[0] as number;
  const last = centres[centres.length - 1] as number;
  const half = centres.length > 1 ? (last - first) / (centres.length - 1) / 2 : 0.5;
  return [first - half, last + half];
}

/** A mark that fills the grid; cells that are not finite stay empty. */
export function heatMapMark(grid: Grid, shading: Shading): Markish {
  const url = pngDataUrl(paintGrid(grid, shading));
  const [x0, x1] = cellRange(grid.x);
  const [y0, y1] = cellRange(grid.y);
  return (_index, scales, _channels, _dimensions, context) => {
    const scaleX = scales.x as unknown as (value: number) => number;
    const scaleY = scales.y as unknown as (value: number) => number;
    const image = context.document.createElementNS("http://www.w3.org/2000/svg", "image");
    const attributes: Record<string, string | number> = {
      href: url,
      x: scaleX(x0),
      y: scaleY(y1),
      width: scaleX(x1) - scaleX(x0),
      height: scaleY(y0) - scaleY(y1),
      preserveAspectRatio: "none",
      style: "image-rendering:pixelated",
    };
    for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, String(value));
    return image;
  };
}

/** Pixels along an axis below which cells are repeated: viewers that smooth pictures then keep the cells' edges. */
const SHARP_PIXELS = 600;

/** Colours of a map; one more number stands for an empty cell. */
const COLORS = 255;

function paintGrid({ x, y, values }: Grid, { scale, min, max }: Shading): Uint8Array {
  const repeat = Math.max(1, Math.ceil(SHARP_PIXELS / Math.min(x.length, y.length)));
  const width = x.length * repeat;
  const height = y.length * repeat;
  const pixels = new Uint8Array(width * height).fill(COLORS);
  for (let row = 0; row < y.length; row++) {
    const start = (y.length - 1 - row) * repeat * width;
    for (let column = 0; column < x.length; column++) {
      const value = values[row * x.length + column] as number;
      if (!Number.isFinite(value)) continue;
      const position = Math.min(1, Math.max(0, (value - min) / (max - min)));
      const left = start + column * repeat;
      pixels.fill(Math.round((COLORS - 1) * position), left, left + repeat);
    }
    for (let i = 1; i < repeat; i++) pixels.copyWithin(start + i * width, start, start + width);
  }
  const colors = new Uint8Array(4 * (COLORS + 1));
  for (let i = 0; i < COLORS; i++) {
    colors.set([...sampleSequential(scale, i / (COLORS - 1)), 255], 4 * i);
  }
  return encodePalettePng(pixels, width, height, colors);
}

/** A strip of the colour map with ticks, drawn inside the plot's right margin. */
export function colorBarMark(
  { scale, min, max }: Shading,
  { label, ticks, format }: { label: string; ticks: readonly number[]; format: (value: number) => string },
): Markish {
  const steps = 64;
  const strip = new Uint8Array(4 * steps);
  for (let i = 0; i < steps; i++) {
    strip.set([...sampleSequential(scale, 1 - (i + 0.5) / steps), 255], 4 * i);
  }
  const url = pngDataUrl(encodePng(strip, 1, steps));
  return (_index, _scales, _channels, dimensions, context) => {
    const make = svgMaker(context.document);
    const left = dimensions.width - dimensions.marginRight + 16;
    const top = dimensions.marginTop;
    const height = dimensions.height - dimensions.marginTop - dimensions.marginBottom;
    const group = make("g", { "aria-hidden": "true", fill: "currentColor", "text-anchor": "start" });
    group.append(
      make("image", { href: url, x: left, y: top, width: 12, height, preserveAspectRatio: "none" }),
      make("text", { x: left - 4, y: top - 10 }, label),
      ...ticks.map((tick) => {
        const y = top + height * (1 - (tick - min) / (max - min));
        return make(
          "text",
          { x: left + 17, y, dy: "0.32em", "font-variant-numeric": "tabular-nums" },
          format(tick),
        );
      }),
    );
    return group;
  };
}
