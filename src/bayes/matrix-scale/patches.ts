/**
 * Kernels between patches of inputs, for one convolutional layer: C_ij(x, x') = x_i . x'_j / (patch size x precision) between patch i
 * of x and patch j of x', and K_ij(x, x') = E phi(u) phi(v) with (u, v) of covariance C. Order parameters are symmetric, so only
 * K_ij + K_ji is kept for i < j.
 */
import { BudgetError, runSteps, ShapeError, SpecError, type Steps } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { DualActivation } from "../kernels/index.ts";

/** How inputs are cut into patches. */
export interface PatchOptions {
  /** Channels, height and width of an input; its values in this order. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Rows and columns of a patch. */
  readonly mask: number;
  /** Pixels between patches. Default: the mask, so that patches do not overlap. */
  readonly stride?: number;
}

/** Kernels of all pairs of patches: pair (i, j), i <= j, is number i (2 n - i - 1) / 2 + j. */
export interface PatchKernels {
  /** Patches n of an input. */
  readonly patches: number;
  /** K_ii, or K_ij + K_ji: for every pair P x P values. */
  readonly train: readonly Float64Array[];
  /** The same between test and training inputs: M x P values. */
  readonly cross: readonly Float64Array[];
  /** The same of a test input with itself: M values. */
  readonly diagonal: readonly Float64Array[];
}

/**
 * Cuts inputs into patches: one matrix [inputs, patch size] for every position, row by row.
 *
 * @throws ShapeError when the shape is not that of the inputs, SpecError for a mask or stride out of range.
 * @example
 * ```ts
 * import { cutPatches } from "isinglass/bayes";
 *
 * const x = { rows: 1, cols: 4, data: Float64Array.of(1, 2, 3, 4) };
 * cutPatches(x, { shape: [1, 2, 2], mask: 1 }).map(({ data }) => data[0]); // => [1, 2, 3, 4]
 * ```
 */
export function cutPatches(inputs: Matrix, { shape, mask, stride = mask }: PatchOptions): Matrix[] {
  const [channels, height, width] = shape;
  if (channels * height * width !== inputs.cols) {
    throw new ShapeError(
      `patches: received inputs of ${inputs.cols} values for the shape [${shape.join(", ")}]`,
    );
  }
  const isWhole = [mask, stride].every((value) => Number.isInteger(value) && value >= 1);
  if (!isWhole || mask > height || mask > width) {
    throw new SpecError(
      `patches: received a mask of ${mask} and a stride of ${stride} for inputs of ${height} x ${width}, expected whole numbers from 1 to the smaller side`,
    );
  }
  const out: Matrix[] = [];
  const size = channels * mask * mask;
  for (let top = 0; top + mask <= height; top += stride) {
    for (let left = 0; left + mask <= width; left += stride) {
      const data = new Float64Array(inputs.rows * size);
      let at = 0;
      for (let p = 0; p < inputs.rows; p++) {
        for (let c = 0; c < channels; c++) {
          for (let row = top; row < top + mask; row++) {
            const from = p * inputs.cols + (c * height + row) * width + left;
            data.set(inputs.data.subarray(from, from + mask), at);
            at += mask;
          }
        }
      }
      out.push({ rows: inputs.rows, cols: size, data });
    }
  }
  return out;
}

/**
 * Works out the kernels of all pairs of patches.
 *
 * @returns cost n^2 (P^2 / 2 + M P) pair averages; memory 4 n (n + 1) P (P + M) bytes.
 * @throws BudgetError when that exceeds `memoryBytes`, with the number.
 */
export function solvePatchKernels(
  train: readonly Matrix[],
  test: readonly Matrix[],
  setting: { readonly dual: DualActivation; readonly precision: number; readonly memoryBytes: number },
  algebra: LinearAlgebra,
): PatchKernels {
  return runSteps(patchKernelSteps(train, test, setting, algebra));
}

/** The same in steps of one pair of patches each. */
export function* patchKernelSteps(
  train: readonly Matrix[],
  test: readonly Matrix[],
  setting: { readonly dual: DualActivation; readonly precision: number; readonly memoryBytes: number },
  algebra: LinearAlgebra,
): Steps<PatchKernels> {
  const { dual, precision, memoryBytes } = setting;
  const patches = train.length;
  const [first] = train as [Matrix];
  const [firstTest] = test as [Matrix];
  const bytes = 4 * patches * (patches + 1) * first.rows * (first.rows + firstTest.rows);
  if (bytes > memoryBytes) {
    throw new BudgetError(
      `patch kernels: ${patches} patches of ${first.rows} training and ${firstTest.rows} test inputs take ${Math.ceil(bytes / 1e6)} MB, more than ${Math.floor(memoryBytes / 1e6)} MB`,
      {
        hint: "take a larger mask, fewer examples, or a larger budget of memory",
        data: { bytes, memoryBytes },
      },
    );
  }
  const scale = 1 / (first.cols * precision);
  const lengths = (matrices: readonly Matrix[]): Float64Array[] =>
    matrices.map(({ rows, cols, data }) => {
      const sums = new Float64Array(rows);
      for (let at = 0; at < rows * cols; at++) {
        const row = Math.floor(at / cols);
        sums[row] = (sums[row] as number) + scale * (data[at] as number) ** 2;
      }
      return sums;
    });
  const own = lengths(train);
  const ownTest = lengths(test);
  const between = (left: Matrix, c11: Float64Array, right: Matrix, c22: Float64Array): Float64Array => {
    const overlaps = algebra.multiplyTransposedRight(left, right).data;
    return overlaps.map((value, at) => {
      const row = c11[Math.floor(at / right.rows)] as number;
      return dual.pair(row, scale * value, c22[at % right.rows] as number).value;
    });
  };
  const kernels = {
    train: [] as Float64Array[],
    cross: [] as Float64Array[],
    diagonal: [] as Float64Array[],
  };
  for (let i = 0; i < patches; i++) {
    for (let j = i; j < patches; j++) {
      yield { stage: "kernel", done: kernels.train.length, total: (patches * (patches + 1)) / 2 };
      const [a, b] = [train[i] as Matrix, train[j] as Matrix];
      const [ta, tb] = [test[i] as Matrix, test[j] as Matrix];
      const [ca, cb] = [own[i] as Float64Array, own[j] as Float64Array];
      const [ua, ub] = [ownTest[i] as Float64Array, ownTest[j] as Float64Array];
      const block = between(a, ca, b, cb);
      const cross = between(ta, ua, b, cb);
      const diagonal = ua.map((c11, m) => {
        let overlap = 0;
        for (let k = 0; k < ta.cols; k++)
          overlap += (ta.data[m * ta.cols + k] as number) * (tb.data[m * ta.cols + k] as number);
        return (i === j ? 1 : 2) * dual.pair(c11, scale * overlap, ub[m] as number).value;
      });
      if (i !== j) {
        addTo(cross, between(tb, ub, a, ca));
        addTransposed(block, a.rows);
      }
      kernels.train.push(block);
      kernels.cross.push(cross);
      kernels.diagonal.push(diagonal);
    }
  }
  return { patches, ...kernels };
}

function addTo(target: Float64Array, other: Float64Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] as number) + (other[at] as number);
}

/** B + B^T in place. */
function addTransposed(block: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const sum = (block[i * size + j] as number) + (block[j * size + i] as number);
      block[i * size + j] = sum;
      block[j * size + i] = sum;
    }
  }
}
