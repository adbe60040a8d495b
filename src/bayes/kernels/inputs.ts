/** Inputs of kernels: checks, and the products that the diagonal is made from. */
import { ConvergenceError, ShapeError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";

/** x.x / N0 of every row. */
export function meanSquares(inputs: Matrix): Float64Array {
  return Float64Array.from({ length: inputs.rows }, (_, i) => meanProduct(inputs, i, inputs, i));
}

/** The same; throws ConvergenceError naming the first number that is not finite, at no cost where all are. */
export function finiteMeanSquares(inputs: Matrix): Float64Array {
  const squares = meanSquares(inputs);
  // a square may overflow where the number itself is finite
  if (!squares.every(Number.isFinite)) checkFinite(inputs);
  return squares;
}

/** x.y / N0 of one row of each. */
export function meanProduct(a: Matrix, i: number, b: Matrix, j: number): number {
  const { cols } = a;
  const x = a.data;
  const y = b.data;
  // four sums, because an addition waits for the one before it
  let [p, q, r, s] = [0, 0, 0, 0];
  let [at, other] = [i * cols, j * cols];
  const end = at + cols;
  for (; at + 3 < end; at += 4, other += 4) {
    p += (x[at] as number) * (y[other] as number);
    q += (x[at + 1] as number) * (y[other + 1] as number);
    r += (x[at + 2] as number) * (y[other + 2] as number);
    s += (x[at + 3] as number) * (y[other + 3] as number);
  }
  for (; at < end; at++, other++) p += (x[at] as number) * (y[other] as number);
  return (p + q + (r + s)) / cols;
}

/** Throws ShapeError for inputs that cannot be compared; returns the columns' inputs. */
export function checkInputs(inputs: Matrix, others: Matrix | null): Matrix {
  if (others !== null && others.cols !== inputs.cols) {
    throw new ShapeError(
      `kernel: received inputs of ${inputs.cols} and of ${others.cols} features, expected equal numbers`,
    );
  }
  for (const { rows, cols, data } of [inputs, others ?? inputs]) {
    if (rows < 1 || cols < 1 || data.length !== rows * cols) {
      throw new ShapeError(
        `kernel: received ${data.length} numbers for inputs of shape [${rows}, ${cols}], expected ${rows * cols} and at least one input`,
      );
    }
  }
  return others ?? inputs;
}

/** Throws ConvergenceError naming the first number that is not finite. */
export function checkFinite({ rows, cols, data }: Matrix): void {
  // zero times a number is zero unless it is not finite: a loop without tests, since every number passes through it
  let [p, q, r, s] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < data.length; at += 4) {
    p += (data[at] as number) * 0;
    q += (data[at + 1] as number) * 0;
    r += (data[at + 2] as number) * 0;
    s += (data[at + 3] as number) * 0;
  }
  for (; at < data.length; at++) p += (data[at] as number) * 0;
  if (Number.isNaN(p + q + r + s)) {
    const first = data.findIndex((value) => !Number.isFinite(value));
    throw new ConvergenceError(
      `kernel: received ${data[first]} at input ${Math.floor(first / cols)} of ${rows}, feature ${first % cols}, expected finite numbers`,
      { hint: "remove or replace missing values first" },
    );
  }
}
