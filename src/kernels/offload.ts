/** Decides which products go to a provider, and moves their operands between wasm memory and contiguous arrays. */
import type { Core } from "./core.ts";
import type { GemmProvider } from "./gemm-provider.ts";
import { FULL, LOWER, type Product, type Steps } from "./product.ts";

/** Drives algorithms whose large products a provider does; one runs at a time, since they share a stack of buffers. */
export class OffloadQueue {
  private readonly core: Core;
  private last: Promise<unknown> = Promise.resolve();

  constructor(core: Core) {
    this.core = core;
  }

  run<T>(provider: GemmProvider, start: () => Steps<T>): Promise<T> {
    return this.exclusive(() => this.drive(provider, start()));
  }

  /** Runs work that holds buffers across turns of the event loop, after all that was asked for before. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  private async drive<T>(provider: GemmProvider, steps: Steps<T>): Promise<T> {
    const top = this.core.enter();
    try {
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        await offloadProduct(this.core, provider, step.value);
      }
    } finally {
      this.core.leave(top);
    }
  }
}

/** C += alpha A B by the provider where it pays, else by WebAssembly. */
async function offloadProduct(core: Core, provider: GemmProvider, p: Product): Promise<void> {
  const { depth, copied } = provider.worthwhile;
  if (p.k < depth || p.m * p.n * p.k < copied) return core.product(p);
  if (p.triangle !== undefined && p.triangle !== FULL) return offloadTriangle(core, provider, p, p.triangle);
  const { m, n, k, alpha, c, ldc } = p;
  const a = contiguous(core, p.a, m, k, p.ars, p.acs);
  const b = contiguous(core, p.b, k, n, p.brs, p.bcs);
  const product = await provider.multiply({
    m,
    n,
    k,
    a: a.data,
    transposeA: a.isTransposed,
    b: b.data,
    transposeB: b.isTransposed,
  });
  for (let i = 0; i < m; i++) {
    const row = core.floats(c + i * ldc * 8, n);
    for (let j = 0; j < n; j++) row[j] = (row[j] as number) + alpha * (product[i * n + j] as number);
  }
}

/** Triangles up to this size are not split further. */
const SMALL_TRIANGLE = 64;

/** A triangle is two half-size triangles and a rectangle. */
async function offloadTriangle(
  core: Core,
  provider: GemmProvider,
  p: Product,
  triangle: number,
): Promise<void> {
  if (p.n <= SMALL_TRIANGLE) return core.product(p);
  const half = Math.ceil(p.n / 8) * 4;
  const rest = p.n - half;
  const [aLow, bRight] = [p.a + half * p.ars * 8, p.b + half * p.bcs * 8];
  const [cLow, cRight] = [p.c + half * p.ldc * 8, p.c + half * 8];
  await offloadProduct(core, provider, { ...p, m: half, n: half });
  const rectangle =
    triangle === LOWER
      ? { ...p, m: rest, n: half, a: aLow, c: cLow, triangle: FULL }
      : { ...p, m: half, n: rest, b: bRight, c: cRight, triangle: FULL };
  await offloadProduct(core, provider, rectangle);
  await offloadProduct(core, provider, {
    ...p,
    m: rest,
    n: rest,
    a: aLow,
    b: bRight,
    c: cLow + half * 8,
  });
}

/** A contiguous copy of a strided matrix, transposed when its columns are the contiguous direction. */
function contiguous(
  core: Core,
  pointer: number,
  rows: number,
  cols: number,
  rs: number,
  cs: number,
): { data: Float64Array; isTransposed: boolean } {
  const isTransposed = cs !== 1;
  const [outer, inner, stride] = isTransposed ? [cols, rows, cs] : [rows, cols, rs];
  if (stride === inner) return { data: core.pull(pointer, outer * inner), isTransposed };
  const data = new Float64Array(outer * inner);
  for (let i = 0; i < outer; i++) data.set(core.floats(pointer + i * stride * 8, inner), i * inner);
  return { data, isTransposed };
}
