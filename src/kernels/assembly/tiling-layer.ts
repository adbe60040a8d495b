// Growth of any hyperbolic {p,q}, one layer at a time; see the TypeScript twins for the rules at the vertices.

/** Edges on the boundary of the patch, of a cell of this kind. */
// @ts-ignore: decorator
@inline
function outerEdges(p: i32, code: i32): i32 {
  const edges = p - (code >> 2) - ((code >> 1) & 1) - (code & 1);
  return edges > 0 ? edges : 0;
}

/** Owners of a third covered edge and more, while a cell is laid. */
const others = memory.data(1024);

/**
 * Rows of a ring. Owners of the covered edges are cells ownerFrom + index of the ring before, whose kinds repeat after
 * `ownerCells`; the first is `index` with `left` edges.
 */
export function writeRows(
  offsets: usize, neighbours: usize, p: i32, q: i32, isVertex: i32, from: i32, cells: i32, around: i32, kind: usize, meeting: usize,
  at: i32, lead: i32, children: i32, ownerFrom: i32, ownerEnd: i32, ownerCells: i32, ownerKind: usize, index: i32, left: i32,
): void {
  const childFrom = from + around;
  const perEdge = isVertex ? q - 2 : 1;
  const last = from + around - 1;
  let toLead = lead;
  let child = toLead > 0 ? childFrom + children - 1 : childFrom;
  let offset = offsets + (<usize>at << 2);
  let row = load<i32>(offset);
  let out = neighbours + (<usize>row << 2);
  // place of `index` among the stored kinds
  let local = index % ownerCells;
  for (let i = 0; i < cells; i++) {
    const code = <i32>load<u8>(kind + i);
    const covered = code >> 2;
    const cell = from + i;
    let k = out;
    if (code & 2) {
      store<i32>(k, i === 0 ? last : cell - 1);
      k += 4;
    }
    let outer = p - covered - ((code >> 1) & 1) - (code & 1);
    if (outer > 0) {
      for (; toLead > 0 && outer > 0; outer--) {
        store<i32>(k, child);
        k += 4;
        if (--toLead === 0) child = childFrom;
      }
      for (; outer > 1; outer--) {
        store<i32>(k, child);
        k += 4;
        child += perEdge;
      }
      if (outer === 1) {
        store<i32>(k, child);
        k += 4;
        const missing = q - <i32>load<u8>(meeting + i);
        if (missing > 1) child += isVertex ? missing - 1 : 1;
      }
    }
    if (code & 1) store<i32>(k, cell === last ? from : cell + 1);
    row += p;
    out += <usize>p << 2;
    for (let c = 1; c <= covered; c++) {
      while (left === 0) {
        local = local + 1 === ownerCells ? 0 : local + 1;
        if (index === ownerEnd) {
          index = 0;
          local = 0;
        } else index++;
        left = outerEdges(p, <i32>load<u8>(ownerKind + local));
      }
      left--;
      store<i32>(out - (<usize>c << 2), ownerFrom + index);
    }
    offset += 4;
    store<i32>(offset, row);
  }
}

