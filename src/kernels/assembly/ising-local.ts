// Single-spin sweeps of a graph in compressed rows. The readable twin, with the same numbers from the same random numbers, is
// src/lattice/ising/local-updates.ts. Spins are bytes +1 and -1; `sums` holds energy and sum of spins, kept up to date.

import { uniform53 } from "./ising-random";

/** The spin at place n of the order: `order` 0 for sequential, 1 for random, else a list of spins. */
// @ts-ignore: decorator
@inline
function place(order: usize, n: u32, count: u32): u32 {
  if (order === 0) return n;
  if (order === 1) return <u32>Math.floor(uniform53() * <f64>count);
  return load<u32>(order + (<usize>n << 2));
}

/**
 * Sweeps where the field of a spin is a class of its own plus the sum of its neighbours. `table` has the probability of a flip and its
 * cost for each class, sum from -reach to reach, and sign (+1 first); `classes` (0: one class) a byte a spin.
 */
export function tabledSweeps(
  spins: usize, offsets: usize, neighbours: usize, count: u32, classes: usize, reach: i32, table: usize, order: usize, sweeps: i32, sums: usize,
): void {
  let energy = load<f64>(sums);
  let total = load<f64>(sums, 8);
  const width = (2 * reach + 1) << 1;
  for (let s = 0; s < sweeps; s++) {
    for (let n: u32 = 0; n < count; n++) {
      const i = place(order, n, count);
      const row = offsets + (<usize>i << 2);
      const end = neighbours + (<usize>load<u32>(row, 4) << 2);
      let sum = reach;
      for (let k = neighbours + (<usize>load<u32>(row) << 2); k < end; k += 4) sum += <i32>load<i8>(spins + load<u32>(k));
      const spin = <i32>load<i8>(spins + i);
      const kind = classes === 0 ? 0 : <i32>load<u8>(classes + i) * width;
      const entry = table + (<usize>(kind + (sum << 1) + (spin < 0 ? 1 : 0)) << 4);
      const p = load<f64>(entry);
      // certain answers draw nothing
      if (p <= 0) continue;
      if (p < 1) {
        const flips = uniform53() < p;
        store<i8>(spins + i, flips ? -spin : spin);
        energy += flips ? load<f64>(entry, 8) : 0;
        total -= flips ? <f64>(spin << 1) : 0;
      } else {
        store<i8>(spins + i, -spin);
        energy += load<f64>(entry, 8);
        total -= <f64>(spin << 1);
      }
    }
  }
  store<f64>(sums, energy);
  store<f64>(sums, total, 8);
}

/** Sweeps with any couplings and fields (0: all couplings 1, no fields); `isHeatBath` or else Metropolis. */
export function generalSweeps(
  spins: usize, offsets: usize, neighbours: usize, count: u32, couplings: usize, ghost: usize, isHeatBath: bool, beta: f64, order: usize, sweeps: i32, sums: usize,
): void {
  let energy = load<f64>(sums);
  let total = load<f64>(sums, 8);
  for (let s = 0; s < sweeps; s++) {
    for (let n: u32 = 0; n < count; n++) {
      const i = place(order, n, count);
      const row = offsets + (<usize>i << 2);
      const end = load<u32>(row, 4);
      let field = ghost === 0 ? <f64>0 : load<f64>(ghost + (<usize>i << 3));
      if (couplings === 0) {
        let sum = 0;
        for (let k = load<u32>(row); k < end; k++) sum += <i32>load<i8>(spins + load<u32>(neighbours + (<usize>k << 2)));
        field += <f64>sum;
      } else
        for (let k = load<u32>(row); k < end; k++)
          field += load<f64>(couplings + (<usize>k << 3)) * <f64>load<i8>(spins + load<u32>(neighbours + (<usize>k << 2)));
      const spin = <f64>load<i8>(spins + i);
      const cost = 2 * spin * field;
      let p: f64;
      if (isHeatBath) p = 1 / (1 + Math.exp(beta * cost));
      else p = cost <= 0 ? 1 : Math.exp(-beta * cost);
      if (p <= 0 || (p < 1 && uniform53() >= p)) continue;
      store<i8>(spins + i, <i8>-spin);
      energy += cost;
      total -= 2 * spin;
    }
  }
  store<f64>(sums, energy);
  store<f64>(sums, total, 8);
}
