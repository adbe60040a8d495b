/** Blocked LU factorisation with partial pivoting, and triangular solves, on wasm memory. */
import type { Core } from "./core.ts";
import type { Steps } from "./product.ts";

/** Columns per panel. */
const PANEL = 32;

/** P A = L U in place for the n x n matrix at `a`; returns the row exchanged with row k at each step k. */
export function* luSteps(core: Core, n: number, a: number): Steps<Int32Array> {
  const top = core.save();
  const { wasm } = core;
  const pivots = new Int32Array(n);
  const local = core.allocate(PANEL * 4);
  for (let k0 = 0; k0 < n; k0 += PANEL) {
    const nb = Math.min(PANEL, n - k0);
    const corner = a + (k0 * n + k0) * 8;
    wasm.luPanel(n - k0, nb, corner, n, local);
    const rest = n - k0 - nb;
    for (let j = 0; j < nb; j++) {
      const p = core.integers(local, nb)[j] as number;
      pivots[k0 + j] = k0 + p;
      if (p === j) continue;
      const x = a + (k0 + j) * n * 8;
      const y = a + (k0 + p) * n * 8;
      wasm.swap(k0, x, y);
      wasm.swap(rest, x + (k0 + nb) * 8, y + (k0 + nb) * 8);
    }
    if (rest === 0) break;
    // U12 = L11^-1 A12, then A22 -= L21 U12
    const u12 = corner + nb * 8;
    for (let i = 1; i < nb; i++) wasm.subtractRows(rest, i, corner + i * n * 8, u12, n, u12 + i * n * 8);
    const l21 = corner + nb * n * 8;
    yield {
      m: rest,
      n: rest,
      k: nb,
      alpha: -1,
      a: l21,
      ars: n,
      acs: 1,
      b: u12,
      brs: n,
      bcs: 1,
      c: l21 + nb * 8,
      ldc: n,
    };
  }
  core.restore(top);
  return pivots;
}
