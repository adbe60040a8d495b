/**
 * Extreme eigenvalues of a large symmetric operator that is only known by its action, with full reorthogonalisation.
 * Sources: Lanczos (1950); Parlett (1980), chapter 13; residual bound: Parlett, theorem 4.5.1.
 */
import { ConvergenceError, ShapeError, SpecError } from "../../base/index.ts";
import { type Matrix, zeros } from "../matrix.ts";
import type { RandomStream } from "../random.ts";
import { diagonalizeTridiagonal } from "./tridiagonal-ql.ts";

/** The action x -> A x of a symmetric matrix; may be asynchronous. Must not keep or change x. */
export type SymmetricOperator = (x: Float64Array) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** Options of `lanczos`. */
export interface LanczosOptions {
  /** Source of the starting vector (standard normal entries). */
  readonly stream: RandomStream;
  /** Eigenvalues wanted at the upper end. Default 1. */
  readonly largest?: number;
  /** Eigenvalues wanted at the lower end. Default 0. */
  readonly smallest?: number;
  /** Stop when every wanted residual is below this times the largest |Ritz value|. Default 1e-10. */
  readonly tolerance?: number;
  /** Most applications of the operator. Default min(n, 300). */
  readonly maxSteps?: number;
  /** Return Ritz vectors. Default false. */
  readonly vectors?: boolean;
  readonly signal?: AbortSignal;
}

/** Ritz values at both ends. */
export interface LanczosResult {
  /** Descending from the upper end. */
  readonly largest: readonly RitzPair[];
  /** Ascending from the lower end. */
  readonly smallest: readonly RitzPair[];
  /** Applications of the operator. */
  readonly steps: number;
  /** Whether all wanted residuals met the tolerance. */
  readonly converged: boolean;
  /** Ritz vectors of `largest` then `smallest` as columns [n, count]; null when not asked for. */
  readonly vectors: Matrix | null;
}

/** A Ritz value with a bound: an eigenvalue of A lies within `residual` of `value`. */
export interface RitzPair {
  readonly value: number;
  readonly residual: number;
}

/** How often the small tridiagonal problem is solved to look at the residuals. */
const CHECK_EVERY = 5;

/**
 * Estimates extreme eigenvalues of the symmetric n x n operator `apply`. Every basis vector is orthogonalised twice against
 * all earlier ones, so no copies of converged values appear; multiplicities are not resolved. Cost: `steps` applications plus
 * O(n steps^2), memory n x steps.
 *
 * @throws ShapeError when the operator returns another length; ConvergenceError when it returns NaN.
 * @example
 * ```ts
 * import { createStream, lanczos } from "isinglass/numerics";
 * const { largest } = await lanczos(100, (x) => x.map((v, i) => (i + 1) * v), { stream: createStream(1) });
 * largest[0]?.value; // => 100.000000
 * ```
 */
export async function lanczos(
  n: number,
  apply: SymmetricOperator,
  options: LanczosOptions,
): Promise<LanczosResult> {
  const { stream, largest = 1, smallest = 0, tolerance = 1e-10, vectors = false, signal } = options;
  const maxSteps = Math.min(n, options.maxSteps ?? 300);
  requireCounts(n, largest, smallest, maxSteps);
  const start = new Float64Array(n);
  stream.fillNormal(start);
  const basis: Float64Array[] = [normalized(start)];
  const alpha: number[] = [];
  const beta: number[] = [];
  for (;;) {
    signal?.throwIfAborted();
    const v = basis[alpha.length] as Float64Array;
    const w = copyResult(await apply(v), n);
    alpha.push(dot(w, v));
    orthogonalize(w, basis);
    const norm = Math.sqrt(dot(w, w));
    const steps = alpha.length;
    const scale = Math.max(...alpha.map(Math.abs), ...beta);
    // an invariant subspace: what is left of w is rounding
    const isInvariant = norm <= n * Number.EPSILON * scale;
    beta.push(isInvariant ? 0 : norm);
    const isLast = steps === maxSteps || isInvariant;
    if (isLast || (steps >= largest + smallest && steps % CHECK_EVERY === 0)) {
      const ritz = solveRitz(alpha, beta);
      const result = selectEnds(ritz, largest, smallest, tolerance);
      if (isLast || result.converged) {
        return { ...result, steps, vectors: vectors ? ritzVectors(basis, ritz, result, n) : null };
      }
    }
    basis.push(w.map((x) => x / norm));
  }
}

