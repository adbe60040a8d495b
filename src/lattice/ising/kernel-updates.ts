/**
 * Updates by the WebAssembly kernels, where they apply: Wolff clusters on any graph with couplings 1 and no ghost, and bit-parallel
 * checkerboard Metropolis on one large square torus. Both are several times faster than the updates in TypeScript, which
 * the tests check by exact transition matrices.
 */
import { loadSquareIsing, loadWolff } from "../../kernels/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import type { SweepOrder } from "./local-updates.ts";
import { createState, type Engine, refresh, type SpinState, type Start } from "./state.ts";

/** Spins beyond which the kernel's 32-bit memory might not hold the graph. */
const MAX_KERNEL_SPINS = 2 ** 25;
/** Columns that fill whole vectors of the bit-parallel kernel. */
const VECTOR_COLUMNS = 256;

/** Whether the Wolff kernel knows this model: no ghost (field, pinned spins), all couplings 1. */
export function fitsWolffKernel({ ghost, couplings, spins }: SpinModel): boolean {
  return ghost === null && couplings === null && spins <= MAX_KERNEL_SPINS;
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

/** Wolff clusters in WebAssembly; one sweep is a fixed number of clusters, tuned so that they hold about all spins. */
export async function startWolffKernel(
  model: SpinModel,
  temperature: number,
  start: Start,
  stream: RandomStream,
): Promise<Engine> {
  const kernel = await loadWolff(model, temperature, stream.fork("updates"));
  const { spins, energy, total } = createState(model, start, stream.fork("start"));
  kernel.spins.set(spins);
  const state: SpinState = { model, spins: kernel.spins, energy, total };
  let clusters = 1;
  let grown = 0;
  let flipped = 0;
  return {
    state,
    syncSpins() {},
    setTemperature(next) {
      kernel.setTemperature(next);
      // sizes of clusters at the old temperature say nothing about the new one
      grown = 0;
      flipped = 0;
    },
    updater: {
      sweep() {
        flipped += kernel.run(clusters);
        grown += clusters;
        refresh(state);
      },
      tune() {
        if (flipped > 0)
          clusters = Math.max(1, Math.min(model.spins, Math.round((model.spins * grown) / flipped)));
      },
    },
  };
}

/** Checkerboard Metropolis on one square torus, 128 spins at a time. */
export async function startSquareKernel(
  model: SpinModel,
  temperature: number,
  start: Start,
  stream: RandomStream,
): Promise<Engine> {
  const { shape } = model.graph;
  if (shape.kind !== "square") throw new Error("internal: the bit-parallel kernel was given another lattice");
  const { columns, rows } = shape;
  const options = { columns, rows, temperature, layout: "sites" } as const;
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
