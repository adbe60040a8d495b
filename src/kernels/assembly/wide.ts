// Kernels of wide networks (Lee et al. 2018, equation 5; Jacot et al. 2018, theorem 1) on a panel of inner products: every
// layer maps k to b + w V and theta to rb + rw V + w S theta, with V and S the averages of phi phi and phi' phi'. All layers are
// applied to a piece of one row that stays in the first cache, so that the panel is read and written once.

import { madd } from "./simd";
import { TILE_COLUMNS } from "./wide-arcs";
import { layerOf } from "./wide-layers";

/** Rows of a tile, the unit of work that threads take from a common counter. */
const TILE_ROWS: i32 = 16;
/** Numbers that describe a layer: kind, b, w, rb, rw, three of the activation, first factors of columns and of rows. */
const LAYER: usize = 10 << 3;

/** Scratch of one thread: k and theta of a piece of a row, and what its arcs need. */
export function wideWorkBytes(): i32 {
  return TILE_COLUMNS * 5 * 8;
}

/**
 * Runs tiles of a panel until none is left. `k` holds inner products x.y / N0 on entry (row stride `ld`) and K on return; `theta`
 * receives Theta unless it is 0. With `isUpper`, tiles below the diagonal of the panel's corner are left out. `program`: the first affine map (b, w, rb, rw), then `layers`
 * layers. Factors: `rowFactors` of stride m, `columnFactors` of stride ldc; layer l begins at number `offset` (in its entry)
 * of both. Every thread adds to the counter to take its next tile.
 */
export function wideTiles(
  part: i32, parts: i32, m: i32, n: i32, k: usize, theta: usize, ld: i32, isUpper: i32, program: usize, layers: i32,
  rowFactors: usize, columnFactors: usize, ldc: i32, counter: usize, work: usize,
): void {
  const scratch = work + <usize>part * <usize>wideWorkBytes();
  const across = (n + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const tiles = across * ((m + TILE_ROWS - 1) / TILE_ROWS);
  for (;;) {
    const at = atomic.add<i32>(counter, 1);
    if (at >= tiles) return;
    const i0 = (at / across) * TILE_ROWS;
    const j0 = (at % across) * TILE_COLUMNS;
    const i1 = min(i0 + TILE_ROWS, m);
    const j1 = min(j0 + TILE_COLUMNS, n);
    if (isUpper && j1 <= i0) continue;
    for (let i = i0; i < i1; i++) {
      const at = (<usize>i * <usize>ld + <usize>j0) << 3;
      rowPiece(
        i, j0, j1 - j0, m, k + at, theta == 0 ? 0 : theta + at, program, layers, rowFactors, columnFactors, ldc, scratch,
      );
    }
  }
}

function rowPiece(
  i: i32, j0: i32, count: i32, m: i32, source: usize, thetaOut: usize, program: usize, layers: i32, rowFactors: usize,
  columnFactors: usize, ldc: i32, scratch: usize,
): void {
  const end = <usize>count << 3;
  const k = scratch;
  const theta = scratch + (<usize>TILE_COLUMNS << 3);
  const b = v128.load_splat<f64>(program, 0);
  const w = v128.load_splat<f64>(program, 8);
  const rb = v128.load_splat<f64>(program, 16);
  const rw = v128.load_splat<f64>(program, 24);
  // an odd last number takes a neighbour along, which the row stride leaves room for
  for (let o: usize = 0; o < end; o += 16) {
    const x = v128.load(source + o);
    v128.store(k + o, madd(w, x, b));
    v128.store(theta + o, madd(rw, x, rb));
  }
  const rows = <usize>m << 3;
  const columns = <usize>ldc << 3;
  let p = program + 32;
  for (let l = 0; l < layers; l++) {
    const offset = <usize>load<f64>(p, 64);
    layerOf(
      end, k, theta, p, rowFactors + ((<usize>load<f64>(p, 72) * <usize>m + <usize>i) << 3), rows,
      columnFactors + ((offset * <usize>ldc + <usize>j0) << 3), columns, <usize>i,
    );
    p += LAYER;
  }
  for (let o: usize = 0; o < end; o += 16) v128.store(source + o, v128.load(k + o));
  if (thetaOut) for (let o: usize = 0; o < end; o += 16) v128.store(thetaOut + o, v128.load(theta + o));
}
