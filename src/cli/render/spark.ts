/** Curves as one line of block characters. */

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * Draws values as a line of eight-level blocks, averaged down to the wanted width.
 *
 * @param values numbers; a value that is not finite leaves a blank
 * @param options `width` is the most characters used; `min` and `max` fix the scale
 * @example
 * sparkline([0, 1, 2, 3]); // => "▁▃▆█"
 */
export function sparkline(
  values: readonly number[],
  { width = 60, min, max }: { width?: number; min?: number; max?: number } = {},
): string {
  const points = values.length > width ? resample(values, width) : [...values];
  const finite = points.filter(Number.isFinite);
  if (finite.length === 0) return " ".repeat(points.length);
  const low = min ?? Math.min(...finite);
  const high = max ?? Math.max(...finite);
  const span = high - low;
  return points
    .map((value) => {
      if (!Number.isFinite(value)) return " ";
      const level = span === 0 ? 3 : Math.round(((value - low) / span) * (LEVELS.length - 1));
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))] as string;
    })
    .join("");
}

function resample(values: readonly number[], width: number): number[] {
  return Array.from({ length: width }, (_, i) => {
    const from = Math.floor((i * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((i + 1) * values.length) / width));
    const part = values.slice(from, to).filter(Number.isFinite);
    return part.length === 0 ? Number.NaN : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
