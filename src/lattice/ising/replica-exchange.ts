/**
 * Replica exchange (Swendsen and Wang 1986; Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604, 1996): copies at several
 * temperatures that swap configurations with probability min(1, exp((beta_i - beta_j)(E_i - E_j))).
 */
import { SpecError } from "../../base/index.ts";
import type { Dice } from "./dice.ts";
import type { Engine, SpinState } from "./state.ts";

/** Copies of one model on a ladder of temperatures. */
export interface ReplicaLadder {
  readonly temperatures: readonly number[];
  /** engines[k] is at temperatures[k] now. */
  readonly engines: readonly Engine[];
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

/** Starts from engines[k] at temperatures[k]; configurations stay where they are, and temperatures move among them. */
export function createLadder(
  temperatures: readonly number[],
  engines: readonly Engine[],
  dice: Dice,
): ReplicaLadder {
  if (temperatures.length < 2)
    throw new SpecError(
      `replica exchange: received ${temperatures.length} temperatures, expected at least 2`,
      {
        hint: "for example --temperatures 2:2.6:7",
      },
    );
  const engineOf = new Map(engines.map((engine) => [engine.state, engine]));
  const states = engines.map(({ state }) => state);
  const swaps = temperatures.slice(1).map(() => ({ accepted: 0, tried: 0 }));
  let now = [...engines];
  let parity: 0 | 1 = 0;
  return {
    temperatures,
    get engines() {
      return now;
    },
    swaps,
    sweep() {
      for (const { updater, state } of now) updater.sweep(state);
      exchange(states, temperatures, parity, dice, swaps);
      now = states.map((state, k) => {
        const engine = engineOf.get(state) as Engine;
        if (engine !== now[k]) engine.setTemperature(temperatures[k] as number);
        return engine;
      });
      parity = parity === 0 ? 1 : 0;
    },
  };
}
