/** The exact transition matrix of an update: every sequence of answers to its random questions, with its probability. */
import type { SpinModel } from "../../../src/lattice/index.ts";
import type { Dice } from "../../../src/lattice/ising/dice.ts";
import { refresh, type SpinState } from "../../../src/lattice/ising/state.ts";

/** Dice that replay a prefix of answers and choose the first one afterwards. */
class ScriptedDice implements Dice {
  readonly script: { choice: number; probabilities: readonly number[] }[] = [];
  private at = 0;

  rewind(): void {
    this.at = 0;
  }

  chance(p: number): boolean {
    if (p >= 1) return true;
    if (p <= 0) return false;
    return this.answer([p, 1 - p]) === 0;
  }

  below(n: number): number {
    return n === 1 ? 0 : this.answer(new Array<number>(n).fill(1 / n));
  }

  private answer(probabilities: readonly number[]): number {
    if (this.at === this.script.length) this.script.push({ choice: 0, probabilities });
    return this.script[this.at++]!.choice;
  }

  /** Goes to the next sequence of answers; false when all were seen. */
  advance(): boolean {
    for (;;) {
      const last = this.script.at(-1);
      if (last === undefined) return false;
      if (last.choice + 1 < last.probabilities.length) {
        last.choice++;
        return true;
      }
      this.script.pop();
    }
  }

  get probability(): number {
    return this.script.reduce((p, { choice, probabilities }) => p * probabilities[choice]!, 1);
  }
}

/** Runs `play` once for every sequence of answers; `outcome` receives the result and its probability. */
export function enumerateOutcomes<T>(play: (dice: Dice) => T, outcome: (result: T, p: number) => void): void {
  const dice = new ScriptedDice();
  do {
    dice.rewind();
    const result = play(dice);
    outcome(result, dice.probability);
  } while (dice.advance());
}

/** State number `index` of a model: bit i set means spin i is -1. */
export function stateOf(model: SpinModel, index: number): SpinState {
  const spins = Int8Array.from({ length: model.spins }, (_, i) => ((index >> i) & 1 ? -1 : 1));
  const state = { model, spins, energy: 0, total: 0 };
  refresh(state);
  return state;
}

/** The inverse of `stateOf`. */
export function indexOf({ spins }: SpinState): number {
  return spins.reduce((index, s, i) => (s < 0 ? index | (1 << i) : index), 0);
}

/** P[a][b] of one call of an update, and the largest error of the energy and magnetisation it keeps. */
export function transitionMatrix(
  model: SpinModel,
  update: (state: SpinState, dice: Dice) => void,
): { P: number[][]; bookkeeping: number } {
  const states = 2 ** model.spins;
  let bookkeeping = 0;
  const P = Array.from({ length: states }, (_, from) => {
    const row = new Array<number>(states).fill(0);
    enumerateOutcomes(
      (dice) => {
        const state = stateOf(model, from);
        update(state, dice);
        const fresh = stateOf(model, indexOf(state));
        bookkeeping = Math.max(
          bookkeeping,
          Math.abs(state.energy - fresh.energy),
          Math.abs(state.total - fresh.total),
        );
        return indexOf(state);
      },
      (to, p) => {
        row[to]! += p;
      },
    );
    return row;
  });
  return { P, bookkeeping };
}

/** Boltzmann weights, normalised. */
export function boltzmann(model: SpinModel, temperature: number): number[] {
  const weights = Array.from({ length: 2 ** model.spins }, (_, index) =>
    Math.exp(-stateOf(model, index).energy / temperature),
  );
  const Z = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / Z);
}
