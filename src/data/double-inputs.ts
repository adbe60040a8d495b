/**
 * Inputs in float64. Pixels are whole numbers that became float32 on the way, with a rounding each; where inputs are such roundings of
 * evenly spaced levels, the levels come back, fitted by least squares, which is what exact products need.
 */
import type { Dataset } from "./dataset.ts";

/** Levels that are told apart from noise; 8-bit pixels have 256. */
const LEVELS = 1023;
/** Resolution of float32 beside the largest input. */
const RESOLUTION = 2 ** -23;
/** Inputs from which levels are found. */
const SAMPLES = 20_000;
/** Multiples of the golden section are spread evenly over any number of values. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Inputs of a data set in float64, [count * values]. Where all of them lie on evenly spaced levels (8-bit pixels, standardised as a whole
 * or not), these levels: whole multiples of one step from one number, up to float64 rounding.
 *
 * @returns numbers that differ from the inputs by at most 2^-23 of the largest; zeros stay zeros. Other data come back as they are.
 * @example
 * ```ts
 * import { convertToDouble, sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(4, [1], createStream(1));
 * const pixels = { ...noise, inputs: Float32Array.of(0, 1 / 255, 2 / 255, 1) };
 * convertToDouble(pixels)[3] - 255 * convertToDouble(pixels)[1]; // => 0
 * ```
 */
export function convertToDouble({ inputs }: Pick<Dataset, "inputs">): Float64Array {
  const out = Float64Array.from(inputs);
  const levels = fitLevels(out);
  if (levels === null) return out;
  const { first, step, largest } = levels;
  const inverse = 1 / step;
  for (let i = 0; i < out.length; i++) {
    const x = out[i] as number;
    const value = first + step * Math.round((x - first) * inverse);
    if (!(Math.abs(value - x) <= RESOLUTION * largest)) return Float64Array.from(inputs);
    out[i] = value;
  }
  return out;
}

/** Evenly spaced levels of a sample; null where there are none, or too many. */
function fitLevels(values: Float64Array) {
  const found = new Set<number>();
  // a stride could meet the same pixels in every image
  for (let i = 0; i < SAMPLES; i++)
    found.add(values[Math.floor(values.length * ((i * GOLDEN) % 1))] as number);
  if (found.size < 2 || found.size > LEVELS) return null;
  const sorted = Float64Array.from(found).sort();
  const low = sorted[0] as number;
  const high = sorted.at(-1) as number;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  let gap = high - low;
  for (let i = 1; i < sorted.length; i++)
    gap = Math.min(gap, (sorted[i] as number) - (sorted[i - 1] as number));
  if (gap * LEVELS < high - low) return null;
  // zero, where it occurs, is exact: levels are counted from it
  const anchor = found.has(0) ? 0 : low;
  const numbers = sorted.map((x) => Math.round((x - anchor) / gap));
  const [meanNumber, mean] = found.has(0) ? [0, 0] : [meanOf(numbers), meanOf(sorted)];
  let [product, square] = [0, 0];
  sorted.forEach((x, i) => {
    const k = (numbers[i] as number) - meanNumber;
    product += k * (x - mean);
    square += k * k;
  });
  const step = product / square;
  return { first: mean - step * meanNumber, step, largest };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
