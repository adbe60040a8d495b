// Turns of one sector's rows into the rows of the others: four numbers at a time, the layer of each selected by comparison.

/** target[i] = source[i] + by, for overlapping-free ranges of `count` numbers. */
export function shiftOffsets(source: usize, target: usize, count: i32, by: i32): void {
  const shift = i32x4.splat(by);
  let i = count;
  for (; i >= 4; i -= 4) {
    v128.store(target, i32x4.add(v128.load(source), shift));
    source += 16;
    target += 16;
  }
  for (; i > 0; i--) {
    store<i32>(target, load<i32>(source) + by);
    source += 4;
    target += 4;
  }
}

/**
 * Writes the rows of sectors 1 .. sectors - 1 of a layer behind those of sector 0, which are `count` numbers at `rows`. The three
 * layers that neighbours lie in begin at from0 < from1 < from2 and have per0, per1, per2 cells a sector and around0, ... in all.
 * @param strays room for the places of neighbours outside sector 0
 * @param room how many fit
 * @returns how many there are; nothing is written when they do not fit
 */
export function turnRows(
  rows: usize, count: i32, sectors: i32, strays: usize, room: i32,
  from0: i32, per0: i32, around0: i32, from1: i32, per1: i32, around1: i32, per2: i32, around2: i32,
): i32 {
  const from2 = from1 + around1;
  const found = findStrays(rows, count, strays, room, from0 + per0, from1, from1 + per1, from2, from2 + per2);
  if (found > room) return found;
  const beforeOwn = i32x4.splat(from1 - 1);
  const beforeBehind = i32x4.splat(from2 - 1);
  let target = rows + (<usize>count << 2);
  for (let s = 1; s < sectors; s++) {
    const shift = i32x4.splat(s * per0);
    const more = i32x4.splat(s * (per1 - per0));
    const evenMore = i32x4.splat(s * (per2 - per1));
    let source = rows;
    const start = target;
    let k = count;
    for (; k >= 4; k -= 4) {
      const cell = v128.load(source);
      const first = i32x4.add(cell, shift);
      const second = v128.and(i32x4.gt_s(cell, beforeOwn), more);
      const third = v128.and(i32x4.gt_s(cell, beforeBehind), evenMore);
      v128.store(target, i32x4.add(i32x4.add(first, second), third));
      source += 16;
      target += 16;
    }
    for (; k > 0; k--) {
      const cell = load<i32>(source);
      store<i32>(target, cell + s * (cell < from1 ? per0 : cell < from2 ? per1 : per2));
      source += 4;
      target += 4;
    }
    for (let i = 0; i < found; i++) {
      const entry = <usize>load<i32>(strays + (<usize>i << 2)) << 2;
      const cell = load<i32>(rows + entry);
      let turned = cell;
      if (cell < from1) turned = from0 + (cell - from0 + s * per0) % around0;
      else if (cell < from2) turned = from1 + (cell - from1 + s * per1) % around1;
      else turned = from2 + (cell - from2 + s * per2) % around2;
      store<i32>(start + entry, turned);
    }
  }
  return found;
}

/** Entries that lie in another sector than the first. */
function findStrays(
  rows: usize, count: i32, strays: usize, room: i32, end0: i32, from1: i32, end1: i32, from2: i32, end2: i32,
): i32 {
  let found = 0;
  for (let entry = 0; entry < count; entry++) {
    const cell = load<i32>(rows + (<usize>entry << 2));
    const end = cell < from1 ? end0 : cell < from2 ? end1 : end2;
    if (cell < end) continue;
    if (found < room) store<i32>(strays + (<usize>found << 2), entry);
    found++;
  }
  return found;
}
