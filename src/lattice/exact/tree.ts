/** Models on trees: messages from the leaves to a root and out again solve any couplings, boundary and field in O(spins). */
import type { SpinModel } from "../graphs/index.ts";
import { passThrough } from "./bethe.ts";
import { inverseTemperature } from "./check.ts";
import {
  add,
  constant,
  logCosh,
  scale,
  type Taylor,
  type Thermodynamics,
  thermodynamics,
  variable,
} from "./taylor.ts";

/** Exact averages on a tree; per-site values count all sites, pinned ones too. */
export interface TreeResult extends Thermodynamics {
  /** <m>, m = sum of all spins / N. */
  readonly magnetization: number;
  readonly centralMagnetization: number;
  /** <s> of every free spin. */
  readonly spinMagnetization: Float64Array;
}

/**
 * Solves any model whose free spins form a tree or a forest.
 *
 * @returns null when the free spins have a loop.
 * @throws SpecError for T <= 0.
 * @cost O(spins).
 * @source Mezard and Montanari, "Information, physics, and computation" (2009), chapter 14.
 * @example
 * ```ts
 * import { cayleyTree, createModel, solveTree } from "isinglass/lattice";
 * solveTree(createModel(cayleyTree(3, 5)), 1)?.energy; // => -0.745037761
 * ```
 */
export function solveTree(model: SpinModel, temperature: number): TreeResult | null {
  const K = inverseTemperature(temperature);
  const forest = orient(model);
  if (forest === null) return null;
  const { spins, graph, spinAt } = model;
  const { order, parent, coupling } = forest;
  const { logZ, cavity, up } = collect(model, forest, K);
  const total = new Float64Array(spins);
  const spinMagnetization = new Float64Array(spins);
  let sum = model.pinnedSum;
  for (const i of order) {
    const above = parent[i] as number;
    const fromAbove =
      above < 0 ? 0 : passThrough(K * (coupling[i] as number), (total[above] as number) - (up[i] as number));
    total[i] = (cavity[i] as number) + fromAbove;
    spinMagnetization[i] = Math.tanh(total[i] as number);
    sum += spinMagnetization[i] as number;
  }
  const centre = spinAt[graph.centre] as number;
  return {
    ...thermodynamics(logZ, K, graph.sites),
    magnetization: sum / graph.sites,
    centralMagnetization: centre < 0 ? 1 : (spinMagnetization[centre] as number),
    spinMagnetization,
  };
}

interface Forest {
  /** Parents before children. */
  readonly order: Uint32Array;
  /** -1 for a root. */
  readonly parent: Int32Array;
  readonly coupling: Float64Array;
}

/** Breadth-first order from a root in each component; null when there is a loop. */
function orient({ spins, offsets, neighbours, couplings }: SpinModel): Forest | null {
  const order = new Uint32Array(spins);
  const parent = new Int32Array(spins).fill(-2);
  const coupling = new Float64Array(spins);
  let end = 0;
  let trees = 0;
  for (let root = 0; root < spins; root++) {
    if (parent[root] !== -2) continue;
    parent[root] = -1;
    order[end++] = root;
    trees++;
    for (let head = end - 1; head < end; head++) {
      const i = order[head] as number;
      for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++) {
        const j = neighbours[k] as number;
        if (parent[j] !== -2) continue;
        parent[j] = i;
        coupling[j] = couplings === null ? 1 : (couplings[k] as number);
        order[end++] = j;
      }
    }
  }
  return neighbours.length / 2 === spins - trees ? { order, parent, coupling } : null;
}

/** The inward pass: sum over s_i of exp(x s_i + y s_i s') = A exp(up s'), and log Z with its derivatives in K. */
function collect(
  { spins, ghost, pinnedEnergy }: SpinModel,
  { order, parent, coupling }: Forest,
  K: number,
): { logZ: Taylor; cavity: Float64Array; up: Float64Array } {
  const field = Array.from({ length: spins }, (_, i) =>
    scale(variable(K), ghost === null ? 0 : (ghost[i] as number)),
  );
  const up = new Float64Array(spins);
  let logZ = add(scale(variable(K), -pinnedEnergy), constant(spins * Math.LN2));
  for (let n = spins - 1; n >= 0; n--) {
    const i = order[n] as number;
    const x = field[i] as Taylor;
    const above = parent[i] as number;
    if (above < 0) {
      logZ = add(logZ, logCosh(x));
      continue;
    }
    const y = scale(variable(K), coupling[i] as number);
    const plus = logCosh(add(x, y));
    const minus = logCosh(add(x, scale(y, -1)));
    const message = scale(add(plus, scale(minus, -1)), 0.5);
    logZ = add(logZ, scale(add(plus, minus), 0.5));
    up[i] = message[0];
    field[above] = add(field[above] as Taylor, message);
  }
  return { logZ, cavity: Float64Array.from(field, ([value]) => value), up };
}
