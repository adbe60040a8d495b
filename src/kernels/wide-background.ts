/**
 * The background of inputs: for each feature the value that most of them have there (images on one colour, standardised or not). Products are
 * then those of deviations s from it, x.y = b.b + b.s + b.s' + s.s'. Rounding is that of a plain product as long as b is not much
 * longer than the inputs, which is checked; else b is zero, which adds nothing at all.
 */
import type { Matrix } from "../numerics/index.ts";
import type { Core } from "./core.ts";

/** Inputs that are asked for the most common value of a feature. */
const SAMPLES = 100;
/** How long b.b may be beside any x.x; then b.b, b.s and s.s' are at most 4, 6 and 9 times the lengths of the inputs. */
const LENGTH = 4;
/** Inputs that are copied into the kernels' memory at a time. */
export const BLOCK = 64;

/** Copies some inputs; returns how many. */
export function load(core: Core, { rows, cols, data }: Matrix, first: number, block: number): number {
  const n = Math.min(BLOCK, rows - first);
  core.floats(block, n * cols).set(data.subarray(first * cols, (first + n) * cols));
  return n;
}

/** For each feature the value that is most common in a sample of X; zeros where that is much longer than some input. */
export function backgroundOf(rows: Matrix, columns: Matrix): Float64Array {
  const { cols, data } = rows;
  const step = Math.ceil(rows.rows / SAMPLES);
  const common = Float64Array.from({ length: cols }, (_, k) => {
    const counts = new Map<number, number>();
    let [best, most] = [0, 0];
    for (let i = 0; i < rows.rows; i += step) {
      const value = data[i * cols + k] as number;
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      if (count > most) [best, most] = [value, count];
    }
    return best;
  });
  const length = common.reduce((sum, b) => sum + b * b, 0);
  return length <= LENGTH * Math.min(shortest(rows), shortest(columns)) ? common : common.fill(0);
}

/** The smallest x.x. */
function shortest({ rows, cols, data }: Matrix): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    // two sums, because an addition waits for the one before it
    let [own, more] = [0, 0];
    let k = i * cols;
    for (const end = k + cols - 1; k < end; k += 2) {
      own += (data[k] as number) ** 2;
      more += (data[k + 1] as number) ** 2;
    }
    if (cols % 2 === 1) own += (data[k] as number) ** 2;
    least = Math.min(least, own + more);
  }
  return least;
}
