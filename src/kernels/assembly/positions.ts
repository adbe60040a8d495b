// Kernels of convolutional networks: covariances between positions of one image and positions of many others, stored as
// [left position][right position][image], or [position][image] when only equal positions matter. Layers of weights and pools
// are sums over positions, the same for all images; activations act on every entry.

import { madd } from "./simd";
import { TILE_COLUMNS } from "./wide-arcs";
import { layerOf } from "./wide-layers";

/** One right position for each left one. */
const SAME: i32 = 0;
/** All pairs of positions; taps move both alike (convolutions, dense layers on all positions). */
const ALIKE: i32 = 1;
/** All pairs of positions; taps move both independently (pools). */
const FREE: i32 = 2;

/**
 * Part of y[p][q] = shift + scale sum over taps of x[..] (+ addend[p][q] unless 0), each entry a row of n numbers. Left position p
 * of `outs` reads positions left[p][t], t < taps (-1: nothing there); the right side has the same table. `ins`: positions of x.
 */
export function sumPositions(
  part: i32, parts: i32, mode: i32, outs: i32, ins: i32, taps: i32, table: usize, scale: f64, shift: f64, x: usize,
  addend: usize, y: usize, n: i32,
): void {
  const bytes = <usize>n << 3;
  const pairs = mode == SAME ? outs : outs * outs;
  const first = <i32>((<i64>pairs * part) / parts);
  const last = <i32>((<i64>pairs * (part + 1)) / parts);
  const step = <usize>taps << 2;
  for (let at = first; at < last; at++) {
    const p = mode == SAME ? at : at / outs;
    const q = mode == SAME ? at : at % outs;
    const target = y + <usize>at * bytes;
    start(target, addend == 0 ? 0 : addend + <usize>at * bytes, shift, bytes);
    const left = table + <usize>p * step;
    const right = table + <usize>q * step;
    for (let t = 0; t < taps; t++) {
      const a = load<i32>(left + (<usize>t << 2));
      if (a < 0) continue;
      if (mode == SAME) add(target, x + <usize>a * bytes, scale, bytes);
      else if (mode == ALIKE) {
        const b = load<i32>(right + (<usize>t << 2));
        if (b >= 0) add(target, x + <usize>(a * ins + b) * bytes, scale, bytes);
      } else {
        for (let u = 0; u < taps; u++) {
          const b = load<i32>(right + (<usize>u << 2));
          if (b >= 0) add(target, x + <usize>(a * ins + b) * bytes, scale, bytes);
        }
      }
    }
  }
}

function start(y: usize, addend: usize, shift: f64, bytes: usize): void {
  if (addend) memory.copy(y, addend, bytes);
  else for (let o: usize = 0; o < bytes; o += 8) store<f64>(y + o, shift);
}

/** y += scale x. */
function add(y: usize, x: usize, scale: f64, bytes: usize): void {
  const s = f64x2.splat(scale);
  const even = bytes & ~15;
  for (let o: usize = 0; o < even; o += 16) v128.store(y + o, madd(s, v128.load(x + o), v128.load(y + o)));
  if (even < bytes) store<f64>(y + even, load<f64>(y + even) + scale * load<f64>(x + even));
}

/**
 * Part of an activation: k <- V, theta <- S theta for entries [left][right or none][n]. `program` describes the layer as in
 * wide.ts; `rowFactors` has a stride of `positions` numbers, `columnFactors` [factor][position][n].
 */
export function activatePositions(
  part: i32, parts: i32, isAll: i32, positions: i32, n: i32, k: usize, theta: usize, program: usize, rowFactors: usize,
  columnFactors: usize, work: usize, workBytes: i32,
): void {
  const scratch = work + <usize>part * <usize>workBytes;
  const thetas = scratch + (<usize>TILE_COLUMNS << 3);
  const pairs = isAll ? positions * positions : positions;
  const first = <i32>((<i64>pairs * part) / parts);
  const last = <i32>((<i64>pairs * (part + 1)) / parts);
  const rows = <usize>positions << 3;
  const columns = (<usize>positions * <usize>n) << 3;
  for (let at = first; at < last; at++) {
    const p = isAll ? at / positions : at;
    const q = isAll ? at % positions : at;
    for (let j = 0; j < n; j += TILE_COLUMNS) {
      const count = <usize>min(TILE_COLUMNS, n - j) << 3;
      const offset = (<usize>at * <usize>n + <usize>j) << 3;
      memory.copy(scratch, k + offset, count);
      memory.copy(thetas, theta + offset, count);
      layerOf(
        count, scratch, thetas, program, rowFactors + (<usize>p << 3), rows,
        columnFactors + ((<usize>q * <usize>n + <usize>j) << 3), columns, <usize>p,
      );
      memory.copy(k + offset, scratch, count);
      memory.copy(theta + offset, thetas, count);
    }
  }
}
