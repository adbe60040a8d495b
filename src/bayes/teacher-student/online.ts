/**
 * On-line learning of a soft committee machine, exact as N -> infinity (Saad and Solla 1995, equations 11 and 12; Goldt et al.
 * 2019 for the readout): one fresh example a step, w_i += (eta / sqrt N) v_i D g'(h_i) x, D = teacher + noise - student,
 * and time a = examples / N. The order parameters follow ordinary differential equations.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { integrateOde } from "../../numerics/index.ts";
import { averageField, averageNoise, averageOutputs, averageSlopes } from "./averages.ts";
import { checkOverlaps, covarianceOf, type Overlaps } from "./overlaps.ts";

/** How the student learns. */
export interface OnlineOptions {
  /** Learning rate eta. */
  readonly rate: number;
  /** Standard deviation of the noise on the teacher's output; default 0. */
  readonly noise?: number;
  /** Whether the readout learns too, dv_i/da = eta E[D g(h_i)]; default false. */
  readonly trainReadout?: boolean;
}

/** One point of a trajectory. */
export interface OnlinePoint {
  /** a = examples / N. */
  readonly time: number;
  readonly overlaps: Overlaps;
  /** 1/2 E (teacher - student)^2 over fresh inputs, noise not counted. */
  readonly error: number;
}

/**
 * The generalisation error 1/2 E (sum vt g - sum v g)^2 of given overlaps.
 *
 * @source Saad and Solla 1995, equation 10.
 * @example
 * ```ts
 * import { generalizationError } from "isinglass/bayes";
 *
 * const overlaps = { students: [[0.25]], cross: [[0]], teachers: [[1]], readout: [1], teacherReadout: [1] };
 * generalizationError(overlaps); // => 0.23076088352
 * ```
 */
export function generalizationError(overlaps: Overlaps): number {
  const n = overlaps.students.length + overlaps.teachers.length;
  const c = covarianceOf(overlaps);
  const weights = signedWeights(overlaps);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      sum += (weights[i] as number) * (weights[j] as number) * averageOutputs(c, n, i, j);
    }
  }
  return sum / 2;
}

/** D = sum over fields of weight times g(field): minus v for students, plus vt for teachers. */
function signedWeights({ readout, teacherReadout }: Overlaps): number[] {
  return [...readout.map((v) => -v), ...teacherReadout];
}

/** Derivatives of all order parameters with respect to time. */
export interface OverlapSlopes {
  readonly students: number[][];
  readonly cross: number[][];
  readonly readout: number[];
}

/** Averages over a fresh example that drive all learning equations; fields are students, then teachers. */
export interface FieldAverages {
  /** E[g'(h_i) field_j D], [K][K + M]. */
  readonly drift: readonly (readonly number[])[];
  /** E[g'(h_i) g'(h_j) (D + noise)^2], [K][K]. */
  readonly second: readonly (readonly number[])[];
  /** E[D g(h_i)], [K]. */
  readonly output: readonly number[];
  /** E[d(g'(h_i) D) / d field_j], [K][K + M]: the drift with the covariance of the fields taken off. */
  readonly response: readonly (readonly number[])[];
}

/** The averages at given overlaps. Cost O(K^2 (K + M)^2). */
export function averageFields(overlaps: Overlaps, noise: number): FieldAverages {
  const k = overlaps.students.length;
  const n = k + overlaps.teachers.length;
  const c = covarianceOf(overlaps);
  const weights = signedWeights(overlaps);
  const units = Array.from({ length: k }, (_, i) => i);
  const drift = units.map((i) =>
    weights.map((_, j) => weights.reduce((sum, weight, b) => sum + weight * averageField(c, n, i, j, b), 0)),
  );
  const second = units.map((i) =>
    units.map((j) => {
      let sum = noise * noise * averageNoise(c, n, i, j);
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) {
          sum += (weights[a] as number) * (weights[b] as number) * averageSlopes(c, n, i, j, a, b);
        }
      }
      return sum;
    }),
  );
  const output = units.map((i) =>
    weights.reduce((sum, weight, b) => sum + weight * averageOutputs(c, n, i, b), 0),
  );
  // g'' = -h g', so the derivative by the own field takes the drift along it
  const response = units.map((i) =>
    weights.map((weight, j) => weight * averageNoise(c, n, i, j) - (i === j ? (drift[i]?.[i] as number) : 0)),
  );
  return { drift, second, output, response };
}

