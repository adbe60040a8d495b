/**
 * The WebAssembly module of the Ising kernels. Each lattice has an instance and a memory of its own. Random numbers are xoshiro256++
 * (Blackman and Vigna, ACM Trans. Math. Softw. 47, 2021), its state drawn from the stream that is passed in.
 */
import { BudgetError, SpecError } from "../base/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { wasmBase64 } from "./generated/ising.ts";
import { decodeBase64 } from "./module.ts";

type SquareSweeps = (
  a: number,
  b: number,
  rows: number,
  words: number,
  rotate: number,
  sweeps: number,
  digits: number,
  state: number,
  pool: number,
) => void;

/** What the module offers; pointers are byte offsets. `src/kernels/assembly/ising*.ts` say more. */
export interface IsingExports {
  heapBase(): number;
  openRandom(state: number): void;
  squareWorkBytes(): number;
  readonly metropolisSweeps: SquareSweeps;
  readonly heatBathSweeps: SquareSweeps;
  measureReplicas(
    a: number,
    b: number,
    rows: number,
    words: number,
    rotate: number,
    minus: number,
    unlike: number,
  ): void;
  measureSites(a: number, b: number, rows: number, words: number, out: number): void;
  tabledSweeps(
    isHeatBath: number,
    spins: number,
    offsets: number,
    neighbours: number,
    count: number,
    classes: number,
    fields: number,
    reach: number,
    table: number,
    order: number,
    sweeps: number,
    sums: number,
  ): void;
  generalSweeps(
    spins: number,
    offsets: number,
    neighbours: number,
    count: number,
    couplings: number,
    ghost: number,
    isHeatBath: number,
    beta: number,
    order: number,
    sweeps: number,
    sums: number,
  ): void;
  wolffClusters(
    spins: number,
    offsets: number,
    neighbours: number,
    count: number,
    couplings: number,
    bonds: number,
    threshold: number,
    ghost: number,
    ghostBonds: number,
    clusters: number,
    work: number,
    columns: number,
    sums: number,
  ): number;
  swendsenWangSweeps(
    spins: number,
    offsets: number,
    neighbours: number,
    count: number,
    couplings: number,
    bonds: number,
    threshold: number,
    ghost: number,
    ghostBonds: number,
    sweeps: number,
    work: number,
    decisions: number,
    baseEnergy: number,
    baseTotal: number,
    sums: number,
  ): void;
  measureGraph(
    spins: number,
    offsets: number,
    neighbours: number,
    count: number,
    couplings: number,
    ghost: number,
    baseEnergy: number,
    baseTotal: number,
    sums: number,
  ): void;
}

/** An instance with room for one lattice. */
export interface IsingInstance {
  readonly wasm: IsingExports;
  readonly buffer: ArrayBuffer;
  /** Reserves bytes at a multiple of a cache line; they are 0. */
  allocate(bytes: number): number;
  /** Copies an array into the memory; returns where it begins, 0 for null. */
  copy(values: Uint32Array | Float64Array | Uint8Array | null): number;
}

const PAGE = 65536;
const MAX_BYTES = 2 ** 32 - PAGE;
const ALIGNMENT = 64;
let compiled: Promise<WebAssembly.Module> | null = null;

/** @throws BudgetError where WebAssembly cannot give so many bytes (4 GiB at most). */
export async function openIsing(bytes: number): Promise<IsingInstance> {
  if (bytes > MAX_BYTES) throw tooLarge(bytes);
  compiled ??= WebAssembly.compile(decodeBase64(wasmBase64));
  const { exports } = await WebAssembly.instantiate(await compiled, {
    env: {
      abort: () => {
        throw new Error("internal: the Ising kernel stopped");
      },
    },
  });
  const { memory, ...wasm } = exports as unknown as IsingExports & { memory: WebAssembly.Memory };
  let top = wasm.heapBase();
  const missing = Math.ceil((top + bytes - memory.buffer.byteLength) / PAGE) + 1;
  try {
    if (missing > 0) memory.grow(missing);
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(bytes, cause);
    throw cause;
  }
  const buffer = memory.buffer as ArrayBuffer;
  const allocate = (size: number): number => {
    const start = Math.ceil(top / ALIGNMENT) * ALIGNMENT;
    top = start + size;
    return start;
  };
  return {
    wasm,
    buffer,
    allocate,
    copy(values) {
      if (values === null) return 0;
      const start = allocate(values.byteLength);
      new Uint8Array(buffer, start, values.byteLength).set(
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      );
      return start;
    },
  };
}

function tooLarge(bytes: number, cause?: unknown): BudgetError {
  return new BudgetError(
    `Ising kernel: the lattice needs ${(bytes / 2 ** 30).toFixed(1)} GiB, WebAssembly offers ${cause === undefined ? "4 GiB" : "less here"}`,
    { hint: "use a smaller lattice", data: { bytes }, cause },
  );
}

/** @throws SpecError for T <= 0. */
export function requireTemperature(where: string, temperature: number): void {
  if (!(temperature > 0))
    throw new SpecError(`${where}: received temperature ${temperature}, expected a number above 0`);
}

/** Draws the state of a generator. */
export function seedState(state: Uint32Array, stream: RandomStream): void {
  for (let k = 0; k < state.length; k++) state[k] = stream.integer(2 ** 32);
}
