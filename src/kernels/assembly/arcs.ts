// Arc functions of two float64 lanes, without branches. With x = |z| <= 1, s = sqrt(1 - x^2) and
//     t = x^2 for x <= 1/2,  t = (1 - x) / 2 for x > 1/2,      G(t) = asin(sqrt t) / sqrt(t (1 - t)),  t in [0, 1/4],
// asin x = x s G (small x) or pi/2 - s G, acos x = pi/2 - x s G or s G: one square root serves sine and angle. G is the polynomial
// of degree 14 that deviates least in Chebyshev's sense, relative error 1e-17; with rounding asin and acos are within 4 ulp.

import { choose, madd } from "./simd";

/** Coefficients of G from the highest power down, each twice. */
const G: usize = memory.data<f64>([
  1.7230672708163848, 1.7230672708163848, -1.4541070202935966, -1.4541070202935966, 1.2303451667849183, 1.2303451667849183,
  -0.09730284831261654, -0.09730284831261654, 0.3574552497545018, 0.3574552497545018, 0.26877359893199976, 0.26877359893199976,
  0.30137653956501886, 0.30137653956501886, 0.3180991187583367, 0.3180991187583367, 0.34100217029467095, 0.34100217029467095,
  0.36940795832717166, 0.36940795832717166, 0.4063492175281743, 0.4063492175281743, 0.45714285696035306, 0.45714285696035306,
  0.5333333333348895, 0.5333333333348895, 0.6666666666666614, 0.6666666666666614, 1.0, 1.0,
], 16);
/**
 * Numbers of the loops below, each twice: a loaded constant takes one instruction, a written one up to four in every turn, since the
 * engine makes it anew each time.
 */
const NUMBERS: usize = memory.data<f64>([
  1.0, 1.0, // ONE
  0.5, 0.5, // HALF
  1.5707963267948966, 1.5707963267948966, // HALF_PI
  3.141592653589793, 3.141592653589793, // PI
  -0.0, -0.0, // SIGN
  0.999999999999999, 0.999999999999999, // PARALLEL
  0.6366197723675814, 0.6366197723675814, // TWO_OVER_PI
], 16);
// @ts-ignore: decorator
@inline
export function one(): v128 {
  return v128.load(NUMBERS, 0);
}
// @ts-ignore: decorator
@inline
export function half(): v128 {
  return v128.load(NUMBERS, 16);
}
// @ts-ignore: decorator
@inline
export function halfPi(): v128 {
  return v128.load(NUMBERS, 32);
}
// @ts-ignore: decorator
@inline
export function pi(): v128 {
  return v128.load(NUMBERS, 48);
}
// @ts-ignore: decorator
@inline
export function signBit(): v128 {
  return v128.load(NUMBERS, 64);
}
/** Cosines this close to 1 (4 ulp) are those of parallel vectors: rounding of k alone moves them by as much. */
// @ts-ignore: decorator
@inline
export function parallelCosine(): v128 {
  return v128.load(NUMBERS, 80);
}
// @ts-ignore: decorator
@inline
export function twoOverPi(): v128 {
  return v128.load(NUMBERS, 96);
}

/** 1 - x^2, the square of the sine. */
// @ts-ignore: decorator
@inline
export function squareOfSine(x: v128, unit: v128): v128 {
  return f64x2.mul(f64x2.sub(unit, x), f64x2.add(unit, x));
}

/** The argument of G that belongs to x. */
// @ts-ignore: decorator
@inline
export function arcArgument(x: v128, middle: v128): v128 {
  return choose(f64x2.le(x, middle), f64x2.mul(x, x), f64x2.sub(middle, f64x2.mul(middle, x)));
}

/**
 * t <- G(t) and s <- sqrt s for `end` bytes of arguments, rounded up to 32: two vectors share the loads of coefficients, and roots
 * are drawn while the multipliers are at work.
 */
export function arcSeries(end: usize, t: usize, s: usize): void {
  for (let o: usize = 0; o < end; o += 32) {
    const x = v128.load(t + o);
    const y = v128.load(t + o, 16);
    const u = f64x2.sqrt(v128.load(s + o));
    const v = f64x2.sqrt(v128.load(s + o, 16));
    let c = v128.load(G);
    const d = v128.load(G, 16);
    let p = madd(c, x, d);
    let q = madd(c, y, d);
    c = v128.load(G, 32);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 48);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 64);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 80);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 96);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 112);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 128);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 144);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 160);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 176);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 192);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 208);
    p = madd(p, x, c);
    q = madd(q, y, c);
    c = v128.load(G, 224);
    p = madd(p, x, c);
    q = madd(q, y, c);
    v128.store(t + o, p);
    v128.store(t + o, q, 16);
    v128.store(s + o, u);
    v128.store(s + o, v, 16);
  }
}

/** asin z from s G. */
// @ts-ignore: decorator
@inline
export function arcsine(z: v128, sg: v128, middle: v128, quarterTurn: v128, sign: v128): v128 {
  const large = v128.xor(f64x2.sub(quarterTurn, sg), v128.and(z, sign));
  return choose(f64x2.le(v128.andnot(z, sign), middle), f64x2.mul(z, sg), large);
}

/** pi - acos z, the angle between a vector and the opposite of the other. */
// @ts-ignore: decorator
@inline
export function supplement(z: v128, sg: v128, middle: v128, quarterTurn: v128, sign: v128): v128 {
  // pi/2 + asin z near 0; beyond, acos x on the negative side and pi - acos x on the positive one
  const near = madd(z, sg, quarterTurn);
  const far = choose(f64x2.lt(z, f64x2.splat(0)), sg, f64x2.sub(pi(), sg));
  return choose(f64x2.le(v128.andnot(z, sign), middle), near, far);
}
