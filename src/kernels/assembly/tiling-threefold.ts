// Growth of {p,3} by edge layers: a substitution of two letters, A (one covered edge, kind 7) and B (two, kind 11).

const A: u8 = 7;
const B: u8 = 11;

/** Rows of a ring: previous cell, children, next cell, parents; `parent` is the first of the layer before. */
export function writeThreefoldRows(
  offsets: usize, neighbours: usize, p: i32, from: i32, cells: i32, around: i32, kind: usize, at: i32, children: i32, parent: i32,
): void {
  let offset = offsets + (<usize>at << 2);
  const first = neighbours + (<usize>load<i32>(offset) << 2);
  let row = load<i32>(offset);
  let out = first;
  let child = from + around;
  for (let i = 0; i < cells; i++) {
    const covered = <i32>load<u8>(kind + i) >> 2;
    store<i32>(out, from + i - 1);
    out += 4;
    for (let left = p - 2 - covered; left > 0; left--) {
      store<i32>(out, child++ - 1);
      out += 4;
    }
    child--;
    store<i32>(out, from + i + 1);
    if (covered === 2) {
      store<i32>(out, parent + 1, 4);
      store<i32>(out, parent, 8);
      parent++;
      out += 12;
    } else if (covered !== 0) {
      store<i32>(out, parent, 4);
      out += 8;
    } else out += 4;
    row += p;
    offset += 4;
    store<i32>(offset, row);
  }
  store<i32>(first, from + around - 1);
  store<i32>(first, from + around + children - 1, 4);
}

/** Rows of the last layer, on a ring: previous cell, next cell, parents. */
export function writeThreefoldRim(
  offsets: usize, neighbours: usize, p: i32, from: i32, cells: i32, around: i32, kind: usize, rimAt: i32, children: i32,
): void {
  let offset = offsets + (<usize>rimAt << 2);
  let row = load<i32>(offset);
  const first = neighbours + (<usize>row << 2);
  let out = first;
  let child = from + around;
  for (let i = 0; i < cells; i++) {
    const cell = from + i;
    for (let left = p - 4 - (<i32>load<u8>(kind + i) >> 2); left > 0; left--) {
      store<i32>(out, child - 1);
      store<i32>(out, ++child, 4);
      store<i32>(out, cell, 8);
      out += 12;
      row += 3;
      offset += 4;
      store<i32>(offset, row);
    }
    store<i32>(out, child - 1);
    store<i32>(out, ++child, 4);
    store<i32>(out, cell + 1, 8);
    store<i32>(out, cell, 12);
    out += 16;
    row += 4;
    offset += 4;
    store<i32>(offset, row);
  }
  store<i32>(first, from + around + children - 1);
}

/** Kinds of the ring on a ring; returns how many cells it has. */
export function layThreefold(p: i32, cells: i32, kind: usize, nextKind: usize): i32 {
  let at = nextKind;
  for (let i = 0; i < cells; i++) {
    for (let left = p - 4 - (<i32>load<u8>(kind + i) >> 2); left > 0; left--) store<u8>(at++, A);
    store<u8>(at++, B);
  }
  return <i32>(at - nextKind);
}
