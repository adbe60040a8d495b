// Single-spin sweeps of a graph in compressed rows. The readable twin, with the same numbers from the same random numbers, is
// src/lattice/ising/local-updates.ts. Spins are bytes +1 and -1; `sums` holds energy and sum of spins, kept up to date.

import { blockEnd, giveCursor, nextBlock, takeCursor, uniform53 } from "./ising-random";

/** 2^53: a threshold that is always passed. */
const CERTAIN: u64 = 9007199254740992;

// @ts-ignore: decorator
@inline
function sweepTable(
  isHeatBath: bool, hasClasses: bool,
  spins: usize, offsets: usize, neighbours: usize, count: u32, classes: usize, fields: usize, reach: i32, table: usize, order: usize, sweeps: i32, sums: usize,
): void {
  let energy = load<f64>(sums);
  let bonds: i64 = 0;
  let turned: i64 = 0;
  const width = 2 * reach + 1;
  const end = blockEnd();
  let cursor = takeCursor();
  for (let s = 0; s < sweeps; s++) {
    for (let n: u32 = 0; n < count; n++) {
      let i = n;
      if (order === 1) {
        i = <u32>(<f64>(<i64>(load<u64>(cursor) >> 11)) * 1.1102230246251565e-16 * <f64>count);
        cursor += 8;
        if (cursor === end) cursor = nextBlock();
      } else if (order > 1) i = load<u32>(order + (<usize>n << 2));
      const row = offsets + (<usize>i << 2);
      const last = neighbours + (<usize>load<u32>(row, 4) << 2);
      let sum = 0;
      for (let k = neighbours + (<usize>load<u32>(row) << 2); k < last; k += 4) sum += <i32>load<i8>(spins + load<u32>(k));
      const old = <i32>load<i8>(spins + i);
      const kind = hasClasses ? <i32>load<u8>(classes + i) : 0;
      const place = sum + reach + kind * width;
      const threshold = load<u64>(table + (<usize>(isHeatBath ? place : (place << 1) + (old < 0 ? 1 : 0)) << 3));
      let isBelow: i32;
      // certain answers draw nothing
      if (threshold - 1 < CERTAIN - 1) {
        isBelow = load<u64>(cursor) >> 11 < threshold ? 1 : 0;
        cursor += 8;
        if (cursor === end) cursor = nextBlock();
      } else isBelow = threshold === 0 ? 0 : 1;
      const spin = isHeatBath ? (isBelow << 1) - 1 : old * (1 - (isBelow << 1));
      store<i8>(spins + i, spin);
      const change = spin - old;
      if (hasClasses) {
        const cost = <f64>-change * (load<f64>(fields + (<usize>kind << 3)) + <f64>sum);
        energy += change === 0 ? 0 : cost;
      } else bonds -= <i64>(change * sum);
      turned += <i64>change;
    }
  }
  giveCursor(cursor);
  store<f64>(sums, energy + <f64>bonds);
  store<f64>(sums, load<f64>(sums, 8) + <f64>turned, 8);
}

/**
 * Sweeps where the field of a spin is that of its class plus the sum of its neighbours, all couplings 1. `classes` has a byte a spin (0:
 * one class without field), `fields` the field of each class. `table` has a probability, in units of 2^-53, for each class and sum from
 * -reach to reach: to be +1 (heat bath), or two, of spins +1 and -1 to flip (Metropolis). `order` is 0 for sequential, 1 for random, else a
 * list of spins.
 */
export function tabledSweeps(
  isHeatBath: bool,
  spins: usize, offsets: usize, neighbours: usize, count: u32, classes: usize, fields: usize, reach: i32, table: usize, order: usize, sweeps: i32, sums: usize,
): void {
  if (isHeatBath) {
    if (classes === 0) sweepTable(true, false, spins, offsets, neighbours, count, 0, 0, reach, table, order, sweeps, sums);
    else sweepTable(true, true, spins, offsets, neighbours, count, classes, fields, reach, table, order, sweeps, sums);
  } else if (classes === 0) sweepTable(false, false, spins, offsets, neighbours, count, 0, 0, reach, table, order, sweeps, sums);
  else sweepTable(false, true, spins, offsets, neighbours, count, classes, fields, reach, table, order, sweeps, sums);
}

/** Sweeps with any couplings and fields (0: all couplings 1, no fields); `isHeatBath` or else Metropolis. */
export function generalSweeps(
  spins: usize, offsets: usize, neighbours: usize, count: u32, couplings: usize, ghost: usize, isHeatBath: bool, beta: f64, order: usize, sweeps: i32, sums: usize,
): void {
  let energy = load<f64>(sums);
  let total = load<f64>(sums, 8);
  for (let s = 0; s < sweeps; s++) {
    for (let n: u32 = 0; n < count; n++) {
      const i = order === 0 ? n : order === 1 ? <u32>(uniform53() * <f64>count) : load<u32>(order + (<usize>n << 2));
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
      if (isHeatBath) {
        const up = 1 / (1 + Math.exp(-2 * beta * field));
        const isUp = up >= 1 || (up > 0 && uniform53() < up);
        if (isUp === spin > 0) continue;
      } else {
        const p = cost <= 0 ? 1 : Math.exp(-beta * cost);
        if (p <= 0 || (p < 1 && uniform53() >= p)) continue;
      }
      store<i8>(spins + i, <i8>-spin);
      energy += cost;
      total -= 2 * spin;
    }
  }
  store<f64>(sums, energy);
  store<f64>(sums, total, 8);
}
