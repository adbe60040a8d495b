// exp x of two float64 lanes for x <= 700: x = n log 2 + r with |r| <= log(2) / 2 (the two parts of log 2 after Cody and
// Waite 1980), a Taylor polynomial of degree 13 (remainder 4e-18), and n added to the exponent. Within 2 ulp; below x = -708
// the result is about 1e-308 instead of less.

import { madd } from "./simd";

const TAYLOR: usize = memory.data<f64>([
  1.6059043836821613e-10, 1.6059043836821613e-10, 2.08767569878681e-9, 2.08767569878681e-9, 2.505210838544172e-8, 2.505210838544172e-8,
  2.755731922398589e-7, 2.755731922398589e-7, 0.0000027557319223985893, 0.0000027557319223985893, 0.0000248015873015873, 0.0000248015873015873,
  0.0001984126984126984, 0.0001984126984126984, 0.001388888888888889, 0.001388888888888889, 0.008333333333333333, 0.008333333333333333,
  0.041666666666666664, 0.041666666666666664, 0.16666666666666666, 0.16666666666666666, 0.5, 0.5,
], 16);
const LOG2_INVERSE: f64 = 1.4426950408889634;
/** log 2 to 32 bits, and the rest. */
const LOG2_HIGH: f64 = 0.6931471803691238;
const LOG2_LOW: f64 = 1.9082149292705877e-10;
/** 1.5 times 2^52: added, it leaves the integer nearest to a small number in the low bits. */
const ROUND: f64 = 6755399441055744;
const LOWEST: f64 = -708;

// @ts-ignore: decorator
@inline
export function exponential(argument: v128): v128 {
  const x = f64x2.max(argument, f64x2.splat(LOWEST));
  const shifted = madd(x, f64x2.splat(LOG2_INVERSE), f64x2.splat(ROUND));
  const n = f64x2.sub(shifted, f64x2.splat(ROUND));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(LOG2_HIGH))), f64x2.mul(n, f64x2.splat(LOG2_LOW)));
  let p = madd(v128.load(TAYLOR), r, v128.load(TAYLOR, 16));
  p = madd(p, r, v128.load(TAYLOR, 32));
  p = madd(p, r, v128.load(TAYLOR, 48));
  p = madd(p, r, v128.load(TAYLOR, 64));
  p = madd(p, r, v128.load(TAYLOR, 80));
  p = madd(p, r, v128.load(TAYLOR, 96));
  p = madd(p, r, v128.load(TAYLOR, 112));
  p = madd(p, r, v128.load(TAYLOR, 128));
  p = madd(p, r, v128.load(TAYLOR, 144));
  p = madd(p, r, v128.load(TAYLOR, 160));
  p = madd(p, r, v128.load(TAYLOR, 176));
  const one = f64x2.splat(1);
  p = madd(f64x2.mul(p, r), r, f64x2.add(one, r));
  return i64x2.add(p, i64x2.shl(shifted, 52));
}
