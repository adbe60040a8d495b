// Short vector helpers shared by all kernels: two float64 lanes.

/** a b + c: fused where relaxed SIMD is compiled in, two roundings (bit-exact everywhere) otherwise. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<f64>(a, b, c) : f64x2.add(c, f64x2.mul(a, b));
}

/** c - a b. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_nmadd<f64>(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
}

/** Sum of both lanes. */
// @ts-ignore: decorator
@inline
export function lanes(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** a where the mask is set, else b, for masks that are all ones or all zeros in a lane. */
// @ts-ignore: decorator
@inline
export function choose(mask: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_laneselect<i64>(a, b, mask) : v128.bitselect(a, b, mask);
}
