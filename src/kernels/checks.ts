/** Errors that every routine shares: shapes, finiteness, symmetry. */
import { ConvergenceError, ShapeError, SpecError } from "../base/index.ts";
import type { Matrix } from "../numerics/index.ts";
import type { Core } from "./core.ts";

/** Entries that should be equal may differ by this much of the largest entry; products in any order stay well below. */
const SYMMETRY_TOLERANCE = 1e-10;

export function shapeOf({ rows, cols }: Matrix): string {
  return `[${rows}, ${cols}]`;
}

/** Rejects empty matrices and data of the wrong length. */
export function requireMatrix(where: string, name: string, a: Matrix): void {
  if (a.rows < 1 || a.cols < 1) {
    throw new ShapeError(`${where}: ${name} is ${shapeOf(a)}, expected at least one row and one column`);
  }
  if (a.data.length !== a.rows * a.cols) {
    throw new ShapeError(
      `${where}: ${name} is ${shapeOf(a)} but holds ${a.data.length} numbers, expected ${a.rows * a.cols}`,
    );
  }
}

export function requireSquare(where: string, a: Matrix): void {
  requireMatrix(where, "the matrix", a);
  if (a.rows !== a.cols) {
    throw new ShapeError(`${where}: the matrix is ${shapeOf(a)}, expected a square one`);
  }
}

/** Largest |entry| of the copy at `pointer`; rejects NaN and Infinity, naming the first place. */
export function requireFinite(core: Core, where: string, a: Matrix, pointer: number): number {
  const size = core.wasm.maxAbs(a.data.length, pointer);
  if (!Number.isFinite(size)) rejectNonFinite(where, a);
  return size;
}

/** Throws for the first entry that is NaN or infinite. */
export function rejectNonFinite(where: string, { data, cols }: Matrix): void {
  for (let at = 0; at < data.length; at++) {
    const x = data[at] as number;
    if (x - x === 0) continue;
    throw new ConvergenceError(
      `${where}: entry (${Math.floor(at / cols)}, ${at % cols}) is ${x}, expected finite numbers`,
      { hint: "check the data that the matrix was made from" },
    );
  }
}

/** Rejects a matrix that differs from its transpose by more than rounding. */
export function requireSymmetric(core: Core, where: string, a: Matrix, pointer: number, size: number): void {
  const difference = core.wasm.asymmetry(a.rows, pointer);
  if (difference <= SYMMETRY_TOLERANCE * size) return;
  throw new SpecError(
    `${where}: the matrix is not symmetric: entries across the diagonal differ by up to ${difference.toPrecision(3)}, ` +
      `largest entry ${size.toPrecision(3)}`,
    { hint: "pass (A + A^T) / 2 if the difference is noise" },
  );
}

/** Rejects factors whose inner sizes differ. */
export function requireInner(where: string, a: Matrix, b: Matrix, left: number, right: number): void {
  requireMatrix(where, "a", a);
  requireMatrix(where, "b", b);
  if (left === right) return;
  throw new ShapeError(`${where}: a is ${shapeOf(a)} and b is ${shapeOf(b)}, expected equal inner sizes`);
}

/** Rejects a system whose matrix is not square or whose right-hand side has another number of rows. */
export function requireRows(where: string, a: Matrix, b: Matrix): void {
  requireSquare(where, a);
  requireMatrix(where, "the right-hand side", b);
  if (a.rows === b.rows) return;
  throw new ShapeError(
    `${where}: the matrix is ${shapeOf(a)} and the right-hand side ${shapeOf(b)}, expected ${a.rows} rows`,
  );
}
