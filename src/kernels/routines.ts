/** Every routine as steps on wasm memory: check, copy in, factor, copy out. Drivers run them with or without a provider. */
import {
  logDeterminantFromLu,
  type Matrix,
  notPositiveDefinite,
  type SvdFactors,
} from "../numerics/index.ts";
import {
  requireFinite,
  requireInner,
  requireMatrix,
  requireRows,
  requireSquare,
  requireSymmetric,
} from "./checks.ts";
import { choleskySteps } from "./cholesky.ts";
import type { Core } from "./core.ts";
import { type BlockWidth, eigenSteps, scaleFor } from "./eigen.ts";
import { luSteps } from "./lu.ts";
import { FULL, LOWER, type Product, type Steps } from "./product.ts";
import { thinQrSteps, transpose } from "./qr.ts";
import { singularValueSteps, svdSteps } from "./svd.ts";
import { triangularSteps } from "./triangular.ts";
import type { LinearAlgebra } from "./types.ts";

/** The functions of LinearAlgebra as algorithms. */
export type Routines = {
  readonly [K in keyof LinearAlgebra]: (
    ...args: Parameters<LinearAlgebra[K]>
  ) => Steps<ReturnType<LinearAlgebra[K]>>;
};

/** @param blockWidth reflectors per block of the eigenvectors' back-transformation */
export function createRoutines(core: Core, blockWidth: BlockWidth): Routines {
  return {
    *multiply(a, b) {
      requireInner("multiply", a, b, a.cols, b.rows);
      const [pa, pb] = pushBoth(core, "multiply", a, b);
      const shape = { m: a.rows, n: b.cols, k: a.cols };
      return yield* product(core, { ...shape, a: pa, ars: a.cols, acs: 1, b: pb, brs: b.cols, bcs: 1 });
    },
    *multiplyTransposedLeft(a, b) {
      requireInner("multiplyTransposedLeft", a, b, a.rows, b.rows);
      const [pa, pb] = pushBoth(core, "multiplyTransposedLeft", a, b);
      const shape = { m: a.cols, n: b.cols, k: a.rows };
      return yield* product(core, { ...shape, a: pa, ars: 1, acs: a.cols, b: pb, brs: b.cols, bcs: 1 });
    },
    *multiplyTransposedRight(a, b) {
      requireInner("multiplyTransposedRight", a, b, a.cols, b.cols);
      const [pa, pb] = pushBoth(core, "multiplyTransposedRight", a, b);
      const shape = { m: a.rows, n: b.rows, k: a.cols };
      return yield* product(core, { ...shape, a: pa, ars: a.cols, acs: 1, b: pb, brs: 1, bcs: b.cols });
    },
    *gramOfRows(a) {
      const { pointer } = pushFinite(core, "gramOfRows", a);
      const shape = { m: a.rows, n: a.rows, k: a.cols, a: pointer, ars: a.cols, acs: 1 };
      const c = yield* product(core, { ...shape, b: pointer, brs: 1, bcs: a.cols, triangle: LOWER });
      return mirrorLower(c);
    },
    *gramOfColumns(a) {
      const { pointer } = pushFinite(core, "gramOfColumns", a);
      const shape = { m: a.cols, n: a.cols, k: a.rows, a: pointer, ars: 1, acs: a.cols };
      const c = yield* product(core, { ...shape, b: pointer, brs: a.cols, bcs: 1, triangle: LOWER });
      return mirrorLower(c);
    },
    *cholesky(a) {
      const pointer = yield* factorPositive(core, "cholesky", a);
      const n = a.rows;
      const data = new Float64Array(n * n);
      for (let i = 0; i < n; i++) data.set(core.floats(pointer + i * n * 8, i + 1), i * n);
      return { rows: n, cols: n, data };
    },
    *solvePositiveDefinite(a, b) {
      requireRows("solvePositiveDefinite", a, b);
      const pointer = yield* factorPositive(core, "solvePositiveDefinite", a);
      pushFinite(core, "solvePositiveDefinite", b);
      const l = core.pull(pointer, a.rows * a.rows);
      const y = yield* triangularSteps(core, "solvePositiveDefinite", l, "lower", false, b);
      return yield* triangularSteps(core, "solvePositiveDefinite", l, "lower-transposed", false, y);
    },
    *solve(a, b) {
      requireRows("solve", a, b);
      const { pointer } = pushFinite(core, "solve", a);
      pushFinite(core, "solve", b);
      const n = a.rows;
      const pivots = yield* luSteps(core, n, pointer);
      const lu = core.pull(pointer, n * n);
      const y = yield* triangularSteps(core, "solve", lu, "lower", true, exchangeRows(b, pivots));
      return yield* triangularSteps(core, "solve", lu, "upper", false, y);
    },
    *solveTriangular(t, kind, b) {
      requireRows("solveTriangular", t, b);
      pushFinite(core, "solveTriangular", t);
      pushFinite(core, "solveTriangular", b);
      return yield* triangularSteps(core, "solveTriangular", t.data, kind, false, b);
    },
    *logDeterminant(a) {
      requireSquare("logDeterminant", a);
      const { pointer } = pushFinite(core, "logDeterminant", a);
      const pivots = yield* luSteps(core, a.rows, pointer);
      const lu = { rows: a.rows, cols: a.rows, data: core.pull(pointer, a.rows * a.rows) };
      return logDeterminantFromLu({ lu, pivots });
    },
    *qr(a) {
      const { pointer } = pushFinite(core, "qr", a);
      return yield* thinQrSteps(core, a.rows, a.cols, pointer);
    },
    *eigenSymmetric(a, { vectors = true } = {}) {
      requireSquare("eigenSymmetric", a);
      const { pointer, size } = pushFinite(core, "eigenSymmetric", a);
      requireSymmetric(core, "eigenSymmetric", a, pointer, size);
      return yield* eigenSteps(core, a.rows, pointer, size, vectors, blockWidth);
    },
    *singularValues(a) {
      const { pointer, scale } = pushTall(core, "singularValues", a);
      const values = yield* singularValueSteps(
        core,
        Math.max(a.rows, a.cols),
        Math.min(a.rows, a.cols),
        pointer,
      );
      return values.map((value) => value / scale);
    },
    *svd(a) {
      const { pointer, scale } = pushTall(core, "svd", a);
      const [m, n] = [Math.max(a.rows, a.cols), Math.min(a.rows, a.cols)];
      const factors = yield* svdSteps(core, m, n, pointer);
      const values = factors.values.map((value) => value / scale);
      return a.rows >= a.cols
        ? { ...factors, values }
        : ({ u: factors.v, values, v: factors.u } satisfies SvdFactors);
    },
  };
}

