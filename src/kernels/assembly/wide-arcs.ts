// Cosine, sine and arc series of the pairs in a piece of a row, which lie behind its k and theta in the scratch of a thread.

import { arcArgument, arcSeries, half, one, parallelCosine, signBit, squareOfSine } from "./arcs";
import { choose } from "./simd";

/** Columns of a tile, the longest piece: a multiple of 4, so that pieces have room for steps of 32 bytes. */
export const TILE_COLUMNS: i32 = 128;
/** Where cosine, sine and series of a piece lie behind its k. */
export const COSINE: usize = (<usize>TILE_COLUMNS << 3) * 2;
export const SINE_OF: usize = (<usize>TILE_COLUMNS << 3) * 3;
export const SERIES: usize = (<usize>TILE_COLUMNS << 3) * 4;

/** Cosine z = k r c clipped to [-1, 1], sine and series of every pair. */
export function arcsOfCosines(end: usize, k: usize, r: f64, c: usize): void {
  const row = f64x2.splat(r);
  for (let o: usize = 0; o < end; o += 32) {
    const unit = one();
    const middle = half();
    const sign = signBit();
    const parallel = parallelCosine();
    const z = f64x2.mul(v128.load(k + o), f64x2.mul(row, v128.load(c + o)));
    const y = v128.andnot(z, sign);
    const x = choose(f64x2.gt(y, parallel), unit, y);
    v128.store(k + o, z, COSINE);
    v128.store(k + o, squareOfSine(x, unit), SINE_OF);
    v128.store(k + o, arcArgument(x, middle), SERIES);
    const z2 = f64x2.mul(v128.load(k + o, 16), f64x2.mul(row, v128.load(c + o, 16)));
    const y2 = v128.andnot(z2, sign);
    const x2 = choose(f64x2.gt(y2, parallel), unit, y2);
    v128.store(k + o, z2, COSINE + 16);
    v128.store(k + o, squareOfSine(x2, unit), SINE_OF + 16);
    v128.store(k + o, arcArgument(x2, middle), SERIES + 16);
  }
  arcSeries(end, k + SERIES, k + SINE_OF);
}

/** The same for z = k r c that lies inside (-1, 1) by its making. */
export function arcsOfRatios(end: usize, k: usize, r: f64, c: usize): void {
  const row = f64x2.splat(r);
  for (let o: usize = 0; o < end; o += 32) {
    const unit = one();
    const middle = half();
    const sign = signBit();
    const z = f64x2.mul(v128.load(k + o), f64x2.mul(row, v128.load(c + o)));
    const x = v128.andnot(z, sign);
    v128.store(k + o, z, COSINE);
    v128.store(k + o, squareOfSine(x, unit), SINE_OF);
    v128.store(k + o, arcArgument(x, middle), SERIES);
    const z2 = f64x2.mul(v128.load(k + o, 16), f64x2.mul(row, v128.load(c + o, 16)));
    const x2 = v128.andnot(z2, sign);
    v128.store(k + o, z2, COSINE + 16);
    v128.store(k + o, squareOfSine(x2, unit), SINE_OF + 16);
    v128.store(k + o, arcArgument(x2, middle), SERIES + 16);
  }
  arcSeries(end, k + SERIES, k + SINE_OF);
}
