/**
 * Loaders of the Ising kernels: bit-parallel Metropolis on square tori, Wolff clusters on any graph. They own a memory of
 * their own, apart from linear algebra. Random numbers are xoshiro256++ (Blackman and Vigna, ACM Trans. Math. Softw. 47, 2021),
 * its state drawn from the stream that is passed in.
 */
import { BudgetError, SpecError } from "../base/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { createMemory } from "./core.ts";
import { type PackedLattice, packSpins, unpackSpins } from "./ising-spins.ts";
import { compileKernels } from "./module.ts";

interface IsingExports {
  heapBase(): number;
  metropolisWorkBytes(): number;
  metropolisSweeps(
    a: number,
    b: number,
    rows: number,
    words: number,
    rotate: number,
    sweeps: number,
    digits: number,
    state: number,
    pool: number,
  ): void;
  measureSquare(
    a: number,
    b: number,
    rows: number,
    words: number,
    rotate: number,
    minus: number,
    unlike: number,
  ): void;
  wolffClusters(
    spins: number,
    offsets: number,
    neighbours: number,
    sites: number,
    threshold: number,
    clusters: number,
    stack: number,
    state: number,
  ): number;
}

/** Spins in a vector. */
const LANES = 128;
/** Binary digits of the acceptance probability, as in the kernel. */
const DIGITS = 48;
/** Slices of the bit-sliced counters. */
const SLICES = 32;
const PAGE = 65536;
const MAX_BYTES = 2 ** 32 - PAGE;

/** A square torus under Metropolis updates, all at one temperature. */
export interface SquareIsing {
  readonly columns: number;
  readonly rows: number;
  /** Independent lattices that are updated together: 128 or 1. */
  readonly copies: number;
  /** Checkerboard Metropolis sweeps; every spin decides once a sweep. */
  sweep(count: number): void;
  /** Total energy and sum of spins of each copy. */
  measure(): { readonly energies: Float64Array; readonly totals: Float64Array };
  /** Writes the spins of a copy (default the first) to `out`, +1 or -1 by site x + columns y. */
  readSpins(out: Int8Array, copy?: number): void;
  /** Replaces the spins of every copy. */
  writeSpins(spins: ArrayLike<number>): void;
  /** Goes on at another temperature, with the same spins and random numbers. */
  setTemperature(temperature: number): void;
}

/** Options of `loadSquareIsing`. */
export interface SquareIsingOptions {
  readonly columns: number;
  /** Even. */
  readonly rows: number;
  readonly temperature: number;
  /**
   * "replicas": 128 independent lattices, columns even. "sites": one lattice, columns a multiple of 256. Default "replicas".
   */
  readonly layout?: "replicas" | "sites";
}

/**
 * Prepares a square torus with all spins +1.
 *
 * @param stream seeds the generator; three draws more or less elsewhere change everything.
 * @throws SpecError for sizes that do not fit the layout or T <= 0; BudgetError above 4 GiB.
 * @cost about 0.3 ns per spin decision on one 2023 server core, 1 bit of memory per spin.
 * @example
 * ```ts
 * import { loadSquareIsing } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 * const lattice = await loadSquareIsing({ columns: 8, rows: 8, temperature: 2 }, createStream(1));
 * lattice.sweep(10);
 * lattice.measure().energies.length; // => 128
 * ```
 */
export async function loadSquareIsing(
  options: SquareIsingOptions,
  stream: RandomStream,
): Promise<SquareIsing> {
  const { columns, rows, temperature, layout = "replicas" } = options;
  requireTemperature("square Ising kernel", temperature);
  const isSplit = layout === "sites";
  const multiple = isSplit ? 2 * LANES : 2;
  if (!(Number.isInteger(columns) && columns > 0 && columns % multiple === 0 && columns >= 4))
    throw new SpecError(
      `square Ising kernel: received ${columns} columns, expected a multiple of ${multiple} of at least 4`,
    );
  if (!(Number.isInteger(rows) && rows >= 2 && rows % 2 === 0))
    throw new SpecError(`square Ising kernel: received ${rows} rows, expected an even number of at least 2`);
  const words = columns / multiple;
  const bytes = rows * words * 16;
  const { wasm, memory, allocate } = await instantiate(
    2 * bytes + 16 * (DIGITS + 2 * SLICES + 8) + (LANES * LANES) / 2 + 2 ** 16,
  );
  const a = allocate(bytes);
  const b = allocate(bytes);
  const digits = allocate(16 * DIGITS);
  const state = allocate(64);
  const pool = allocate(wasm.metropolisWorkBytes());
  const minus = allocate(16 * SLICES);
  const unlike = allocate(16 * SLICES);
  new Uint8Array(memory.buffer, a, 2 * bytes).fill(0);
  const probability = new Uint32Array(memory.buffer, digits, 4 * DIGITS);
  writeDigits(probability, Math.exp(-4 / temperature));
  const packed: PackedLattice = {
    even: new Uint32Array(memory.buffer, a, bytes / 4),
    odd: new Uint32Array(memory.buffer, b, bytes / 4),
    columns,
    rows,
    layout,
  };
  seed(new Uint32Array(memory.buffer, state, 16), stream);
  const copies = isSplit ? 1 : LANES;
  const rotate = isSplit ? 1 : 0;
  const sites = columns * rows;
  return {
    columns,
    rows,
    copies,
    sweep: (count) => wasm.metropolisSweeps(a, b, rows, words, rotate, count, digits, state, pool),
    measure() {
      wasm.measureSquare(a, b, rows, words, rotate, minus, unlike);
      const down = sumSlices(new Uint32Array(memory.buffer, minus, 4 * SLICES), copies);
      const cut = sumSlices(new Uint32Array(memory.buffer, unlike, 4 * SLICES), copies);
      return {
        energies: cut.map((bonds) => 2 * bonds - 2 * sites),
        totals: down.map((spins) => sites - 2 * spins),
      };
    },
    readSpins: (out, copy = 0) => unpackSpins(packed, out, copy),
    writeSpins: (spins) => packSpins(packed, spins),
    setTemperature(next) {
      requireTemperature("square Ising kernel", next);
      writeDigits(probability, Math.exp(-4 / next));
    },
  };
}