/** The right-hand side of the learning equations. Cost O(K^2 (K + M)^2). */
export function learningSlopes(
  overlaps: Overlaps,
  { rate, noise = 0, trainReadout = false }: OnlineOptions,
): OverlapSlopes {
  const k = overlaps.students.length;
  const { drift, second, output } = averageFields(overlaps, noise);
  const v = overlaps.readout;
  return {
    cross: v.map((vi, i) => overlaps.teachers.map((_, t) => rate * vi * (drift[i]?.[k + t] as number))),
    students: v.map((vi, i) =>
      v.map(
        (vj, j) =>
          rate * (vi * (drift[i]?.[j] as number) + vj * (drift[j]?.[i] as number)) +
          rate * rate * vi * vj * (second[i]?.[j] as number),
      ),
    ),
    readout: output.map((value) => (trainReadout ? rate * value : 0)),
  };
}

/**
 * Solves the learning equations from `start` at time 0 and returns the state at `times`.
 *
 * @param times - ascending, a = examples / N.
 * @returns order parameters and generalisation error; relative accuracy about 1e-8 before the exit from a plateau, whose time
 * depends exponentially on the start, and 1e-6 after.
 * @throws SpecError for a rate that is not positive or times that do not ascend; ConvergenceError when the integration
 * stops.
 * @source Saad and Solla 1995, equations 11, 12 (their J and B are w and wt here).
 * @example
 * ```ts
 * import { solveOnlineLearning } from "isinglass/bayes";
 *
 * const start = { students: [[0.25]], cross: [[0]], teachers: [[1]], readout: [1], teacherReadout: [1] };
 * solveOnlineLearning(start, [0, 5], { rate: 1 })[1].error; // => 0.0103295454
 * ```
 */
export function solveOnlineLearning(
  start: Overlaps,
  times: readonly number[],
  options: OnlineOptions,
): OnlinePoint[] {
  checkOverlaps(start);
  const { rate, noise = 0 } = options;
  if (!(rate > 0 && Number.isFinite(rate) && noise >= 0)) {
    throw new SpecError(
      `teacher and student: received rate ${rate} and noise ${noise}, expected a rate above 0 and noise of at least 0`,
    );
  }
  const isAscending = times.every((t, i) => t >= (i === 0 ? 0 : (times[i - 1] as number)));
  if (!isAscending || times.length === 0) {
    throw new SpecError(`teacher and student: received times [${times}], expected ascending times from 0 on`);
  }
  const field = (_: number, state: Float64Array, slope: Float64Array): void => {
    slope.set(pack(learningSlopes(unpack(state, start), options)));
  };
  const grid = times[0] === 0 ? times : [0, ...times];
  const solved = integrateOde(field, pack(start), grid, {
    relativeTolerance: 1e-10,
    absoluteTolerance: 1e-14,
    maxSteps: 200_000,
  });
  if (!solved.converged || !solved.states.every((state) => state.every(Number.isFinite))) {
    throw new ConvergenceError(
      `teacher and student: integration stopped at time ${solved.reached} (${solved.reason})`,
      { hint: "choose a smaller rate or fewer times" },
    );
  }
  return solved.states.slice(grid.length - times.length).map((state, i) => {
    const overlaps = unpack(state, start);
    return { time: times[i] as number, overlaps, error: generalizationError(overlaps) };
  });
}

/** Upper triangle of Q, then R, then v. */
function pack({ students, cross, readout }: Pick<Overlaps, "students" | "cross" | "readout">): number[] {
  return [...students.flatMap((row, i) => row.slice(i)), ...cross.flat(), ...readout];
}

function unpack(state: Float64Array, { students, teachers, teacherReadout }: Overlaps): Overlaps {
  const k = students.length;
  const m = teachers.length;
  let next = 0;
  const q = students.map((row) => [...row]);
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      const value = state[next++] as number;
      (q[i] as number[])[j] = value;
      (q[j] as number[])[i] = value;
    }
  }
  const cross = students.map(() => Array.from({ length: m }, () => state[next++] as number));
  return { students: q, cross, teachers, readout: [...state.subarray(next, next + k)], teacherReadout };
}
