/**
 * How well generated examples match real ones: the Frechet distance between Gaussians of the same means and covariances
 * (Dowson and Landau 1982),
 *   d^2 = |m - m'|^2 + Tr(C + C' - 2 (C^(1/2) C' C^(1/2))^(1/2)),
 * in the space of the leading principal components of real examples. (FID, Heusel et al. 2017, takes it between features of
 * a network trained on ImageNet, which says little about digits and nothing about jets.) The score 1 - d^2 / Tr C is 1 for
 * the true distribution, 0 for a generator that always answers with the mean, negative below.
 */
import { SpecError } from "../base/index.ts";
import { type Dataset, exampleSize } from "../data/index.ts";
import { loadKernels } from "../kernels/index.ts";
import { type Matrix, multiplyMatrices, symmetricEigen, zeros } from "../numerics/index.ts";

/** Principal components of real examples. */
export interface ComponentSpace {
  readonly mean: Float64Array;
  /** [size, components], orthonormal columns, by falling variance. */
  readonly axes: Matrix;
  /** Share of the variance that the components hold. */
  readonly share: number;
}

/** Mean and covariance of examples in a component space. */
export interface ComponentMoments {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
  readonly count: number;
}

/** Components of the space: beyond 64, digits have variances near their noise. */
export const COMPONENTS = 64;
/** Examples that the axes are fitted to: their covariance is then known to a percent. */
const FITTED = 10_000;

/**
 * Fits the space to examples.
 *
 * @param components at most the number of values of an example. Default 64.
 * Cost: O(n d^2 + d^3): about a second for 10,000 images of 784 pixels.
 */
export async function fitComponents(data: Dataset, components: number = COMPONENTS): Promise<ComponentSpace> {
  const size = exampleSize(data);
  const count = Math.min(FITTED, data.count);
  if (count < 2) throw new SpecError(`frechet: ${data.name} has ${count} examples, expected at least 2`);
  const kernels = await loadKernels({ deterministic: true });
  const rows = Float64Array.from(data.inputs.subarray(0, count * size));
  const mean = columnMeans(rows, count, size);
  for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] as number) - (mean[i % size] as number);
  const gram = kernels.gramOfColumns({ rows: count, cols: size, data: rows });
  const { values, vectors } = kernels.eigenSymmetric(gram);
  const kept = Math.min(components, size);
  const axes = zeros(size, kept);
  for (let k = 0; k < kept; k++) {
    // eigenvalues ascend
    for (let i = 0; i < size; i++)
      axes.data[i * kept + k] = (vectors as Matrix).data[i * size + (size - 1 - k)] as number;
  }
  const total = values.reduce((sum, value) => sum + value, 0);
  const held = values.slice(size - kept).reduce((sum, value) => sum + value, 0);
  return { mean, axes, share: held / total };
}

function columnMeans(rows: ArrayLike<number>, count: number, size: number): Float64Array {
  const mean = new Float64Array(size);
  for (let i = 0; i < count * size; i++) mean[i % size] = (mean[i % size] as number) + (rows[i] as number);
  return mean.map((sum) => sum / count);
}

/** Mean and covariance (dividing by n - 1) of examples, row by row. */
export function momentsOf(
  { mean: origin, axes }: ComponentSpace,
  inputs: Float32Array,
  count: number,
): ComponentMoments {
  const { rows: size, cols } = axes;
  if (count < 2) throw new SpecError(`frechet: ${count} examples, expected at least 2`);
  const centred = zeros(count, size);
  for (let i = 0; i < count * size; i++) {
    centred.data[i] = (inputs[i] as number) - (origin[i % size] as number);
  }
  const projected = multiplyMatrices(centred, axes).data;
  const mean = columnMeans(projected, count, cols);
  const covariance = zeros(cols, cols);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < cols; i++) {
      const left = (projected[row * cols + i] as number) - (mean[i] as number);
      for (let j = 0; j <= i; j++) {
        const at = i * cols + j;
        const right = (projected[row * cols + j] as number) - (mean[j] as number);
        covariance.data[at] = (covariance.data[at] as number) + (left * right) / (count - 1);
      }
    }
  }
  for (let i = 0; i < cols; i++)
    for (let j = 0; j < i; j++) covariance.data[j * cols + i] = covariance.data[i * cols + j] as number;
  return { mean, covariance, count };
}

/** Trace of a square matrix. */
export function traceOf({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * rows + i] as number;
  return sum;
}

/**
 * Squared Frechet distance of two Gaussians.
 *
 * @accuracy about 1e-9 of the traces; from n examples it is too large by about (dimensions)/n of the trace
 */
export function frechetDistance(a: ComponentMoments, b: ComponentMoments): number {
  const root = squareRoot(a.covariance);
  const { values } = symmetricEigen(multiplyMatrices(multiplyMatrices(root, b.covariance), root));
  const cross = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const shift = a.mean.reduce((sum, value, i) => sum + (value - (b.mean[i] as number)) ** 2, 0);
  return shift + traceOf(a.covariance) + traceOf(b.covariance) - 2 * cross;
}

/** The symmetric root of a covariance. */
function squareRoot(covariance: Matrix): Matrix {
  const { values, vectors } = symmetricEigen(covariance);
  const n = covariance.rows;
  const root = zeros(n, n);
  for (let k = 0; k < n; k++) {
    const scale = Math.sqrt(Math.max(0, values[k] as number));
    for (let i = 0; i < n; i++) {
      const left = scale * (vectors.data[i * n + k] as number);
      for (let j = 0; j < n; j++) {
        root.data[i * n + j] = (root.data[i * n + j] as number) + left * (vectors.data[j * n + k] as number);
      }
    }
  }
  return root;
}

/** 1 - d^2 / Tr C of examples against real ones. */
export function frechetScore(real: ComponentMoments, made: ComponentMoments): number {
  return 1 - frechetDistance(real, made) / traceOf(real.covariance);
}
