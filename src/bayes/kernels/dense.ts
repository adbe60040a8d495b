/** NNGP and NTK matrices of a dense network on sets of inputs. */
import { ConvergenceError, ShapeError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import { type DenseKernelSpec, type KernelRecursion, prepareRecursion } from "./recursion.ts";

/** Kernel matrices between two sets of inputs, [n, m]. */
export interface KernelMatrices {
  readonly nngp: Matrix;
  readonly ntk: Matrix;
  /** How the averages of each activation were found. */
  readonly methods: readonly string[];
}

/**
 * The infinite-width kernels K(x_i, y_j) (NNGP) and Theta(x_i, y_j) (NTK) of a dense network.
 *
 * @param spec - activations and variances of the layers; weights N(0, weightVariance / fan-in), NTK parametrisation.
 * @param inputs - X, [n, N0].
 * @param others - Y, [m, N0]; without it Y = X, and only half of the symmetric matrices is worked out.
 * @param algebra - linear algebra of `loadKernels`, for the products x.y.
 * @returns float64 matrices, [n, m]. Cost 2 n m N0 operations and n m (or half) pair averages for each hidden layer.
 * @throws ShapeError when N0 differs, ConvergenceError for NaN or infinite inputs.
 * @source Lee et al. 2018, equation 5; Jacot, Gabriel and Hongler 2018, theorem 1.
 * @example
 * ```ts
 * import { solveDenseKernels, uniformKernelSpec } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const spec = uniformKernelSpec(resolveActivation("erf"), 3, { weightVariance: 1, biasVariance: 0 });
 * const x = { rows: 2, cols: 4, data: Float64Array.of(1, -0.5, 0.25, 2, 0.3, 0.8, -1.2, 0.4) };
 * solveDenseKernels(spec, x, null, await loadKernels()).ntk.data[1]; // => 0.097319605767
 * ```
 */
export function solveDenseKernels(
  spec: DenseKernelSpec,
  inputs: Matrix,
  others: Matrix | null,
  algebra: LinearAlgebra,
): KernelMatrices {
  if (others !== null && others.cols !== inputs.cols) {
    throw new ShapeError(
      `kernel: received inputs of ${inputs.cols} and of ${others.cols} features, expected equal numbers`,
    );
  }
  checkFinite(inputs);
  if (others !== null) checkFinite(others);
  const recursion = prepareRecursion(spec);
  const overlaps =
    others === null ? algebra.gramOfRows(inputs) : algebra.multiplyTransposedRight(inputs, others);
  const rows = diagonals(recursion, inputs);
  const columns = others === null ? rows : diagonals(recursion, others);
  const nngp = zeros(overlaps.rows, overlaps.cols);
  const ntk = zeros(overlaps.rows, overlaps.cols);
  for (let i = 0; i < overlaps.rows; i++) {
    for (let j = others === null ? i : 0; j < overlaps.cols; j++) {
      const at = i * overlaps.cols + j;
      const overlap = (overlaps.data[at] as number) / inputs.cols;
      const pair = recursion.pair(overlap, rows[i] as Float64Array, columns[j] as Float64Array);
      nngp.data[at] = pair.nngp;
      ntk.data[at] = pair.ntk;
      if (others === null) {
        nngp.data[j * overlaps.cols + i] = pair.nngp;
        ntk.data[j * overlaps.cols + i] = pair.ntk;
      }
    }
  }
  return { nngp, ntk, methods: recursion.methods };
}

/** K(x, x) of the outputs for every input. */
export function solveKernelDiagonal(spec: DenseKernelSpec, inputs: Matrix): Float64Array {
  const recursion = prepareRecursion(spec);
  return Float64Array.from(diagonals(recursion, inputs), (values) => values.at(-1) as number);
}

function diagonals(recursion: KernelRecursion, { rows, cols, data }: Matrix): Float64Array[] {
  return Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < cols; k++) sum += (data[i * cols + k] as number) ** 2;
    return recursion.diagonal(sum / cols);
  });
}

function checkFinite({ rows, cols, data }: Matrix): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new ConvergenceError(
      `kernel: received ${data[at]} at input ${Math.floor(at / cols)} of ${rows}, feature ${at % cols}, expected finite numbers`,
      { hint: "remove or replace missing values first" },
    );
  }
}
