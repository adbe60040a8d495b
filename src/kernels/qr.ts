/** Blocked Householder QR on wasm memory. The columns of A are kept as rows, so that every vector is contiguous. */
import type { Matrix, QrFactors } from "../numerics/index.ts";
import type { Core } from "./core.ts";
import type { Steps } from "./product.ts";
import { reflectorSteps } from "./reflectors.ts";

/** Reflectors per block. */
const PANEL = 32;

/** Reflectors of a factorisation: row j of `v` (p x m) has zeros before entry j and a one there. */
export interface Reflectors {
  readonly v: number;
  readonly m: number;
  readonly tau: Float64Array;
}

/**
 * Reduces the n x m matrix of columns at `columns` (row j = column j of A) to R: returns the reflectors, which replace its first
 * p = min(m, n) rows, and R [p, n].
 */
export function* qrSteps(
  core: Core,
  m: number,
  n: number,
  columns: number,
): Steps<{ reflectors: Reflectors; r: Matrix }> {
  const p = Math.min(m, n);
  const tau = new Float64Array(p);
  const r = { rows: p, cols: n, data: new Float64Array(p * n) };
  const beta = core.allocateDoubles(1);
  for (let k0 = 0; k0 < p; k0 += PANEL) {
    const nb = Math.min(PANEL, p - k0);
    for (let j = k0; j < k0 + nb; j++) {
      const row = columns + j * m * 8;
      const v = row + j * 8;
      tau[j] = core.wasm.householder(m - j, v, beta);
      for (let i = j + 1; i < k0 + nb; i++) {
        const other = columns + (i * m + j) * 8;
        core.wasm.axpy(m - j, -(tau[j] as number) * core.wasm.dot(m - j, v, other), v, other);
      }
      storeColumn(r, j, core.floats(row, j), core.floats(beta, 1)[0] as number);
      core.floats(row, j).fill(0);
    }
    yield* reflectorSteps(core, {
      rows: n - k0 - nb,
      cols: m - k0,
      c: columns + ((k0 + nb) * m + k0) * 8,
      ldc: m,
      v: columns + (k0 * m + k0) * 8,
      ldv: m,
      tau: tau.subarray(k0, k0 + nb),
      order: "forward",
    });
  }
  for (let j = p; j < n; j++) {
    core.floats(columns + j * m * 8, p).forEach((value, i) => {
      r.data[i * n + j] = value;
    });
  }
  return { reflectors: { v: columns, m, tau }, r };
}

function storeColumn({ cols, data }: Matrix, j: number, above: Float64Array, diagonal: number): void {
  for (let i = 0; i < j; i++) data[i * cols + j] = above[i] as number;
  data[j * cols + j] = diagonal;
}

/**
 * Rows at `rows` (count x m) <- rows times H_{p-1} ... H_0: each row x becomes (H_0 ... H_{p-1} x)^T.
 * @param isIdentity the rows are unit vectors e_0, e_1, ... on entry, so reflectors k .. leave the first k of them alone
 */
export function* applyReflectorSteps(
  core: Core,
  { v, m, tau }: Reflectors,
  rows: number,
  count: number,
  isIdentity = false,
): Steps<void> {
  const p = tau.length;
  for (let k0 = Math.floor((p - 1) / PANEL) * PANEL; k0 >= 0; k0 -= PANEL) {
    const first = isIdentity ? k0 : 0;
    yield* reflectorSteps(core, {
      rows: count - first,
      cols: m - k0,
      c: rows + (first * m + k0) * 8,
      ldc: m,
      v: v + (k0 * m + k0) * 8,
      ldv: m,
      tau: tau.subarray(k0, Math.min(p, k0 + PANEL)),
      order: "reverse",
    });
  }
}

/** Thin QR of the m x n matrix at `a` with a non-negative diagonal of R. */
export function* thinQrSteps(core: Core, m: number, n: number, a: number): Steps<QrFactors> {
  const p = Math.min(m, n);
  const columns = core.allocateDoubles(m * n);
  transpose(core, m, n, a, columns);
  const { reflectors, r } = yield* qrSteps(core, m, n, columns);
  const rows = core.allocateDoubles(p * m);
  const identity = core.floats(rows, p * m).fill(0);
  for (let i = 0; i < p; i++) {
    const isNegative = (r.data[i * n + i] as number) < 0;
    identity[i * m + i] = isNegative ? -1 : 1;
    if (isNegative) for (let j = i; j < n; j++) r.data[i * n + j] = -(r.data[i * n + j] as number);
  }
  yield* applyReflectorSteps(core, reflectors, rows, p, true);
  const q = core.allocateDoubles(m * p);
  transpose(core, p, m, rows, q);
  return { q: { rows: m, cols: p, data: core.pull(q, m * p) }, r };
}

/** Transposes the rows x cols matrix at `a` into `b`. */
export function transpose(core: Core, rows: number, cols: number, a: number, b: number): void {
  const top = core.save();
  const order = core.allocate(rows * 4);
  const numbers = core.integers(order, rows);
  for (let i = 0; i < rows; i++) numbers[i] = i;
  core.wasm.transposeRows(rows, cols, a, cols, order, b, rows);
  core.restore(top);
}
