/**
 * The effective action with two order parameters, for activations whose mean is not zero (ReLU): the part of the kernel that
 * comes from mean activations, M = mu mu^T, is rescaled by t = 1 / (1 + Q) and the rest by q,
 * K_R = q (K - M) + t M, S = -log t - q (1 / t - 1) + (1/N) [ log det(T + K_R) + y^T (T + K_R)^{-1} y ]
 * (Pacelli et al. 2023, supplement). K - M is diagonalised once; M has rank one, so every evaluation costs O(P).
 */
import { ConvergenceError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { solveSaddle } from "./action.ts";
import { average, type EigenTask } from "./eigenbasis.ts";
import type { Prediction } from "./types.ts";

/** The task in the eigenbasis of K - M; `mean` and `crossMean` hold mu of the training (rotated) and test inputs. */
export interface CentredTask extends EigenTask {
  readonly mean: Float64Array;
  readonly crossMean: Float64Array;
}

/** The saddle point of both order parameters. */
export interface TwoParameterSaddle {
  readonly q: number;
  /** Q = 1 / t - 1, above -1. */
  readonly bigQ: number;
}

/** mu in the eigenbasis: rotates the means by the same vectors as the targets. */
export function rotateMean(vectors: Matrix, mean: Float64Array, algebra: LinearAlgebra): Float64Array {
  return algebra.multiplyTransposedLeft(vectors, { rows: mean.length, cols: 1, data: mean }).data;
}

/** Sums over the eigenbasis at scale q, with B = T + q (K - M). */
function sumsAt({ eigenvalues, components, mean }: CentredTask, temperature: number, q: number) {
  // m = mu^T B^-1 mu, c = y^T B^-1 mu, and their derivatives in q; g is the derivative of log det B + y^T B^-1 y
  let [m, c, dm, dc, g] = [0, 0, 0, 0, 0];
  for (let i = 0; i < eigenvalues.length; i++) {
    const k = eigenvalues[i] as number;
    const y = components[i] as number;
    const mu = mean[i] as number;
    const inverse = 1 / (temperature + q * k);
    m += mu * mu * inverse;
    c += y * mu * inverse;
    dm -= mu * mu * k * inverse * inverse;
    dc -= y * mu * k * inverse * inverse;
    g += k * inverse * (1 - y * y * inverse);
  }
  return { m, c, dm, dc, g };
}

/** Derivatives of S: in q, and in Q. */
function slopes(
  task: CentredTask,
  width: number,
  temperature: number,
  q: number,
  t: number,
): [number, number] {
  const { m, c, dm, dc, g } = sumsAt(task, temperature, q);
  const scale = 1 + t * m;
  const inQ = g + (t * dm) / scale - (2 * t * c * dc) / scale + (t * t * c * c * dm) / scale ** 2;
  const inT = m / scale - (c * c) / scale ** 2;
  return [1 - 1 / t + inQ / width, t - q - (t * t * inT) / width];
}

/**
 * Solves both saddle-point equations by a damped Newton method in (log q, log t), from the solution with one parameter.
 *
 * @throws ConvergenceError when it does not reach a residual of 1e-12.
 */
export function solveTwoParameters(
  task: CentredTask,
  scalar: EigenTask,
  width: number,
  temperature: number,
): TwoParameterSaddle {
  const start = Math.log(solveSaddle(scalar, width, temperature));
  let point: [number, number] = [start, start];
  const residual = ([u, v]: [number, number]): [number, number] =>
    slopes(task, width, temperature, Math.exp(u), Math.exp(v));
  const size = (r: [number, number]): number => Math.hypot(...r);
  let current = residual(point);
  for (let iteration = 0; iteration < 200 && size(current) > 1e-13; iteration++) {
    const h = 1e-6;
    const alongQ = residual([point[0] + h, point[1]]);
    const alongT = residual([point[0], point[1] + h]);
    const [a, b] = [(alongQ[0] - current[0]) / h, (alongT[0] - current[0]) / h];
    const [c, d] = [(alongQ[1] - current[1]) / h, (alongT[1] - current[1]) / h];
    const determinant = a * d - b * c;
    const step = [
      (d * current[0] - b * current[1]) / determinant,
      (a * current[1] - c * current[0]) / determinant,
    ] as const;
    let damping = Math.min(1, 1 / Math.max(Math.abs(step[0]), Math.abs(step[1])));
    let next: [number, number] = point;
    for (; damping > 1e-6; damping /= 2) {
      next = [point[0] - damping * step[0], point[1] - damping * step[1]];
      if (size(residual(next)) < size(current)) break;
    }
    if (damping <= 1e-6) break;
    point = next;
    current = residual(point);
  }
  if (!(size(current) < 1e-11)) {
    throw new ConvergenceError(
      `effective action: two order parameters left a residual of ${size(current)}, expected below 1e-11`,
      { hint: "use one order parameter" },
    );
  }
  return { q: Math.exp(point[0]), bigQ: Math.expm1(-point[1]) };
}

/** Predictions with kernel q (K - M) + M / (1 + Q), by the Sherman-Morrison formula. */
export function predictTwoParameters(
  task: CentredTask,
  { q, bigQ }: TwoParameterSaddle,
  temperature: number,
): Prediction {
  const t = 1 / (1 + bigQ);
  const { eigenvalues, components, mean: mu, cross, crossMean, diagonal, testTargets } = task;
  const size = eigenvalues.length;
  const inverse = eigenvalues.map((k) => 1 / (temperature + q * k));
  const { m, c } = sumsAt(task, temperature, q);
  const scale = t / (1 + t * m);
  // A^-1 y and A^-1 mu in the eigenbasis
  const solved = components.map((y, i) => (inverse[i] as number) * (y - scale * c * (mu[i] as number)));
  const mean = new Float64Array(cross.rows);
  const variance = new Float64Array(cross.rows);
  for (let row = 0; row < cross.rows; row++) {
    let value = 0;
    let plain = 0;
    let along = 0;
    const offset = t * (crossMean[row] as number);
    for (let i = 0; i < size; i++) {
      const k = q * (cross.data[row * size + i] as number) + offset * (mu[i] as number);
      value += k * (solved[i] as number);
      plain += k * k * (inverse[i] as number);
      along += k * (inverse[i] as number) * (mu[i] as number);
    }
    mean[row] = value;
    const prior = q * (diagonal[row] as number) + t * (crossMean[row] as number) ** 2;
    variance[row] = Math.max(0, prior - plain + scale * along * along);
  }
  const residual = solved.reduce((sum, x) => sum + (temperature * x) ** 2, 0);
  let freedom = 0;
  for (let i = 0; i < size; i++) {
    // tr[T - T^2 A^-1] = T tr[K_R A^-1]
    const own = (inverse[i] as number) - scale * ((inverse[i] as number) * (mu[i] as number)) ** 2;
    freedom += temperature * (1 - temperature * own);
  }
  const bias = average(mean.map((value, row) => (value - (testTargets[row] as number)) ** 2));
  const spread = average(variance);
  return { mean, variance, bias, spread, error: bias + spread, trainError: (residual + freedom) / size };
}
