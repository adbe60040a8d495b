/**
 * Fixed points of on-line learning for K = M, orthonormal teachers and unit readouts: the symmetric plateau, and the learning
 * rate above which perfect learning is unstable (Saad and Solla 1995, section IV); and the population optimum of a student with
 * fewer units than its teacher (Simsek et al. 2023).
 */
import { SpecError } from "../../base/index.ts";
import { solveBracketed } from "../../numerics/index.ts";
import { learningSlopes } from "./online.ts";
import type { Overlaps } from "./overlaps.ts";

/** Identity matrix as rows. */
function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
}

function checkUnits(units: number, least: number): void {
  if (!(Number.isInteger(units) && units >= least)) {
    throw new SpecError(
      `teacher and student: received ${units} units, expected a whole number of at least ${least}`,
    );
  }
}

/**
 * The symmetric plateau at small learning rates: all students equal, Q_ik = 1 / (2K - 1), R_im = 1 / sqrt(K (2K - 1)).
 *
 * @returns overlaps and their error (K / pi) [pi / 6 - K asin(1 / (2K))].
 * @example
 * ```ts
 * import { symmetricPlateau } from "isinglass/bayes";
 *
 * symmetricPlateau(3).error; // => 0.0202965887
 * ```
 */
export function symmetricPlateau(units: number): { readonly overlaps: Overlaps; readonly error: number } {
  checkUnits(units, 1);
  const q = 1 / (2 * units - 1);
  const r = 1 / Math.sqrt(units * (2 * units - 1));
  const rows = (value: number): number[][] =>
    Array.from({ length: units }, () => new Array<number>(units).fill(value));
  const ones = new Array<number>(units).fill(1);
  return {
    overlaps: {
      students: rows(q),
      cross: rows(r),
      teachers: identity(units),
      readout: ones,
      teacherReadout: ones,
    },
    error: (units / Math.PI) * (Math.PI / 6 - units * Math.asin(1 / (2 * units))),
  };
}

/**
 * The learning rate above which the perfect student (Q = R = T = 1) is unstable, from the eigenvalues of the linearised
 * learning equations in the symmetric subspace.
 *
 * @returns eta_c: 4.0557787 (= sqrt(15) pi / 3) for one unit, 2.3068277 for two; relative accuracy about 1e-6.
 * @example
 * ```ts
 * import { solveCriticalRate } from "isinglass/bayes";
 *
 * Math.abs(solveCriticalRate(1) - (Math.sqrt(15) * Math.PI) / 3) < 1e-5; // => true
 * ```
 */
export function solveCriticalRate(units: number): number {
  checkUnits(units, 1);
  return solveBracketed((rate) => largestGrowth(units, rate), 0.05, 6, { tolerance: 1e-9 }).root;
}

/** Overlaps with Q_ii, Q_ij, R_ii, R_ij as given. */
function symmetricOverlaps(units: number, [q, c, r, s]: readonly number[]): Overlaps {
  const rows = (own: number, other: number): number[][] =>
    Array.from({ length: units }, (_, i) =>
      Array.from({ length: units }, (__, j) => (i === j ? own : other)),
    );
  const ones = new Array<number>(units).fill(1);
  return {
    students: rows(q as number, c as number),
    cross: rows(r as number, s as number),
    teachers: identity(units),
    readout: ones,
    teacherReadout: ones,
  };
}

/** Largest real part of the eigenvalues of the linearised equations at Q = R = 1. */
function largestGrowth(units: number, rate: number): number {
  const names = units === 1 ? [0, 2] : [0, 1, 2, 3];
  const perfect = [1, 0, 1, 0];
  const field = (point: readonly number[]): number[] => {
    const { students, cross } = learningSlopes(symmetricOverlaps(units, point), { rate });
    const all = [students[0]?.[0], students[0]?.[1] ?? 0, cross[0]?.[0], cross[0]?.[1] ?? 0] as number[];
    return names.map((name) => all[name] as number);
  };
  const h = 1e-5;
  const jacobian = names.map((name) => {
    const shifted = (sign: number): number[] =>
      field(perfect.map((value, i) => (i === name ? value + sign * h : value)));
    // second-order formula on both sides
    const [up, down] = [shifted(1), shifted(-1)];
    return up.map((value, i) => (value - (down[i] as number)) / (2 * h));
  });
  return spectralAbscissa(jacobian);
}

/** max Re(eigenvalue) by repeated squaring of exp(A t): the growth rate of the slowest mode. */
function spectralAbscissa(columns: readonly (readonly number[])[]): number {
  const size = columns.length;
  const multiply = (a: readonly number[], b: readonly number[]): number[] => {
    const out = new Array<number>(size * size).fill(0);
    for (let i = 0; i < size; i++)
      for (let k = 0; k < size; k++)
        for (let j = 0; j < size; j++)
          out[i * size + j] =
            (out[i * size + j] as number) + (a[i * size + k] as number) * (b[k * size + j] as number);
    return out;
  };
  const step = 1 / 64;
  // exp(A step) by its Taylor series
  const a = Array.from(
    { length: size * size },
    (_, at) => (columns[at % size]?.[Math.floor(at / size)] as number) * step,
  );
  let power: number[] = Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
  let flow = [...power];
  for (let n = 1; n < 24; n++) {
    power = multiply(power, a).map((value) => value / n);
    flow = flow.map((value, i) => value + (power[i] as number));
  }
  let logSize = 0;
  const doublings = 40;
  for (let d = 0; d < doublings; d++) {
    flow = multiply(flow, flow);
    const norm = Math.hypot(...flow);
    flow = flow.map((value) => value / norm);
    logSize = 2 * logSize + Math.log(norm);
  }
  return logSize / (step * 2 ** doublings);
}

/**
 * The best loss of a student with fewer units than its teacher of `teachers` orthonormal units: all but one copy a unit each,
 * and the last averages the other m = teachers - students + 1.
 *
 * @returns 1/2 E (teacher - student)^2 = (m / pi) [pi / 6 - m asin(1 / (2m))], both layers trained.
 * @source Simsek, Bendjeddou, Gerstner and Brea 2023 (arXiv 2311.01644).
 * @example
 * ```ts
 * import { copyAverageLoss } from "isinglass/bayes";
 *
 * copyAverageLoss(2, 3); // => 0.011610840313
 * ```
 */
export function copyAverageLoss(students: number, teachers: number): number {
  checkUnits(students, 1);
  checkUnits(teachers, students);
  return symmetricPlateau(teachers - students + 1).error;
}
