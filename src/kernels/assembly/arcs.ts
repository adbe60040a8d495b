// Arc functions of two float64 lanes, without branches. With x = |z| <= 1, s = sqrt(1 - x^2) and
//     t = x^2 for x <= 1/2,  t = (1 - x) / 2 for x > 1/2,      G(t) = asin(sqrt t) / sqrt(t (1 - t)),  t in [0, 1/4],
// asin x = x s G (small x) or pi/2 - s G, acos x = pi/2 - x s G or s G: one square root serves sine and angle. G is the polynomial
// of degree 14 that deviates least in Chebyshev's sense, relative error 1e-17; with rounding asin and acos are within 4 ulp.

import { choose, madd } from "./simd";

/** Coefficients of G from the highest power down. */
const G: usize = memory.data<f64>([
  1.7230672708163848, -1.4541070202935966, 1.2303451667849183, -0.09730284831261654, 0.3574552497545018, 0.26877359893199976,
  0.30137653956501886, 0.3180991187583367, 0.34100217029467095, 0.36940795832717166, 0.4063492175281743, 0.45714285696035306,
  0.5333333333348895, 0.6666666666666614, 1.0,
], 16);
const HALF_PI: f64 = 1.5707963267948966;
const PI: f64 = 3.141592653589793;

/** sqrt(1 - x^2). */
// @ts-ignore: decorator
@inline
export function cofunction(x: v128): v128 {
  const one = f64x2.splat(1);
  return f64x2.sqrt(f64x2.mul(f64x2.sub(one, x), f64x2.add(one, x)));
}

/** Where x <= 1/2. */
// @ts-ignore: decorator
@inline
export function isSmall(x: v128): v128 {
  return f64x2.le(x, f64x2.splat(0.5));
}

/** The argument of G that belongs to x. */
// @ts-ignore: decorator
@inline
export function arcArgument(x: v128, small: v128): v128 {
  const half = f64x2.splat(0.5);
  return choose(small, f64x2.mul(x, x), f64x2.sub(half, f64x2.mul(half, x)));
}

/** t <- G(t) for `end` bytes of arguments, in a loop of its own: the coefficients alone fill the registers. */
export function arcSeries(end: usize, t: usize): void {
  for (let o: usize = 0; o < end; o += 16) {
    const x = v128.load(t + o);
    let p = v128.load_splat<f64>(G);
    p = madd(p, x, v128.load_splat<f64>(G, 8));
    p = madd(p, x, v128.load_splat<f64>(G, 16));
    p = madd(p, x, v128.load_splat<f64>(G, 24));
    p = madd(p, x, v128.load_splat<f64>(G, 32));
    p = madd(p, x, v128.load_splat<f64>(G, 40));
    p = madd(p, x, v128.load_splat<f64>(G, 48));
    p = madd(p, x, v128.load_splat<f64>(G, 56));
    p = madd(p, x, v128.load_splat<f64>(G, 64));
    p = madd(p, x, v128.load_splat<f64>(G, 72));
    p = madd(p, x, v128.load_splat<f64>(G, 80));
    p = madd(p, x, v128.load_splat<f64>(G, 88));
    p = madd(p, x, v128.load_splat<f64>(G, 96));
    p = madd(p, x, v128.load_splat<f64>(G, 104));
    p = madd(p, x, v128.load_splat<f64>(G, 112));
    v128.store(t + o, p);
  }
}

/** asin z from x = |z| and s G. */
// @ts-ignore: decorator
@inline
export function arcsine(z: v128, small: v128, sg: v128): v128 {
  const sign = v128.and(z, f64x2.splat(-0.0));
  const large = v128.xor(f64x2.sub(f64x2.splat(HALF_PI), sg), sign);
  return choose(small, f64x2.mul(z, sg), large);
}

/** pi - acos z, the angle between a vector and the opposite of the other. */
// @ts-ignore: decorator
@inline
export function supplement(z: v128, small: v128, sg: v128): v128 {
  // pi/2 + asin z near 0; beyond, acos x on the negative side and pi - acos x on the positive one
  const near = madd(z, sg, f64x2.splat(HALF_PI));
  const isNegative = f64x2.lt(z, f64x2.splat(0));
  const far = choose(isNegative, sg, f64x2.sub(f64x2.splat(PI), sg));
  return choose(small, near, far);
}
