/** Where learning on a hidden manifold starts: order parameters along every eigenvector of Omega = F F^T / N. */
import { SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { checkManifold, latentFields, type ManifoldVectors } from "./manifold.ts";
import type { Overlaps } from "./overlaps.ts";

/**
 * The order parameters mode by mode: along an eigenvector of Omega = F F^T / N with eigenvalue rho the student's latent field and
 * the teacher have the overlaps s_kl, r_km and t_mn, all times D, so that S is the mean of s over modes.
 */
export interface ManifoldModes {
  /** rho. */
  readonly eigenvalue: number;
  /** Share of the modes; all shares sum to 1. */
  readonly share: number;
  /** [K][K]. */
  readonly students: readonly (readonly number[])[];
  /** [K][M]. */
  readonly cross: readonly (readonly number[])[];
  /** [M][M]. */
  readonly teachers: readonly (readonly number[])[];
}

/** Where learning on a manifold starts. */
export interface ManifoldStart {
  /** delta = D / N. */
  readonly ratio: number;
  /** W, [K][K]. */
  readonly lengths: readonly (readonly number[])[];
  readonly modes: readonly ManifoldModes[];
  readonly readout: readonly number[];
  readonly teacherReadout: readonly number[];
}

/** The modes of given vectors, one for each of the D eigenvectors. Cost O(D^2 N + D^3). */
export function manifoldStart(vectors: ManifoldVectors, algebra: LinearAlgebra): ManifoldStart {
  checkManifold(vectors);
  const { students, teachers, features, readout, teacherReadout } = vectors;
  const n = students.cols;
  const d = features.rows;
  const gram = algebra.gramOfRows(features);
  const omega = { ...gram, data: gram.data.map((value) => value / n) };
  const { values, vectors: basis } = algebra.eigenSymmetric(omega);
  const along = algebra.multiply(latentFields(vectors, algebra), basis as Matrix);
  const teacherAlong = algebra.multiply(teachers, basis as Matrix);
  const outer = (a: Matrix, b: Matrix, t: number): number[][] =>
    Array.from({ length: a.rows }, (_, i) =>
      Array.from(
        { length: b.rows },
        (__, j) => (a.data[i * d + t] as number) * (b.data[j * d + t] as number),
      ),
    );
  const lengths = algebra.gramOfRows(students);
  return {
    ratio: d / n,
    lengths: readout.map((_, i) =>
      readout.map((__, j) => (lengths.data[i * readout.length + j] as number) / n),
    ),
    modes: Array.from(values, (eigenvalue, t) => ({
      eigenvalue,
      share: 1 / d,
      students: outer(along, along, t),
      cross: outer(along, teacherAlong, t),
      teachers: outer(teacherAlong, teacherAlong, t),
    })),
    readout: [...readout],
    teacherReadout: [...teacherReadout],
  };
}

/**
 * A start in the limit of large N and D: students of lengths W without correlation to F, overlaps R of the latent fields with the
 * teachers as given, spread evenly over the Marchenko-Pastur spectrum of Omega (nodes of a Chebyshev rule).
 *
 * @param overlaps - W as `students`, (1 / D) s.wt as `cross`, T as `teachers`.
 * @throws SpecError unless 0 < ratio < 1.
 */
export function typicalManifoldStart(overlaps: Overlaps, ratio: number, nodes = 24): ManifoldStart {
  if (!(ratio > 0 && ratio < 1 && Number.isInteger(nodes) && nodes >= 1)) {
    throw new SpecError(
      `hidden manifold: received D / N = ${ratio} and ${nodes} nodes, expected a ratio between 0 and 1 and at least 1 node`,
    );
  }
  const spectrum = Array.from({ length: nodes }, (_, i) => {
    const angle = (Math.PI * (i + 1)) / (nodes + 1);
    const eigenvalue = 1 + ratio + 2 * Math.sqrt(ratio) * Math.cos(angle);
    return { eigenvalue, weight: Math.sin(angle) ** 2 / eigenvalue };
  });
  const total = spectrum.reduce((sum, { weight }) => sum + weight, 0);
  const mean = spectrum.reduce((sum, { eigenvalue, weight }) => sum + (eigenvalue * weight) / total, 0);
  const scaled = (rows: readonly (readonly number[])[], factor: number): number[][] =>
    rows.map((row) => row.map((value) => factor * value));
  return {
    ratio,
    lengths: overlaps.students,
    modes: spectrum.map(({ eigenvalue, weight }) => ({
      eigenvalue,
      share: weight / total,
      students: scaled(overlaps.students, eigenvalue),
      cross: scaled(overlaps.cross, eigenvalue / mean),
      teachers: overlaps.teachers,
    })),
    readout: overlaps.readout,
    teacherReadout: overlaps.teacherReadout,
  };
}
