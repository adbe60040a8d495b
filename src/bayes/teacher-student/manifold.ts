/**
 * Hidden manifold data (Goldt, Mezard, Krzakala and Zdeborova 2020): inputs x = f(c F / sqrt D) of N entries lie on a manifold of D
 * latent coordinates c ~ N(0, 1), and the teacher acts on c. By the Gaussian equivalence the local
 * fields w.x / sqrt N and wt.c / sqrt D are jointly Gaussian as N and D grow: with b = E u f(u), c2 = E f(u)^2, E f = 0,
 * Q = (c2 - b^2) W + b^2 S, R = (b / D) sum_r s_r wt_r, T = wt.wt / D, W = w.w / N, S = s.s / D, s_r = sum_i w_i F_ri / sqrt N.
 */
import { ShapeError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { erf, gaussianAverage, type Matrix } from "../../numerics/index.ts";
import type { Overlaps } from "./overlaps.ts";

/** Odd functions f of the manifold. */
export type ManifoldFunction = "linear" | "sign" | "tanh" | "erf";

/** f and its Gaussian moments. */
export interface ManifoldMoments {
  readonly f: (u: number) => number;
  /** b = E u f(u). */
  readonly slope: number;
  /** c2 = E f(u)^2. */
  readonly square: number;
}

/**
 * The moments of f under a standard normal variable; "erf" is erf(u / sqrt 2).
 *
 * @example
 * ```ts
 * import { manifoldMoments } from "isinglass/bayes";
 *
 * manifoldMoments("sign").slope; // => 0.797885
 * manifoldMoments("tanh").square; // => 0.394294
 * ```
 */
export function manifoldMoments(name: ManifoldFunction): ManifoldMoments {
  switch (name) {
    case "linear":
      return { f: (u) => u, slope: 1, square: 1 };
    case "sign":
      return { f: Math.sign, slope: Math.sqrt(2 / Math.PI), square: 1 };
    case "erf":
      return { f: (u) => erf(u * Math.SQRT1_2), slope: 1 / Math.sqrt(Math.PI), square: 1 / 3 };
    case "tanh":
      return {
        f: Math.tanh,
        slope: gaussianAverage((u) => u * Math.tanh(u)),
        square: gaussianAverage((u) => Math.tanh(u) ** 2),
      };
  }
}

/** Student, teacher and manifold as vectors. */
export interface ManifoldVectors {
  /** w, [K, N]. */
  readonly students: Matrix;
  /** wt, [M, D]. */
  readonly teachers: Matrix;
  /** F, [D, N], entries N(0, 1). */
  readonly features: Matrix;
  readonly readout: readonly number[];
  readonly teacherReadout: readonly number[];
}

/**
 * The order parameters of given vectors. Their `generalizationError` is the error on the manifold up to O(1 / sqrt N).
 *
 * @throws ShapeError for sizes that do not fit.
 * @source Goldt, Mezard, Krzakala and Zdeborova 2020 (arXiv:1909.11500), Gaussian equivalence.
 */
export function manifoldOverlaps(
  vectors: ManifoldVectors,
  { slope: b, square: c2 }: ManifoldMoments,
  algebra: LinearAlgebra,
): Overlaps {
  checkManifold(vectors);
  const { students, teachers, features, readout, teacherReadout } = vectors;
  const n = students.cols;
  const d = teachers.cols;
  const latent = latentFields(vectors, algebra);
  const rows = ({ rows: count, cols, data }: Matrix, factor: number): number[][] =>
    Array.from({ length: count }, (_, i) =>
      Array.from({ length: cols }, (__, j) => factor * (data[i * cols + j] as number)),
    );
  const own = rows(algebra.gramOfRows(students), (c2 - b * b) / n);
  const along = rows(algebra.gramOfRows(latent), (b * b) / d);
  return {
    students: own.map((row, i) => row.map((value, j) => value + (along[i]?.[j] as number))),
    cross: rows(algebra.multiplyTransposedRight(latent, teachers), b / d),
    teachers: rows(algebra.gramOfRows(teachers), 1 / features.rows),
    readout: [...readout],
    teacherReadout: [...teacherReadout],
  };
}

/** s = w F^T / sqrt N, [K, D]. */
export function latentFields({ students, features }: ManifoldVectors, algebra: LinearAlgebra): Matrix {
  const s = algebra.multiplyTransposedRight(students, features);
  return { ...s, data: s.data.map((value) => value / Math.sqrt(students.cols)) };
}

/** Throws ShapeError for sizes that do not fit. */
export function checkManifold({
  students,
  teachers,
  features,
  readout,
  teacherReadout,
}: ManifoldVectors): void {
  if (
    features.rows !== teachers.cols ||
    features.cols !== students.cols ||
    readout.length !== students.rows ||
    teacherReadout.length !== teachers.rows
  ) {
    throw new ShapeError(
      `hidden manifold: received students ${students.rows} x ${students.cols}, teachers ${teachers.rows} x ${teachers.cols}, features ${features.rows} x ${features.cols}, readouts ${readout.length} and ${teacherReadout.length}; expected [K, N], [M, D], [D, N], K, M`,
    );
  }
}