/** Ritz values ascending, last components of their vectors times beta, and the vectors as rows. */
interface Ritz {
  readonly values: Float64Array;
  readonly residuals: Float64Array;
  readonly rows: Float64Array;
  /** order[j] is the row of the j-th smallest value. */
  readonly order: readonly number[];
}

function solveRitz(alpha: readonly number[], beta: readonly number[]): Ritz {
  const k = alpha.length;
  const d = Float64Array.from(alpha);
  const e = Float64Array.from(beta);
  const rows = new Float64Array(k * k);
  for (let i = 0; i < k; i++) rows[i * k + i] = 1;
  diagonalizeTridiagonal(d, e, rows, k);
  const order = Array.from(d.keys()).sort((i, j) => (d[i] as number) - (d[j] as number));
  const last = beta[k - 1] as number;
  return {
    values: Float64Array.from(order, (i) => d[i] as number),
    residuals: Float64Array.from(order, (i) => Math.abs(last * (rows[i * k + k - 1] as number))),
    rows,
    order,
  };
}

function selectEnds(
  { values, residuals }: Ritz,
  largest: number,
  smallest: number,
  tolerance: number,
): Pick<LanczosResult, "largest" | "smallest" | "converged"> {
  const k = values.length;
  const pair = (j: number): RitzPair => ({ value: values[j] as number, residual: residuals[j] as number });
  const upper = Array.from({ length: Math.min(largest, k) }, (_, j) => pair(k - 1 - j));
  const lower = Array.from({ length: Math.min(smallest, k) }, (_, j) => pair(j));
  const bound = tolerance * Math.max(Math.abs(values[0] as number), Math.abs(values[k - 1] as number));
  const converged =
    upper.length === largest &&
    lower.length === smallest &&
    [...upper, ...lower].every(({ residual }) => residual <= bound);
  return { largest: upper, smallest: lower, converged };
}

function ritzVectors(
  basis: readonly Float64Array[],
  { rows, order }: Ritz,
  { largest, smallest }: Pick<LanczosResult, "largest" | "smallest">,
  n: number,
): Matrix {
  const k = order.length;
  const picks = [...largest.map((_, j) => k - 1 - j), ...smallest.map((_, j) => j)];
  const vectors = zeros(n, picks.length);
  picks.forEach((pick, column) => {
    const row = (order[pick] as number) * k;
    for (let q = 0; q < k; q++) {
      const s = rows[row + q] as number;
      const v = basis[q] as Float64Array;
      for (let i = 0; i < n; i++) {
        const at = i * picks.length + column;
        vectors.data[at] = (vectors.data[at] as number) + s * (v[i] as number);
      }
    }
  });
  return vectors;
}

/** Removes from w its components along the basis; twice is enough (Parlett 1980, section 6.9). */
function orthogonalize(w: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const v of basis) {
      const s = dot(v, w);
      for (let i = 0; i < w.length; i++) w[i] = (w[i] as number) - s * (v[i] as number);
    }
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += (x[i] as number) * (y[i] as number);
  return s;
}

function normalized(x: Float64Array): Float64Array {
  const norm = Math.sqrt(dot(x, x));
  return x.map((value) => value / norm);
}

function copyResult(result: ArrayLike<number>, n: number): Float64Array {
  if (result.length !== n) {
    throw new ShapeError(`lanczos: the operator returned ${result.length} numbers, expected ${n}`);
  }
  const w = Float64Array.from(result);
  const at = w.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new ConvergenceError(
      `lanczos: the operator returned ${w[at]} at entry ${at}, expected finite numbers`,
    );
  }
  return w;
}

function requireCounts(n: number, largest: number, smallest: number, maxSteps: number): void {
  if (n >= 1 && largest >= 0 && smallest >= 0 && largest + smallest >= 1 && largest + smallest <= n) {
    if (maxSteps >= largest + smallest) return;
  }
  throw new SpecError(
    `lanczos: ${largest} largest and ${smallest} smallest eigenvalues of n = ${n} in ${maxSteps} steps, ` +
      "expected 1 <= largest + smallest <= min(n, maxSteps)",
  );
}
