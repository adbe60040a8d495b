/**
 * Deflation in divide and conquer: eigenpairs that the coupling does not change leave the problem, and pairs of equal
 * eigenvalues are rotated until one of them does. Source: LAPACK dlaed2; Gu & Eisenstat (1995), section 3.
 */
import type { Core } from "./core.ts";

/** What is left of a merge. Rows are numbered from the corner of the merged block. */
export interface Deflation {
  /** Rows that stay, by ascending eigenvalue. */
  readonly kept: readonly number[];
  /** Slot of each kept row: rows of the upper half first, then those with both halves, then the lower half. */
  readonly slots: Int32Array;
  /** Number of kept rows with support in the upper half only, and in both. */
  readonly top: number;
  readonly mixed: number;
  readonly deflated: readonly number[];
}

const UPPER_HALF = 1;
const LOWER_HALF = 2;
const BOTH = 3;

/** Deflates diag(d) + rho z z^T; d, z and the rows at `corner` are rotated in place. */
export function deflate(
  core: Core,
  d: Float64Array,
  z: Float64Array,
  rho: number,
  m: number,
  sorted: Int32Array,
  corner: number,
  n: number,
): Deflation {
  const size = d.length;
  const support = new Uint8Array(size).fill(UPPER_HALF, 0, m).fill(LOWER_HALF, m);
  const kept: number[] = [];
  const deflated: number[] = [];
  const tolerance = 8 * Number.EPSILON * Math.max(maxAbs(d), maxAbs(z));
  let previous = -1;
  for (const i of sorted) {
    if (rho * Math.abs(z[i] as number) <= tolerance) {
      deflated.push(i);
      continue;
    }
    if (previous >= 0) {
      const length = Math.hypot(z[i] as number, z[previous] as number);
      const c = (z[i] as number) / length;
      const s = -(z[previous] as number) / length;
      const dp = d[previous] as number;
      const di = d[i] as number;
      if (Math.abs((di - dp) * c * s) <= tolerance) {
        z[i] = length;
        z[previous] = 0;
        if (support[previous] !== support[i]) support[i] = BOTH;
        core.wasm.rotate(size, corner + previous * n * 8, corner + i * n * 8, c, s);
        d[previous] = dp * c * c + di * s * s;
        d[i] = dp * s * s + di * c * c;
        deflated.push(previous);
      } else kept.push(previous);
    }
    previous = i;
  }
  if (previous >= 0) kept.push(previous);
  return { kept, deflated, ...assignSlots(kept, support) };
}

function assignSlots(
  kept: readonly number[],
  support: Uint8Array,
): { slots: Int32Array; top: number; mixed: number } {
  const count = (kind: number): number => kept.filter((i) => support[i] === kind).length;
  const top = count(UPPER_HALF);
  const mixed = count(BOTH);
  const next = { [UPPER_HALF]: 0, [BOTH]: top, [LOWER_HALF]: top + mixed };
  const slots = Int32Array.from(kept, (i) => {
    const kind = support[i] as 1 | 2 | 3;
    return next[kind]++;
  });
  return { slots, top, mixed };
}

function maxAbs(values: Float64Array): number {
  let size = 0;
  for (const value of values) size = Math.max(size, Math.abs(value));
  return size;
}
