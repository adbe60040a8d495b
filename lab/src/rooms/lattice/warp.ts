/** The scale of the temperature slider: dense where the lattice orders, five times as fine as at its ends. */

/** Monotone maps between a position in [0, 1] and a temperature. */
export interface Warp {
  toPosition(value: number): number;
  toValue(position: number): number;
}

/** T - T_c goes like (u + 4 u^3) / 5 of the distance u of the slider from its middle. */
export function warpAround(centre: number, [low, high]: readonly [number, number]): Warp {
  const bend = (u: number): number => (u + 4 * u ** 3) / 5;
  // 4 u^3 + u = 5 y by u = sinh(t) / sqrt 3
  const straighten = (y: number): number => Math.sinh(Math.asinh(15 * Math.sqrt(3) * y) / 3) / Math.sqrt(3);
  return {
    toPosition: (value) =>
      value < centre
        ? 0.5 - straighten((centre - value) / (centre - low)) / 2
        : 0.5 + straighten((value - centre) / (high - centre)) / 2,
    toValue: (position) =>
      position < 0.5
        ? tidy(centre - (centre - low) * bend(1 - 2 * position))
        : tidy(centre + (high - centre) * bend(2 * position - 1)),
  };
}

/** Five digits: what a slider can mean. */
function tidy(value: number): number {
  return Number(value.toPrecision(5));
}
