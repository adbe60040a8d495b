/** Singular value decomposition: bidiagonalise, diagonalise by QR sweeps applied in batches, transform back. */
import { diagonalizeBidiagonal, type Matrix, type Rotations, type SvdFactors } from "../numerics/index.ts";
import { bidiagonalSteps } from "./bidiagonal.ts";
import type { Core } from "./core.ts";
import type { Steps } from "./product.ts";
import { applyReflectorSteps, qrSteps, type Reflectors, transpose } from "./qr.ts";

/** From this ratio of rows to columns a QR factorisation first is cheaper. */
const TALL = 1.6;
/** Full sweeps collected before they are applied, so that a strip of columns is loaded once for all of them. */
const BATCH_SWEEPS = 16;

/** Singular values of the m x n matrix at `a` (m >= n, destroyed), descending. */
export function* singularValueSteps(core: Core, m: number, n: number, a: number): Steps<Float64Array> {
  const { square, rows } = yield* compressSteps(core, m, n, a);
  const { diagonal, superDiagonal } = yield* bidiagonalSteps(core, rows, n, square);
  diagonalizeBidiagonal(diagonal, superDiagonal, null);
  return diagonal.map(Math.abs).sort().reverse();
}

/** Thin SVD of the m x n matrix at `a` (m >= n, destroyed). */
export function* svdSteps(core: Core, m: number, n: number, a: number): Steps<SvdFactors> {
  const { square, rows, reflectors } = yield* compressSteps(core, m, n, a);
  const { diagonal, superDiagonal, left, right } = yield* bidiagonalSteps(core, rows, n, square);
  // rows of U^T and V^T, first in the basis of the bidiagonal matrix
  const u = core.allocateDoubles(n * m);
  const v = core.allocateDoubles(n * n);
  const sweeps = [new SweepBatch(core, u, m, n), new SweepBatch(core, v, n, n)] as const;
  for (const { rows: at, ld } of sweeps) {
    const view = core.floats(at, n * ld).fill(0);
    for (let i = 0; i < n; i++) view[i * ld + i] = 1;
  }
  diagonalizeBidiagonal(diagonal, superDiagonal, {
    sweep: (first, l, r) => {
      sweeps[0].add(first, l);
      sweeps[1].add(first, r);
    },
  });
  for (const batch of sweeps) batch.flush();
  yield* transformRows(core, left, u, m, n);
  yield* applyRightSteps(core, right, v, n);
  if (reflectors !== null) yield* applyReflectorSteps(core, reflectors, u, n);
  return sortFactors(core, m, n, diagonal, u, v);
}

/** For a tall matrix its R factor (n x n) and the reflectors, else the matrix itself. */
function* compressSteps(
  core: Core,
  m: number,
  n: number,
  a: number,
): Steps<{ square: number; rows: number; reflectors: Reflectors | null }> {
  if (m < TALL * n) return { square: a, rows: m, reflectors: null };
  const columns = core.allocateDoubles(m * n);
  transpose(core, m, n, a, columns);
  const { reflectors, r } = yield* qrSteps(core, m, n, columns);
  return { square: core.push(r.data), rows: n, reflectors };
}

/** Applies left reflectors of length `left.m` to rows of stride ld >= left.m. */
function* transformRows(core: Core, left: Reflectors, u: number, ld: number, n: number): Steps<void> {
  if (left.m === ld) return yield* applyReflectorSteps(core, left, u, n);
  // after a QR factorisation the reflectors are shorter than the rows: work on a copy
  const top = core.save();
  const short = core.allocateDoubles(n * left.m);
  copyRows(core, n, left.m, u, ld, short, left.m);
  yield* applyReflectorSteps(core, left, short, n);
  copyRows(core, n, left.m, short, left.m, u, ld);
  core.restore(top);
}

/** The right reflector i acts on entries i+1 .., so the block is shifted by one column. */
function* applyRightSteps(core: Core, right: Reflectors, v: number, n: number): Steps<void> {
  if (n < 2) return;
  const top = core.save();
  const width = n - 1;
  const reflectors = core.allocateDoubles(width * width);
  const rows = core.allocateDoubles(n * width);
  copyRows(core, width, width, right.v + 8, n, reflectors, width);
  copyRows(core, n, width, v + 8, n, rows, width);
  const tau = right.tau.subarray(0, width);
  yield* applyReflectorSteps(core, { v: reflectors, m: width, tau }, rows, n);
  copyRows(core, n, width, rows, width, v + 8, n);
  core.restore(top);
}

function copyRows(
  core: Core,
  rows: number,
  cols: number,
  from: number,
  ldFrom: number,
  to: number,
  ldTo: number,
): void {
  for (let i = 0; i < rows; i++) {
    core.floats(to + i * ldTo * 8, cols).set(core.floats(from + i * ldFrom * 8, cols));
  }
}

/** Sorts descending, makes values non-negative and turns rows into columns. */
function sortFactors(
  core: Core,
  m: number,
  n: number,
  signed: Float64Array,
  u: number,
  v: number,
): SvdFactors {
  const order = Int32Array.from(signed.keys()).sort(
    (i, j) => Math.abs(signed[j] as number) - Math.abs(signed[i] as number),
  );
  for (let i = 0; i < n; i++) if ((signed[i] as number) < 0) core.wasm.scale(n, -1, v + i * n * 8);
  const list = core.allocate(n * 4);
  core.integers(list, n).set(order);
  const columns = (at: number, length: number): Matrix => {
    const out = core.allocateDoubles(length * n);
    core.wasm.transposeRows(n, length, at, length, list, out, n);
    return { rows: length, cols: n, data: core.pull(out, length * n) };
  };
  return {
    u: columns(u, m),
    values: Float64Array.from(order, (i) => Math.abs(signed[i] as number)),
    v: columns(v, n),
  };
}

/** Collects chains of rotations and applies them to the first n columns of n rows when enough have come together. */
class SweepBatch {
  readonly rows: number;
  readonly ld: number;
  private readonly core: Core;
  private readonly n: number;
  private readonly capacity: number;
  private readonly heads: number;
  private readonly rotations: number;
  private readonly work: number;
  private chains = 0;
  private count = 0;

  constructor(core: Core, rows: number, ld: number, n: number) {
    this.core = core;
    this.rows = rows;
    this.ld = ld;
    this.n = n;
    this.capacity = BATCH_SWEEPS * n;
    // a chain has at least one rotation, and the last one may overshoot by n
    this.heads = core.allocate((this.capacity + 1) * 8);
    this.rotations = core.allocate((this.capacity + n) * 16);
    this.work = core.allocate(core.wasm.sweepWorkBytes(n) * core.threads);
  }

  add(first: number, { cosines, sines, count }: Rotations): void {
    const head = this.core.integers(this.heads + this.chains * 8, 2);
    head[0] = first;
    head[1] = count;
    const pairs = this.core.floats(this.rotations + this.count * 16, 2 * count);
    for (let i = 0; i < count; i++) {
      pairs[2 * i] = cosines[i] as number;
      pairs[2 * i + 1] = sines[i] as number;
    }
    this.chains++;
    this.count += count;
    if (this.count >= this.capacity) this.flush();
  }

  flush(): void {
    const { core, n, rows, ld, chains, heads, rotations, work } = this;
    if (chains > 0) {
      core.parallel("applySweeps", 6 * n * this.count, n, n, rows, ld, chains, heads, rotations, work);
    }
    this.chains = 0;
    this.count = 0;
  }
}
