// Cluster updates of a graph in compressed rows. The readable twins, with the same numbers from the same random numbers, are
// src/lattice/ising/wolff.ts and swendsen-wang.ts. Spins are bytes +1 and -1; `sums` holds energy and sum of spins, kept up to date.
// Couplings and ghost may be 0: all couplings 1, no bonds to the ghost. A bond between spins that it favours is active when 32 random
// bits are below its threshold: one for all, or those at `bonds` (one an entry) and `ghostBonds` (one a spin).

import { blockEnd, giveCursor, nextBlock, takeCursor } from "./ising-random";

/** A threshold that stands for certainty, which draws nothing. */
const CERTAIN: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function grow(
  isTorus: bool, isCoupled: bool, hasGhost: bool, columns: u32,
  spins: usize, offsets: usize, neighbours: usize, count: u32, couplings: usize, bonds: usize, threshold: u32, ghost: usize, ghostBonds: usize,
  clusters: i32, work: usize, sums: usize,
): f64 {
  let energy = load<f64>(sums);
  let total = load<f64>(sums, 8);
  let visited: f64 = 0;
  const workEnd = work + (<usize>count << 2);
  const end = blockEnd();
  let cursor = takeCursor();
  for (let n = 0; n < clusters; n++) {
    // high bits of a 32 x 32 bit product: a seed uniform to 2^-32 spins
    const seed = <u32>((<u64>load<u32>(cursor) * <u64>count) >> 32);
    cursor += 4;
    if (cursor === end) cursor = nextBlock();
    // spins that joined and wait are twice as large; those that are through are flipped, and listed from the end of `work`
    store<i8>(spins + seed, load<i8>(spins + seed) << 1);
    store<u32>(work, seed);
    let top = work + 4;
    let done = workEnd;
    let change: f64 = 0;
    let sum: i32 = 0;
    let isFree = true;
    while (top > work) {
      top -= 4;
      const i = load<u32>(top);
      const spin = <i32>load<i8>(spins + i) >> 1;
      if (hasGhost) {
        const strength = <f64>spin * load<f64>(ghost + (<usize>i << 3));
        const bond = load<u32>(ghostBonds + (<usize>i << 2));
        change += strength;
        if (strength > 0 && bond > 0) {
          const isCertain = bond === CERTAIN;
          const reaches = isCertain || load<u32>(cursor) < bond;
          cursor += isCertain ? 0 : 4;
          if (cursor === end) cursor = nextBlock();
          if (reaches) {
            isFree = false;
            visited += 1;
            top += 4;
            break;
          }
        }
      }
      done -= 4;
      store<u32>(done, i);
      sum += spin;
      let alike: i32 = 0;
      let local: f64 = 0;
      let at: u32 = 0;
      let last: u32 = 4;
      let right: u32 = 0;
      let left: u32 = 0;
      let above: u32 = 0;
      let below: u32 = 0;
      if (isTorus) {
        const x = i % columns;
        right = x + 1 === columns ? i - x : i + 1;
        left = x === 0 ? i + columns - 1 : i - 1;
        above = i + columns < count ? i + columns : x;
        below = i >= columns ? i - columns : i + count - columns;
      } else {
        at = load<u32>(offsets + (<usize>i << 2));
        last = load<u32>(offsets + (<usize>i << 2), 4);
      }
      for (let k = at; k < last; k++) {
        const j = isTorus ? (k < 2 ? (k === 0 ? right : above) : k === 2 ? left : below) : load<u32>(neighbours + (<usize>k << 2));
        const other = <i32>load<i8>(spins + j);
        let bond = threshold;
        if (isCoupled) {
          const coupling = load<f64>(couplings + (<usize>k << 3));
          const product = (other > 0) === (spin > 0) ? coupling : -coupling;
          local += product;
          bond = load<u32>(bonds + (<usize>k << 2));
          if (product <= 0 || bond === 0 || (other & 1) === 0) continue;
        } else {
          alike += other * spin > 0 ? 1 : -1;
          if (other != spin) continue;
        }
        if (bond != CERTAIN) {
          const r = load<u32>(cursor);
          cursor += 4;
          if (cursor === end) cursor = nextBlock();
          if (r >= bond) continue;
        }
        store<i8>(spins + j, other << 1);
        store<u32>(top, j);
        top += 4;
      }
      change += isCoupled ? local : <f64>alike;
      // with couplings a flipped spin may look as if it could join again: it stays large until the cluster is done
      store<i8>(spins + i, isCoupled ? -spin << 1 : -spin);
    }
    const flipped = (workEnd - done) >> 2;
    visited += <f64>flipped;
    if (isCoupled)
      for (let at = done; at < workEnd; at += 4) {
        const i = load<u32>(at);
        store<i8>(spins + i, load<i8>(spins + i) >> 1);
      }
    if (isFree) {
      energy += 2 * change;
      total -= <f64>(sum << 1);
      continue;
    }
    // the cluster reached the ghost: everything as it was
    for (let at = done; at < workEnd; at += 4) {
      const i = load<u32>(at);
      store<i8>(spins + i, -load<i8>(spins + i));
    }
    for (let at = work; at < top; at += 4) {
      const i = load<u32>(at);
      store<i8>(spins + i, load<i8>(spins + i) >> 1);
    }
  }
  giveCursor(cursor);
  store<f64>(sums, energy);
  store<f64>(sums, total, 8);
  return visited;
}

