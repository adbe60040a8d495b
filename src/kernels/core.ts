/**
 * The running WebAssembly kernels: one memory used as a stack of buffers, one instance, and optional threads that share
 * the memory. Everything here is synchronous once created.
 */
import { BudgetError } from "../base/index.ts";
import type { KernelExports, ParallelExports, PartArguments } from "./exports.ts";
import { FULL, type Product, type Steps } from "./product.ts";
import type { ThreadTeam } from "./threads.ts";

const PAGE = 65536;
const MAX_PAGES = 65536;
/** Pages that the compiled module declares as its minimum. */
const INITIAL_PAGES = 64;
/** Cache line, so that no two buffers share one. */
const ALIGNMENT = 64;
/** Below this many floating-point operations a job is done faster by one thread: handing it out takes some microseconds, more on a busy machine. */
const PARALLEL_FLOPS = 1e6;
/** Memory kept between problems; more is given back. */
const KEEP_BYTES = 2 ** 29;

/** Owns the memory and the instance; nothing outside this folder sees it. */
export class Core {
  wasm: KernelExports;
  private readonly module: WebAssembly.Module;
  private readonly team: ThreadTeam | null;
  private memory: WebAssembly.Memory;
  private depth = 0;
  private top: number;
  private work: number;
  private doubles: Float64Array;
  private words: Int32Array;

  /** @param top bytes at the start of the memory that belong to the team */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, team: ThreadTeam | null, top: number) {
    this.module = module;
    this.team = team;
    this.memory = memory;
    this.wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
    this.doubles = new Float64Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.top = Math.max(top, this.wasm.heapBase());
    this.work = this.allocate(this.wasm.gemmWorkBytes() * this.threads);
  }

  /** Bytes of WebAssembly memory in use or kept for reuse. */
  get memoryBytes(): number {
    return this.memory.buffer.byteLength;
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

  /** Top of the stack, to give to `restore` when the buffers allocated since are no longer needed. */
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
    const out = new Float64Array(count);
    // the constructor would copy shared memory number by number
    out.set(this.floats(pointer, count));
    return out;
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

  /** The same for a job whose threads take their work from a counter; `meanwhile` is done here while they begin. */
  parallelWith<F extends keyof ParallelExports>(
    meanwhile: () => void,
    name: F,
    flops: number,
    ...args: PartArguments<F>
  ): void {
    if (this.team === null || flops < PARALLEL_FLOPS) {
      meanwhile();
      this.parallel(name, 0, ...args);
    } else {
      const own = this.wasm[name] as (...values: number[]) => void;
      this.team.run(own, name, args as readonly number[], meanwhile);
    }
  }

  product(p: Product): void {
    const { m, n, k, alpha, a, ars, acs, b, brs, bcs, c, ldc, triangle = FULL } = p;
    if (m === 0 || n === 0 || k === 0) return;
    const flops = 2 * m * n * k;
    this.parallel("gemm", flops, m, n, k, alpha, a, ars, acs, b, brs, bcs, c, ldc, triangle, this.work);
  }

  /** Drives an algorithm with the WebAssembly product; its buffers are free afterwards, also when it throws. */
  run<T>(steps: Steps<T>): T {
    const top = this.enter();
    try {
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        this.product(step.value);
      }
    } finally {
      this.leave(top);
    }
  }

  /** Opens a problem: returns the top of the stack for `leave`. */
  enter(): number {
    this.depth++;
    return this.top;
  }

  /** Closes a problem: frees its buffers, and the memory itself after a large one. */
  leave(top: number): void {
    this.top = top;
    this.depth--;
    // WebAssembly memory never shrinks: after a large problem start over with a fresh one
    if (this.depth > 0 || this.team !== null || this.memoryBytes <= KEEP_BYTES) return;
    const fresh = new Core(this.module, createMemory(), null, 0);
    this.wasm = fresh.wasm;
    this.memory = fresh.memory;
    this.doubles = fresh.doubles;
    this.words = fresh.words;
    this.top = fresh.top;
    this.work = fresh.work;
  }

  async release(): Promise<void> {
    await this.team?.stop();
  }
}

/** The memory that the module imports; shared, so that threads can join. */
export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES, shared: true });
}
