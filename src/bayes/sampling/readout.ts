/**
 * The readout of frozen features Phi [P, N] integrated out: Gaussian regression with covariance A = T + c Phi Phi^T, c = 1 / (l1 N).
 * With fewer units than examples everything is worked out in the space of units: A^{-1} Phi = Phi B^{-1}, B = T + c Phi^T Phi.
 */
import type { LinearAlgebra } from "../../kernels/index.ts";
import { identityMatrix, type Matrix, transposeMatrix } from "../../numerics/index.ts";

/** The Gaussian model of the readout. */
export interface ReadoutModel {
  /** c, prior variance of one readout weight over the width. */
  readonly prior: number;
  /** T > 0. */
  readonly temperature: number;
}

/** The readout given the hidden features: what both ways of solving for it yield. */
export interface Conditional {
  /** A^{-1} y, [P]. */
  readonly residual: Float64Array;
  /** A^{-1} Phi, [P, N]. */
  solvedFeatures(): Matrix;
  readonly logDeterminant: number;
  /** tr A^{-1}. */
  inverseTrace(): number;
  /** Conditional variance of the outputs with features [M, N]. */
  variances(test: Matrix): Float64Array;
}

/** Conditions the readout on targets, in the smaller of the two spaces. */
export function conditionReadout(
  phi: Matrix,
  targets: Float64Array,
  model: ReadoutModel,
  algebra: LinearAlgebra,
): Conditional {
  const condition = phi.rows <= phi.cols ? conditionOnExamples : conditionOnUnits;
  return condition(phi, targets, model, algebra);
}

/** Solves with A [P, P]. */
function conditionOnExamples(
  phi: Matrix,
  targets: Float64Array,
  { prior, temperature }: ReadoutModel,
  algebra: LinearAlgebra,
): Conditional {
  const factor = algebra.cholesky(shifted(scaled(algebra.gramOfRows(phi), prior), temperature));
  const solveWith = (b: Matrix): Matrix =>
    algebra.solveTriangular(factor, "lower-transposed", algebra.solveTriangular(factor, "lower", b));
  return {
    residual: solveWith(column(targets)).data,
    solvedFeatures: () => solveWith(phi),
    logDeterminant: logDeterminantOf(factor),
    inverseTrace: () => squareSum(algebra.solveTriangular(factor, "lower", identityMatrix(factor.rows)).data),
    variances: (test) => {
      const cross = scaled(algebra.multiplyTransposedRight(phi, test), prior);
      const taken = columnSquares(algebra.solveTriangular(factor, "lower", cross));
      return columnSquares(transposeMatrix(test)).map((own, m) =>
        Math.max(0, prior * own - (taken[m] as number)),
      );
    },
  };
}

/** Solves with B [N, N]; log det A = (P - N) log T + log det B, readout covariance T B^{-1} / (l1 N). */
function conditionOnUnits(
  phi: Matrix,
  targets: Float64Array,
  { prior, temperature }: ReadoutModel,
  algebra: LinearAlgebra,
): Conditional {
  const factor = algebra.cholesky(shifted(scaled(algebra.gramOfColumns(phi), prior), temperature));
  const solveWith = (b: Matrix): Matrix =>
    algebra.solveTriangular(factor, "lower-transposed", algebra.solveTriangular(factor, "lower", b));
  const readout = solveWith(algebra.multiplyTransposedLeft(phi, column(targets)));
  const fitted = algebra.multiply(phi, readout).data;
  const excess = phi.rows - phi.cols;
  return {
    residual: targets.map((y, p) => (y - prior * (fitted[p] as number)) / temperature),
    solvedFeatures: () => transposeMatrix(solveWith(transposeMatrix(phi))),
    logDeterminant: excess * Math.log(temperature) + logDeterminantOf(factor),
    inverseTrace: () =>
      excess / temperature +
      squareSum(algebra.solveTriangular(factor, "lower", identityMatrix(factor.rows)).data),
    variances: (test) =>
      columnSquares(algebra.solveTriangular(factor, "lower", transposeMatrix(test))).map(
        (square) => prior * temperature * square,
      ),
  };
}

/** A vector as a matrix of one column. */
export function column(data: Float64Array): Matrix {
  return { rows: data.length, cols: 1, data };
}

/** Multiplies in place. */
export function scaled(a: Matrix, factor: number): Matrix {
  for (let i = 0; i < a.data.length; i++) a.data[i] = factor * (a.data[i] as number);
  return a;
}

/** Adds to the diagonal in place. */
function shifted(a: Matrix, shift: number): Matrix {
  for (let i = 0; i < a.rows; i++) a.data[i * (a.rows + 1)] = (a.data[i * (a.rows + 1)] as number) + shift;
  return a;
}

function logDeterminantOf(factor: Matrix): number {
  let sum = 0;
  for (let i = 0; i < factor.rows; i++) sum += 2 * Math.log(factor.data[i * (factor.rows + 1)] as number);
  return sum;
}

/** A vector as a matrix of one column. */
export function columnSquares({ rows, cols, data }: Matrix): Float64Array {
  const out = new Float64Array(cols);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) out[j] = (out[j] as number) + (data[i * cols + j] as number) ** 2;
  return out;
}

function squareSum(values: Float64Array): number {
  return inner(values, values);
}

/** Inner product. */
export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
