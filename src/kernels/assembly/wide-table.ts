// Layers whose averages come from a table: Chebyshev series in the correlation of a pair or in its angle.

import { half, halfPi, signBit, supplement, twoOverPi } from "./arcs";
import { madd } from "./simd";
import { arcsOfCosines, COSINE, SERIES, SINE_OF } from "./wide-arcs";

/** Correlations k r c, clipped to [-1, 1]. */
function correlationsOf(end: usize, k: usize, r: f64, c: usize): void {
  const row = f64x2.splat(r);
  const unit = f64x2.splat(1);
  for (let o: usize = 0; o < end; o += 16) {
    const z = f64x2.mul(v128.load(k + o), f64x2.mul(row, v128.load(c + o)));
    v128.store(k + o, f64x2.pmax(f64x2.neg(unit), f64x2.pmin(unit, z)), COSINE);
  }
}

/** 1 - 2 t / pi. */
function anglesOf(end: usize, k: usize, r: f64, c: usize): void {
  const unit = f64x2.splat(1);
  arcsOfCosines(end, k, r, c);
  for (let o: usize = 0; o < end; o += 16) {
    const z = v128.load(k + o, COSINE);
    const sg = f64x2.mul(v128.load(k + o, SINE_OF), v128.load(k + o, SERIES));
    const angle = supplement(z, sg, half(), halfPi(), signBit());
    v128.store(k + o, f64x2.sub(f64x2.mul(twoOverPi(), angle), unit), COSINE);
  }
}

/**
 * Any activation from its table: V and S are sums over q of l_q (A_q(u), B_q(u)) with polynomials l_q of the column's deviation
 * and Chebyshev series A, B in u, which is the correlation or, with `ofAngle`, 1 - 2 t / pi. `series` holds, for this
 * row, groups of two q as [terms][A, B, A', B']; `basis` holds l_q for the columns.
 */
export function tableLayer(
  end: usize, k: usize, theta: usize, program: usize, r1: f64, c1: usize, series: usize, basis: usize, stride: usize, ofAngle: bool,
): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const terms = <i32>load<f64>(program, 40);
  const groups = <i32>load<f64>(program, 48);
  const unit = f64x2.splat(1);
  if (ofAngle) anglesOf(end, k, r1, c1);
  else correlationsOf(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 16) {
    const u = v128.load(k + o, COSINE);
    const twice = f64x2.add(u, u);
    let v = f64x2.splat(0);
    let slope = v;
    let at = series;
    let l = basis + o;
    for (let g = 0; g < groups; g++) {
      let before = u;
      let current = unit;
      let a0 = f64x2.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      for (let n = 0; n < terms; n++) {
        a0 = madd(current, v128.load_splat<f64>(at, 0), a0);
        a1 = madd(current, v128.load_splat<f64>(at, 8), a1);
        a2 = madd(current, v128.load_splat<f64>(at, 16), a2);
        a3 = madd(current, v128.load_splat<f64>(at, 24), a3);
        const next = f64x2.sub(f64x2.mul(twice, current), before);
        before = current;
        current = next;
        at += 32;
      }
      const l0 = v128.load(l);
      const l1 = v128.load(l + stride);
      v = madd(l0, a0, madd(l1, a2, v));
      slope = madd(l0, a1, madd(l1, a3, slope));
      l += stride << 1;
    }
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
  }
}
