/** Equal rows of inputs: they make a kernel singular, and targets that differ between them can only be noise. */
import type { Matrix } from "../../numerics/index.ts";

/**
 * Pairs of equal rows, each row paired with the first that equals it.
 *
 * @returns pairs [first, row] by ascending row; cost O(P N0).
 * @example
 * ```ts
 * import { findDuplicates } from "isinglass/bayes";
 *
 * findDuplicates({ rows: 3, cols: 1, data: Float64Array.of(4, 7, 4) }); // => [[0, 2]]
 * ```
 */
export function findDuplicates({ rows, cols, data }: Matrix): (readonly [number, number])[] {
  const seen = new Map<number, number[]>();
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0; row < rows; row++) {
    let hash = 0;
    for (let k = 0; k < cols; k++) hash = hash * MULTIPLIER + (data[row * cols + k] as number);
    const firsts = seen.get(hash) ?? [];
    const first = firsts.find((other) => areEqual(data, other * cols, row * cols, cols));
    if (first === undefined) seen.set(hash, [...firsts, row]);
    else pairs.push([first, row]);
  }
  return pairs;
}

/** Below 1, so that sums stay finite; rows of equal sums are compared one by one. */
const MULTIPLIER = 0.9871;

function areEqual(data: Float64Array, a: number, b: number, count: number): boolean {
  for (let k = 0; k < count; k++) if (data[a + k] !== data[b + k]) return false;
  return true;
}

/** "rows 0 and 2 are equal, and 3 more pairs"; null where there are none. */
export function describeDuplicates(inputs: Matrix): string | null {
  const [pair, ...others] = findDuplicates(inputs);
  if (pair === undefined) return null;
  const more =
    others.length === 0 ? "" : `, and ${others.length} more ${others.length === 1 ? "pair" : "pairs"}`;
  return `inputs ${pair[0]} and ${pair[1]} are equal${more}`;
}
