/** Spins of a graph as the kernels take them, and what updates them. */

/** How spins of a graph are updated. */
export type GraphUpdate = "metropolis" | "heat-bath" | "wolff" | "swendsen-wang";

/** Spins and their bonds: H = -sum J s s' - sum g s. */
export interface IsingGraph {
  /** Length spins + 1. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  /** J of each entry of `neighbours`; null or missing: all 1. */
  readonly couplings?: Float64Array | null;
  /** g of each spin, the bond to a ghost spin that is +1; null or missing: all 0. */
  readonly ghost?: Float64Array | null;
  /**
   * Columns of a square torus whose site x + columns y has the neighbours x + 1, y + 1, x - 1, y - 1 in this order: Wolff clusters then
   * need not read `neighbours`.
   */
  readonly torusColumns?: number;
}

/** Options of `loadGraphIsing`. */
export interface GraphIsingOptions {
  readonly temperature: number;
  readonly update: GraphUpdate;
  /** Of single-spin updates: one after the other (default), drawn, or a list of spins. */
  readonly order?: "sequential" | "random" | Uint32Array;
  /** Energy and sum of spins that are not free; default 0. */
  readonly baseEnergy?: number;
  readonly baseTotal?: number;
}

/** A graph under updates. */
export interface GraphIsing {
  /** +1 or -1 by spin; a view of the kernel's memory. After writing to it call `measure`. */
  readonly spins: Int8Array;
  readonly energy: number;
  readonly total: number;
  /** Single-spin or Swendsen-Wang sweeps, or Wolff clusters, of which it returns how many spins they held. */
  run(count: number): number;
  /** Sums energy and spins afresh. */
  measure(): void;
  /** Goes on at another temperature, with the same spins and random numbers. */
  setTemperature(temperature: number): void;
}
