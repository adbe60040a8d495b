/** Inputs of kernels: checks, and the products that the diagonal is made from. */
import { ConvergenceError, ShapeError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";

/** x.x / N0 of every row. */
export function meanSquares(inputs: Matrix): Float64Array {
  return Float64Array.from({ length: inputs.rows }, (_, i) => meanProduct(inputs, i, inputs, i));
}

/** x.y / N0 of one row of each. */
export function meanProduct(a: Matrix, i: number, b: Matrix, j: number): number {
  const { cols } = a;
  let sum = 0;
  for (let k = 0; k < cols; k++) sum += (a.data[i * cols + k] as number) * (b.data[j * cols + k] as number);
  return sum / cols;
}

/** Throws for inputs that cannot be compared; returns the columns' inputs. */
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
    checkFinite({ rows, cols, data });
  }
  return others ?? inputs;
}

/** Throws ConvergenceError naming the first number that is not finite. */
export function checkFinite({ rows, cols, data }: Matrix): void {
  // zero times a number is zero unless it is not finite: a loop without tests, since every number passes through it
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] as number) * 0;
  if (Number.isNaN(sum)) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    throw new ConvergenceError(
      `kernel: received ${data[at]} at input ${Math.floor(at / cols)} of ${rows}, feature ${at % cols}, expected finite numbers`,
      { hint: "remove or replace missing values first" },
    );
  }
}
