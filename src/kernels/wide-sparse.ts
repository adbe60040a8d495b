/**
 * Inner products of inputs that are mostly one background b, with deviations s from it (images on one colour, standardised or not): x.y =
 * b.b + b.s + b.s' + s.s', in which only deviations are multiplied. Rounding is that of a plain product as long as b is not much
 * longer than the inputs, which is checked; else b is zero, which adds nothing at all. The arithmetic is in assembly/sparse.ts.
 */
import type { Matrix } from "../numerics/index.ts";
import type { Core } from "./core.ts";
import { BLOCK, backgroundOf, load } from "./wide-background.ts";
import { type PanelProduct, SPARSE_COLUMNS } from "./wide-job.ts";

/** A product over deviations where at most this share of X deviates; null where more does. */
export function openSparse(
  core: Core,
  rows: Matrix,
  columns: Matrix | null,
  share: number,
): PanelProduct | null {
  const features = rows.cols;
  const top = core.save();
  const background = core.push(backgroundOf(rows, columns ?? rows));
  const offsets = core.allocate(features * 4);
  const block = core.allocateDoubles(BLOCK * features);
  core.integers(offsets, features).fill(0);
  const wanted = share * rows.rows * features;
  let count = 0;
  for (let first = 0; first < rows.rows && count <= wanted; first += BLOCK) {
    const n = load(core, rows, first, block);
    count += core.wasm.countDeviations(n, features, block, background, offsets);
  }
  if (count > wanted) {
    core.restore(top);
    return null;
  }
  const active = numberActive(core.integers(offsets, features));
  const half = core.floats(background, features).reduce((sum, b) => sum + b * b, 0) / 2;
  const listed = { offsets, background, block, half };
  const lists = listRows(core, rows, listed, count);
  const packs = packColumns(core, columns ?? rows, listed, active);
  return ({ start, height, from, width, pointer, stride }) => {
    const nonZeros = (lists.starts[start + height] as number) - (lists.starts[start] as number);
    core.parallel(
      "sparseProduct",
      2 * nonZeros * width,
      height,
      width,
      1 / features,
      lists.values,
      lists.indices,
      lists.startsAt + start * 4,
      lists.shifts + start * 8,
      packs.packed + (from / SPARSE_COLUMNS) * packs.panelBytes,
      packs.panelBytes,
      packs.shifts + from * 8,
      pointer,
      stride,
    );
  };
}

/** Pointers that the lists and the panels are made from. */
interface Listed {
  readonly offsets: number;
  readonly background: number;
  readonly block: number;
  readonly half: number;
}

/** Lists of the deviations of X. */
function listRows(core: Core, rows: Matrix, { offsets, background, block, half }: Listed, count: number) {
  const values = core.allocateDoubles(count + 1);
  const indices = core.allocate((count + 1) * 4);
  const startsAt = core.allocate((rows.rows + 1) * 4);
  const shifts = core.allocateDoubles(rows.rows);
  const view = core.integers(startsAt, rows.rows + 1);
  view[0] = 0;
  for (let first = 0; first < rows.rows; first += BLOCK) {
    const n = load(core, rows, first, block);
    core.wasm.listDeviations(
      n,
      rows.cols,
      block,
      background,
      offsets,
      half,
      values,
      indices,
      view[first] as number,
      startsAt + (first + 1) * 4,
      shifts + first * 8,
    );
  }
  return { values, indices, startsAt, shifts, starts: view.slice() };
}

/** Panels of the deviations of Y. */
function packColumns(
  core: Core,
  columns: Matrix,
  { offsets, background, block, half }: Listed,
  active: number,
) {
  const panels = Math.ceil(columns.rows / SPARSE_COLUMNS);
  const panelBytes = active * SPARSE_COLUMNS * 8;
  const packed = core.allocate(panels * panelBytes);
  const shifts = core.allocateDoubles(panels * SPARSE_COLUMNS);
  // the last panel has columns beyond the inputs
  core.floats(packed + (panels - 1) * panelBytes, panelBytes / 8).fill(0);
  core.floats(shifts, panels * SPARSE_COLUMNS).fill(0);
  for (let first = 0; first < columns.rows; first += BLOCK) {
    const n = load(core, columns, first, block);
    core.wasm.packDeviations(
      first,
      n,
      columns.cols,
      block,
      background,
      offsets,
      half,
      packed,
      panelBytes,
      shifts,
    );
  }
  return { packed, panelBytes, shifts };
}

/** Turns marks of features into their byte offsets in a panel, -1 without a mark; returns the number of marks. */
function numberActive(marks: Int32Array): number {
  let active = 0;
  marks.forEach((mark, k) => {
    marks[k] = mark === 0 ? -1 : 8 * SPARSE_COLUMNS * active++;
  });
  return active;
}