/** Grows and flips clusters; returns how many spins they held. A cluster that reaches the ghost stays as it is. */
export function wolffClusters(
  spins: usize, offsets: usize, neighbours: usize, count: u32, couplings: usize, bonds: usize, threshold: u32, ghost: usize, ghostBonds: usize,
  clusters: i32, work: usize, columns: u32, sums: usize,
): f64 {
  if (columns > 0) return grow(true, false, false, columns, spins, 0, 0, count, 0, 0, threshold, 0, 0, clusters, work, sums);
  if (couplings === 0) {
    return ghost === 0
      ? grow(false, false, false, 0, spins, offsets, neighbours, count, 0, 0, threshold, 0, 0, clusters, work, sums)
      : grow(false, false, true, 0, spins, offsets, neighbours, count, 0, 0, threshold, ghost, ghostBonds, clusters, work, sums);
  }
  return ghost === 0
    ? grow(false, true, false, 0, spins, offsets, neighbours, count, couplings, bonds, 0, 0, 0, clusters, work, sums)
    : grow(false, true, true, 0, spins, offsets, neighbours, count, couplings, bonds, 0, ghost, ghostBonds, clusters, work, sums);
}

// @ts-ignore: decorator
@inline
function find(parent: usize, start: u32): u32 {
  let i = start;
  let up = load<u32>(parent + (<usize>i << 2));
  while (up !== i) {
    const next = load<u32>(parent + (<usize>up << 2));
    store<u32>(parent + (<usize>i << 2), next);
    i = next;
    up = load<u32>(parent + (<usize>i << 2));
  }
  return i;
}

/** The larger root stays one: the ghost, which comes last, always is. */
// @ts-ignore: decorator
@inline
function join(parent: usize, a: u32, b: u32): void {
  const ra = find(parent, a);
  const rb = find(parent, b);
  store<u32>(parent + (<usize>min(ra, rb) << 2), max(ra, rb));
}

