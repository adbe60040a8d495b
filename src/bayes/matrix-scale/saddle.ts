/**
 * The most likely order parameter: the minimum of S(Q) = tr Q - log det Q + E(Q) / N over symmetric positive matrices, found over
 * the Cholesky factor of Q with logarithms on its diagonal, which keeps Q positive.
 */
import { ConvergenceError, runSteps, type Steps } from "../../base/index.ts";
import { identityMatrix, lbfgsSteps, type Matrix, zeros } from "../../numerics/index.ts";
import type { MatrixProblem } from "./problem.ts";

/** A minimum, with what is left of the slope. */
export interface MatrixSaddle {
  readonly q: Matrix;
  /** S there. */
  readonly action: number;
  /** Largest slope of S in an entry of the factor. */
  readonly residual: number;
}

const GOOD_SLOPE = 1e-10;
const WORST_SLOPE = 1e-6;

/**
 * Minimises from the identity.
 *
 * @param width - N.
 * @throws ConvergenceError when no minimum was reached, as for a kernel that is singular at T = 0.
 */
export function solveMatrixSaddle(
  problem: Pick<MatrixProblem, "size" | "energy">,
  width: number,
): MatrixSaddle {
  return runSteps(matrixSaddleSteps(problem, width));
}

/** The same in steps of one iteration each. */
export function* matrixSaddleSteps(
  problem: Pick<MatrixProblem, "size" | "energy">,
  width: number,
): Steps<MatrixSaddle> {
  const { size } = problem;
  const slope = new Float64Array(size * size);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    const factor = factorOf(x, size);
    const energy = problem.energy(squareOf(factor), slope);
    let action = energy / width;
    let at = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++, at++) {
        const entry = factor.data[i * size + j] as number;
        action += entry * entry;
        // d tr Q = 2 C, dE = 2 G C
        let along = entry;
        for (let k = j; k < size; k++)
          along += ((slope[i * size + k] as number) * (factor.data[k * size + j] as number)) / width;
        gradient[at] = i === j ? 2 * entry * along - 2 : 2 * along;
        if (i === j) action -= 2 * (x[at] as number);
      }
    }
    return action;
  };
  const start = new Float64Array((size * (size + 1)) / 2);
  const { x, value, residual } = yield* lbfgsSteps(objective, start, { gradientTolerance: GOOD_SLOPE });
  if (!(residual < WORST_SLOPE)) {
    throw new ConvergenceError(
      `effective action: the minimum over a matrix of ${size} rows left a slope of ${residual}, expected below ${WORST_SLOPE}`,
      { hint: "rescale the targets, or choose a temperature above 0" },
    );
  }
  return { q: squareOf(factorOf(x, size)), action: value, residual };
}

/** Lower triangular, row by row, with logarithms on the diagonal. */
function factorOf(x: Float64Array, size: number): Matrix {
  const factor = zeros(size, size);
  let at = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, at++) {
      const value = x[at] as number;
      factor.data[i * size + j] = i === j ? Math.exp(value) : value;
    }
  }
  return factor;
}

/** C C^T. */
export function squareOf({ rows, cols, data }: Matrix): Matrix {
  const out = identityMatrix(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += (data[i * cols + k] as number) * (data[j * cols + k] as number);
      out.data[i * rows + j] = sum;
      out.data[j * rows + i] = sum;
    }
  }
  return out;
}
