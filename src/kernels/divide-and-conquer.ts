/**
 * Divide and conquer for the symmetric tridiagonal eigenproblem, on wasm memory: tear, solve halves, merge by the secular
 * equation with deflation, multiply eigenvectors. Eigenvectors are rows of Q.
 * Sources: Cuppen (1981); Gu & Eisenstat (1995); LAPACK dlaed2.
 */
import { diagonalizeTridiagonal } from "../numerics/index.ts";
import type { Core } from "./core.ts";
import { type Deflation, deflate } from "./deflation.ts";
import type { Steps } from "./product.ts";

/** Blocks up to this size are solved by QL. */
const LEAF = 32;

/** Where a merge works: eigenvectors in Q (n x n, row stride n), eigenvalues in d. */
export interface MergeSpace {
  readonly core: Core;
  readonly n: number;
  readonly q: number;
  readonly d: Float64Array;
  readonly e: Float64Array;
}

/**
 * Eigen-decomposition of the tridiagonal matrix (d, e): on return row i of Q is the eigenvector of d[i]; the returned
 * order sorts d ascending. d and e are overwritten, Q needs no initial value. At most 4/3 n^3 operations, less by deflation.
 */
export function* divideAndConquerSteps(
  core: Core,
  d: Float64Array,
  e: Float64Array,
  q: number,
): Steps<Int32Array> {
  const n = d.length;
  core.floats(q, n * n).fill(0);
  return yield* solveRange({ core, n, q, d, e }, 0, n);
}

/** Solves rows lo .. lo+size-1; returns the order (relative to lo) that sorts their eigenvalues. */
function* solveRange(space: MergeSpace, lo: number, size: number): Steps<Int32Array> {
  if (size <= LEAF) return solveLeaf(space, lo, size);
  const { d, e } = space;
  const m = size >> 1;
  const rho = e[lo + m - 1] as number;
  // T = diag(T1, T2) + |rho| v v^T with v = (e_m, sign(rho) e_1)
  d[lo + m - 1] = (d[lo + m - 1] as number) - Math.abs(rho);
  d[lo + m] = (d[lo + m] as number) - Math.abs(rho);
  const upper = yield* solveRange(space, lo, m);
  const lower = yield* solveRange(space, lo + m, size - m);
  const top = space.core.save();
  const order = yield* merge(space, lo, m, size, rho, mergeOrders(d, lo, m, upper, lower));
  space.core.restore(top);
  return order;
}

function solveLeaf({ core, n, q, d, e }: MergeSpace, lo: number, size: number): Int32Array {
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  const off = new Float64Array(size);
  off.set(e.subarray(lo, lo + size - 1));
  const values = d.subarray(lo, lo + size);
  diagonalizeTridiagonal(values, off, rows, size);
  for (let i = 0; i < size; i++) {
    core.floats(q + ((lo + i) * n + lo) * 8, size).set(rows.subarray(i * size, (i + 1) * size));
  }
  return Int32Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
}

/** Merges the ascending orders of both halves into one. */
function mergeOrders(
  d: Float64Array,
  lo: number,
  m: number,
  upper: Int32Array,
  lower: Int32Array,
): Int32Array {
  const order = new Int32Array(upper.length + lower.length);
  let a = 0;
  let b = 0;
  for (let t = 0; t < order.length; t++) {
    const i = upper[a] as number;
    const j = m + (lower[b] as number);
    const takeUpper =
      b >= lower.length || (a < upper.length && (d[lo + i] as number) <= (d[lo + j] as number));
    order[t] = takeUpper ? i : j;
    if (takeUpper) a++;
    else b++;
  }
  return order;
}

/** Merges two solved halves (m and size - m rows) joined by the off-diagonal entry rho. */
function* merge(
  space: MergeSpace,
  lo: number,
  m: number,
  size: number,
  rho: number,
  sorted: Int32Array,
): Steps<Int32Array> {
  const { core, n, q, d } = space;
  const corner = q + (lo * n + lo) * 8;
  const z = new Float64Array(size);
  const q64 = core.floats(q, n * n);
  const at = lo * n + lo;
  for (let i = 0; i < m; i++) z[i] = Math.SQRT1_2 * (q64[at + i * n + m - 1] as number);
  const sign = rho < 0 ? -Math.SQRT1_2 : Math.SQRT1_2;
  for (let i = m; i < size; i++) z[i] = sign * (q64[at + i * n + m] as number);
  const split = deflate(core, d.subarray(lo, lo + size), z, 2 * Math.abs(rho), m, sorted, corner, n);
  const k = split.kept.length;
  if (k === 0) return sorted;
  const gathered = gather(core, split, corner, n, m, size);
  const { lambda, u } = solveSecular(core, d.subarray(lo, lo + size), z, 2 * Math.abs(rho), split);
  const { top, mixed } = split;
  const rows = core.floats(q, n * n);
  for (let i = 0; i < k; i++) rows.fill(0, at + i * n, at + i * n + size);
  yield {
    m: k,
    n: m,
    k: top + mixed,
    alpha: 1,
    a: u,
    ars: k,
    acs: 1,
    b: gathered.upper,
    brs: m,
    bcs: 1,
    c: corner,
    ldc: n,
  };
  yield {
    m: k,
    n: size - m,
    k: k - top,
    alpha: 1,
    a: u + top * 8,
    ars: k,
    acs: 1,
    b: gathered.lower,
    brs: size - m,
    bcs: 1,
    c: corner + m * 8,
    ldc: n,
  };
  return finish(space, lo, size, split, lambda, gathered.deflated);
}

