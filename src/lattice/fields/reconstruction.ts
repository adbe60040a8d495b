/**
 * A field inside a patch from its values on the boundary. An on-shell field obeys (w (p - A) + m^2) phi = 0 in every inner cell,
 * so that each inner value is a smearing of the boundary values, the lattice form of the kernel of Hamilton, Kabat, Lifschytz and
 * Lowe (Phys. Rev. D 74, 066009, 2006) in Euclidean signature. From a part of the boundary only part of the inside can be known:
 * the regularised inverse says which, cell by cell.
 */
import { BudgetError, ShapeError, SpecError } from "../../base/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { type Matrix, zeros } from "../../numerics/index.ts";
import { buildTiling, type Tiling } from "../tiling/index.ts";
import { factorField } from "./cholesky.ts";
import { createFieldOperator, type FieldOptions } from "./operator.ts";

/** Smearing kernels of all cells of a patch. */
export interface SmearingKernel {
  readonly tiling: Tiling;
  readonly massSquared: number;
  readonly weight: number;
  /** First cell of the last layer, whose values are the data. */
  readonly firstBoundary: number;
  readonly boundaryCells: number;
  /** [cells, boundaryCells]: value of each cell for a unit value on one boundary cell and 0 on the others. */
  readonly kernel: Matrix;
}

const MAX_ENTRIES = 2 ** 24;

/**
 * Solves for the smearing kernel of every cell: column b is the on-shell field that is 1 on boundary cell b.
 *
 * @param p q layers of {p,q}, at least two edge layers; the last one holds the data.
 * @throws SpecError for fewer layers; BudgetError when cells times boundary cells exceeds 2^24; ConvergenceError below the
 *   instability threshold of the inner patch.
 * @accuracy about 1e-13. Cost: one sparse solve per boundary cell.
 * @example
 * ```ts
 * import { solveSmearingKernel } from "isinglass/lattice";
 * solveSmearingKernel(7, 3, 2).kernel.data.slice(0, 7); // => [0.142857, 0.142857, 0.142857, 0.142857, 0.142857, 0.142857, 0.142857]
 * ```
 */
export function solveSmearingKernel(
  p: number,
  q: number,
  layers: number,
  options: FieldOptions = {},
): SmearingKernel {
  if (!Number.isInteger(layers) || layers < 2)
    throw new SpecError(`reconstruction: received ${layers} layers, expected an integer of at least 2`);
  const tiling = buildTiling(p, q, layers);
  const { cells, offsets, neighbours } = tiling;
  const first = tiling.layerStart.at(-2) as number;
  const count = cells - first;
  if (cells * count > MAX_ENTRIES)
    throw new BudgetError(
      `reconstruction on {${p},${q}}: ${cells} cells times ${count} boundary cells exceed ${MAX_ENTRIES} entries`,
      { hint: "use fewer layers", data: { cells, boundaryCells: count } },
    );
  // cells are numbered layer by layer, so that the inner patch keeps its numbers
  const factor = factorField(createFieldOperator(buildTiling(p, q, layers - 1), options));
  const { weight, massSquared } = factor.operator;
  const kernel = zeros(cells, count);
  for (let b = 0; b < count; b++) {
    const source = new Float64Array(first);
    const cell = first + b;
    for (let k = offsets[cell] as number; k < (offsets[cell + 1] as number); k++) {
      const j = neighbours[k] as number;
      if (j < first) source[j] = (source[j] as number) + weight;
    }
    const column = factor.solve(source);
    for (let i = 0; i < first; i++) kernel.data[i * count + b] = column[i] as number;
    kernel.data[cell * count + b] = 1;
  }
  return { tiling, massSquared, weight, firstBoundary: first, boundaryCells: count, kernel };
}

/**
 * The on-shell field with given boundary values: exact, since the kernel is.
 *
 * @param values one per cell of the last layer.
 * @returns a value per cell.
 * @throws ShapeError for another number of values.
 * @example
 * ```ts
 * import { extendInward, solveSmearingKernel } from "isinglass/lattice";
 * extendInward(solveSmearingKernel(7, 3, 3), new Float64Array(21).fill(1))[0]; // => 1.00000000
 * ```
 */