/** Rows of the last layer, on a ring of one sector; returns how many cells were written. */
export function writeRim(
  offsets: usize, neighbours: usize, p: i32, q: i32, isVertex: i32, from: i32, cells: i32, around: i32, kind: usize, meeting: usize,
  rimAt: i32, children: i32, lead: i32, closing: i32,
): i32 {
  const childFrom = from + around;
  const childEnd = childFrom + children;
  const hasPlain = !isVertex || q === 3;
  let covered = 0;
  let first = 0;
  let second = 0;
  let child = childFrom;
  let toLead = lead;
  let hasPrevious = isVertex || q - closing === 2;
  let offset = offsets + (<usize>rimAt << 2);
  let row = load<i32>(offset);
  let toClose = lead;
  for (let i = 0; i < cells || toClose > 0; i++) {
    // at the end the last child is laid on the first edges of the next sector
    const isClosing = i >= cells;
    const local = isClosing ? i - cells : i;
    const cell = cells === around && isClosing ? from + local : from + i;
    const all = outerEdges(p, <i32>load<u8>(kind + local));
    const outer = isClosing && all > 0 ? 1 : all;
    const behind = isClosing && all > 1 ? 1 : <i32>load<u8>(meeting + local);
    if (isClosing) toClose -= outer;
    let e = 0;
    while (e < outer) {
      if (toLead > 0) {
        toLead--;
        e++;
        continue;
      }
      if (covered === 0) first = cell;
      else if (covered === 1) second = cell;
      else store<i32>(others + (<usize>(covered - 2) << 2), cell);
      covered++;
      const open = ++e < outer ? 1 : behind;
      const missing = q - open;
      if (missing === 1) break;
      const hasNext = isVertex || missing === 2;
      for (let extra = isVertex ? missing - 2 : 0; extra >= 0; extra--) {
        let out = neighbours + (<usize>row << 2);
        if (hasPrevious) {
          store<i32>(out, child === childFrom ? childEnd - 1 : child - 1);
          out += 4;
        }
        if (hasNext) {
          store<i32>(out, child === childEnd - 1 ? childFrom : child + 1);
          out += 4;
        }
        for (let c = covered - 3; c >= 0; c--) {
          store<i32>(out, load<i32>(others + (<usize>c << 2)));
          out += 4;
        }
        if (covered > 1) {
          store<i32>(out, second);
          out += 4;
        }
        if (covered > 0) {
          store<i32>(out, first);
          out += 4;
        }
        row = <i32>((out - neighbours) >> 2);
        offset += 4;
        store<i32>(offset, row);
        child++;
        covered = 0;
        hasPrevious = hasNext;
      }
      if (!hasPlain) continue;
      // cells on one edge between two vertices where nothing was met before
      for (; e + 1 < outer; e++) {
        let out = neighbours + (<usize>row << 2);
        if (q === 3) {
          store<i32>(out, child === childFrom ? childEnd - 1 : child - 1);
          store<i32>(out, child === childEnd - 1 ? childFrom : child + 1, 4);
          out += 8;
          row += 2;
        }
        store<i32>(out, cell);
        row++;
        offset += 4;
        store<i32>(offset, row);
        child++;
      }
    }
  }
  return child - childFrom;
}

/** The ring that lies on a ring of one sector: kinds and meetings; returns how many cells it has. */
export function layRing(
  p: i32, q: i32, isVertex: i32, cells: i32, kind: usize, meeting: usize, lead: i32, closing: i32, nextKind: usize, nextMeeting: usize,
): i32 {
  const hasPlain = !isVertex || q === 3;
  const plainKind: u8 = q === 3 ? 7 : 4;
  const plainMeeting: u8 = q === 3 ? 2 : 3;
  let child = 0;
  let toLead = lead;
  let covered = 0;
  let previous = isVertex || q - closing === 2 ? 2 : 0;
  // cells that have met so far at the vertex behind the outer edges of the child `pending`
  let met = 0;
  let metAtStart = 0;
  let pending = -1;
  for (let i = 0; i <= cells; i++) {
    const isClosing = i === cells;
    if (isClosing && lead === 0) break;
    const outer = isClosing ? 1 : outerEdges(p, <i32>load<u8>(kind + i));
    const behind = isClosing ? closing : <i32>load<u8>(meeting + i);
    let e = 0;
    while (e < outer) {
      if (toLead > 0) {
        toLead--;
        e++;
        continue;
      }
      covered += isClosing ? lead : 1;
      const open = ++e < outer ? 1 : behind;
      const missing = q - open;
      if (missing === 1) break;
      const shared = isVertex || missing === 2 ? 1 : 0;
      for (let extra = isVertex ? missing - 2 : 0; extra >= 0; extra--) {
        const code = 4 * covered + previous + shared;
        store<u8>(nextKind + child, <u8>code);
        met++;
        if (outerEdges(p, code) > 0) {
          if (pending < 0) metAtStart = met;
          else store<u8>(nextMeeting + pending, <u8>met);
          pending = child;
          met = 1;
        }
        // an open vertex stays on the boundary: the cells that met there count
        if (shared === 0) met += open;
        child++;
        covered = 0;
        previous = shared << 1;
      }
      if (hasPlain && e + 1 < outer) {
        if (pending < 0) metAtStart = met + 1;
        else store<u8>(nextMeeting + pending, <u8>(met + 1));
        for (; e + 1 < outer; e++) {
          store<u8>(nextKind + child, plainKind);
          store<u8>(nextMeeting + child, plainMeeting);
          child++;
        }
        pending = child - 1;
        met = <i32>plainMeeting - 1;
      }
    }
  }
  store<u8>(nextMeeting + pending, <u8>(met + metAtStart));
  return child;
}
