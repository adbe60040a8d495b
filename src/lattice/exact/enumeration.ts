/** Full enumeration of small models in Gray-code order: the ground that every other solution here is tested on. */
import { BudgetError } from "../../base/index.ts";
import type { SpinModel } from "../graphs/index.ts";
import { inverseTemperature } from "./check.ts";

/** Most free spins that are enumerated. */
export const MAX_ENUMERATED = 24;

/** Exact averages of a model; per-site values count all sites, pinned ones too. */
export interface EnumerationResult {
  /** log Z / N. */
  readonly logZ: number;
  readonly freeEnergy: number;
  readonly energy: number;
  readonly heatCapacity: number;
  /** <m>, m = sum of all spins / N. */
  readonly magnetization: number;
  readonly absoluteMagnetization: number;
  readonly magnetization2: number;
  readonly magnetization4: number;
  /** <s_i> of every site; 1 or -1 where it is pinned. */
  readonly siteMagnetization: Float64Array;
  /** <s_c s_i> with the central site c. */
  readonly centreCorrelation: Float64Array;
}

/**
 * Sums over all states: one spin flips from one state to the next, so that a step costs the degree of that spin.
 *
 * @param model at most 24 free spins, any couplings, boundary and field.
 * @throws BudgetError for more; SpecError for T <= 0.
 * @cost 2^spins steps; 24 spins take about a second, twice that with `sites`.
 * @example
 * ```ts
 * import { createModel, enumerateModel, squareLattice } from "isinglass/lattice";
 * enumerateModel(createModel(squareLattice(4)), 2).energy; // => -1.7553802888
 * ```
 */
export function enumerateModel(model: SpinModel, temperature: number): EnumerationResult {
  const K = inverseTemperature(temperature);
  const { spins, graph, offsets, neighbours, couplings, ghost, siteOf, spinAt, pinned } = model;
  if (spins > MAX_ENUMERATED)
    throw new BudgetError(
      `enumeration: ${graph.name} has ${spins} free spins, at most ${MAX_ENUMERATED} are enumerated`,
      { hint: "use a smaller lattice, or Monte Carlo", data: { spins } },
    );
  const s = new Int8Array(spins).fill(1);
  // local fields from neighbours and ghost
  const local = new Float64Array(spins);
  let energy = model.pinnedEnergy;
  for (let i = 0; i < spins; i++) {
    const own = ghost === null ? 0 : (ghost[i] as number);
    let sum = own;
    for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++)
      sum += couplings === null ? 1 : (couplings[k] as number);
    local[i] = sum;
    energy -= 0.5 * (sum + own);
  }
  const sites = graph.sites;
  let total = spins + model.pinnedSum;
  const start = energy;
  const centre = spinAt[graph.centre] as number;
  // weights are relative to the lowest energy met so far
  let lowest = energy;
  const sums = new Float64Array(7);
  const siteSums = new Float64Array(spins);
  const centreSums = new Float64Array(spins);
  const states = 2 ** spins;
  for (let state = 1; ; state++) {
    if (energy < lowest) {
      const factor = Math.exp(K * (energy - lowest));
      for (const list of [sums, siteSums, centreSums])
        for (let k = 0; k < list.length; k++) list[k] = (list[k] as number) * factor;
      lowest = energy;
    }
    const w = Math.exp(-K * (energy - lowest));
    const m = total / sites;
    const d = energy - start;
    sums[0] = (sums[0] as number) + w;
    sums[1] = (sums[1] as number) + w * d;
    sums[2] = (sums[2] as number) + w * d * d;
    sums[3] = (sums[3] as number) + w * m;
    sums[4] = (sums[4] as number) + w * Math.abs(m);
    sums[5] = (sums[5] as number) + w * m * m;
    sums[6] = (sums[6] as number) + w * m * m * m * m;
    const sc = centre < 0 ? 1 : (s[centre] as number);
    for (let i = 0; i < spins; i++) {
      const x = w * (s[i] as number);
      siteSums[i] = (siteSums[i] as number) + x;
      centreSums[i] = (centreSums[i] as number) + x * sc;
    }
    if (state === states) break;
    const flip = 31 - Math.clz32(state & -state);
    const old = s[flip] as number;
    energy += 2 * old * (local[flip] as number);
    s[flip] = -old;
    total -= 2 * old;
    for (let k = offsets[flip] as number; k < (offsets[flip + 1] as number); k++) {
      const j = neighbours[k] as number;
      local[j] = (local[j] as number) - 2 * old * (couplings === null ? 1 : (couplings[k] as number));
    }
  }
  const Z = sums[0] as number;
  const mean = (k: number): number => (sums[k] as number) / Z;
  const logZ = (Math.log(Z) - K * lowest) / sites;
  const spread = (values: Float64Array, pinnedValue: (sign: number) => number): Float64Array => {
    const out = new Float64Array(sites);
    for (let i = 0; i < spins; i++) out[siteOf[i] as number] = (values[i] as number) / Z;
    for (let k = 0; k < pinned.length; k++)
      out[graph.boundary[k] as number] = pinnedValue(pinned[k] as number);
    return out;
  };
  const siteMagnetization = spread(siteSums, (sign) => sign);
  const centreMean = siteMagnetization[graph.centre] as number;
  return {
    logZ,
    freeEnergy: -temperature * logZ,
    energy: (start + mean(1)) / sites,
    heatCapacity: (K * K * (mean(2) - mean(1) ** 2)) / sites,
    magnetization: mean(3),
    absoluteMagnetization: mean(4),
    magnetization2: mean(5),
    magnetization4: mean(6),
    siteMagnetization,
    centreCorrelation: spread(centreSums, (sign) => sign * centreMean),
  };
}
