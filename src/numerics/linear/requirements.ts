/** Shape errors that the plain routines share. */
import { ShapeError } from "../../base/index.ts";
import type { Matrix } from "../matrix.ts";

/** Rejects empty matrices and data of the wrong length. */
export function requireMatrix(where: string, a: Matrix): void {
  if (a.rows >= 1 && a.cols >= 1 && a.data.length === a.rows * a.cols) return;
  throw new ShapeError(
    `${where}: received [${a.rows}, ${a.cols}] with ${a.data.length} numbers, expected at least [1, 1] with rows x cols numbers`,
  );
}

export function requireSquare(where: string, a: Matrix): void {
  requireMatrix(where, a);
  if (a.rows === a.cols) return;
  throw new ShapeError(`${where}: received [${a.rows}, ${a.cols}], expected a square matrix`);
}
