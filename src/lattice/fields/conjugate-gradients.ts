/**
 * Conjugate gradients (Hestenes and Stiefel, J. Res. Natl. Bur. Stand. 49, 409, 1952) for field operators: no factor, so that
 * memory is four vectors. The condition number stays bounded with the size of a hyperbolic patch when m^2 is above -1/4.
 */
import { ConvergenceError, ShapeError } from "../../base/index.ts";
import type { FieldOperator } from "./operator.ts";

/** A solution with how far it is from one. */
export interface IterativeSolution {
  readonly x: Float64Array;
  /** |b - A x| / |b|. */
  readonly residual: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Options of `solveField`. */
export interface IterativeOptions {
  /** Wanted |b - A x| / |b|; default 1e-12. */
  readonly tolerance?: number;
  /** Default 10000. */
  readonly maxIterations?: number;
}

/**
 * Solves A x = b iteratively.
 *
 * @throws ShapeError when b has another length; ConvergenceError when the operator is not positive definite.
 * @cost about 2 p cells operations an iteration; 60 to 150 iterations for m^2 >= 0.
 * @example
 * ```ts
 * import { buildTiling, createFieldOperator, solveField } from "isinglass/lattice";
 * const operator = createFieldOperator(buildTiling(7, 3, 1), { massSquared: 1 });
 * solveField(operator, [1]).x; // => [0.198062]
 * ```
 */
export function solveField(
  operator: FieldOperator,
  b: ArrayLike<number>,
  options: IterativeOptions = {},
): IterativeSolution {
  const { tolerance = 1e-12, maxIterations = 10_000 } = options;
  const { p, q, cells } = operator.tiling;
  if (b.length !== cells)
    throw new ShapeError(`field on {${p},${q}}: received ${b.length} sources, expected one a cell, ${cells}`);
  const x = new Float64Array(cells);
  const r = Float64Array.from(b);
  const d = r.slice();
  const Ad = new Float64Array(cells);
  let rr = dot(r, r);
  const start = rr;
  const aim = tolerance * tolerance * start;
  let iterations = 0;
  for (; iterations < maxIterations && rr > aim; iterations++) {
    operator.apply(d, Ad);
    const curvature = dot(d, Ad);
    if (!(curvature > 0))
      throw new ConvergenceError(
        `field on {${p},${q}} with ${cells} cells: m^2 = ${operator.massSquared} is below the instability threshold of this patch`,
        { hint: "raise m^2; measureThreshold gives the threshold" },
      );
    const step = rr / curvature;
    for (let i = 0; i < cells; i++) {
      x[i] = (x[i] as number) + step * (d[i] as number);
      r[i] = (r[i] as number) - step * (Ad[i] as number);
    }
    const next = dot(r, r);
    const keep = next / rr;
    for (let i = 0; i < cells; i++) d[i] = (r[i] as number) + keep * (d[i] as number);
    rr = next;
  }
  const residual = start === 0 ? 0 : Math.sqrt(rr / start);
  return { x, residual, iterations, converged: residual <= tolerance };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
  return sum;
}
