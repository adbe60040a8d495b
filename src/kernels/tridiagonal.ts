/** Blocked Householder reduction to tridiagonal form and its back-transformation, on wasm memory. */
import type { Core } from "./core.ts";
import { type Steps, UPPER } from "./product.ts";
import { reflectorSteps } from "./reflectors.ts";

/** Columns per panel: wide enough for an efficient rank-2k update, narrow enough that the panel stays in cache. */
const PANEL = 32;

/** The tridiagonal matrix, and the reflectors left behind in rows 0 .. n-2 of A. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** n entries, the last one 0. */
  readonly offDiagonal: Float64Array;
  readonly tau: Float64Array;
}

/**
 * Reduces the symmetric n x n matrix at `a` (upper triangle) to T = Q^T A Q with Q = H_0 ... H_{n-2}; reflector j ends up
 * in row j of A, entries j+1 .. n-1, zeros before. 4/3 n^3 operations, half of them symmetric matrix times vector.
 */
export function* tridiagonalSteps(core: Core, n: number, a: number): Steps<Tridiagonal> {
  const top = core.save();
  const { wasm } = core;
  const d = core.allocateDoubles(n);
  const e = core.allocateDoubles(n);
  const tau = core.allocateDoubles(n);
  const panel = core.allocateDoubles(3 * PANEL * n);
  const y = core.allocateDoubles(core.threads * n);
  const work = core.allocateDoubles(2 * PANEL);
  core.floats(d, n).fill(0);
  core.floats(e, n).fill(0);
  core.floats(tau, n).fill(0);
  for (let k0 = 0; k0 < n - 1; k0 += PANEL) {
    const nb = Math.min(PANEL, n - 1 - k0);
    for (let step = 0; step < nb; step++) {
      const j = k0 + step;
      wasm.tridiagonalOpen(n, j, step, nb, a, panel, d, e, tau, work);
      const v = panel + step * n * 8;
      const flops = 2 * (n - j) * (n - j);
      const parts = core.parallel("symmetricTimesVector", flops, n, j + 1, a, v, y);
      wasm.tridiagonalClose(parts, n, j, step, nb, panel, core.floats(tau, n)[j] as number, y, work);
    }
    const r = k0 + nb;
    const rest = n - r;
    // A22 -= [V; W]^T [W; V]
    yield {
      m: rest,
      n: rest,
      k: 2 * nb,
      alpha: -1,
      a: panel + r * 8,
      ars: 1,
      acs: n,
      b: panel + (nb * n + r) * 8,
      brs: n,
      bcs: 1,
      c: a + (r * n + r) * 8,
      ldc: n,
      triangle: UPPER,
    };
  }
  const diagonal = core.pull(d, n);
  diagonal[n - 1] = core.floats(a, n * n)[n * n - 1] as number;
  const result = { diagonal, offDiagonal: core.pull(e, n), tau: core.pull(tau, n) };
  core.restore(top);
  return result;
}

/**
 * Rows of Q (count x n) <- rows times H_{n-2} ... H_0: eigenvectors of T become eigenvectors of A.
 * @param width reflectors per block; more make deeper products and more work outside them
 */
export function* backTransformSteps(
  core: Core,
  n: number,
  reflectors: number,
  tau: Float64Array,
  q: number,
  count: number,
  width: number,
): Steps<void> {
  for (let k0 = Math.floor((n - 2) / width) * width; k0 >= 0; k0 -= width) {
    const nb = Math.min(width, n - 1 - k0);
    const r = k0 + 1;
    yield* reflectorSteps(core, {
      rows: count,
      cols: n - r,
      c: q + r * 8,
      ldc: n,
      v: reflectors + (k0 * n + r) * 8,
      ldv: n,
      tau: tau.subarray(k0, k0 + nb),
      order: "reverse",
    });
  }
}
