/**
 * Blocked reduction of a matrix to upper bidiagonal form, U^T A V = B, on wasm memory. Per column two products of the
 * trailing matrix with a vector; the matrix itself is updated once per panel. Source: LAPACK dlabrd (Dongarra et al. 1989).
 */
import type { Core } from "./core.ts";
import type { Steps } from "./product.ts";
import type { Reflectors } from "./qr.ts";

/** Columns per panel. */
const PANEL = 32;

export interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** n entries, the last one 0. */
  readonly superDiagonal: Float64Array;
  /** Reflectors on columns of A [n of length m], and on its rows [n of length n, the i-th acts on entries i+1 ..]. */
  readonly left: Reflectors;
  readonly right: Reflectors;
}

/** Working vectors of one reduction; U, X are rows of length m and Y, V rows of length n, one per column of the panel. */
interface Panel {
  readonly core: Core;
  readonly m: number;
  readonly n: number;
  readonly a: number;
  /** U then X. */
  readonly ux: number;
  /** Y then V. */
  readonly yv: number;
  readonly scratch: number;
}

/** Reduces the m x n matrix at `a` (m >= n, destroyed). Cost 8/3 n^3 for m = n. */
export function* bidiagonalSteps(core: Core, m: number, n: number, a: number): Steps<Bidiagonal> {
  const left = { v: core.allocateDoubles(n * m), m, tau: new Float64Array(n) };
  const right = { v: core.allocateDoubles(n * n), m: n, tau: new Float64Array(n) };
  core.floats(left.v, n * m).fill(0);
  core.floats(right.v, n * n).fill(0);
  const diagonal = new Float64Array(n);
  const superDiagonal = new Float64Array(n);
  const top = core.save();
  const scratch = core.allocateDoubles(2 * PANEL + 1);
  const ux = core.allocateDoubles(2 * PANEL * m);
  const yv = core.allocateDoubles(2 * PANEL * n);
  const panel: Panel = { core, m, n, a, ux, yv, scratch };
  for (let k0 = 0; k0 < n; k0 += PANEL) {
    const nb = Math.min(PANEL, n - k0);
    core.floats(ux, 2 * PANEL * m).fill(0);
    core.floats(yv, 2 * PANEL * n).fill(0);
    for (let step = 0; step < nb; step++) {
      const c = k0 + step;
      const [tauLeft, d] = reduceColumn(panel, c, step);
      left.tau[c] = tauLeft;
      diagonal[c] = d;
      core.floats(left.v + c * m * 8, m).set(core.floats(ux + step * m * 8, m));
      if (c === n - 1) break;
      const [tauRight, e] = reduceRow(panel, c, step);
      right.tau[c] = tauRight;
      superDiagonal[c] = e;
      core.floats(right.v + c * n * 8, n).set(core.floats(yv + (PANEL + step) * n * 8, n));
    }
    const r = k0 + nb;
    // A22 -= U^T Y + X^T V; rows of unused columns are zero
    yield {
      m: m - r,
      n: n - r,
      k: 2 * PANEL,
      alpha: -1,
      a: ux + r * 8,
      ars: 1,
      acs: m,
      b: yv + r * 8,
      brs: n,
      bcs: 1,
      c: a + (r * n + r) * 8,
      ldc: n,
    };
  }
  core.restore(top);
  return { diagonal, superDiagonal, left, right };
}

/** Eliminates column c below the diagonal; fills row `step` of U and Y. Returns tau and the diagonal entry. */
function reduceColumn({ core, m, n, a, ux, yv, scratch }: Panel, c: number, step: number): [number, number] {
  const { wasm } = core;
  const rest = m - c;
  const u = ux + (step * m + c) * 8;
  wasm.copyStrided(rest, a + (c * n + c) * 8, n, u);
  // column c of U^T Y + X^T V
  wasm.copyStrided(step, yv + c * 8, n, scratch);
  wasm.subtractRows(rest, step, scratch, ux + c * 8, m, u);
  wasm.copyStrided(step, yv + (PANEL * n + c) * 8, n, scratch);
  wasm.subtractRows(rest, step, scratch, ux + (PANEL * m + c) * 8, m, u);
  const beta = scratch + 2 * PANEL * 8;
  const tau = wasm.householder(rest, u, beta);
  const d = core.floats(beta, 1)[0] as number;
  const width = n - c - 1;
  if (width === 0) return [tau, d];
  // y = tau (A - U^T Y - X^T V)^T u on columns c+1 ..
  const y = yv + (step * n + c + 1) * 8;
  wasm.subtractRows(width, rest, u, a + (c * n + c + 1) * 8, n, y);
  wasm.scale(width, -1, y);
  wasm.dotRows(rest, step, ux + c * 8, m, u, scratch);
  wasm.subtractRows(width, step, scratch, yv + (c + 1) * 8, n, y);
  wasm.dotRows(rest, step, ux + (PANEL * m + c) * 8, m, u, scratch);
  wasm.subtractRows(width, step, scratch, yv + (PANEL * n + c + 1) * 8, n, y);
  wasm.scale(width, tau, y);
  return [tau, d];
}

/** Eliminates row c right of the superdiagonal; fills row `step` of V and X. Returns tau and the superdiagonal entry. */
function reduceRow({ core, m, n, a, ux, yv, scratch }: Panel, c: number, step: number): [number, number] {
  const { wasm } = core;
  const width = n - c - 1;
  const v = yv + ((PANEL + step) * n + c + 1) * 8;
  core.floats(v, width).set(core.floats(a + (c * n + c + 1) * 8, width));
  wasm.copyStrided(step + 1, ux + c * 8, m, scratch);
  wasm.subtractRows(width, step + 1, scratch, yv + (c + 1) * 8, n, v);
  wasm.copyStrided(step, ux + (PANEL * m + c) * 8, m, scratch);
  wasm.subtractRows(width, step, scratch, yv + (PANEL * n + c + 1) * 8, n, v);
  const beta = scratch + 2 * PANEL * 8;
  const tau = wasm.householder(width, v, beta);
  const e = core.floats(beta, 1)[0] as number;
  // x = tau (A - U^T Y - X^T V) v on rows c+1 ..
  const rest = m - c - 1;
  const x = ux + ((PANEL + step) * m + c + 1) * 8;
  wasm.dotRows(width, rest, a + ((c + 1) * n + c + 1) * 8, n, v, x);
  wasm.dotRows(width, step + 1, yv + (c + 1) * 8, n, v, scratch);
  wasm.subtractRows(rest, step + 1, scratch, ux + (c + 1) * 8, m, x);
  wasm.dotRows(width, step, yv + (PANEL * n + c + 1) * 8, n, v, scratch);
  wasm.subtractRows(rest, step, scratch, ux + (PANEL * m + c + 1) * 8, m, x);
  wasm.scale(rest, tau, x);
  return [tau, e];
}
