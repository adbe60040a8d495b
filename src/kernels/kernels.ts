/** Loading: compiles the module, starts threads, and puts the drivers in front of the routines. */
import { platform } from "#platform";
import { SpecError } from "../base/index.ts";
import type { Matrix } from "../numerics/index.ts";
import { Core, createMemory } from "./core.ts";
import { directProduct } from "./direct-products.ts";
import { blocksWideFrom } from "./eigen.ts";
import type { GemmProvider } from "./gemm-provider.ts";
import { compileKernels } from "./module.ts";
import { OffloadQueue } from "./offload.ts";
import { createRoutines, type Routines } from "./routines.ts";
import { CONTROL_BYTES, startTeam } from "./threads.ts";
import type { KernelOptions, Kernels, LinearAlgebra, OffloadedLinearAlgebra } from "./types.ts";
import { createWideKernels } from "./wide.ts";

/** The module's own data ends below this; the control block of the threads follows. */
const CONTROL = 65536;

/**
 * Loads the WebAssembly kernels; once loaded, their functions are synchronous. Uses fused multiply-add (relaxed SIMD) where the
 * engine has it. With `threads > 1` large matrices are shared with workers: in Node always, in a browser only on
 * cross-origin isolated pages, else the option is ignored. The last bits of results may depend on the processor and on
 * the number of threads, unless `deterministic`.
 *
 * @throws SpecError when `threads` is not a positive integer.
 * @example
 * ```ts
 * import { loadKernels } from "isinglass/kernels";
 * const kernels = await loadKernels();
 * const { values } = kernels.eigenSymmetric({ rows: 2, cols: 2, data: Float64Array.of(0, 1, 1, 0) });
 * values; // => [-1, 1]
 * ```
 */
export async function loadKernels(options: KernelOptions = {}): Promise<Kernels> {
  const { threads = 1, deterministic = false } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new SpecError(`loadKernels: threads is ${threads}, expected an integer of at least 1`);
  }
  const { module, simd } = await compileKernels(deterministic);
  const memory = createMemory();
  const wanted = deterministic ? 1 : Math.min(threads, Math.max(1, platform.threadCount()));
  const team = await startTeam(module, memory, CONTROL, wanted);
  const core = new Core(module, memory, team, CONTROL + CONTROL_BYTES);
  const queue = new OffloadQueue(core);
  return {
    ...synchronous(core, createRoutines(core, blocksWideFrom(Number.POSITIVE_INFINITY))),
    simd,
    threads: core.threads,
    offload: (provider) =>
      offloaded(queue, createRoutines(core, blocksWideFrom(provider.worthwhile.wideBlocks)), provider),
    wide: createWideKernels(core, queue),
    release: () => core.release(),
  };
}

function synchronous(core: Core, routines: Routines): LinearAlgebra {
  return {
    multiply: (a, b) => core.run(routines.multiply(a, b)),
    multiplyTransposedLeft: (a, b) => core.run(routines.multiplyTransposedLeft(a, b)),
    multiplyTransposedRight: (a, b) => core.run(routines.multiplyTransposedRight(a, b)),
    gramOfRows: (a) => core.run(routines.gramOfRows(a)),
    gramOfColumns: (a) => core.run(routines.gramOfColumns(a)),
    cholesky: (a) => core.run(routines.cholesky(a)),
    solvePositiveDefinite: (a, b) => core.run(routines.solvePositiveDefinite(a, b)),
    solve: (a, b) => core.run(routines.solve(a, b)),
    solveTriangular: (t, kind, b) => core.run(routines.solveTriangular(t, kind, b)),
    logDeterminant: (a) => core.run(routines.logDeterminant(a)),
    qr: (a) => core.run(routines.qr(a)),
    eigenSymmetric: (a, options) => core.run(routines.eigenSymmetric(a, options)),
    singularValues: (a) => core.run(routines.singularValues(a)),
    svd: (a) => core.run(routines.svd(a)),
  };
}

type ProductName = "multiply" | "multiplyTransposedLeft" | "multiplyTransposedRight";

function offloaded(queue: OffloadQueue, routines: Routines, provider: GemmProvider): OffloadedLinearAlgebra {
  const direct =
    (where: ProductName, transposeA: boolean, transposeB: boolean) =>
    (a: Matrix, b: Matrix): Promise<Matrix> =>
      directProduct(provider, { where, a, transposeA, b, transposeB }, () =>
        queue.run(provider, () => routines[where](a, b)),
      );
  return {
    multiply: direct("multiply", false, false),
    multiplyTransposedLeft: direct("multiplyTransposedLeft", true, false),
    multiplyTransposedRight: direct("multiplyTransposedRight", false, true),
    gramOfRows: (a) => queue.run(provider, () => routines.gramOfRows(a)),
    gramOfColumns: (a) => queue.run(provider, () => routines.gramOfColumns(a)),
    cholesky: (a) => queue.run(provider, () => routines.cholesky(a)),
    solvePositiveDefinite: (a, b) => queue.run(provider, () => routines.solvePositiveDefinite(a, b)),
    solve: (a, b) => queue.run(provider, () => routines.solve(a, b)),
    solveTriangular: (t, kind, b) => queue.run(provider, () => routines.solveTriangular(t, kind, b)),
    logDeterminant: (a) => queue.run(provider, () => routines.logDeterminant(a)),
    qr: (a) => queue.run(provider, () => routines.qr(a)),
    eigenSymmetric: (a, options) => queue.run(provider, () => routines.eigenSymmetric(a, options)),
    singularValues: (a) => queue.run(provider, () => routines.singularValues(a)),
    svd: (a) => queue.run(provider, () => routines.svd(a)),
  };
}
