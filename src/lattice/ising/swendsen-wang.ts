/**
 * Swendsen and Wang's update of all clusters at once (Phys. Rev. Lett. 58, 86, 1987): satisfied bonds are active with
 * probability 1 - exp(-2 beta J), connected spins (union-find) flip together with probability 1/2. The ghost spin of field and
 * pinned boundary belongs to the graph; its cluster never flips.
 */
import type { SpinModel } from "../graphs/index.ts";
import type { Dice } from "./dice.ts";
import { refresh, type Updater } from "./state.ts";
import { bondProbability } from "./wolff.ts";

/** One sweep updates every cluster once. */
export function createSwendsenWang(model: SpinModel, temperature: number, dice: Dice): Updater {
  const beta = 1 / temperature;
  const { offsets, neighbours, couplings, ghost, spins: count } = model;
  const uniform = bondProbability(beta, 1);
  // the last entry is the ghost
  const parent = new Uint32Array(count + 1);
  const find = (start: number): number => {
    let i = start;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i] as number] as number;
      i = parent[i] as number;
    }
    return i;
  };
  // the larger root stays one; the ghost always does
  const join = (a: number, b: number): void => {
    const ra = find(a);
    const rb = find(b);
    if (ra < rb) parent[ra] = rb;
    else parent[rb] = ra;
  };
  const decision = new Int8Array(count + 1);
  return {
    sweep(state) {
      const { spins } = state;
      for (let i = 0; i <= count; i++) parent[i] = i;
      for (let i = 0; i < count; i++) {
        const s = spins[i] as number;
        if (ghost !== null) {
          const p = bondProbability(beta, s * (ghost[i] as number));
          if (p > 0 && dice.chance(p)) join(i, count);
        }
        for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++) {
          const j = neighbours[k] as number;
          if (j < i) continue;
          const product = s * (spins[j] as number);
          const strength = couplings === null ? product : product * (couplings[k] as number);
          if (strength <= 0) continue;
          if (dice.chance(couplings === null ? uniform : bondProbability(beta, strength))) join(i, j);
        }
      }
      // the root of a cluster is its largest number: downward it comes before the others
      decision[count] = 1;
      for (let i = count - 1; i >= 0; i--) {
        const root = find(i);
        if (root === i) decision[i] = dice.chance(0.5) ? -1 : 1;
        if (decision[root] === -1) spins[i] = -(spins[i] as number);
      }
      refresh(state);
    },
  };
}
