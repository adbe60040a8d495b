/**
 * Metropolis, heat bath, Wolff and Swendsen-Wang on any graph in compressed rows, with any couplings and fields, in WebAssembly.
 * Energy and sum of spins are kept up to date. Certain answers draw no random number; others take 53 bits (single spins) or 32
 * (bonds).
 */
import { SpecError } from "../base/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { openIsing, requireTemperature, seedState } from "./ising-module.ts";
import { classesOf, type FieldClasses } from "./ising-tables.ts";
import type { GraphIsing, GraphIsingOptions, IsingGraph } from "./ising-types.ts";
import { clusterWork, localWork } from "./ising-work.ts";

/**
 * Prepares a graph with all spins +1.
 *
 * @param stream seeds the generator.
 * @throws SpecError for T <= 0 or arrays whose lengths do not fit; BudgetError above 4 GiB.
 * @cost 7 to 12 ns a spin decision on one 2023 server core, 35 to 50 ns a spin of a Wolff cluster on a lattice larger than the cache.
 * @example
 * ```ts
 * import { loadGraphIsing } from "isinglass/kernels";
 * import { createStream } from "isinglass/numerics";
 * const pair = { offsets: Uint32Array.of(0, 1, 2), neighbours: Uint32Array.of(1, 0) };
 * const options = { temperature: 2, update: "wolff" } as const;
 * (await loadGraphIsing(pair, options, createStream(1))).run(5) >= 5; // => true
 * ```
 */
export async function loadGraphIsing(
  graph: IsingGraph,
  options: GraphIsingOptions,
  stream: RandomStream,
): Promise<GraphIsing> {
  const { temperature, update, order = "sequential", baseEnergy = 0, baseTotal = 0 } = options;
  requireTemperature("Ising kernel", temperature);
  const { offsets, neighbours, couplings = null, ghost = null } = graph;
  const count = offsets.length - 1;
  requireLength("couplings", couplings, neighbours.length);
  requireLength("fields", ghost, count);
  const isLocal = update === "metropolis" || update === "heat-bath";
  const classes = isLocal && couplings === null ? classesOf(offsets, ghost) : null;
  const instance = await openIsing(bytesOf(graph, classes));
  const { wasm, buffer, allocate, copy } = instance;
  const [rows, entries, J, g] = [copy(offsets), copy(neighbours), copy(couplings), copy(ghost)];
  const state = allocate(64);
  seedState(new Uint32Array(buffer, state, 16), stream);
  wasm.openRandom(state);
  const pointer = allocate(count);
  const spins = new Int8Array(buffer, pointer, count).fill(1);
  const sumsAt = allocate(16);
  const sums = new Float64Array(buffer, sumsAt, 2);
  const measure = (): void =>
    wasm.measureGraph(pointer, rows, entries, count, J, g, baseEnergy, baseTotal, sumsAt);
  measure();
  const place = { instance, spins: pointer, rows, entries, count, J, g, sums: sumsAt, baseEnergy, baseTotal };
  const work = isLocal
    ? localWork(place, update === "heat-bath", order, classes)
    : clusterWork(place, update, graph);
  work.setTemperature(temperature);
  return {
    spins,
    get energy() {
      return sums[0] as number;
    },
    get total() {
      return sums[1] as number;
    },
    run: work.run,
    measure,
    setTemperature(next) {
      requireTemperature("Ising kernel", next);
      work.setTemperature(next);
    },
  };
}

function bytesOf(
  { offsets, neighbours, couplings, ghost }: IsingGraph,
  classes: FieldClasses | null,
): number {
  const count = offsets.length;
  const perEntry = couplings ? 16 : 4;
  const perSpin = 4 + 4 + 4 + 4 + 1 + 1 + (ghost ? 12 : 0);
  return perEntry * neighbours.length + perSpin * count + 8 * (classes?.tableLength ?? 0) + 2 ** 12;
}

function requireLength(what: string, values: Float64Array | null, expected: number): void {
  if (values !== null && values.length !== expected)
    throw new SpecError(`Ising kernel: received ${values.length} ${what}, expected ${expected}`);
}
