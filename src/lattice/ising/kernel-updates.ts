/**
 * Updates by the WebAssembly kernels: bit-parallel on large square tori, of single spins and clusters on any graph. They are several times
 * faster than the updates in TypeScript; the tests check those by exact transition matrices, and that the kernels of graphs make
 * the same spins of the same random numbers.
 */
import { loadGraphIsing, loadSquareIsing } from "../../kernels/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { colourOrder, type LocalRule, type SweepOrder } from "./local-updates.ts";
import { createState, type Engine, type SpinState, type Start } from "./state.ts";
import type { UpdateAlgorithm } from "./updater.ts";

/** Bytes beyond which the kernel's 32-bit memory might not hold the graph. */
const MOST_KERNEL_BYTES = 2 ** 31;
/** Columns that fill whole vectors of the bit-parallel kernel. */
const VECTOR_COLUMNS = 256;

/** Whether the kernels of graphs hold this model. */
export function fitsGraphKernel({ couplings, spins, neighbours }: SpinModel): boolean {
  return 32 * spins + (couplings === null ? 4 : 16) * neighbours.length <= MOST_KERNEL_BYTES;
}

/** Whether the bit-parallel kernel knows this model and may choose the order of visits. */
export function fitsSquareKernel(
  { ghost, couplings, graph: { shape } }: SpinModel,
  order: SweepOrder | undefined,
): boolean {
  if (ghost !== null || couplings !== null || shape.kind !== "square" || !shape.periodic) return false;
  const isWhole = shape.columns % VECTOR_COLUMNS === 0 && shape.rows % 2 === 0;
  return isWhole && (order === undefined || order === "checkerboard");
}

/** Any algorithm on any graph. One sweep of Wolff's is a fixed number of clusters, tuned so that they hold about all spins. */
export async function startGraphKernel(
  algorithm: UpdateAlgorithm,
  model: SpinModel,
  temperature: number,
  start: Start,
  order: SweepOrder,
  stream: RandomStream,
): Promise<Engine> {
  const { pinnedEnergy: baseEnergy, pinnedSum: baseTotal } = model;
  const options = { temperature, update: algorithm, baseEnergy, baseTotal };
  const visits = order === "checkerboard" ? colourOrder(model) : order;
  const { shape } = model.graph;
  const isTorus = shape.kind === "square" && shape.periodic;
  const graph = isTorus ? { ...model, torusColumns: shape.columns } : model;
  const kernel = await loadGraphIsing(graph, { ...options, order: visits }, stream.fork("updates"));
  kernel.spins.set(createState(model, start, stream.fork("start")).spins);
  kernel.measure();
  const state: SpinState = { model, spins: kernel.spins, energy: kernel.energy, total: kernel.total };
  const isWolff = algorithm === "wolff";
  let clusters = 1;
  let grown = 0;
  let visited = 0;
  return {
    state,
    syncSpins() {},
    setTemperature(next) {
      kernel.setTemperature(next);
      // sizes of clusters at the old temperature say nothing about the new one
      grown = 0;
      visited = 0;
    },
    updater: {
      sweep() {
        const size = kernel.run(clusters);
        visited += size;
        grown += clusters;
        state.energy = kernel.energy;
        state.total = kernel.total;
      },
      tune() {
        if (isWolff && visited > 0)
          clusters = Math.max(1, Math.min(model.spins, Math.round((model.spins * grown) / visited)));
      },
    },
  };
}

/** Checkerboard sweeps of one square torus, 128 spins at a time. */
export async function startSquareKernel(
  rule: LocalRule,
  model: SpinModel,
  temperature: number,
  start: Start,
  stream: RandomStream,
): Promise<Engine> {
  const { shape } = model.graph;
  if (shape.kind !== "square") throw new Error("internal: the bit-parallel kernel was given another lattice");
  const { columns, rows } = shape;
  const options = { columns, rows, temperature, rule, layout: "sites" } as const;
  const kernel = await loadSquareIsing(options, stream.fork("updates"));
  const state = createState(model, start, stream.fork("start"));
  kernel.writeSpins(state.spins);
  return {
    state,
    syncSpins: () => kernel.readSpins(state.spins),
    setTemperature: (next) => kernel.setTemperature(next),
    updater: {
      sweep() {
        kernel.sweep(1);
        const { energies, totals } = kernel.measure();
        state.energy = energies[0] as number;
        state.total = totals[0] as number;
      },
      tune() {},
    },
  };
}
