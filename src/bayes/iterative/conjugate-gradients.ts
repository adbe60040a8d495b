/**
 * Preconditioned conjugate gradients for several right-hand sides that share every product with the matrix (Hestenes and Stiefel
 * 1952; Gardner et al. 2018). The coefficients of every column make a tridiagonal matrix, from which quadratures of
 * functions of the matrix follow.
 */
import {
  ConvergenceError,
  InterruptedError,
  ShapeError,
  SpecError,
  type WorkOptions,
} from "../../base/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import type { KernelOperator } from "./operator.ts";
import type { Preconditioner } from "./preconditioner.ts";

/** When to stop. */
export interface ConjugateGradientOptions extends WorkOptions {
  /** |b - A x| / |b| of every column. Default 1e-6. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
}

/** What was reached. Not converging is a result: look at `converged`. */
export interface ConjugateGradientResult {
  /** X, [n, r]. */
  readonly solution: Matrix;
  /** |b - A x| / |b| of every column, from one more product at the end. */
  readonly residuals: Float64Array;
  /** Products with the kernel, the last one included. */
  readonly products: number;
  /** Iterations of every column. */
  readonly iterations: readonly number[];
  readonly converged: boolean;
  /** Lanczos matrices of P^{-1/2} A P^{-1/2}, started at P^{-1/2} b, one for each column. */
  readonly tridiagonals: readonly Tridiagonal[];
}

/** A symmetric tridiagonal matrix, and the squared norm b^T P^{-1} b of the vector it was started from. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** One entry shorter than the diagonal. */
  readonly offDiagonal: Float64Array;
  readonly weight: number;
}

/**
 * Solves (K + noise) X = B.
 *
 * @param b - B, [n, r].
 * @returns the solution with its true residuals; cost of one iteration: one product K P [n, r] and 10 n r operations.
 * @throws ShapeError for another number of rows, SpecError for options out of range, ConvergenceError for NaN or a matrix that is
 * not positive definite, InterruptedError when the signal fires.
 * @source Hestenes and Stiefel 1952; Saad 2003, section 6.7.3 for the tridiagonal matrix.
 * @example
 * ```ts
 * import { matrixOperator, prepareKernelPreconditioner, solveConjugateGradients } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const algebra = await loadKernels();
 * const kernel = matrixOperator({ rows: 2, cols: 2, data: Float64Array.of(1, 0, 0, 3) }, algebra);
 * const preconditioner = prepareKernelPreconditioner(kernel, 1, 0, algebra);
 * const b = { rows: 2, cols: 1, data: Float64Array.of(2, 4) };
 * solveConjugateGradients(kernel, 1, b, preconditioner).solution.data; // => [1, 1]
 * ```
 */
