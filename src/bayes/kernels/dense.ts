/** NNGP and NTK matrices of a dense network on sets of inputs. */
import type { WorkOptions } from "../../base/index.ts";
import type { Kernels, WideJob, WideKernels } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import { checkInputs, finiteMeanSquares, meanSquares } from "./inputs.ts";
import {
  checkMemory,
  DEFAULT_KERNEL_BYTES,
  type KernelMemory,
  type KernelRequest,
  resultBytes,
} from "./memory.ts";
import { layerMaps } from "./parametrization.ts";
import { fillPlainly, type KernelTargets } from "./plain.ts";
import { type DensePlan, planDense } from "./plan.ts";
import { prepareRecursion } from "./recursion.ts";
import type { KernelAlgebra, KernelMatrices, KernelMatrix, KernelOptions, KernelResult } from "./results.ts";
import type { DenseKernelSpec, LayerMap } from "./types.ts";

/** With fewer pairs a table of an activation costs more than the pairs. */
const TABLE_PAIRS = 5000;

/**
 * The infinite-width kernels K(x_i, y_j) (NNGP) and Theta(x_i, y_j) (NTK) of a dense network.
 *
 * @param spec - activations and variances of the layers; weights N(0, weightVariance / fan-in), NTK parametrisation unless
 * `parametrization` says otherwise.
 * @param inputs - X, [n, N0].
 * @param others - Y, [m, N0]; without it Y = X, and only half of the symmetric matrices is worked out.
 * @param algebra - `loadKernels`: its threads share the work. Other linear algebra works too, slowly.
 * @returns float64 matrices, [n, m]. Closed forms have errors of a few ulp of the largest entry, other activations come from tables
 * with the error that `methods` names. Cost 2 n m N0 operations and n m (or half) pair averages of 4 ns for each hidden layer (0.1
 * microseconds from a table); features in which most inputs have one value, as the background of images, cost almost nothing.
 * @throws ShapeError when N0 differs, ConvergenceError for NaN or infinite inputs, BudgetError above 16 GiB.
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
  algebra: KernelAlgebra,
): KernelMatrices {
  const { nngp, ntk, methods } = solveNow(spec, inputs, others, algebra, true);
  return { nngp, ntk: ntk as Matrix, methods };
}

/**
 * The NNGP of `solveDenseKernels` alone, in half of its memory.
 *
 * @throws as `solveDenseKernels`.
 * @example
 * ```ts
 * import { solveDenseNngp, uniformKernelSpec } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const spec = uniformKernelSpec(resolveActivation("relu"), 1, { weightVariance: 2, biasVariance: 0 });
 * const x = { rows: 2, cols: 2, data: Float64Array.of(1, 1, 1, -1) };
 * solveDenseNngp(spec, x, null, await loadKernels()).data; // => [2, 0.636619772, 0.636619772, 2]
 * ```
 */
export function solveDenseNngp(
  spec: DenseKernelSpec,
  inputs: Matrix,
  others: Matrix | null,
  algebra: KernelAlgebra,
): Matrix {
  return solveNow(spec, inputs, others, algebra, false).nngp;
}

function solveNow(
  spec: DenseKernelSpec,
  inputs: Matrix,
  others: Matrix | null,
  algebra: KernelAlgebra,
  wantsNtk: boolean,
): { readonly nngp: Matrix; readonly ntk: Matrix | null; readonly methods: readonly string[] } {
  const { rows: count } = checkInputs(inputs, others);
  const { wide } = algebra;
  const memory = denseMemory(spec, inputs.rows, count, inputs.cols, { ntk: wantsNtk }, wide ?? null);
  checkMemory(memory, DEFAULT_KERNEL_BYTES, sizeText(inputs.rows, count));
  const problem = prepare(spec, inputs, others);
  const nngp = zeros(inputs.rows, count);
  const ntk = wantsNtk ? zeros(inputs.rows, count) : null;
  const results = { nngp: nngp.data, ntk: ntk?.data ?? null };
  const job = jobOf(problem, inputs, others, results);
  if (job !== null && wide !== undefined) {
    wide.run(job);
    setDiagonals(problem.plan, job);
  } else fillPlainly(spec, inputs, others, results, {});
  return { nngp, ntk, methods: problem.plan.methods };
}

/**
 * The same kernels with options: one of them only, float32 storage, inner products by ONNX Runtime, progress, interruption, a limit of
 * memory. The page or process stays responsive between panels of some hundred rows.
 *
 * @param kernels - from `loadKernels`; its threads share the work.
 * @returns the matrices asked for and the memory they took. 20 000 inputs of 784 numbers: 6.4 GB of results in float64 and 0.6 GB of work.
 * @throws as `solveDenseKernels`; BudgetError with the number of bytes above `maxBytes`, before anything is allocated.
 * @example
 * ```ts
 * import { solveKernels, uniformKernelSpec } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const spec = uniformKernelSpec(resolveActivation("relu"), 1, { weightVariance: 2, biasVariance: 0 });
 * const x = { rows: 2, cols: 2, data: Float64Array.of(1, 1, 1, -1) };
 * const { nngp } = await solveKernels(spec, x, null, await loadKernels(), { ntk: false });
 * nngp.data; // => [2, 0.636619772, 0.636619772, 2]
 * ```
 */
