/**
 * On-line learning on a hidden manifold (Goldt, Mezard, Krzakala and Zdeborova 2020), exact as N and D = delta N grow.
 * With D = teacher + noise - student, A_ka = E[d(g'(h_k) D) / d field_a] and G_kl = E[g'(h_k) g'(h_l) D^2], each mode of eigenvalue
 * rho of Omega = F F^T / N obeys, with d(rho) = c2 - b^2 + b^2 rho / delta,
 * dr_km/dt = eta v_k [ d(rho) sum_j A_kj r_jm + (b rho / delta) sum_n A_kn t_nm ],
 * ds_kl/dt = eta v_k [ d(rho) sum_j A_kj s_jl + (b rho / delta) sum_m A_km r_lm ] + (k <-> l) + eta^2 v_k v_l G_kl rho d(rho),
 * and dW_kl/dt = eta v_k E[g'(h_k) h_l D] + (k <-> l) + eta^2 v_k v_l c2 G_kl. For f linear and F orthogonal (rho = delta = 1) these are
 * the equations of Saad and Solla.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { integrateOde, type Matrix, type RandomStream } from "../../numerics/index.ts";
import { type ManifoldMoments, type ManifoldVectors, manifoldOverlaps } from "./manifold.ts";
import type { ManifoldStart } from "./manifold-modes.ts";
import { averageFields, generalizationError, type OnlineOptions, type OnlinePoint } from "./online.ts";
import type { Overlaps } from "./overlaps.ts";
import { runExamples } from "./simulate.ts";

/**
 * Solves the learning equations on a hidden manifold.
 *
 * @param start - of `manifoldStart` (given vectors) or `typicalManifoldStart` (their typical values).
 * @param times - ascending, examples / N.
 * @returns order parameters Q, R, T of the local fields and the generalisation error; accuracy of the integration 1e-7 relative, of
 * the theory O(1 / sqrt N): 5 percent at N = 500, D = 50 before the exit from a plateau.
 * @throws SpecError for a rate that is not positive or times that do not ascend, ConvergenceError when the integration stops.
 * @source after Goldt, Mezard, Krzakala and Zdeborova 2020 (arXiv:1909.11500); derived as in the header, mode by mode.
 * @example
 * ```ts
 * import { manifoldMoments, solveManifoldLearning, typicalManifoldStart } from "isinglass/bayes";
 *
 * const overlaps = { students: [[0.25]], cross: [[0]], teachers: [[1]], readout: [1], teacherReadout: [1] };
 * const start = typicalManifoldStart(overlaps, 0.1);
 * const [first, last] = solveManifoldLearning(start, [0, 10], manifoldMoments("sign"), { rate: 0.5 });
 * last.error < first.error / 5; // => true
 * ```
 */
export function solveManifoldLearning(
  start: ManifoldStart,
  times: readonly number[],
  moments: ManifoldMoments,
  options: OnlineOptions,
): OnlinePoint[] {
  const ascends = times.length > 0 && times.every((t, i) => t >= (i === 0 ? 0 : (times[i - 1] as number)));
  if (!(options.rate > 0 && ascends)) {
    throw new SpecError(
      `hidden manifold: received rate ${options.rate} and times [${times}], expected a rate above 0 and ascending times`,
    );
  }
  const layout = layoutOf(start);
  const first = pack(start, layout);
  const field = (_: number, state: Float64Array, slope: Float64Array): void =>
    writeSlopes(state, slope, start, layout, moments, options);
  const grid = times[0] === 0 ? times : [0, ...times];
  const solved = integrateOde(field, first, grid, {
    relativeTolerance: 1e-8,
    absoluteTolerance: 1e-12,
    maxSteps: 100_000,
  });
  if (!solved.converged || !solved.states.every((state) => state.every(Number.isFinite))) {
    throw new ConvergenceError(
      `hidden manifold: integration stopped at time ${solved.reached} (${solved.reason})`,
      { hint: "choose a smaller rate or fewer times" },
    );
  }
  return solved.states.slice(grid.length - times.length).map((state, i) => {
    const overlaps = overlapsAt(state, start, layout, moments);
    return { time: times[i] as number, overlaps, error: generalizationError(overlaps) };
  });
}

/** Places in the state: W, then v, then s and r of every mode; K x K matrices whole. */
interface Layout {
  readonly k: number;
  readonly m: number;
  readonly readout: number;
  readonly modes: number;
  readonly perMode: number;
}

function layoutOf({ readout, teacherReadout }: ManifoldStart): Layout {
  const k = readout.length;
  const m = teacherReadout.length;
  return { k, m, readout: k * k, modes: k * k + k, perMode: k * k + k * m };
}

function pack({ lengths, readout, modes }: ManifoldStart, { perMode, modes: from }: Layout): Float64Array {
  const state = new Float64Array(from + modes.length * perMode);
  state.set([...lengths.flat(), ...readout]);
  modes.forEach(({ students, cross }, t) => {
    state.set([...students.flat(), ...cross.flat()], from + t * perMode);
  });
  return state;
}

