/**
 * Single-spin updates: Metropolis (Metropolis et al. 1953) and heat bath (Glauber 1963), in random, sequential or
 * checkerboard order. Random order obeys detailed balance; a fixed order leaves the Boltzmann distribution stationary, since
 * each of its steps does.
 */
import type { SpinModel } from "../graphs/index.ts";
import type { Dice } from "./dice.ts";
import { localField, type SpinState, type Updater } from "./state.ts";

/** In which order the spins of a sweep are visited; "checkerboard": colour by colour, no two neighbours in a colour. */
export type SweepOrder = "random" | "sequential" | "checkerboard";

/** How a spin decides. */
export type LocalRule = "metropolis" | "heat-bath";

/** One sweep visits as many spins as there are. */
export function createLocalUpdater(
  rule: LocalRule,
  model: SpinModel,
  temperature: number,
  dice: Dice,
  order: SweepOrder,
): Updater {
  const beta = 1 / temperature;
  const sequence = order === "checkerboard" ? colourOrder(model) : null;
  const { spins: count } = model;
  return {
    sweep(state) {
      for (let n = 0; n < count; n++) {
        const i = order === "random" ? dice.below(count) : sequence === null ? n : (sequence[n] as number);
        visit(state, i, rule, beta, dice);
      }
    },
  };
}

/** One spin decides; s h is half of what a flip would cost. Heat bath: the spin is +1 with probability 1 / (1 + exp(-2 beta h)). */
export function visit(state: SpinState, i: number, rule: LocalRule, beta: number, dice: Dice): void {
  const { model, spins } = state;
  const s = spins[i] as number;
  const field = localField(model, spins, i);
  const cost = 2 * s * field;
  const flips =
    rule === "metropolis"
      ? cost <= 0 || dice.chance(Math.exp(-beta * cost))
      : dice.chance(1 / (1 + Math.exp(-2 * beta * field))) !== s > 0;
  if (!flips) return;
  spins[i] = -s;
  state.energy += cost;
  state.total -= 2 * s;
}

/** Spins by colour of a greedy colouring: two colours on bipartite graphs numbered row by row. */
export function colourOrder({ spins, offsets, neighbours }: SpinModel): Uint32Array {
  const colour = new Int32Array(spins).fill(-1);
  const groups: number[][] = [];
  for (let i = 0; i < spins; i++) {
    const used = new Set<number>();
    for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++)
      used.add(colour[neighbours[k] as number] as number);
    let c = 0;
    while (used.has(c)) c++;
    colour[i] = c;
    while (groups.length <= c) groups.push([]);
    (groups[c] as number[]).push(i);
  }
  return Uint32Array.from(groups.flat());
}