/** A graph under Wolff updates. */
export interface WolffKernel {
  /** +1 or -1 by site; a view of the kernel's memory. */
  readonly spins: Int8Array;
  /** Grows and flips clusters; returns how many spins were flipped. */
  run(clusters: number): number;
  /** Goes on at another temperature, with the same spins and random numbers. */
  setTemperature(temperature: number): void;
}

/**
 * Prepares Wolff clusters on a graph with all couplings 1 and no field, all spins +1.
 *
 * @param graph row pointers (length sites + 1) and neighbours.
 * @throws SpecError for T <= 0; BudgetError above 4 GiB.
 * @example
 * ```ts
 * import { loadWolff } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 * const pair = { offsets: Uint32Array.of(0, 1, 2), neighbours: Uint32Array.of(1, 0) };
 * (await loadWolff(pair, 2, createStream(1))).run(5) >= 5; // => true
 * ```
 */
export async function loadWolff(
  graph: { readonly offsets: Uint32Array; readonly neighbours: Uint32Array },
  temperature: number,
  stream: RandomStream,
): Promise<WolffKernel> {
  requireTemperature("Wolff kernel", temperature);
  const sites = graph.offsets.length - 1;
  const { wasm, memory, allocate } = await instantiate(
    sites + 4 * (sites + 1 + graph.neighbours.length + sites) + 2 ** 12,
  );
  const copy = (values: Uint32Array): number => {
    const pointer = allocate(4 * values.length);
    new Uint32Array(memory.buffer, pointer, values.length).set(values);
    return pointer;
  };
  const offsets = copy(graph.offsets);
  const neighbours = copy(graph.neighbours);
  const stack = allocate(4 * sites);
  const state = allocate(64);
  seed(new Uint32Array(memory.buffer, state, 8), stream);
  const pointer = allocate(sites);
  const spins = new Int8Array(memory.buffer, pointer, sites).fill(1);
  let threshold = bondThreshold(temperature);
  return {
    spins,
    setTemperature(next) {
      requireTemperature("Wolff kernel", next);
      threshold = bondThreshold(next);
    },
    run: (clusters) =>
      wasm.wolffClusters(pointer, offsets, neighbours, sites, threshold, clusters, stack, state),
  };
}

function requireTemperature(where: string, temperature: number): void {
  if (!(temperature > 0))
    throw new SpecError(`${where}: received temperature ${temperature}, expected a number above 0`);
}

/** The probability of an active bond, 1 - exp(-2 / T), in units of 2^-32. */
function bondThreshold(temperature: number): number {
  return Math.round(-Math.expm1(-2 / temperature) * 2 ** 32);
}

async function instantiate(bytes: number): Promise<{
  wasm: IsingExports;
  memory: WebAssembly.Memory;
  allocate: (bytes: number) => number;
}> {
  if (bytes > MAX_BYTES)
    throw new BudgetError(
      `Ising kernel: the lattice needs ${(bytes / 2 ** 30).toFixed(1)} GiB, WebAssembly offers 4 GiB`,
      { hint: "use a smaller lattice", data: { bytes } },
    );
  const { module } = await compileKernels(true);
  const memory = createMemory();
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as IsingExports;
  let top = wasm.heapBase();
  const missing = Math.ceil((top + bytes) / PAGE) + 1 - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
  const allocate = (size: number): number => {
    const start = Math.ceil(top / 64) * 64;
    top = start + size;
    return start;
  };
  return { wasm, memory, allocate };
}

/** Digit k of p as a vector of ones or zeros. */
function writeDigits(out: Uint32Array, p: number): void {
  let rest = p;
  for (let k = 0; k < DIGITS; k++) {
    rest *= 2;
    const digit = rest >= 1 ? 1 : 0;
    rest -= digit;
    out.fill(digit === 1 ? 0xffffffff : 0, 4 * k, 4 * k + 4);
  }
}

function seed(state: Uint32Array, stream: RandomStream): void {
  for (let k = 0; k < state.length; k++) state[k] = stream.integer(2 ** 32);
}

/** Counts of 128 bits from bit-sliced counters; all added up for a single copy. */
function sumSlices(slices: Uint32Array, copies: number): Float64Array {
  const out = new Float64Array(copies);
  for (let k = 0; k < SLICES; k++)
    for (let bit = 0; bit < LANES; bit++) {
      const value = ((slices[4 * k + (bit >> 5)] as number) >>> (bit & 31)) & 1;
      if (value === 1) out[bit % copies] = (out[bit % copies] as number) + 2 ** k;
    }
  return out;
}
