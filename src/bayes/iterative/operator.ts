/**
 * Kernel matrices that are too large to store: known by their rows and by products K B, which are worked out block by block from the
 * inputs. Blocks are kept while they fit into a budget of memory and worked out anew in every product beyond it.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import { type DenseKernelSpec, prepareRecursion, solveDenseNngp } from "../kernels/index.ts";

/** A symmetric positive semi-definite matrix K [n, n] known by its action. */
export interface KernelOperator {
  readonly size: number;
  /** K(x_i, x_i), n values. */
  readonly diagonal: Float64Array;
  /** Largest memory that blocks take, in bytes. */
  readonly bytes: number;
  /** Row i of K, n values. */
  row(i: number): Float64Array;
  /** K B for B [n, r]. */
  multiply(b: Matrix): Matrix;
}

/** How a kernel is cut into blocks. */
export interface BlockOptions {
  /** Rows and columns of a block. Default 1024. */
  readonly block?: number;
  /** Bytes that may be spent on keeping blocks; 0 keeps none. Default 2^30. */
  readonly memoryBytes?: number;
}

/** Works out a rectangle of a kernel: K(X[rows], X[columns]), rows and columns given as half-open ranges. */
export type KernelRectangle = (rows: readonly [number, number], columns: readonly [number, number]) => Matrix;

/**
 * The NNGP kernel of a dense network on inputs X as an operator.
 *
 * @param inputs - X, [n, N0].
 * @returns products of cost n^2 (N0 + r) operations where no block is kept, n^2 r where all are. Only the blocks on and above the
 * diagonal are worked out.
 * @throws SpecError for a block or a budget out of range, ShapeError without inputs, ConvergenceError for inputs that are not finite.
 * @example
 * ```ts
 * import { denseKernelOperator, uniformKernelSpec } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const spec = uniformKernelSpec(resolveActivation("linear"), 1, { weightVariance: 1, biasVariance: 0 });
 * const inputs = { rows: 2, cols: 1, data: Float64Array.of(1, 2) };
 * const kernel = denseKernelOperator(spec, inputs, await loadKernels());
 * kernel.multiply({ rows: 2, cols: 1, data: Float64Array.of(1, 1) }).data; // => [3, 6]
 * ```
 */
export function denseKernelOperator(
  spec: DenseKernelSpec,
  inputs: Matrix,
  algebra: LinearAlgebra,
  options: BlockOptions = {},
): KernelOperator {
  const { rows: size, cols: features, data } = inputs;
  const part = ([from, to]: readonly [number, number]): Matrix => ({
    rows: to - from,
    cols: features,
    data: data.subarray(from * features, to * features),
  });
  const recursion = prepareRecursion(spec, features);
  const overlap = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < features; k++) {
      sum += (data[i * features + k] as number) * (data[j * features + k] as number);
    }
    return sum / features;
  };
  const diagonals = Array.from({ length: size }, (_, i) => recursion.diagonal(overlap(i, i)));
  const blocked = blockedOperator(
    Float64Array.from(diagonals, (values) => values.at(-1) as number),
    (rows, columns) => {
      // a block on the diagonal is symmetric: half the pairs
      const isSquare = rows[0] === columns[0] && rows[1] === columns[1];
      return solveDenseNngp(spec, part(rows), isSquare ? null : part(columns), algebra);
    },
    algebra,
    options,
  );
  return {
    ...blocked,
    row: (i) => {
      const own = diagonals[i] as Float64Array;
      const values = Float64Array.from(
        diagonals,
        (other, j) => recursion.pair(overlap(i, j), own, other).nngp,
      );
      values[i] = own.at(-1) as number;
      return values;
    },
  };
}

/** An operator from any kernel that can be worked out by rectangles. */
export function blockedOperator(
  diagonal: Float64Array,
  rectangle: KernelRectangle,
  algebra: LinearAlgebra,
  { block = 1024, memoryBytes = 2 ** 30 }: BlockOptions = {},
): KernelOperator {
  const size = diagonal.length;
  if (size === 0) throw new ShapeError("kernel operator: received no inputs, expected at least one");
  if (!(Number.isInteger(block) && block >= 1 && memoryBytes >= 0)) {
    throw new SpecError(
      `kernel operator: received blocks of ${block} rows and ${memoryBytes} bytes, expected at least 1 and 0`,
    );
  }
  const kept = new Map<number, Matrix>();
  let bytes = 0;
  const blockAt = (i: number, j: number): Matrix => {
    const known = kept.get(i * size + j);
    if (known !== undefined) return known;
    const made = rectangle([i, Math.min(i + block, size)], [j, Math.min(j + block, size)]);
    if (bytes + made.data.byteLength <= memoryBytes) {
      bytes += made.data.byteLength;
      kept.set(i * size + j, made);
    }
    return made;
  };
  const triangle = 8 * size * (size + block) * 0.5;
  return {
    size,
    diagonal,
    bytes: Math.min(memoryBytes, triangle) + 8 * block * block,
    row: (i) => rectangle([i, i + 1], [0, size]).data,
    multiply: (b) => {
      checkRows(b, size);
      const out = zeros(size, b.cols);
      const slice = (from: number): Matrix => {
        const to = Math.min(from + block, size);
        return { rows: to - from, cols: b.cols, data: b.data.subarray(from * b.cols, to * b.cols) };
      };
      for (let i = 0; i < size; i += block) {
        for (let j = i; j < size; j += block) {
          const k = blockAt(i, j);
          addAt(out, i, algebra.multiply(k, slice(j)));
          if (j > i) addAt(out, j, algebra.multiplyTransposedLeft(k, slice(i)));
        }
      }
      return out;
    },
  };
}

/** A stored symmetric matrix as an operator: the oracle of the blocked one. */
export function matrixOperator(matrix: Matrix, algebra: LinearAlgebra): KernelOperator {
  const { rows: size, cols, data } = matrix;
  if (size !== cols || size === 0) {
    throw new ShapeError(`kernel operator: received a matrix [${size}, ${cols}], expected a square one`);
  }
  return {
    size,
    diagonal: Float64Array.from({ length: size }, (_, i) => data[i * (size + 1)] as number),
    bytes: data.byteLength,
    row: (i) => data.slice(i * size, (i + 1) * size),
    multiply: (b) => {
      checkRows(b, size);
      return algebra.multiply(matrix, b);
    },
  };
}

function checkRows({ rows, cols }: Matrix, size: number): void {
  if (rows !== size) {
    throw new ShapeError(`kernel operator: received a factor [${rows}, ${cols}], expected ${size} rows`);
  }
}

function addAt(out: Matrix, row: number, part: Matrix): void {
  const from = row * out.cols;
  for (let at = 0; at < part.data.length; at++) {
    out.data[from + at] = (out.data[from + at] as number) + (part.data[at] as number);
  }
}
