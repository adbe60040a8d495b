/**
 * Wolff's single-cluster update (Phys. Rev. Lett. 62, 361, 1989): a bond joins like spins to the cluster with probability
 * 1 - exp(-2 beta J), and the cluster flips. Field and pinned spins are bonds to the ghost spin; a cluster that reaches the
 * ghost stays as it is.
 */
import type { SpinModel } from "../graphs/index.ts";
import type { Dice } from "./dice.ts";
import type { SpinState, Updater } from "./state.ts";

/** Probability that a satisfied bond of strength J (s s' J > 0) is active. */
export function bondProbability(beta: number, strength: number): number {
  return strength > 0 ? -Math.expm1(-2 * beta * strength) : 0;
}

/** One sweep is a fixed number of clusters, tuned so that they hold about as many spins as there are. */
export function createWolff(model: SpinModel, temperature: number, dice: Dice): Updater {
  const beta = 1 / temperature;
  const grow = createGrowth(model, beta, dice);
  let clusters = 1;
  let visited = 0;
  let grown = 0;
  return {
    sweep(state) {
      for (let n = 0; n < clusters; n++) {
        visited += grow(state, dice.below(model.spins));
        grown++;
      }
    },
    tune() {
      if (visited > 0)
        clusters = Math.max(1, Math.min(model.spins, Math.round((model.spins * grown) / visited)));
    },
  };
}

/** Grows and flips the cluster of one seed; returns how many spins were visited. */
function createGrowth(
  model: SpinModel,
  beta: number,
  dice: Dice,
): (state: SpinState, seed: number) => number {
  const { offsets, neighbours, couplings, ghost, spins: count } = model;
  const uniform = bondProbability(beta, 1);
  // spins that joined and wait fill it from the front, those that are through from the end
  const work = new Uint32Array(count);
  const mark = new Uint32Array(count);
  let round = 0;
  return (state, seed) => {
    const { spins } = state;
    // marks are round numbers: nothing has to be cleared, except when they run out
    if (round === 4294967295) {
      mark.fill(0);
      round = 0;
    }
    round++;
    work[0] = seed;
    mark[seed] = round;
    let waiting = 1;
    let done = count;
    let cost = 0;
    let sum = 0;
    while (waiting > 0) {
      const i = work[--waiting] as number;
      const s = spins[i] as number;
      if (ghost !== null) {
        const strength = s * (ghost[i] as number);
        cost += strength;
        if (strength > 0 && dice.chance(bondProbability(beta, strength))) {
          for (let n = done; n < count; n++) {
            const flipped = work[n] as number;
            spins[flipped] = -(spins[flipped] as number);
          }
          return count - done + 1;
        }
      }
      // those that wait are not flipped yet: what flipping them one after the other costs adds up to what the cluster does
      let local = 0;
      for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++) {
        const j = neighbours[k] as number;
        const product = s * (spins[j] as number);
        const strength = couplings === null ? product : product * (couplings[k] as number);
        local += strength;
        if (mark[j] === round || strength <= 0) continue;
        if (dice.chance(couplings === null ? uniform : bondProbability(beta, strength))) {
          mark[j] = round;
          work[waiting++] = j;
        }
      }
      cost += local;
      sum += s;
      spins[i] = -s;
      work[--done] = i;
    }
    state.energy += 2 * cost;
    state.total -= 2 * sum;
    return count - done;
  };
}
