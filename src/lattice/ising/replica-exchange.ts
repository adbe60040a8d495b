/**
 * Replica exchange (Swendsen and Wang 1986; Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604, 1996): copies at several
 * temperatures that swap configurations with probability min(1, exp((beta_i - beta_j)(E_i - E_j))).
 */
import { SpecError } from "../../base/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import type { Dice } from "./dice.ts";
import type { SweepOrder } from "./local-updates.ts";
import type { SpinState, Updater } from "./state.ts";
import { createUpdater, type UpdateAlgorithm } from "./updater.ts";

/** Copies of one model on a ladder of temperatures. */
export interface ReplicaLadder {
  readonly temperatures: readonly number[];
  /** states[k] is the configuration that is at temperatures[k] now. */
  readonly states: SpinState[];
  /** One sweep of every copy, then one round of swaps between neighbours, even and odd pairs in turn. */
  sweep(): void;
  /** Swaps accepted and tried, per pair of neighbouring temperatures. */
  readonly swaps: readonly { accepted: number; tried: number }[];
}

/** Swaps all pairs (k, k + 1) with k of the given parity. */
export function exchange(
  states: SpinState[],
  temperatures: readonly number[],
  parity: 0 | 1,
  dice: Dice,
  swaps?: readonly { accepted: number; tried: number }[],
): void {
  for (let k = parity as number; k + 1 < states.length; k += 2) {
    const [a, b] = [states[k] as SpinState, states[k + 1] as SpinState];
    const gain =
      (1 / (temperatures[k] as number) - 1 / (temperatures[k + 1] as number)) * (a.energy - b.energy);
    const count = swaps?.[k];
    if (count) count.tried++;
    if (!dice.chance(Math.exp(gain))) continue;
    states[k] = b;
    states[k + 1] = a;
    if (count) count.accepted++;
  }
}

/** Puts one state on each temperature. */
export function createLadder(
  model: SpinModel,
  temperatures: readonly number[],
  states: SpinState[],
  dice: Dice,
  algorithm: UpdateAlgorithm = "metropolis",
  order: SweepOrder = "sequential",
): ReplicaLadder {
  if (temperatures.length < 2)
    throw new SpecError(
      `replica exchange: received ${temperatures.length} temperatures, expected at least 2`,
      {
        hint: "for example --temperatures 2:2.6:7",
      },
    );
  const updaters: Updater[] = temperatures.map((T) => createUpdater(algorithm, model, T, dice, order));
  const swaps = temperatures.slice(1).map(() => ({ accepted: 0, tried: 0 }));
  let parity: 0 | 1 = 0;
  return {
    temperatures,
    states,
    swaps,
    sweep() {
      updaters.forEach((updater, k) => {
        updater.sweep(states[k] as SpinState);
      });
      exchange(states, temperatures, parity, dice, swaps);
      parity = parity === 0 ? 1 : 0;
    },
  };
}
