/** Matrices and measures that the linear algebra tests share. */
import { readFileSync } from "node:fs";
import { createStream, type Matrix, multiplyMatrices, transposeMatrix } from "../../src/numerics/index.ts";

export function matrix(rows: number, cols: number, data: ArrayLike<number>): Matrix {
  return { rows, cols, data: Float64Array.from(data) };
}

/** Standard normal entries. */
export function randomMatrix(rows: number, cols: number, seed: number): Matrix {
  const data = new Float64Array(rows * cols);
  createStream(seed).fillNormal(data);
  return { rows, cols, data };
}

export function symmetricMatrix(n: number, seed: number): Matrix {
  const a = randomMatrix(n, n, seed);
  const b = transposeMatrix(a);
  return { rows: n, cols: n, data: a.data.map((x, i) => x + b.data[i]!) };
}

/** A A^T + n I. */
export function positiveMatrix(n: number, seed: number): Matrix {
  const a = randomMatrix(n, n, seed);
  const p = multiplyMatrices(a, transposeMatrix(a));
  for (let i = 0; i < n; i++) p.data[i * n + i]! += n;
  return p;
}

/** A matrix from a rule for its entries. */
export function matrixOf(rows: number, cols: number, entry: (i: number, j: number) => number): Matrix {
  return matrix(
    rows,
    cols,
    Array.from({ length: rows * cols }, (_, at) => entry(Math.floor(at / cols), at % cols)),
  );
}

export function maxAbs(data: ArrayLike<number>): number {
  let m = 0;
  for (let i = 0; i < data.length; i++) m = Math.max(m, Math.abs(data[i]!));
  return m;
}

/** Largest difference between two arrays of the same length. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let m = 0;
  for (let i = 0; i < a.length; i++) m = Math.max(m, Math.abs(a[i]! - b[i]!));
  return m;
}

/** Largest entry of Q^T Q - I. */
export function orthogonalityError(q: Matrix): number {
  const g = multiplyMatrices(transposeMatrix(q), q);
  for (let i = 0; i < q.cols; i++) g.data[i * q.cols + i]! -= 1;
  return maxAbs(g.data);
}

/** Columns of A scaled by d. */
export function scaleColumns(a: Matrix, d: ArrayLike<number>): Matrix {
  return { ...a, data: a.data.map((x, at) => x * d[at % a.cols]!) };
}

/** Values computed by NumPy and SciPy. */
export interface References {
  readonly general: readonly {
    n: number;
    a: number[];
    b: number[];
    solution: number[];
    sign: number;
    logAbs: number;
  }[];
  readonly rectangular: readonly {
    m: number;
    n: number;
    a: number[];
    singularValues: number[];
    r: number[];
  }[];
  readonly positive: readonly { n: number; a: number[]; l: number[] }[];
  readonly symmetric: readonly { n: number; a: number[]; values: number[] }[];
  readonly wilkinson21: readonly number[];
}

export const references: References = JSON.parse(
  readFileSync(new URL("../fixtures/linear-references.json", import.meta.url), "utf8"),
);
