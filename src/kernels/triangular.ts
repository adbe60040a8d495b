/** Triangular systems: every kind is copied to the one kernel there is, X <- X L^-T for a lower triangular L. */
import { type Matrix, singular } from "../numerics/index.ts";
import { solveRightSteps } from "./cholesky.ts";
import type { Core } from "./core.ts";
import type { Steps } from "./product.ts";

/** Which triangular matrix is meant: the lower or upper triangle of the argument, as it is or transposed. */
export type TriangularKind = "lower" | "lower-transposed" | "upper" | "upper-transposed";

/**
 * Solves T X = B for the n x n triangle in `t`; B [n, r] is not changed.
 * @param isUnit the diagonal counts as ones and is not read
 */
export function* triangularSteps(
  core: Core,
  where: string,
  t: Float64Array,
  kind: TriangularKind,
  isUnit: boolean,
  b: Matrix,
): Steps<Matrix> {
  const { rows: n, cols: r } = b;
  const top = core.save();
  const l = core.allocateDoubles(n * n);
  copyLower(t, kind, isUnit, core.floats(l, n * n), n);
  const view = core.floats(l, n * n);
  for (let i = 0; i < n; i++) if (view[i * n + i] === 0) throw singular(where, i, n);
  // backward kinds run on reversed rows; columns of B become rows of X
  const isReversed = kind === "upper" || kind === "lower-transposed";
  const x = core.allocateDoubles(n * r);
  const xt = core.floats(x, n * r);
  const at = (i: number): number => (isReversed ? n - 1 - i : i);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < r; c++) xt[c * n + at(i)] = b.data[i * r + c] as number;
  }
  yield* solveRightSteps(core, r, n, l, n, x, n);
  const solved = core.floats(x, n * r);
  const data = new Float64Array(n * r);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < r; c++) data[i * r + c] = solved[c * n + at(i)] as number;
  }
  core.restore(top);
  return { rows: n, cols: r, data };
}

/** The equivalent lower triangle; with J the reversal of rows, J U J and J L^T J are lower triangular. */
function copyLower(t: Float64Array, kind: TriangularKind, isUnit: boolean, l: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [ri, rj] = [n - 1 - i, n - 1 - j];
      let from = i * n + j;
      if (kind === "upper-transposed") from = j * n + i;
      else if (kind === "upper") from = ri * n + rj;
      else if (kind === "lower-transposed") from = rj * n + ri;
      l[i * n + j] = isUnit && i === j ? 1 : (t[from] as number);
    }
  }
}