/** Sums over modes. */
function overlapsAt(
  state: Float64Array,
  { modes, teacherReadout }: ManifoldStart,
  { k, m, readout, modes: from, perMode }: Layout,
  { slope: b, square: c2 }: ManifoldMoments,
): Overlaps {
  const students = Array.from({ length: k }, (_, i) =>
    Array.from({ length: k }, (__, j) => {
      let sum = 0;
      modes.forEach(({ share }, t) => {
        sum += share * (state[from + t * perMode + i * k + j] as number);
      });
      return (c2 - b * b) * (state[i * k + j] as number) + b * b * sum;
    }),
  );
  const cross = Array.from({ length: k }, (_, i) =>
    Array.from({ length: m }, (__, j) => {
      let sum = 0;
      modes.forEach(({ share }, t) => {
        sum += share * (state[from + t * perMode + k * k + i * m + j] as number);
      });
      return b * sum;
    }),
  );
  const teachers = Array.from({ length: m }, (_, i) =>
    Array.from({ length: m }, (__, j) =>
      modes.reduce((sum, { share, teachers: t }) => sum + share * (t[i]?.[j] as number), 0),
    ),
  );
  return { students, cross, teachers, readout: [...state.subarray(readout, readout + k)], teacherReadout };
}

function writeSlopes(
  state: Float64Array,
  slope: Float64Array,
  start: ManifoldStart,
  layout: Layout,
  moments: ManifoldMoments,
  { rate, noise = 0, trainReadout = false }: OnlineOptions,
): void {
  const { k, m, readout, modes: from, perMode } = layout;
  const { slope: b, square: c2 } = moments;
  const overlaps = overlapsAt(state, start, layout, moments);
  const { drift, second, output, response } = averageFields(overlaps, noise);
  const v = overlaps.readout;
  const pairNoise = (i: number, j: number): number =>
    rate * rate * (v[i] as number) * (v[j] as number) * (second[i]?.[j] as number);
  for (let i = 0; i < k; i++) {
    slope[readout + i] = trainReadout ? rate * (output[i] as number) : 0;
    for (let j = 0; j < k; j++) {
      slope[i * k + j] =
        rate * ((v[i] as number) * (drift[i]?.[j] as number) + (v[j] as number) * (drift[j]?.[i] as number)) +
        c2 * pairNoise(i, j);
    }
  }
  start.modes.forEach(({ eigenvalue, teachers }, t) => {
    const at = from + t * perMode;
    const own = c2 - b * b + (b * b * eigenvalue) / start.ratio;
    const pull = (b * eigenvalue) / start.ratio;
    /** eta v_i sum over fields of A times the overlap with something. */
    const moved = (i: number, student: (j: number) => number, teacher: (n: number) => number): number => {
      const row = response[i] as readonly number[];
      let sum = 0;
      for (let j = 0; j < k; j++) sum += own * (row[j] as number) * student(j);
      for (let n = 0; n < m; n++) sum += pull * (row[k + n] as number) * teacher(n);
      return rate * (v[i] as number) * sum;
    };
    const s = (i: number, j: number): number => state[at + i * k + j] as number;
    const r = (i: number, n: number): number => state[at + k * k + i * m + n] as number;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        slope[at + i * k + j] =
          moved(
            i,
            (l) => s(l, j),
            (n) => r(j, n),
          ) +
          moved(
            j,
            (l) => s(l, i),
            (n) => r(i, n),
          ) +
          pairNoise(i, j) * eigenvalue * own;
      }
      for (let n = 0; n < m; n++) {
        slope[at + k * k + i * m + n] = moved(
          i,
          (l) => r(l, n),
          (o) => teachers[o]?.[n] as number,
        );
      }
    }
  });
}

/** Options of a simulation on a manifold. */
export interface ManifoldSimulation extends OnlineOptions {
  readonly stream: RandomStream;
}

/**
 * Trains a student on fresh examples of a hidden manifold, one a step; the vectors are copied, not changed.
 *
 * @param times - ascending, in units of N examples.
 * @returns order parameters measured from the vectors, and their error by the Gaussian equivalence. Cost O(N^2 D) per unit of time.
 */
export function simulateManifoldLearning(
  vectors: ManifoldVectors,
  times: readonly number[],
  moments: ManifoldMoments,
  { stream, ...options }: ManifoldSimulation,
  algebra: LinearAlgebra,
): OnlinePoint[] {
  const { features, teachers, teacherReadout } = vectors;
  const [d, n] = [features.rows, features.cols];
  const students = { ...vectors.students, data: vectors.students.data.slice() };
  const readout = [...vectors.readout];
  const latent = new Float64Array(d);
  const sample = (x: Float64Array, teacherFields: Float64Array): void => {
    stream.fillNormal(latent);
    x.fill(0);
    for (let r = 0; r < d; r++) {
      const scale = (latent[r] as number) / Math.sqrt(d);
      for (let i = 0; i < n; i++) x[i] = (x[i] as number) + scale * (features.data[r * n + i] as number);
    }
    for (let i = 0; i < n; i++) x[i] = moments.f(x[i] as number);
    for (let t = 0; t < teachers.rows; t++) teacherFields[t] = inner(teachers, t, latent) / Math.sqrt(d);
  };
  let done = 0;
  return times.map((time) => {
    const steps = Math.round(time * n) - done;
    done += steps;
    runExamples(steps, { students, readout, teacherReadout }, sample, { ...options, stream });
    const overlaps = manifoldOverlaps({ ...vectors, students, readout }, moments, algebra);
    return { time, overlaps, error: generalizationError(overlaps) };
  });
}

function inner({ cols, data }: Matrix, row: number, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) sum += (data[row * cols + i] as number) * (x[i] as number);
  return sum;
}
