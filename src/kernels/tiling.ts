/**
 * Loader of the tiling kernels: growth of hyperbolic tilings by sectors, and turns of a sector's rows. The module has a memory
 * of its own, in which rows are made and large ones stay. Compiled at once, not in the background: it has three
 * kilobytes.
 */
import { wasmBase64 } from "./generated/tiling.ts";
import { decodeBase64 } from "./module.ts";

/** What the module offers; pointers are byte offsets, all else counts. `src/kernels/assembly/tiling*.ts` say more. */
export interface TilingExports {
  heapBase(): number;
  writeRows(
    offsets: number,
    neighbours: number,
    p: number,
    q: number,
    isVertex: number,
    from: number,
    cells: number,
    around: number,
    kind: number,
    meeting: number,
    at: number,
    lead: number,
    children: number,
    ownerFrom: number,
    ownerEnd: number,
    ownerCells: number,
    ownerKind: number,
    index: number,
    left: number,
  ): void;
  writeRim(
    offsets: number,
    neighbours: number,
    p: number,
    q: number,
    isVertex: number,
    from: number,
    cells: number,
    around: number,
    kind: number,
    meeting: number,
    rimAt: number,
    children: number,
    lead: number,
    closing: number,
  ): number;
  layRing(
    p: number,
    q: number,
    isVertex: number,
    cells: number,
    kind: number,
    meeting: number,
    lead: number,
    closing: number,
    nextKind: number,
    nextMeeting: number,
  ): number;
  writeThreefoldRows(
    offsets: number,
    neighbours: number,
    p: number,
    from: number,
    cells: number,
    around: number,
    kind: number,
    at: number,
    children: number,
    parent: number,
  ): void;
  writeThreefoldRim(
    offsets: number,
    neighbours: number,
    p: number,
    from: number,
    cells: number,
    around: number,
    kind: number,
    rimAt: number,
    children: number,
  ): void;
  layThreefold(p: number, cells: number, kind: number, nextKind: number): number;
  turnRows(
    rows: number,
    count: number,
    sectors: number,
    strays: number,
    room: number,
    from0: number,
    per0: number,
    around0: number,
    from1: number,
    per1: number,
    around1: number,
    per2: number,
    around2: number,
  ): number;
  shiftOffsets(source: number, target: number, count: number, by: number): void;
}

/** The module with room for one tiling. */
export interface TilingKernel {
  readonly wasm: TilingExports;
  /** All of the memory. */
  readonly buffer: ArrayBuffer;
  /** The memory is used again by the next tiling: copy what is to stay. */
  readonly isBorrowed: boolean;
  /** Reserves bytes at a multiple of a cache line; returns where they begin. They hold anything. */
  allocate(bytes: number): number;
}

const PAGE = 65536;
const MAX_BYTES = 2 ** 32 - PAGE;
/**
 * Up to here one memory is kept and used by one tiling after another: the first touch of a new page costs more than growing its
 * rows and copying them out.
 */
const KEPT_BYTES = 2 ** 26;
const ALIGNMENT = 64;

interface Instance {
  readonly wasm: TilingExports;
  readonly memory: WebAssembly.Memory;
}
let compiled: WebAssembly.Module | null = null;
let kept: Instance | null = null;

/**
 * A memory with room for `sizes`, each in bytes; null where WebAssembly cannot give that much (4 GiB at most) or is not there.
 */
export function openTilingKernel(sizes: readonly number[]): TilingKernel | null {
  const bytes = sizes.reduce((sum, size) => sum + size + ALIGNMENT, PAGE);
  if (bytes > MAX_BYTES || typeof WebAssembly === "undefined") return null;
  const isBorrowed = bytes <= KEPT_BYTES;
  const instance = isBorrowed && kept !== null ? kept : instantiate();
  if (isBorrowed) kept = instance;
  const { wasm, memory } = instance;
  try {
    const missing = Math.ceil((wasm.heapBase() + bytes - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  let top = wasm.heapBase();
  return {
    wasm,
    buffer: memory.buffer as ArrayBuffer,
    isBorrowed,
    allocate: (size) => {
      const start = Math.ceil(top / ALIGNMENT) * ALIGNMENT;
      top = start + size;
      return start;
    },
  };
}

function instantiate(): Instance {
  compiled ??= new WebAssembly.Module(decodeBase64(wasmBase64));
  const { exports } = new WebAssembly.Instance(compiled, {
    env: {
      abort: () => {
        throw new Error("internal: the tiling kernel stopped");
      },
    },
  });
  const { memory, ...wasm } = exports as unknown as TilingExports & { memory: WebAssembly.Memory };
  return { wasm, memory };
}
