/** A configuration of a spin model, with its energy and magnetisation kept up to date by every update. */
import type { RandomStream } from "../../numerics/index.ts";
import type { SpinModel } from "../graphs/index.ts";

/** A configuration; updates change it in place. */
export interface SpinState {
  readonly model: SpinModel;
  /** +1 or -1 for every free spin. */
  readonly spins: Int8Array;
  /** Total energy, pinned spins included. */
  energy: number;
  /** Sum of all spins, pinned ones included. */
  total: number;
}

/** Moves a configuration at one temperature. */
export interface Updater {
  sweep(state: SpinState): void;
  /** Chooses the work of a sweep from the run so far; called between thermalisation and measurement. */
  tune?(): void;
}

/** A run in progress. */
export interface Engine {
  /** Energy and magnetisation are up to date after each sweep, spins after `syncSpins`. */
  readonly state: SpinState;
  readonly updater: Required<Updater>;
  /** Brings `state.spins` up to date; free of cost except for the bit-parallel kernel. */
  syncSpins(): void;
  /** Goes on at another temperature with the same spins and random numbers. */
  setTemperature(temperature: number): void;
}

/** How a run starts: all +1, or every spin drawn. */
export type Start = "ordered" | "disordered";

/** A configuration to start from. */
export function createState(model: SpinModel, start: Start, stream: RandomStream): SpinState {
  const spins = new Int8Array(model.spins).fill(1);
  if (start === "disordered")
    for (let i = 0; i < spins.length; i++) spins[i] = stream.uniform() < 0.5 ? -1 : 1;
  const state = { model, spins, energy: 0, total: 0 };
  refresh(state);
  return state;
}

/** Measures energy and magnetisation afresh: O(bonds). */
export function refresh(state: SpinState): void {
  const { model, spins } = state;
  const { offsets, neighbours, couplings, ghost } = model;
  let energy = model.pinnedEnergy;
  let total = model.pinnedSum;
  let start = 0;
  for (let i = 0; i < spins.length; i++) {
    const s = spins[i] as number;
    const end = offsets[i + 1] as number;
    let field = 0;
    if (couplings === null)
      for (let k = start; k < end; k++) field += spins[neighbours[k] as number] as number;
    else
      for (let k = start; k < end; k++)
        field += (couplings[k] as number) * (spins[neighbours[k] as number] as number);
    start = end;
    energy -= 0.5 * s * field;
    if (ghost !== null) energy -= s * (ghost[i] as number);
    total += s;
  }
  state.energy = energy;
  state.total = total;
}

/** Field on a free spin from its neighbours and the ghost: the energy of spin s there is -s times this. */
export function localField(model: SpinModel, spins: Int8Array, i: number): number {
  const { offsets, neighbours, couplings, ghost } = model;
  const own = ghost === null ? 0 : (ghost[i] as number);
  const end = offsets[i + 1] as number;
  let sum = couplings === null ? 0 : own;
  for (let k = offsets[i] as number; k < end; k++) {
    const s = spins[neighbours[k] as number] as number;
    sum += couplings === null ? s : (couplings[k] as number) * s;
  }
  // whole numbers first: the kernel looks their sum up in a table
  return couplings === null ? own + sum : sum;
}

/** A configuration by site, pinned spins included. */
export function spinsBySite({ model, spins }: SpinState): Int8Array {
  const { graph, siteOf, pinned } = model;
  if (pinned.length === 0) return spins.slice();
  const out = new Int8Array(graph.sites);
  siteOf.forEach((site, i) => {
    out[site] = spins[i] as number;
  });
  pinned.forEach((sign, k) => {
    out[graph.boundary[k] as number] = sign;
  });
  return out;
}
