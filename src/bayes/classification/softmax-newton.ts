/**
 * One Newton step of the softmax classifier and the prediction at its end, with C + 1 factorisations of [P, P] instead of one of
 * [C P, C P] (Rasmussen and Williams 2006, algorithms 3.3 and 3.4).
 */
import type { LinearAlgebra } from "../../kernels/index.ts";
import { identityMatrix, type Matrix, transposeMatrix, zeros } from "../../numerics/index.ts";
import { scaleRows, solveWith } from "./laplace.ts";
import { softmaxRows } from "./softmax-average.ts";
import type { ClassificationTask } from "./task.ts";

/** What one Newton step needs: class probabilities, E_c = D_c^{1/2} B_c^{-1} D_c^{1/2}, and the factor of their sum. */
export interface Expansion {
  readonly chance: Matrix;
  readonly blocks: readonly { readonly root: Float64Array; readonly factor: Matrix }[];
  readonly sumFactor: Matrix;
  /** log det(1 + K W) / 2. */
  readonly halfLogDeterminant: number;
}

/** The expansion at `latent`, [P, C]. */
export function expand(train: Matrix, latent: Matrix, algebra: LinearAlgebra): Expansion {
  const size = train.rows;
  const classes = latent.cols;
  const chance = softmaxRows(latent);
  let halfLogDeterminant = 0;
  const sum = zeros(size, size);
  const blocks = Array.from({ length: classes }, (_, c) => {
    const root = Float64Array.from({ length: size }, (_, p) =>
      Math.sqrt(chance.data[p * classes + c] as number),
    );
    const b = { ...train, data: train.data.slice() };
    for (let at = 0; at < b.data.length; at++) {
      const [i, j] = [Math.floor(at / size), at % size];
      b.data[at] = (i === j ? 1 : 0) + (b.data[at] as number) * (root[i] as number) * (root[j] as number);
    }
    const factor = algebra.cholesky(b);
    for (let p = 0; p < size; p++) halfLogDeterminant += Math.log(factor.data[p * (size + 1)] as number);
    const half = algebra.solveTriangular(factor, "lower", diagonal(root));
    const e = algebra.gramOfColumns(half).data;
    for (let at = 0; at < e.length; at++) sum.data[at] = (sum.data[at] as number) + (e[at] as number);
    return { root, factor };
  });
  const sumFactor = algebra.cholesky(sum);
  for (let p = 0; p < size; p++) halfLogDeterminant += Math.log(sumFactor.data[p * (size + 1)] as number);
  return { chance, blocks, sumFactor, halfLogDeterminant };
}

/** E_c v. */
function applyBlock(
  { root, factor }: Expansion["blocks"][number],
  v: Float64Array,
  algebra: LinearAlgebra,
): Float64Array {
  const scaled = v.map((value, p) => (root[p] as number) * value);
  return solveWith(factor, scaled, algebra).map((value, p) => (root[p] as number) * value);
}

/** K^{-1} f after a full Newton step: b - E K b + E R (sum E)^{-1} R^T E K b with b = W f + y - pi. */
export function newtonWeights(
  train: Matrix,
  latent: Matrix,
  wanted: Matrix,
  { chance, blocks, sumFactor }: Expansion,
  algebra: LinearAlgebra,
): Matrix {
  const { rows, cols } = latent;
  const b = zeros(rows, cols);
  for (let p = 0; p < rows; p++) {
    let mean = 0;
    for (let c = 0; c < cols; c++) {
      const at = p * cols + c;
      mean += (chance.data[at] as number) * (latent.data[at] as number);
    }
    for (let c = 0; c < cols; c++) {
      const at = p * cols + c;
      const pi = chance.data[at] as number;
      b.data[at] = pi * ((latent.data[at] as number) - mean) + (wanted.data[at] as number) - pi;
    }
  }
  const kb = algebra.multiply(train, b);
  const applied = blocks.map((block, c) => applyBlock(block, columnOf(kb, c), algebra));
  const total = new Float64Array(rows);
  for (const values of applied)
    for (let p = 0; p < rows; p++) total[p] = (total[p] as number) + (values[p] as number);
  const common = solveWith(sumFactor, total, algebra);
  const out = zeros(rows, cols);
  blocks.forEach((block, c) => {
    const back = applyBlock(block, common, algebra);
    for (let p = 0; p < rows; p++) {
      const at = p * cols + c;
      out.data[at] =
        (b.data[at] as number) - ((applied[c] as Float64Array)[p] as number) + (back[p] as number);
    }
  });
  return out;
}

/** Mean k_c^T (y - pi) and covariance of the latent functions at the test inputs. */
export function predictLatent(
  { cross, diagonal: prior }: ClassificationTask,
  wanted: Matrix,
  { chance, blocks, sumFactor }: Expansion,
  algebra: LinearAlgebra,
): { latentMean: Matrix; latentCovariance: Matrix } {
  const { rows: size, cols: classes } = wanted;
  const gap = { ...wanted, data: wanted.data.map((y, at) => y - (chance.data[at] as number)) };
  const latentMean = algebra.multiply(cross, gap);
  const tests = cross.rows;
  const transposed = transposeMatrix(cross);
  // columns E_c k*
  const applied = blocks.map(({ root, factor }) => {
    const half = algebra.solveTriangular(factor, "lower", scaleRows(transposed, root));
    return scaleRows(algebra.solveTriangular(factor, "lower-transposed", half), root);
  });
  const solved = applied.map((e) => algebra.solveTriangular(sumFactor, "lower", e));
  const latentCovariance = zeros(tests, classes * classes);
  for (let m = 0; m < tests; m++) {
    for (let c = 0; c < classes; c++) {
      for (let d = 0; d <= c; d++) {
        let value = 0;
        for (let p = 0; p < size; p++) {
          const at = p * tests + m;
          value += ((solved[c] as Matrix).data[at] as number) * ((solved[d] as Matrix).data[at] as number);
          if (c === d) value -= (transposed.data[at] as number) * ((applied[c] as Matrix).data[at] as number);
        }
        if (c === d) value += prior[m] as number;
        latentCovariance.data[m * classes * classes + c * classes + d] = value;
        latentCovariance.data[m * classes * classes + d * classes + c] = value;
      }
    }
  }
  return { latentMean, latentCovariance };
}

function diagonal(values: Float64Array): Matrix {
  return scaleRows(identityMatrix(values.length), values);
}

function columnOf({ rows, cols, data }: Matrix, c: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, p) => data[p * cols + c] as number);
}
