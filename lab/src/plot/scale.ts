/** From numbers to pixels and back. */

/** An axis: its range, and how it is named. */
export interface PlotAxis {
  readonly range: readonly [number, number];
  readonly isLogarithmic?: boolean;
  readonly label: string;
  readonly ticks?: readonly number[];
  /** What it is called by figures that share it ("depth"): a value that is marked in one is marked here too. */
  readonly shared?: string;
}

/** A linear or logarithmic map from [low, high] to pixels [from, to]. */
export interface PixelScale {
  toPixel(value: number): number;
  toValue(pixel: number): number;
}

/** The map of an axis to pixels; upside-down ranges of pixels are fine. */
export function pixelScale(
  axis: Pick<PlotAxis, "range" | "isLogarithmic">,
  from: number,
  to: number,
): PixelScale {
  const bend = axis.isLogarithmic ? Math.log : (value: number): number => value;
  const unbend = axis.isLogarithmic ? Math.exp : (value: number): number => value;
  const low = bend(axis.range[0]);
  const high = bend(axis.range[1]);
  return {
    toPixel: (value) => from + ((bend(value) - low) / (high - low)) * (to - from),
    toValue: (pixel) => unbend(low + ((pixel - from) / (to - from)) * (high - low)),
  };
}
