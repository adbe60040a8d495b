/** What the picture can show: how values become colours, and what the colour bar says. */
import { formatNumber, sampleSequential } from "../../../../src/figures/basics/index.ts";
import type { Picture } from "./painter.ts";
import type { Quantity } from "./state.ts";

/** A quantity of the picture. */
export interface QuantityView {
  /** For the choice. */
  readonly word: string;
  /** For the colour bar and the margins. */
  readonly symbol: string;
  readonly values: (picture: Picture) => Float64Array;
  readonly isLogarithmic: boolean;
  /** Ends of the colours. */
  readonly range: (picture: Picture) => readonly [number, number];
}

/** Depth scales shown by colour, in layers, as in the figures of the report. */
const XI_RANGE = [1, 1000] as const;

/** By the state's word. */
export const quantities: Readonly<Record<Quantity, QuantityView>> = {
  xi: {
    ...{ word: "ξ_c", symbol: "ξ_c (layers)", isLogarithmic: true },
    values: ({ xiC }) => xiC,
    range: () => XI_RANGE,
  },
  c: {
    ...{ word: "c*", symbol: "c*", isLogarithmic: false },
    values: ({ c }) => c,
    range: () => [0, 1],
  },
  q: {
    ...{ word: "q*", symbol: "q*", isLogarithmic: true },
    values: ({ q }) => q,
    range: ({ q }) => finiteRange(q, 1e-3, 1e3),
  },
  chi: {
    ...{ word: "χ₁", symbol: "χ₁", isLogarithmic: false },
    values: ({ chi1 }) => chi1,
    range: ({ chi1 }) => [0, Math.max(1, finiteRange(chi1, 0, 1e3)[1])],
  },
};

/** Smallest and largest value inside [least, most]. */
function finiteRange(values: Float64Array, least: number, most: number): readonly [number, number] {
  let low = most;
  let high = least;
  for (const value of values) {
    if (!(value >= least && value <= most)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? [low, high] : [least, most];
}

/** Position of a value among the colours, 0 to 1. */
export function positionOf(
  view: QuantityView,
  [low, high]: readonly [number, number],
  value: number,
): number {
  const position = view.isLogarithmic
    ? Math.log(value / low) / Math.log(high / low)
    : (value - low) / (high - low);
  return Math.min(1, Math.max(0, position));
}

/** Ticks of a colour bar's ends and middle. */
export function endTicks(view: QuantityView, [low, high]: readonly [number, number]): [string, string] {
  const text = formatNumber(high, 2);
  return [formatNumber(low, 2), view.symbol.startsWith("ξ") ? `≥${text}` : text];
}

const COLORS = 256;
const palette: Uint8Array = Uint8Array.from(
  Array.from({ length: COLORS }, (_, i) => [...sampleSequential("viridis", i / (COLORS - 1)), 255]).flat(),
);

/** Pixels of a picture, one a cell, from the top row down; cells that are no numbers stay clear. */
export function paintPixels(picture: Picture, quantity: Quantity): ImageData {
  const view = quantities[quantity];
  const { nx, ny } = picture.grid;
  const values = view.values(picture);
  const range = view.range(picture);
  const image = new ImageData(nx, ny);
  for (let row = 0; row < ny; row++) {
    for (let column = 0; column < nx; column++) {
      const value = values[row * nx + column] as number;
      if (Number.isNaN(value)) continue;
      const color = 4 * Math.round(positionOf(view, range, value) * (COLORS - 1));
      const at = 4 * ((ny - 1 - row) * nx + column);
      image.data[at] = palette[color] as number;
      image.data[at + 1] = palette[color + 1] as number;
      image.data[at + 2] = palette[color + 2] as number;
      image.data[at + 3] = 255;
    }
  }
  return image;
}