/** Runs one product into a new matrix. */
function* product(core: Core, p: Omit<Product, "alpha" | "c" | "ldc">): Steps<Matrix> {
  const { m, n } = p;
  const c = core.allocateDoubles(m * n);
  core.floats(c, m * n).fill(0);
  yield { triangle: FULL, ...p, alpha: 1, c, ldc: n };
  return { rows: m, cols: n, data: core.pull(c, m * n) };
}

function pushBoth(core: Core, where: string, a: Matrix, b: Matrix): [number, number] {
  const { pointer } = pushFinite(core, where, a);
  return [pointer, a === b ? pointer : pushFinite(core, where, b).pointer];
}

function pushFinite(core: Core, where: string, a: Matrix): { pointer: number; size: number } {
  requireMatrix(where, "a matrix", a);
  const pointer = core.push(a.data);
  return { pointer, size: requireFinite(core, where, a, pointer) };
}

/** Copies A, transposed when it is wide, scaled by a power of two when squares of its entries would leave the range. */
function pushTall(core: Core, where: string, a: Matrix): { pointer: number; scale: number } {
  const { pointer, size } = pushFinite(core, where, a);
  const scale = scaleFor(size);
  if (scale !== 1) core.wasm.scale(a.data.length, scale, pointer);
  if (a.rows >= a.cols) return { pointer, scale };
  const transposed = core.allocateDoubles(a.data.length);
  transpose(core, a.rows, a.cols, pointer, transposed);
  return { pointer: transposed, scale };
}

function* factorPositive(core: Core, where: string, a: Matrix): Steps<number> {
  requireSquare(where, a);
  const { pointer, size } = pushFinite(core, where, a);
  requireSymmetric(core, where, a, pointer, size);
  const n = a.rows;
  const failed = yield* choleskySteps(core, n, pointer, n);
  if (failed < 0) return pointer;
  throw notPositiveDefinite(where, failed, core.floats(pointer, n * n)[failed * n + failed] as number, n);
}

function mirrorLower(c: Matrix): Matrix {
  const { rows: n, data } = c;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j] as number;
  }
  return c;
}

function exchangeRows(b: Matrix, pivots: Int32Array): Matrix {
  const data = Float64Array.from(b.data);
  const r = b.cols;
  pivots.forEach((p, k) => {
    for (let c = 0; c < r; c++) {
      const t = data[k * r + c] as number;
      data[k * r + c] = data[p * r + c] as number;
      data[p * r + c] = t;
    }
  });
  return { rows: b.rows, cols: r, data };
}
