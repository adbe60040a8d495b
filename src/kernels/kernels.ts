/** The public face of the kernels: dense float64 linear algebra on numerics' Matrix, synchronous once loaded. */
import { platform } from "#platform";
import { ConvergenceError, ShapeError } from "../base/index.ts";
import type { Matrix } from "../numerics/index.ts";
import { requireFinite, requireMatrix, requireSquare, requireSymmetric, shapeOf } from "./checks.ts";
import { choleskySteps } from "./cholesky.ts";
import { Core, createMemory } from "./core.ts";
import { type EigenSymmetric, eigenSteps } from "./eigen.ts";
import { compileKernels, type SimdKind } from "./module.ts";
import { CONTROL_BYTES, startTeam } from "./threads.ts";

/** Options of `loadKernels`. */
export interface KernelOptions {
  /** Threads for large matrices, including the calling one. Default 1. */
  readonly threads?: number;
  /** Plain SIMD without fused multiply-add and one thread: the same bits on every machine. Default false. */
  readonly deterministic?: boolean;
}

export interface Kernels {
  readonly simd: SimdKind;
  readonly threads: number;
  multiply(a: Matrix, b: Matrix): Matrix;
  cholesky(a: Matrix): Matrix;
  eigenSymmetric(a: Matrix, options?: { readonly vectors?: boolean }): EigenSymmetric;
  release(): Promise<void>;
}

export async function loadKernels({
  threads = 1,
  deterministic = false,
}: KernelOptions = {}): Promise<Kernels> {
  const { module, simd } = await compileKernels(deterministic);
  const memory = createMemory();
  const control = 65536 * 2;
  const team = await startTeam(module, memory, control, Math.min(threads, platform.threadCount()));
  const core = new Core(module, memory, team, control + CONTROL_BYTES);
  return {
    simd,
    threads: core.threads,
    multiply(a, b) {
      requireMatrix("multiply", "a", a);
      requireMatrix("multiply", "b", b);
      if (a.cols !== b.rows) throw new ShapeError(`multiply: ${shapeOf(a)} times ${shapeOf(b)}`);
      const [m, n, k] = [a.rows, b.cols, a.cols];
      return core.scope(() => {
        const pa = core.push(a.data);
        const pb = core.push(b.data);
        const c = core.allocateDoubles(m * n);
        core.floats(c, m * n).fill(0);
        core.product({ m, n, k, alpha: 1, a: pa, ars: k, acs: 1, b: pb, brs: n, bcs: 1, c, ldc: n });
        return { rows: m, cols: n, data: core.pull(c, m * n) };
      });
    },
    cholesky(a) {
      requireSquare("cholesky", a);
      const n = a.rows;
      return core.scope(() => {
        const p = core.push(a.data);
        const size = requireFinite(core, "cholesky", a, p);
        requireSymmetric(core, "cholesky", a, p, size);
        const failed = core.run(choleskySteps(core, n, p, n));
        if (failed >= 0) throw new ConvergenceError(`cholesky: pivot ${failed} is not positive`);
        const data = core.pull(p, n * n);
        for (let i = 0; i < n; i++) data.fill(0, i * n + i + 1, (i + 1) * n);
        return { rows: n, cols: n, data };
      });
    },
    eigenSymmetric(a, { vectors = true } = {}) {
      requireSquare("eigenSymmetric", a);
      return core.scope(() => {
        const p = core.push(a.data);
        const size = requireFinite(core, "eigenSymmetric", a, p);
        requireSymmetric(core, "eigenSymmetric", a, p, size);
        return core.run(eigenSteps(core, a.rows, p, size, vectors));
      });
    },
    release: () => core.release(),
  };
}