export function solveConjugateGradients(
  kernel: KernelOperator,
  noise: number,
  b: Matrix,
  preconditioner: Preconditioner,
  { tolerance = 1e-6, maxIterations = 1000, signal, onProgress }: ConjugateGradientOptions = {},
): ConjugateGradientResult {
  check(kernel, noise, b, tolerance, maxIterations);
  const { rows, cols } = b;
  const apply = (x: Matrix): Float64Array => {
    const { data } = kernel.multiply(x);
    for (let at = 0; at < data.length; at++) data[at] = (data[at] as number) + noise * (x.data[at] as number);
    return data;
  };
  const solution = zeros(rows, cols);
  const residual = { rows, cols, data: b.data.slice() };
  const norms = columnDots(b, b.data).map(Math.sqrt);
  let direction = preconditioner.solve(residual);
  let inner = columnDots(residual, direction.data);
  const weights = inner.slice();
  const steps: number[][] = Array.from({ length: cols }, () => []);
  const ratios: number[][] = Array.from({ length: cols }, () => []);
  const isActive = Array.from(norms, (norm) => norm > 0);
  let products = 0;
  for (let iteration = 0; iteration < maxIterations && isActive.includes(true); iteration++) {
    if (signal?.aborted) throw new InterruptedError("conjugate gradients: interrupted");
    const image = apply(direction);
    products++;
    const curvature = columnDots(direction, image);
    const alpha = inner.map((value, c) => (isActive[c] ? value / (curvature[c] as number) : 0));
    requirePositive(curvature, isActive);
    for (let at = 0; at < image.length; at++) {
      const step = alpha[at % cols] as number;
      solution.data[at] = (solution.data[at] as number) + step * (direction.data[at] as number);
      residual.data[at] = (residual.data[at] as number) - step * (image[at] as number);
    }
    const conditioned = preconditioner.solve(residual);
    const next = columnDots(residual, conditioned.data);
    const left = columnDots(residual, residual.data);
    const beta = next.map((value, c) => (isActive[c] ? value / (inner[c] as number) : 0));
    let worst = 0;
    for (let c = 0; c < cols; c++) {
      if (!isActive[c]) continue;
      steps[c]?.push(alpha[c] as number);
      ratios[c]?.push(beta[c] as number);
      const relative = Math.sqrt(left[c] as number) / (norms[c] as number);
      worst = Math.max(worst, relative);
      if (relative <= tolerance) isActive[c] = false;
    }
    for (let at = 0; at < image.length; at++) {
      conditioned.data[at] =
        (conditioned.data[at] as number) + (beta[at % cols] as number) * (direction.data[at] as number);
    }
    direction = conditioned;
    inner = next;
    onProgress?.({
      stage: "solving",
      done: iteration + 1,
      total: null,
      note: `residual ${worst.toExponential(1)}`,
    });
  }
  const image = apply(solution);
  const rest = { rows, cols, data: b.data.map((value, at) => value - (image[at] as number)) };
  const residuals = columnDots(rest, rest.data).map((square, c) =>
    norms[c] === 0 ? 0 : Math.sqrt(square) / (norms[c] as number),
  );
  return {
    solution,
    residuals,
    products: products + 1,
    iterations: steps.map(({ length }) => length),
    // the recursion's own residual may part from the true one by rounding
    converged: residuals.every((value) => value <= 10 * tolerance),
    tridiagonals: steps.map((own, c) => tridiagonalOf(own, ratios[c] as number[], weights[c] as number)),
  };
}

/** T_jj = 1 / a_j + b_{j-1} / a_{j-1}, T_{j,j+1} = sqrt(b_j) / a_j. */
function tridiagonalOf(steps: readonly number[], ratios: readonly number[], weight: number): Tridiagonal {
  const diagonal = Float64Array.from(steps, (step, j) =>
    j === 0 ? 1 / step : 1 / step + (ratios[j - 1] as number) / (steps[j - 1] as number),
  );
  const offDiagonal = Float64Array.from(
    { length: Math.max(0, steps.length - 1) },
    (_, j) => Math.sqrt(ratios[j] as number) / (steps[j] as number),
  );
  return { diagonal, offDiagonal, weight };
}

function columnDots({ rows, cols, data }: Matrix, other: Float64Array): Float64Array {
  const sums = new Float64Array(cols);
  for (let at = 0; at < rows * cols; at++) {
    const c = at % cols;
    sums[c] = (sums[c] as number) + (data[at] as number) * (other[at] as number);
  }
  return sums;
}

function requirePositive(curvature: Float64Array, isActive: readonly boolean[]): void {
  const at = curvature.findIndex((value, c) => isActive[c] === true && !(value > 0));
  if (at < 0) return;
  throw new ConvergenceError(
    `conjugate gradients: p^T A p = ${curvature[at]} in column ${at}, expected a positive definite matrix`,
    { hint: "choose more noise, or remove duplicated inputs" },
  );
}

function check(
  kernel: KernelOperator,
  noise: number,
  b: Matrix,
  tolerance: number,
  maxIterations: number,
): void {
  if (b.rows !== kernel.size || b.cols < 1) {
    throw new ShapeError(
      `conjugate gradients: received a right-hand side [${b.rows}, ${b.cols}] for a kernel of ${kernel.size} inputs`,
    );
  }
  if (!(noise >= 0 && Number.isFinite(noise) && tolerance > 0 && maxIterations >= 1)) {
    throw new SpecError(
      `conjugate gradients: received noise ${noise}, tolerance ${tolerance}, ${maxIterations} iterations; expected at least 0, above 0, at least 1`,
    );
  }
  const at = b.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new ConvergenceError(
      `conjugate gradients: received ${b.data[at]} in row ${Math.floor(at / b.cols)} of the right-hand side, expected finite numbers`,
    );
  }
}
