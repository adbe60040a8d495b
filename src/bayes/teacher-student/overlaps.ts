/**
 * Order parameters of a student that learns from a teacher, both soft committee machines
 * f(x) = sum_i v_i g(w_i . x / sqrt(N)) with g(h) = erf(h / sqrt 2) (Saad and Solla 1995): Q = w.w / N, R = w.wt / N, T = wt.wt / N.
 * Local fields (w_i.x, wt_m.x) / sqrt(N) are Gaussian with covariance C = [[Q, R], [R^T, T]]; students come first.
 */
import { ShapeError, SpecError } from "../../base/index.ts";

/** K students and M teachers; matrices are lists of rows. */
export interface Overlaps {
  /** Q, [K][K], symmetric. */
  readonly students: readonly (readonly number[])[];
  /** R, [K][M]. */
  readonly cross: readonly (readonly number[])[];
  /** T, [M][M], symmetric. */
  readonly teachers: readonly (readonly number[])[];
  /** v, K readout weights of the student. */
  readonly readout: readonly number[];
  /** vt, M readout weights of the teacher. */
  readonly teacherReadout: readonly number[];
}

/** The covariance of all local fields, row major, students first. */
export function covarianceOf({ students, cross, teachers }: Overlaps): Float64Array {
  const k = students.length;
  const size = k + teachers.length;
  const c = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value =
        i < k
          ? j < k
            ? students[i]?.[j]
            : cross[i]?.[j - k]
          : j < k
            ? cross[j]?.[i - k]
            : teachers[i - k]?.[j - k];
      c[i * size + j] = value as number;
    }
  }
  return c;
}

/** Throws ShapeError for sizes that do not fit, SpecError for numbers that are not finite or a matrix that is not symmetric. */
export function checkOverlaps({ students, cross, teachers, readout, teacherReadout }: Overlaps): void {
  const k = students.length;
  const m = teachers.length;
  const fits =
    k > 0 &&
    m > 0 &&
    students.every((row) => row.length === k) &&
    cross.length === k &&
    cross.every((row) => row.length === m) &&
    teachers.every((row) => row.length === m) &&
    readout.length === k &&
    teacherReadout.length === m;
  if (!fits) {
    throw new ShapeError(
      `teacher and student: received Q ${k}x${students[0]?.length}, R ${cross.length}x${cross[0]?.length}, T ${m}x${teachers[0]?.length}, v ${readout.length}, vt ${teacherReadout.length}; expected KxK, KxM, MxM, K, M`,
    );
  }
  for (const [name, matrix] of [
    ["Q", students],
    ["T", teachers],
  ] as const) {
    const isSymmetric = matrix.every((row, i) => row.every((value, j) => value === matrix[j]?.[i]));
    if (!isSymmetric) throw new SpecError(`teacher and student: ${name} is not symmetric`);
  }
  const all = [...students.flat(), ...cross.flat(), ...teachers.flat(), ...readout, ...teacherReadout];
  if (!all.every(Number.isFinite)) {
    throw new SpecError("teacher and student: received an overlap that is not finite");
  }
}
