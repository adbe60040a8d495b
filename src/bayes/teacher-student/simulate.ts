/** On-line learning simulated at finite input dimension: the process whose large-N limit online.ts solves. */
import { erf, type Matrix, type RandomStream } from "../../numerics/index.ts";
import { generalizationError, type OnlineOptions, type OnlinePoint } from "./online.ts";
import { checkOverlaps, type Overlaps } from "./overlaps.ts";

/** Options of a simulation. */
export interface OnlineSimulation extends OnlineOptions {
  /** Input dimension N. */
  readonly dimension: number;
  readonly stream: RandomStream;
}

/**
 * Draws teacher and student vectors with the overlaps of `start` (exactly: their Gram matrix is imposed by Gram-Schmidt) and
 * trains the student on one fresh Gaussian example a step.
 *
 * @param times - ascending, in units of N examples.
 * @returns measured overlaps and their exact error at those times. Cost O(N^2 (K + M)) per unit of time.
 * @throws as `checkOverlaps`; SpecError when the overlaps belong to no vectors.
 */
export function simulateOnlineLearning(
  start: Overlaps,
  times: readonly number[],
  { rate, noise = 0, trainReadout = false, dimension, stream }: OnlineSimulation,
): OnlinePoint[] {
  checkOverlaps(start);
  const k = start.students.length;
  const vectors = drawVectors(start, dimension, stream);
  const students = { rows: k, cols: dimension, data: new Float64Array(k * dimension) };
  const views = vectors.map((vector, i) => {
    if (i >= k) return vector;
    const view = students.data.subarray(i * dimension, (i + 1) * dimension);
    view.set(vector);
    return view;
  });
  const readout = [...start.readout];
  const scale = 1 / Math.sqrt(dimension);
  const sample = (x: Float64Array, teacherFields: Float64Array): void => {
    stream.fillNormal(x);
    for (let t = 0; t < teacherFields.length; t++)
      teacherFields[t] = scale * inner(views[k + t] as Float64Array, x);
  };
  const { teacherReadout } = start;
  let done = 0;
  return times.map((time) => {
    const steps = Math.round(time * dimension) - done;
    done += steps;
    runExamples(steps, { students, readout, teacherReadout }, sample, { rate, noise, trainReadout, stream });
    const overlaps = measureOverlaps(views, start, readout);
    return { time, overlaps, error: generalizationError(overlaps) };
  });
}

/** A student while it learns; its vectors and readout are changed in place. */
export interface Learner {
  /** w, [K, N]. */
  readonly students: Matrix;
  readonly readout: number[];
  readonly teacherReadout: readonly number[];
}

/**
 * Trains on `steps` fresh examples: w_i += (rate / sqrt N) v_i D g'(h_i) x, D = teacher + noise - student.
 *
 * @param sample - draws an input x [N] and the teacher's local fields on it [M].
 */
export function runExamples(
  steps: number,
  { students, readout, teacherReadout }: Learner,
  sample: (x: Float64Array, teacherFields: Float64Array) => void,
  { rate, noise = 0, trainReadout = false, stream }: OnlineOptions & { readonly stream: RandomStream },
): void {
  const [k, n] = [students.rows, students.cols];
  const x = new Float64Array(n);
  const teacherFields = new Float64Array(teacherReadout.length);
  const fields = new Float64Array(k);
  const w = students.data;
  const scale = 1 / Math.sqrt(n);
  for (let step = 0; step < steps; step++) {
    sample(x, teacherFields);
    let gap = noise > 0 ? noise * stream.normal() : 0;
    for (let t = 0; t < teacherFields.length; t++)
      gap += (teacherReadout[t] as number) * erf((teacherFields[t] as number) * Math.SQRT1_2);
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let d = 0; d < n; d++) sum += (w[i * n + d] as number) * (x[d] as number);
      fields[i] = sum * scale;
      gap -= (readout[i] as number) * erf(sum * scale * Math.SQRT1_2);
    }
    for (let i = 0; i < k; i++) {
      const h = fields[i] as number;
      const slope = Math.sqrt(2 / Math.PI) * Math.exp((-h * h) / 2);
      const move = rate * scale * (readout[i] as number) * gap * slope;
      for (let d = 0; d < n; d++) w[i * n + d] = (w[i * n + d] as number) + move * (x[d] as number);
      if (trainReadout) readout[i] = (readout[i] as number) + (rate / n) * gap * erf(h * Math.SQRT1_2);
    }
  }
}

/** Vectors whose inner products divided by N are exactly the covariance of the fields: teachers first, then students. */
function drawVectors(start: Overlaps, dimension: number, stream: RandomStream): Float64Array[] {
  const k = start.students.length;
  const m = start.teachers.length;
  const n = k + m;
  const overlap = (i: number, j: number): number => {
    // order: teachers 0..m-1, students m..n-1
    if (i < m && j < m) return start.teachers[i]?.[j] as number;
    if (i >= m && j >= m) return start.students[i - m]?.[j - m] as number;
    return (i < m ? start.cross[j - m]?.[i] : start.cross[i - m]?.[j]) as number;
  };
  const basis: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const v = new Float64Array(dimension);
    stream.fillNormal(v);
    for (const b of basis) {
      const projection = inner(v, b) / dimension;
      for (let d = 0; d < dimension; d++) v[d] = (v[d] as number) - projection * (b[d] as number);
    }
    const norm = Math.sqrt(inner(v, v) / dimension);
    basis.push(v.map((value) => value / norm));
  }
  // Cholesky factor of the overlaps; a zero pivot means a vector in the span of those before
  const factor = Array.from({ length: n }, () => new Float64Array(n));
  const vectors = Array.from({ length: n }, (_, i) => {
    const row = factor[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      const other = factor[j] as Float64Array;
      let rest = overlap(i, j);
      for (let l = 0; l < j; l++) rest -= (row[l] as number) * (other[l] as number);
      if (j < i) row[j] = (other[j] as number) > 1e-12 ? rest / (other[j] as number) : 0;
      else row[i] = Math.sqrt(Math.max(0, rest));
    }
    const out = new Float64Array(dimension);
    for (let j = 0; j <= i; j++) {
      for (let d = 0; d < dimension; d++) {
        out[d] = (out[d] as number) + (row[j] as number) * (basis[j]?.[d] as number);
      }
    }
    return out;
  });
  return [...vectors.slice(m), ...vectors.slice(0, m)];
}

function measureOverlaps(
  vectors: readonly Float64Array[],
  start: Overlaps,
  readout: readonly number[],
): Overlaps {
  const k = start.students.length;
  const dimension = vectors[0]?.length as number;
  const overlap = (i: number, j: number): number =>
    inner(vectors[i] as Float64Array, vectors[j] as Float64Array) / dimension;
  return {
    ...start,
    students: start.students.map((row, i) => row.map((_, j) => (i <= j ? overlap(i, j) : overlap(j, i)))),
    cross: start.cross.map((row, i) => row.map((_, t) => overlap(i, k + t))),
    readout: [...readout],
  };
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
