/**
 * The running WebAssembly kernels: one memory used as a stack of buffers, one instance, and optional threads that share
 * the memory. Everything here is synchronous once created.
 */
import { BudgetError } from "../base/index.ts";
import type { KernelExports, ParallelExports, PartArguments, SerialExports } from "./exports.ts";
import type { ThreadTeam } from "./threads.ts";

const PAGE = 65536;
const MAX_PAGES = 65536;
/** Pages that the compiled module declares as its minimum. */
const INITIAL_PAGES = 64;
/** Cache line, so that no two buffers share one. */
const ALIGNMENT = 64;
/** Below this many floating-point operations a job is done faster by one thread (about 10 us to hand out). */
const PARALLEL_FLOPS = 2e5;

/** Which part of C a product touches. */
export const FULL = 0;
export const LOWER = 1;
export const UPPER = 2;

/** C += alpha A B on wasm memory: C is m x n with row stride ldc; A and B have a row and a column stride each. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly alpha: number;
  readonly a: number;
  readonly ars: number;
  readonly acs: number;
  readonly b: number;
  readonly brs: number;
  readonly bcs: number;
  readonly c: number;
  readonly ldc: number;
  /** FULL, LOWER or UPPER; entries beyond the triangle may be touched too. Default FULL. */
  readonly triangle?: number;
}

/** An algorithm that asks its driver for large products and gets on with the rest itself. */
export type Steps<T> = Generator<Product, T, void>;

/** Owns the memory and the instance; nothing outside this folder sees it. */
export class Core {
  readonly wasm: KernelExports & SerialExports;
  readonly memory: WebAssembly.Memory;
  private readonly team: ThreadTeam | null;
  private top: number;
  private readonly work: number;
  private doubles: Float64Array;
  private words: Int32Array;

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, team: ThreadTeam | null, top: number) {
    this.memory = memory;
    this.wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
    this.team = team;
    this.doubles = new Float64Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.top = Math.max(top, this.wasm.heapBase());
    this.work = this.allocate(this.wasm.gemmWorkBytes() * this.threads);
  }

  get threads(): number {
    return this.team?.size ?? 1;
  }

  /** Reserves bytes on top of the stack, growing the memory when needed. Contents are undefined. */
  allocate(bytes: number): number {
    const start = Math.ceil(this.top / ALIGNMENT) * ALIGNMENT;
    const end = start + bytes;
    const pages = Math.ceil(end / PAGE);
    if (pages > MAX_PAGES) {
      const gib = (end / 2 ** 30).toFixed(1);
      throw new BudgetError(`linear algebra: the matrices need ${gib} GiB, WebAssembly offers 4 GiB`, {
        hint: "use a smaller matrix, or lanczos() when only extreme eigenvalues are needed",
        data: { bytes: end },
      });
    }
    const missing = pages - this.memory.buffer.byteLength / PAGE;
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (cause) {
        throw new BudgetError(`linear algebra: no memory for ${(end / 2 ** 20).toFixed(0)} MiB`, { cause });
      }
      this.doubles = new Float64Array(this.memory.buffer);
      this.words = new Int32Array(this.memory.buffer);
    }
    this.top = end;
    return start;
  }

  /** Reserves `count` float64 numbers. */
  allocateDoubles(count: number): number {
    return this.allocate(count * 8);
  }

  /** Frees what `work` allocated, also when it throws. */
  scope<T>(work: () => T): T {
    const top = this.top;
    try {
      return work();
    } finally {
      this.top = top;
    }
  }

  /** Top of the stack, for `restore` in algorithms that are generators. */
  save(): number {
    return this.top;
  }

  restore(top: number): void {
    this.top = top;
  }

  /** A view that the next allocation may invalidate: use it at once. */
  floats(pointer: number, count: number): Float64Array {
    return this.doubles.subarray(pointer / 8, pointer / 8 + count);
  }

  /** Like `floats` for 32-bit integers. */
  integers(pointer: number, count: number): Int32Array {
    return this.words.subarray(pointer / 4, pointer / 4 + count);
  }

  /** Copies numbers into a new buffer. */
  push(values: Float64Array): number {
    const pointer = this.allocateDoubles(values.length);
    this.floats(pointer, values.length).set(values);
    return pointer;
  }

  /** Copies numbers out. */
  pull(pointer: number, count: number): Float64Array {
    return new Float64Array(this.floats(pointer, count));
  }

  /** Runs a function in parts on all threads when it is worth `flops`; returns the number of parts. */
  parallel<F extends keyof ParallelExports>(name: F, flops: number, ...args: PartArguments<F>): number {
    const numbers = args as readonly number[];
    if (this.team === null || flops < PARALLEL_FLOPS) {
      (this.wasm[name] as (...values: number[]) => void)(0, 1, ...numbers);
      return 1;
    }
    this.team.run(this.wasm[name] as (...values: number[]) => void, name, numbers);
    return this.threads;
  }

  product(p: Product): void {
    const { m, n, k, alpha, a, ars, acs, b, brs, bcs, c, ldc, triangle = FULL } = p;
    if (m === 0 || n === 0 || k === 0) return;
    const flops = 2 * m * n * k;
    this.parallel("gemm", flops, m, n, k, alpha, a, ars, acs, b, brs, bcs, c, ldc, triangle, this.work);
  }

  /** Drives an algorithm with the WebAssembly product. */
  run<T>(steps: Steps<T>): T {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      this.product(step.value);
    }
  }

  async release(): Promise<void> {
    await this.team?.stop();
  }
}

/** The memory that the module imports; shared, so that threads can join. */
export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES, shared: true });
}