export function extendInward(smearing: SmearingKernel, values: ArrayLike<number>): Float64Array {
  const { kernel, boundaryCells } = smearing;
  if (values.length !== boundaryCells)
    throw new ShapeError(
      `reconstruction: received ${values.length} boundary values, expected ${boundaryCells}`,
    );
  const out = new Float64Array(kernel.rows);
  for (let i = 0; i < kernel.rows; i++) {
    let sum = 0;
    for (let b = 0; b < boundaryCells; b++)
      sum += (kernel.data[i * boundaryCells + b] as number) * (values[b] as number);
    out[i] = sum;
  }
  return out;
}

/** What is known of a field. */
export interface PartialData {
  /** Cells whose values are known. */
  readonly cells: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** A field rebuilt from partial data. */
export interface PartialReconstruction {
  readonly field: Float64Array;
  /**
   * Expected error of each cell relative to the size of its value, in [0, 1]: root mean square over fields with independent
   * boundary values of unit variance and data with the given noise.
   */
  readonly expectedError: Float64Array;
}

/** Options of `reconstructField`. */
export interface ReconstructionOptions {
  /** Standard deviation of the noise of the data, which regularises the inverse; default 1e-3. */
  readonly noise?: number;
}

/**
 * Rebuilds an on-shell field from values on some cells: the most probable field when boundary values are independent with unit
 * variance, that is Tikhonov's regularised inverse phi = K M^T (M M^T + noise^2)^-1 data, M being the kernel's rows of the known
 * cells.
 *
 * @throws ShapeError when cells and values differ in number; SpecError for a cell out of range or noise that is not above 0.
 * @cost one dense Cholesky factorisation of as many rows as data.
 * @source Tikhonov (1963); Rasmussen and Williams, "Gaussian processes" (2006), eqs. 2.23 and 2.24.
 * @example
 * ```ts
 * import { reconstructField, solveSmearingKernel } from "isinglass/lattice";
 * const smearing = solveSmearingKernel(7, 3, 2);
 * const data = { cells: [1, 2, 3, 4, 5, 6, 7], values: [1, 1, 1, 1, 1, 1, 1] };
 * (await reconstructField(smearing, data, { noise: 1e-6 })).field[0]; // => 1.000000000
 * ```
 */
export async function reconstructField(
  smearing: SmearingKernel,
  { cells, values }: PartialData,
  options: ReconstructionOptions = {},
): Promise<PartialReconstruction> {
  const { noise = 1e-3 } = options;
  const { kernel } = smearing;
  const { rows, cols, data } = kernel;
  if (cells.length !== values.length || cells.length === 0)
    throw new ShapeError(
      `reconstruction: received ${cells.length} cells and ${values.length} values, expected the same number, at least 1`,
    );
  if (!(noise > 0)) throw new SpecError(`reconstruction: received noise ${noise}, expected a number above 0`);
  const known = zeros(cells.length, cols);
  Array.from(cells).forEach((cell, k) => {
    if (!Number.isInteger(cell) || cell < 0 || cell >= rows)
      throw new SpecError(`reconstruction: received cell ${cell}, expected an integer from 0 to ${rows - 1}`);
    known.data.set(data.subarray(cell * cols, (cell + 1) * cols), k * cols);
  });
  const algebra = await loadKernels();
  const gram = algebra.gramOfRows(known);
  for (let k = 0; k < gram.rows; k++)
    gram.data[k * (gram.rows + 1)] = (gram.data[k * (gram.rows + 1)] as number) + noise * noise;
  // covariances of the data with every cell, [data, cells]
  const covariance = algebra.multiplyTransposedRight(known, kernel);
  const gain = algebra.solvePositiveDefinite(gram, covariance);
  const field = new Float64Array(rows);
  const expectedError = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let prior = 0;
    for (let b = 0; b < cols; b++) prior += (data[i * cols + b] as number) ** 2;
    let explained = 0;
    let value = 0;
    for (let k = 0; k < cells.length; k++) {
      const g = gain.data[k * rows + i] as number;
      explained += g * (covariance.data[k * rows + i] as number);
      value += g * (values[k] as number);
    }
    field[i] = value;
    expectedError[i] = Math.sqrt(Math.min(1, Math.max(0, 1 - explained / prior)));
  }
  return { field, expectedError };
}