/** Sweeps that update every cluster once; `work` has four bytes a spin and for the ghost, `decisions` one. */
export function swendsenWangSweeps(
  spins: usize, offsets: usize, neighbours: usize, count: u32, couplings: usize, bonds: usize, threshold: u32, ghost: usize, ghostBonds: usize,
  sweeps: i32, work: usize, decisions: usize, baseEnergy: f64, baseTotal: f64, sums: usize,
): void {
  const end = blockEnd();
  let cursor = takeCursor();
  for (let s = 0; s < sweeps; s++) {
    for (let i: u32 = 0; i <= count; i++) store<u32>(work + (<usize>i << 2), i);
    for (let i: u32 = 0; i < count; i++) {
      const spin = <i32>load<i8>(spins + i);
      if (ghost !== 0) {
        const strength = <f64>spin * load<f64>(ghost + (<usize>i << 3));
        const bond = load<u32>(ghostBonds + (<usize>i << 2));
        if (strength > 0 && bond > 0) {
          const isCertain = bond === CERTAIN;
          if (isCertain || load<u32>(cursor) < bond) join(work, i, count);
          cursor += isCertain ? 0 : 4;
          if (cursor === end) cursor = nextBlock();
        }
      }
      const last = load<u32>(offsets + (<usize>i << 2), 4);
      for (let k = load<u32>(offsets + (<usize>i << 2)); k < last; k++) {
        const j = load<u32>(neighbours + (<usize>k << 2));
        if (j < i) continue;
        const product = spin * <i32>load<i8>(spins + j);
        let bond = threshold;
        let isOpen = product > 0;
        if (couplings !== 0) {
          bond = load<u32>(bonds + (<usize>k << 2));
          isOpen = <f64>product * load<f64>(couplings + (<usize>k << 3)) > 0 && bond > 0;
        }
        const isCertain = bond === CERTAIN;
        const r = load<u32>(cursor);
        cursor += isOpen && !isCertain ? 4 : 0;
        if (cursor === end) cursor = nextBlock();
        if (isOpen && (isCertain || r < bond)) join(work, i, j);
      }
    }
    // downward: the root of a cluster, its largest number, is met before the others
    store<u8>(decisions + count, 0);
    for (let i = count; i-- > 0; ) {
      const up = load<u32>(work + (<usize>i << 2));
      let flips: i32;
      if (up === i) {
        flips = load<u32>(cursor) < 0x80000000 ? 1 : 0;
        cursor += 4;
        if (cursor === end) cursor = nextBlock();
      } else {
        const root = load<u32>(work + (<usize>up << 2));
        store<u32>(work + (<usize>i << 2), root);
        flips = load<u8>(decisions + root);
      }
      store<u8>(decisions + i, flips);
      store<i8>(spins + i, <i32>load<i8>(spins + i) * (1 - (flips << 1)));
    }
  }
  giveCursor(cursor);
  measureGraph(spins, offsets, neighbours, count, couplings, ghost, baseEnergy, baseTotal, sums);
}

/** Energy and sum of spins, measured afresh into `sums`. */
export function measureGraph(
  spins: usize, offsets: usize, neighbours: usize, count: u32, couplings: usize, ghost: usize, baseEnergy: f64, baseTotal: f64, sums: usize,
): void {
  let energy = baseEnergy;
  let total = baseTotal;
  for (let i: u32 = 0; i < count; i++) {
    const spin = <f64>load<i8>(spins + i);
    const end = load<u32>(offsets + (<usize>i << 2), 4);
    let field: f64 = 0;
    if (couplings === 0) {
      let sum = 0;
      for (let k = load<u32>(offsets + (<usize>i << 2)); k < end; k++) sum += <i32>load<i8>(spins + load<u32>(neighbours + (<usize>k << 2)));
      field = <f64>sum;
    } else
      for (let k = load<u32>(offsets + (<usize>i << 2)); k < end; k++)
        field += load<f64>(couplings + (<usize>k << 3)) * <f64>load<i8>(spins + load<u32>(neighbours + (<usize>k << 2)));
    energy -= 0.5 * spin * field;
    if (ghost !== 0) energy -= spin * load<f64>(ghost + (<usize>i << 3));
    total += spin;
  }
  store<f64>(sums, energy);
  store<f64>(sums, total, 8);
}
