import { readFileSync } from "node:fs";

/** Reads test/fixtures/numerics-<name>.json, whose `source` says how it was made. */
export function fixture<T>(name: string): T {
  const url = new URL(`../fixtures/numerics-${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as T;
}

/** Largest |a - b| of two lists. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] as number))), 0);
}

/** Error relative to the reference value. */
export function relativeError(value: number, reference: number): number {
  return Math.abs(value - reference) / Math.abs(reference);
}