/** Copies of the eigenvectors that take part: upper halves, lower halves, and whole deflated rows. */
interface Gathered {
  readonly upper: number;
  readonly lower: number;
  readonly deflated: number;
}

function gather(core: Core, split: Deflation, corner: number, n: number, m: number, size: number): Gathered {
  const { kept, slots, top, mixed, deflated } = split;
  const k = kept.length;
  const rest = size - m;
  const bySlot = new Int32Array(k);
  for (let j = 0; j < k; j++) bySlot[slots[j] as number] = kept[j] as number;
  const list = core.allocate(size * 4);
  core.integers(list, k).set(bySlot);
  core.integers(list + k * 4, deflated.length).set(deflated);
  const upper = core.allocateDoubles((top + mixed) * m);
  const lower = core.allocateDoubles((k - top) * rest);
  const whole = core.allocateDoubles(deflated.length * size);
  core.wasm.gatherRows(top + mixed, m, corner, n, list, upper, m);
  core.wasm.gatherRows(k - top, rest, corner + m * 8, n, list + top * 4, lower, rest);
  core.wasm.gatherRows(deflated.length, size, corner, n, list + k * 4, whole, size);
  return { upper, lower, deflated: whole };
}

/** Eigenvalues of diag(d) + rho z z^T restricted to the kept entries, and its eigenvectors as rows of U (k x k, slot order). */
function solveSecular(
  core: Core,
  d: Float64Array,
  z: Float64Array,
  rho: number,
  { kept, slots }: Deflation,
): { lambda: Float64Array; u: number } {
  const k = kept.length;
  const poles = core.allocateDoubles(k);
  const zs = core.allocateDoubles(k);
  const z2 = core.allocateDoubles(k);
  const zhat = core.allocateDoubles(k);
  const lambda = core.allocateDoubles(k);
  const order = core.allocate(k * 4);
  const work = core.allocateDoubles(k * core.threads);
  const u = core.allocateDoubles(k * k);
  const [polesView, zView, z2View] = [core.floats(poles, k), core.floats(zs, k), core.floats(z2, k)];
  for (let j = 0; j < k; j++) {
    const zj = z[kept[j] as number] as number;
    polesView[j] = d[kept[j] as number] as number;
    zView[j] = zj;
    z2View[j] = zj * zj;
  }
  core.integers(order, k).set(slots);
  // about five evaluations of two divisions per pole
  core.parallel("secularRoots", 40 * k * k, k, poles, z2, rho, lambda, u, k);
  core.wasm.secularVector(k, poles, zs, u, k, zhat);
  core.parallel("secularEigenvectors", 8 * k * k, k, zhat, u, k, order, work);
  return { lambda: core.pull(lambda, k), u };
}

/** Puts deflated rows behind the k new ones and returns the ascending order of all. */
function finish(
  { core, n, q, d }: MergeSpace,
  lo: number,
  size: number,
  { kept, deflated }: Deflation,
  lambda: Float64Array,
  rows: number,
): Int32Array {
  const k = kept.length;
  const values = d.subarray(lo, lo + size);
  const old = deflated.map((i) => values[i] as number);
  values.set(lambda);
  for (let j = 0; j < deflated.length; j++) {
    values[k + j] = old[j] as number;
    core.floats(q + ((lo + k + j) * n + lo) * 8, size).set(core.floats(rows + j * size * 8, size));
  }
  const tail = Int32Array.from(deflated, (_, j) => j).sort((a, b) => (old[a] as number) - (old[b] as number));
  return mergeOrders(
    d,
    lo,
    k,
    Int32Array.from(kept, (_, j) => j),
    tail,
  );
}
