/** On-line learning simulated at finite input dimension: the process whose large-N limit online.ts solves. */
import type { RandomStream } from "../../numerics/index.ts";
import { erf } from "../../numerics/index.ts";
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
  const n = k + start.teachers.length;
  const vectors = drawVectors(start, dimension, stream);
  const readout = [...start.readout];
  const x = new Float64Array(dimension);
  const fields = new Float64Array(n);
  const scale = 1 / Math.sqrt(dimension);
  let done = 0;
  return times.map((time) => {
    for (const end = Math.round(time * dimension); done < end; done++) {
      stream.fillNormal(x);
      for (let i = 0; i < n; i++) {
        const w = vectors[i] as Float64Array;
        let sum = 0;
        for (let d = 0; d < dimension; d++) sum += (w[d] as number) * (x[d] as number);
        fields[i] = sum * scale;
      }
      let gap = noise > 0 ? noise * stream.normal() : 0;
      for (let i = 0; i < n; i++) {
        const weight = i < k ? -(readout[i] as number) : (start.teacherReadout[i - k] as number);
        gap += weight * erf((fields[i] as number) * Math.SQRT1_2);
      }
      for (let i = 0; i < k; i++) {
        const h = fields[i] as number;
        const slope = Math.sqrt(2 / Math.PI) * Math.exp((-h * h) / 2);
        const step = rate * scale * (readout[i] as number) * gap * slope;
        const w = vectors[i] as Float64Array;
        for (let d = 0; d < dimension; d++) w[d] = (w[d] as number) + step * (x[d] as number);
        if (trainReadout) {
          readout[i] = (readout[i] as number) + (rate / dimension) * gap * erf(h * Math.SQRT1_2);
        }
      }
    }
    const overlaps = measureOverlaps(vectors, start, readout);
    return { time, overlaps, error: generalizationError(overlaps) };
  });
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
