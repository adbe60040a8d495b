/**
 * Transfer matrix of strips of the square lattice, applied site by site without being stored (Binder, Physica 62, 508, 1972):
 * finite or infinite length, any width up to 16, with or without field.
 */
import { BudgetError, ConvergenceError, SpecError } from "../../base/index.ts";
import { inverseTemperature } from "./check.ts";

/** Options of `solveStrip`. */
export interface StripOptions {
  /** Rows of the strip; default infinitely many, where only the largest eigenvalue counts. */
  readonly length?: number;
  /** Whether the width closes to a ring; default true. */
  readonly periodic?: boolean;
  /** Whether the length closes too; default false. */
  readonly closed?: boolean;
  readonly field?: number;
}

const MAX_WIDTH = 16;
const MAX_STEPS = 200_000;
const TOLERANCE = 1e-15;

/**
 * Free energy of a strip.
 *
 * @param width columns, 1 to 16.
 * @returns log Z per spin.
 * @throws SpecError for T <= 0 or sizes out of range; BudgetError for a closed strip wider than 10; ConvergenceError when the
 *   power iteration of an infinite strip does not settle (two nearly equal eigenvalues at low temperature).
 * @cost 2^width width per row; closed strips 2^width times that.
 * @source Kramers and Wannier, Phys. Rev. 60, 252 (1941).
 * @example
 * ```ts
 * import { solveStrip } from "isinglass/lattice";
 * solveStrip(2, 4, { length: 4, closed: true }); // => 1.0690854449
 * ```
 */
export function solveStrip(temperature: number, width: number, options: StripOptions = {}): number {
  const K = inverseTemperature(temperature);
  const { length = Number.POSITIVE_INFINITY, periodic = true, closed = false, field = 0 } = options;
  if (!Number.isInteger(width) || width < 1 || width > MAX_WIDTH)
    throw new SpecError(`strip: received width ${width}, expected an integer from 1 to ${MAX_WIDTH}`);
  if (!(length === Number.POSITIVE_INFINITY || (Number.isInteger(length) && length >= 1)))
    throw new SpecError(`strip: received length ${length}, expected a positive integer or Infinity`);
  const strip = prepare(K, width, periodic, field);
  if (length === Number.POSITIVE_INFINITY) return largestEigenvalue(strip) / width;
  const sites = width * length;
  if (!closed) return openStrip(strip, length) / sites;
  if (width > 10)
    throw new BudgetError(
      `strip: a closed strip of width ${width} costs 4^${width} per row, at most 10 are done`,
      {
        hint: "leave it open, or use solveKaufman without field",
      },
    );
  return closedStrip(strip, length) / sites;
}

interface Strip {
  readonly width: number;
  /** exp of the energy inside a row, by state. */
  readonly row: Float64Array;
  /** exp(K), exp(-K). */
  readonly like: number;
  readonly unlike: number;
}

function prepare(K: number, width: number, periodic: boolean, field: number): Strip {
  const row = new Float64Array(2 ** width);
  const spin = (state: number, i: number): number => ((state >> i) & 1 ? -1 : 1);
  for (let state = 0; state < row.length; state++) {
    let sum = 0;
    for (let i = 0; i < width; i++) {
      sum += field * spin(state, i);
      // a ring of two has two bonds between its sites
      if (i + 1 < width || (periodic && width > 1)) sum += spin(state, i) * spin(state, (i + 1) % width);
    }
    row[state] = Math.exp(K * sum);
  }
  return { width, row, like: Math.exp(K), unlike: Math.exp(-K) };
}

/** x <- V x in place: the bonds between two rows, one site at a time. */
function bondsBetweenRows(x: Float64Array, { width, like, unlike }: Strip): void {
  for (let i = 0; i < width; i++) {
    const bit = 1 << i;
    for (let state = 0; state < x.length; state++) {
      if (state & bit) continue;
      const up = x[state] as number;
      const down = x[state | bit] as number;
      x[state] = like * up + unlike * down;
      x[state | bit] = unlike * up + like * down;
    }
  }
}

/** x <- diag(row) x. */
function insideRow(x: Float64Array, { row }: Strip): void {
  for (let state = 0; state < x.length; state++) x[state] = (x[state] as number) * (row[state] as number);
}

/** Divides by the sum of absolute values and returns its logarithm. */
function normalize(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += Math.abs(value);
  for (let state = 0; state < x.length; state++) x[state] = (x[state] as number) / sum;
  return Math.log(sum);
}

function openStrip(strip: Strip, length: number): number {
  const x = Float64Array.from(strip.row);
  let logZ = 0;
  for (let y = 1; y < length; y++) {
    logZ += normalize(x);
    bondsBetweenRows(x, strip);
    insideRow(x, strip);
  }
  return logZ + normalize(x);
}

function closedStrip(strip: Strip, length: number): number {
  const logs: number[] = [];
  for (let start = 0; start < strip.row.length; start++) {
    const x = new Float64Array(strip.row.length);
    x[start] = 1;
    let scale = 0;
    for (let y = 0; y < length; y++) {
      bondsBetweenRows(x, strip);
      insideRow(x, strip);
      scale += normalize(x);
    }
    logs.push(scale + Math.log(x[start] as number));
  }
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

function largestEigenvalue(strip: Strip): number {
  const x = new Float64Array(strip.row.length).fill(1);
  normalize(x);
  let previous = Number.NaN;
  for (let step = 0; step < MAX_STEPS; step++) {
    bondsBetweenRows(x, strip);
    insideRow(x, strip);
    const value = normalize(x);
    if (Math.abs(value - previous) <= TOLERANCE * Math.abs(value)) return value;
    previous = value;
  }
  throw new ConvergenceError(`strip: the power iteration did not settle in ${MAX_STEPS} steps`, {
    hint: "raise the temperature",
  });
}