export async function solveKernels(
  spec: DenseKernelSpec,
  inputs: Matrix,
  others: Matrix | null,
  kernels: Kernels,
  options: KernelOptions = {},
): Promise<KernelResult> {
  const { nngp = true, ntk = true, precision = "float64", maxBytes = DEFAULT_KERNEL_BYTES } = options;
  const columns = checkInputs(inputs, others);
  const memory = denseMemory(spec, inputs.rows, columns.rows, inputs.cols, options, kernels.wide);
  checkMemory(memory, maxBytes, sizeText(inputs.rows, columns.rows));
  const problem = prepare(spec, inputs, others);
  const count = inputs.rows * columns.rows;
  const allocate = (): Float64Array | Float32Array =>
    precision === "float32" ? new Float32Array(count) : new Float64Array(count);
  const results = { nngp: nngp ? allocate() : null, ntk: ntk ? allocate() : null };
  const job = jobOf(problem, inputs, others, results, options);
  if (job === null) fillPlainly(spec, inputs, others, results, options);
  else {
    await kernels.wide.runAsync(job, options.provider ?? null, precision === "float32");
    setDiagonals(problem.plan, job);
  }
  const shaped = (data: Float64Array | Float32Array | null): KernelMatrix | null =>
    data === null ? null : { rows: inputs.rows, cols: columns.rows, data };
  return { nngp: shaped(results.nngp), ntk: shaped(results.ntk), methods: problem.plan.methods, memory };
}

/**
 * Memory of a job on n and m inputs of `features` numbers, before it runs: the matrices, and the copies of inputs and panels of some hundred
 * rows that the threads work on.
 *
 * @param wide - `kernels.wide` of `loadKernels`; null when there is none, which needs no copies.
 */
export function denseMemory(
  spec: DenseKernelSpec,
  rows: number,
  columns: number,
  features: number,
  request: KernelRequest,
  wide: WideKernels | null,
): KernelMemory {
  const results = resultBytes(rows, columns, request);
  // at most two factors for each input and layer, or the polynomials of a table
  const factors = spec.activations.length * (spec.activations.some(({ degree }) => degree === null) ? 8 : 2);
  const working = wide === null ? 0 : wide.workBytes(rows, columns, features, factors);
  return { results, working, total: results + working };
}

/** K(x, x) of the outputs for every input. */
export function solveKernelDiagonal(spec: DenseKernelSpec, inputs: Matrix): Float64Array {
  const recursion = prepareRecursion(spec, inputs.cols);
  return meanSquares(inputs).map((x) => recursion.diagonal(x).at(-1) as number);
}

/** A network prepared for given inputs. */
interface Problem {
  readonly first: LayerMap;
  readonly plan: DensePlan;
}

function prepare(spec: DenseKernelSpec, inputs: Matrix, others: Matrix | null): Problem {
  const maps = layerMaps(spec, inputs.cols);
  const rows = finiteMeanSquares(inputs);
  const columns = others === null ? rows : finiteMeanSquares(others);
  const pairs = others === null ? (rows.length * (rows.length + 1)) / 2 : rows.length * columns.length;
  const plan = planDense(spec, maps, rows, columns, pairs >= TABLE_PAIRS);
  return { first: maps[0] as LayerMap, plan };
}

/** The job of the fast kernels; null where they do not apply. */
function jobOf(
  { first, plan }: Problem,
  rows: Matrix,
  columns: Matrix | null,
  results: KernelTargets,
  { signal, onProgress }: WorkOptions = {},
): WideJob | null {
  if (plan.layers === null) return null;
  const total = rows.rows;
  return {
    rows,
    columns,
    first,
    layers: plan.layers,
    ...results,
    onRows: (done) => {
      signal?.throwIfAborted();
      onProgress?.({ stage: "kernel", done, total });
    },
  };
}

/** The diagonal of a symmetric matrix comes from its own recursion, in which the angle is 0 without rounding. */
function setDiagonals({ rows }: DensePlan, { columns, nngp, ntk }: WideJob): void {
  if (columns !== null) return;
  const size = rows.nngp.length;
  for (let i = 0; i < size; i++) {
    if (nngp !== null) nngp[i * (size + 1)] = rows.nngp[i] as number;
    if (ntk !== null) ntk[i * (size + 1)] = rows.ntk[i] as number;
  }
}

function sizeText(rows: number, columns: number): string {
  return `kernels of ${rows} x ${columns} pairs`;
}
