/**
 * Inner products of inputs on a grid: deviations from a background that are whole multiples of one step, up to float64 rounding, as those of
 * 8-bit images in float64, standardised or not, or of spins. Their products are sums of integers, exact in 32 bits, which
 * a processor multiplies several times faster than float64. The arithmetic is in assembly/grid.ts.
 */
import type { Matrix } from "../numerics/index.ts";
import type { Core } from "./core.ts";
import { BLOCK, backgroundOf, load } from "./wide-background.ts";
import { GRID_COLUMNS, type PanelProduct } from "./wide-job.ts";

/** Inputs whose deviations decide the step. */
const SAMPLES = 32;
/** How far an input may be from the grid, beside its length: products are then within 2^-50 of those lengths. */
const SLACK = 2 ** -51;
/** Remainders below this share of the largest deviation are rounding. */
const REMAINDER = 2 ** -30;
/** The largest integer of 16 bits, and the largest sum of 32. */
const LARGEST = 2 ** 15 - 1;
const LARGEST_SUM = 2 ** 31 - 1;

/** A product over whole multiples of a step; null where inputs are not on a grid, or where sums could be too large. */
export function openGrid(core: Core, rows: Matrix, columns: Matrix | null): PanelProduct | null {
  const features = rows.cols;
  const most = Math.min(LARGEST, Math.floor(Math.sqrt(LARGEST_SUM / features)));
  const background = backgroundOf(rows, columns ?? rows);
  const step = stepOf(rows, background, most);
  if (step === null) return null;
  const top = core.save();
  const grid = { step, most, pairs: Math.ceil(features / 2), background: core.push(background) };
  const active = core.allocate(grid.pairs * 4);
  core.integers(active, grid.pairs).fill(0);
  const half = background.reduce((sum, b) => sum + b * b, 0) / 2;
  const left = quantize(core, rows, grid, active, half);
  const right = columns === null || left === null ? left : quantize(core, columns, grid, active, half);
  if (left === null || right === null) {
    core.restore(top);
    return null;
  }
  const bytes = numberActive(core.integers(active, grid.pairs));
  const lists = listRows(core, rows.rows, grid.pairs, left.grid, active);
  const packed = packColumns(core, (columns ?? rows).rows, grid.pairs, right.grid, active, bytes);
  return ({ start, height, from, width, pointer, stride }) => {
    const count = (lists.starts[start + height] as number) - (lists.starts[start] as number);
    core.parallel(
      "gridProduct",
      4 * count * width,
      height,
      width,
      step ** 2 / features,
      lists.values,
      lists.indices,
      lists.startsAt + start * 4,
      left.shifts + start * 8,
      packed + (from / GRID_COLUMNS) * bytes,
      bytes,
      right.shifts + from * 8,
      pointer,
      stride,
    );
  };
}

/** A grid: the step, the largest integer, pairs of features, and a pointer to the background. */
interface Grid {
  readonly step: number;
  readonly most: number;
  readonly pairs: number;
  readonly background: number;
}

/** The largest step of which the deviations of some inputs are multiples; null where it is too small or there are none. */
function stepOf({ rows, cols, data }: Matrix, background: Float64Array, most: number): number | null {
  let [step, largest] = [0, 0];
  const stride = Math.ceil(rows / SAMPLES);
  for (let i = 0; i < rows; i += stride) {
    for (let k = 0; k < cols; k++) {
      let rest = Math.abs((data[i * cols + k] as number) - (background[k] as number));
      if (rest === 0) continue;
      largest = Math.max(largest, rest);
      // Euclid's algorithm, with remainders that are either rounding or steps
      while (rest > REMAINDER * largest) {
        if (step === 0) step = rest;
        const remainder = Math.abs(rest - step * Math.round(rest / step));
        if (remainder <= REMAINDER * largest) break;
        [rest, step] = [step, remainder];
        if (step * (most + 0.5) < largest) return null;
      }
      // all so far are multiples of it: the largest says best how long it is
      step = largest / Math.round(largest / step);
    }
  }
  return step === 0 ? null : step;
}

/** Integers and shifts of inputs; null where a number is off the grid. */
function quantize(core: Core, inputs: Matrix, grid: Grid, active: number, half: number) {
  const { step, most, pairs, background } = grid;
  const { rows, cols } = inputs;
  const integers = core.allocate(rows * pairs * 4);
  const shifts = core.allocateDoubles(Math.ceil(rows / GRID_COLUMNS) * GRID_COLUMNS);
  const block = core.allocateDoubles(BLOCK * cols);
  // the last pair of an odd number of features has a zero
  core.integers(integers, rows * pairs).fill(0);
  for (let first = 0; first < rows; first += BLOCK) {
    const n = load(core, inputs, first, block);
    const at = integers + first * pairs * 4;
    const shiftsAt = shifts + first * 8;
    const factor = 1 / cols;
    const largest = core.wasm.gridDeviations(
      n,
      cols,
      block,
      background,
      step,
      SLACK,
      most,
      half / cols,
      factor,
      at,
      pairs,
      active,
      shiftsAt,
    );
    if (largest < 0) return null;
  }
  return { grid: integers, shifts };
}

function listRows(core: Core, rows: number, pairs: number, grid: number, offsets: number) {
  const values = core.allocate((rows * pairs + 1) * 4);
  const indices = core.allocate((rows * pairs + 1) * 4);
  const startsAt = core.allocate((rows + 1) * 4);
  core.integers(startsAt, 1)[0] = 0;
  core.wasm.listGrid(rows, pairs, grid, offsets, values, indices, startsAt + 4);
  return { values, indices, startsAt, starts: core.integers(startsAt, rows + 1).slice() };
}

function packColumns(
  core: Core,
  columns: number,
  pairs: number,
  grid: number,
  offsets: number,
  panelBytes: number,
): number {
  const packed = core.allocate(Math.ceil(columns / GRID_COLUMNS) * panelBytes);
  core.wasm.packGrid(columns, pairs, grid, offsets, packed, panelBytes);
  return packed;
}

/** Turns marks of pairs into their byte offsets in a panel, -1 without a mark; returns the bytes of a panel. */
function numberActive(marks: Int32Array): number {
  let bytes = 0;
  marks.forEach((mark, k) => {
    marks[k] = mark === 0 ? -1 : bytes;
    if (mark !== 0) bytes += 4 * GRID_COLUMNS;
  });
  return bytes;
}
