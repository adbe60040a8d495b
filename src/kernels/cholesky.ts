/**
 * Recursive Cholesky factorisation and triangular solves on wasm memory: halving turns almost all work into products.
 * Source: Gustavson (1997), recursive blocked algorithms.
 */
import type { Core } from "./core.ts";
import { LOWER, type Steps } from "./product.ts";

/** Largest block that the leaves factor directly. */
const FACTOR_LEAF = 32;
const SOLVE_LEAF = 64;

/**
 * A = L L^T in place for the lower triangle of the n x n block at `a` with row stride `ld`; entries above the diagonal
 * become garbage. Returns -1, or the first pivot that is not positive.
 */
export function* choleskySteps(core: Core, n: number, a: number, ld: number): Steps<number> {
  if (n <= FACTOR_LEAF) return core.wasm.choleskyLeaf(n, a, ld);
  const n1 = half(n);
  const n2 = n - n1;
  const failed = yield* choleskySteps(core, n1, a, ld);
  if (failed >= 0) return failed;
  const a21 = a + n1 * ld * 8;
  const a22 = a21 + n1 * 8;
  yield* solveRightSteps(core, n2, n1, a, ld, a21, ld);
  // A22 -= A21 A21^T
  yield {
    m: n2,
    n: n2,
    k: n1,
    alpha: -1,
    a: a21,
    ars: ld,
    acs: 1,
    b: a21,
    brs: 1,
    bcs: ld,
    c: a22,
    ldc: ld,
    triangle: LOWER,
  };
  const below = yield* choleskySteps(core, n2, a22, ld);
  return below < 0 ? -1 : n1 + below;
}

/** X <- X L^-T for X of m x n (row stride ldx) and lower triangular L of n x n (row stride ldl). */
export function* solveRightSteps(
  core: Core,
  m: number,
  n: number,
  l: number,
  ldl: number,
  x: number,
  ldx: number,
): Steps<void> {
  if (n <= SOLVE_LEAF) {
    const top = core.save();
    const work = core.allocate(core.wasm.solveLowerRightWorkBytes(n) * core.threads);
    core.parallel("solveLowerRight", m * n * n, m, n, l, ldl, x, ldx, work);
    core.restore(top);
    return;
  }
  const n1 = half(n);
  const n2 = n - n1;
  const l21 = l + n1 * ldl * 8;
  const x2 = x + n1 * 8;
  yield* solveRightSteps(core, m, n1, l, ldl, x, ldx);
  // X2 -= X1 L21^T
  yield { m, n: n2, k: n1, alpha: -1, a: x, ars: ldx, acs: 1, b: l21, brs: 1, bcs: ldl, c: x2, ldc: ldx };
  yield* solveRightSteps(core, m, n2, l21 + n1 * 8, ldl, x2, ldx);
}

/** About half, at a multiple of the product's tile. */
function half(n: number): number {
  return Math.ceil(n / 8) * 4;
}
